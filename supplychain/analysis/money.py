"""Where did the money go? At every hop what came in, what is reported as passed down, and what is not, to the penny.

All figures are sums of amounts that the frozen rows show, so they agree with the files; beside each stands how many
lines show none. *Not reported as passed on* is what a payer received less what it is reported to have passed down: it
may pay for the payer's own work, and it is "at most" that much where any amount below is unknown. Compiled lines hold
no amounts and are only counted, apart. Every function asks the database a fixed number of times, however large the
chain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db import connection

from portal.errors import NotFound
from portal.quarters import Quarter
from supplychain.analysis.rows import named_rows
from supplychain.models.publications import Publication

Row = dict[str, Any]
ZERO = Decimal("0.00")
COMPILED = "compiled"
NO_INCOME = "The body's income of the quarter is not disclosed."
NO_RETURN = "No return of the body is part of this version."
COMPILED_ONLY = "The rows were compiled from public records, which hold no amounts."
NO_AMOUNT = "What was paid on this agreement is not shown."


@dataclass(frozen=True, slots=True)
class Sum:
    """Pounds that are shown on ``lines`` agreements, of which ``lines_without_amount`` show none."""

    amount: Decimal
    lines: int
    lines_without_amount: int

    @property
    def at_least(self) -> bool:
        """Does the amount lack lines?"""
        return self.lines_without_amount > 0


NOTHING = Sum(ZERO, 0, 0)


@dataclass(frozen=True, slots=True)
class TierSum(Sum):
    """What was paid to one tier, or to one sector of a tier (``""`` is a sector that is not known)."""

    tier: int
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One agreement: its payee received ``received`` and passed ``passed_down`` on to the agreements below."""

    body_code: str
    agreement_ref: str
    upstream_ref: str
    path: tuple[str, ...]
    tier: int
    role: str
    payer_id: str
    payer_name: str
    payee_id: str
    payee_name: str
    sector: str
    service_category: str
    received: Decimal | None
    received_status: str
    passed_down: Sum
    return_kind: str

    @property
    def not_passed_on(self) -> Decimal | None:
        """Received less passed down; ``None`` where what was received is not shown."""
        return None if self.received is None else self.received - self.passed_down.amount

    @property
    def at_most(self) -> bool:
        """Is :attr:`not_passed_on` an upper bound, because an amount below is unknown?"""
        return self.passed_down.at_least

    @property
    def cannot_tell(self) -> str:
        """Why :attr:`not_passed_on` cannot be told, as a sentence; blank where it can."""
        if self.return_kind == COMPILED:
            return COMPILED_ONLY
        return NO_AMOUNT if self.received is None else ""


@dataclass(frozen=True, slots=True)
class BodyMoney:
    """The money of one reporting body in one quarter: tier 1 as a hop of its own, and the agreements below it."""

    code: str
    name: str
    owner_name: str
    filing_status: str
    return_kind: str
    income: Decimal | None
    income_status: str
    own_delivery: Decimal | None
    own_delivery_status: str
    by_tier: tuple[TierSum, ...]
    by_sector: tuple[TierSum, ...]
    hops: tuple[Hop, ...] = field(default=(), repr=False)

    @property
    def passed_down(self) -> Sum:
        """What the body paid to tier 2."""
        return next((tier for tier in self.by_tier if tier.tier == 2), NOTHING)

    @property
    def not_passed_on(self) -> Decimal | None:
        """Income less what went to tier 2, own delivery included; ``None`` where it cannot be told."""
        return None if self.income is None or self.cannot_tell else self.income - self.passed_down.amount

    @property
    def at_most(self) -> bool:
        """Is :attr:`not_passed_on` an upper bound, because an amount at tier 2 is unknown?"""
        return self.passed_down.at_least

    @property
    def neither(self) -> Decimal | None:
        """Neither reported as passed on nor as own delivery; ``None`` where either is not known."""
        if self.not_passed_on is None or self.own_delivery is None:
            return None
        return self.not_passed_on - self.own_delivery

    @property
    def cannot_tell(self) -> str:
        """Why :attr:`not_passed_on` cannot be told, as a sentence; blank where it can."""
        if self.filing_status in ("missing", "not-required"):
            return NO_RETURN
        if self.filing_status == COMPILED or self.return_kind == COMPILED:
            return COMPILED_ONLY
        return NO_INCOME if self.income is None else ""


@dataclass(frozen=True, slots=True)
class Payer:
    """What one payer paid one provider below one body in one quarter."""

    body_code: str
    body_name: str
    tier: int
    payer_id: str
    payer_name: str
    paid: Sum


@dataclass(frozen=True, slots=True)
class ProviderMoney:
    """What one provider received and passed down in one quarter, over all bodies; ``compiled_lines`` come on top."""

    period: str
    version: int
    received: Sum
    passed_down: Sum
    compiled_lines: int
    payers: tuple[Payer, ...]

    @property
    def not_passed_on(self) -> Decimal | None:
        """Received less passed down; ``None`` where any amount received is unknown, for then nothing can be told."""
        return (
            None
            if self.received.at_least or not self.received.lines
            else self.received.amount - self.passed_down.amount
        )

    @property
    def at_most(self) -> bool:
        """Is :attr:`not_passed_on` an upper bound, because an amount below is unknown?"""
        return self.passed_down.at_least


# In the order of the fields of :class:`Hop`, but for what was passed down.
HOPS = """
    SELECT body_code, agreement_ref, upstream_ref, path, tier, role, payer_id, payer_name, provider_id, provider_name,
           sector, service_category, amount_paid_gbp, amount_paid_gbp_status, return_kind
    FROM supplychain_frozenline WHERE publication_id = %(publication)s AND body_code = %(body)s
"""
SUMS = """
    SELECT body_code, tier, CASE WHEN GROUPING(sector) = 0 THEN sector END AS sector,
           COALESCE(sum(amount_paid_gbp), 0.00) AS amount, count(*) AS lines,
           count(*) FILTER (WHERE amount_paid_gbp IS NULL) AS lines_without_amount
    FROM supplychain_frozenline
    WHERE publication_id = %(publication)s AND (%(body)s::text IS NULL OR body_code = %(body)s)
    GROUP BY GROUPING SETS ((body_code, tier), (body_code, tier, sector))
    ORDER BY body_code COLLATE "C", tier, sector COLLATE "C" NULLS FIRST
"""
TOTALS = """
    SELECT tier, COALESCE(sum(amount_paid_gbp), 0.00) AS amount, count(*) AS lines,
           count(*) FILTER (WHERE amount_paid_gbp IS NULL) AS lines_without_amount
    FROM supplychain_frozenline WHERE publication_id = %(publication)s GROUP BY tier ORDER BY tier
"""
BODIES = """
    SELECT code, name, owner_name, filing_status, return_kind, income_received_gbp AS income,
           income_received_gbp_status AS income_status, own_delivery_gbp AS own_delivery,
           own_delivery_gbp_status AS own_delivery_status
    FROM supplychain_frozenbody
    WHERE publication_id = %(publication)s AND (%(body)s::text IS NULL OR code = %(body)s)
    ORDER BY code COLLATE "C"
"""
# As a payee at any tier; as a payer below tier 2 only, for at tier 2 it pays as a reporting body.
PROVIDER = """
    SELECT publication.period, publication.version, line.provider_id = ANY(%(ids)s) AS as_payee, line.body_code,
           line.body_name, line.tier, line.payer_id, line.payer_name,
           COALESCE(sum(line.amount_paid_gbp), 0.00) AS amount,
           count(*) FILTER (WHERE line.return_kind <> 'compiled') AS lines,
           count(*) FILTER (WHERE line.return_kind <> 'compiled' AND line.amount_paid_gbp IS NULL)
               AS lines_without_amount,
           count(*) FILTER (WHERE line.return_kind = 'compiled') AS compiled_lines
    FROM supplychain_frozenline AS line
    JOIN supplychain_publication AS publication ON publication.id = line.publication_id
    WHERE publication.series = %(series)s AND publication.state = 'published' AND publication.kind = 'disclosure'
      AND publication.redacted_at IS NULL
      AND (line.provider_id = ANY(%(ids)s) OR line.payer_id = ANY(%(ids)s) AND line.tier > 2)
    GROUP BY publication.period, publication.version, as_payee, line.body_code, line.body_name, line.tier,
             line.payer_id, line.payer_name
    ORDER BY publication.period COLLATE "C", line.body_code COLLATE "C", line.tier, line.payer_name COLLATE "C"
"""


def trace(publication: Publication, body_code: str) -> BodyMoney:
    """The money of one body with every agreement below it, in the order of the tree. Raises :class:`NotFound`."""
    values = {"publication": publication.pk, "body": body_code}
    found = _bodies(values, hops=_hops(_tuples(HOPS, values)))
    if not found:
        raise NotFound("no-such-body", f"The disclosure for {publication.period} does not list {body_code}.")
    return found[0]


def trace_all(publication: Publication) -> tuple[BodyMoney, ...]:
    """The money of every body, without the single agreements."""
    return _bodies({"publication": publication.pk, "body": None})


def trace_agreement(money: BodyMoney, agreement_ref: str) -> tuple[Hop, ...]:
    """The hops on the way of one agreement's money: those above it, itself, and all below. Raises :class:`NotFound`."""
    by_ref = {hop.agreement_ref: hop for hop in money.hops}
    if agreement_ref not in by_ref:
        raise NotFound("no-such-agreement", f"{money.code} lists no agreement {agreement_ref} in this quarter.")
    above = set(by_ref[agreement_ref].path)
    return tuple(hop for hop in money.hops if agreement_ref in hop.path or hop.agreement_ref in above)


def totals(publication: Publication) -> tuple[TierSum, ...]:
    """What the whole disclosure shows as paid to each tier: the totals of its manifest, in pounds."""
    values = {"publication": publication.pk}
    return tuple(TierSum(**row) for row in named_rows(TOTALS, values))


def provider_money(public_id: str, series: str, former: Sequence[str] = ()) -> tuple[ProviderMoney, ...]:
    """What a provider, by its id and ``former`` ones, received and passed down, quarter by quarter, in the valid
    versions of one series. One query.
    """
    rows = named_rows(PROVIDER, {"ids": [public_id, *former], "series": series})
    quarters: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        quarters.setdefault((row["period"], row["version"]), []).append(row)
    in_order = sorted(quarters.items(), key=lambda entry: Quarter.parse(entry[0][0]))
    return tuple(_provider_quarter(found, its_rows) for found, its_rows in in_order)


def _provider_quarter(found: tuple[str, int], rows: list[Row]) -> ProviderMoney:
    as_payee = [row for row in rows if row["as_payee"]]
    return ProviderMoney(
        period=found[0],
        version=found[1],
        received=_sum(as_payee),
        passed_down=_sum(row for row in rows if not row["as_payee"]),
        compiled_lines=sum(row["compiled_lines"] for row in as_payee),
        payers=tuple(Payer(**_only(row, Payer), paid=Sum(**_only(row, Sum))) for row in as_payee),
    )


def _sum(rows: Iterable[Row]) -> Sum:
    amount, lines, lacking = ZERO, 0, 0
    for row in rows:
        amount += row["amount"]
        lines += row["lines"]
        lacking += row["lines_without_amount"]
    return Sum(amount, lines, lacking)


def _hops(rows: list[tuple[Any, ...]]) -> tuple[Hop, ...]:
    """Rows of :data:`HOPS` with what stands below them, in the order of the tree; by place, for there are thousands."""
    below: dict[str, list[Decimal | None]] = {}
    for row in rows:
        below.setdefault(row[2], []).append(row[12])
    hops = [Hop(*(*row[:3], tuple(row[3]), *row[4:14], _passed_down(below.get(row[1])), row[14])) for row in rows]
    return tuple(sorted(hops, key=attrgetter("path")))


def _passed_down(amounts: list[Decimal | None] | None) -> Sum:
    if amounts is None:
        return NOTHING
    return Sum(sum((amount for amount in amounts if amount is not None), ZERO), len(amounts), amounts.count(None))


def _bodies(values: dict[str, Any], hops: tuple[Hop, ...] = ()) -> tuple[BodyMoney, ...]:
    sums: dict[str, list[TierSum]] = {}
    for row in named_rows(SUMS, values):
        sums.setdefault(row["body_code"], []).append(TierSum(**_only(row, TierSum)))
    return tuple(
        BodyMoney(
            **row,
            by_tier=tuple(entry for entry in sums.get(row["code"], []) if entry.sector is None),
            by_sector=tuple(entry for entry in sums.get(row["code"], []) if entry.sector is not None),
            hops=hops,
        )
        for row in named_rows(BODIES, values)
    )


def _only(row: Row, kind: type) -> Row:
    """The cells of a row that are fields of a dataclass."""
    names = {one.name for one in fields(kind)}
    return {name: cell for name, cell in row.items() if name in names}


def _tuples(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
