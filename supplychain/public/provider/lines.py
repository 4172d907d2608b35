"""Which lines name an organisation, as payee and as payer, and what do they add up to by quarter and other party?"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from portal.quarters import Quarter
from supplychain.analysis.money import ProviderMoney, provider_money
from supplychain.models import FrozenLine
from supplychain.public.series import World
from supplychain.public.words import Lines

Parties = dict[str, list[dict]]


def received_and_passed_on(series: World, ids: list[str]) -> list[ProviderMoney]:
    """The money of each quarter in which a filed return names the organisation. One query."""
    quarters = provider_money(ids[0], series.name, ids[1:])
    return [quarter for quarter in quarters if quarter.received.lines or quarter.passed_down.lines]


def apart(lines: Lines, ids: set[str]) -> dict[str, Lines]:
    """Lines of one quarter: what the organisation is paid for, and what it pays others for."""
    return {
        "funded": Lines(line for line in lines if line["row"].provider_id in ids),
        "funds": Lines(line for line in lines if line["row"].payer_id in ids),
    }


def parties(lines: QuerySet[FrozenLine], ids: list[str]) -> Parties:
    """Over all quarters: by quarter and payer what was received, and by quarter and payee what was passed on.

    Sums of shown amounts, with the number of lines that show none. Two queries.
    """
    found: Parties = {}
    directions = (
        ("received", "provider_id__in", ("payer_id", "payer_name")),
        ("passed_on", "payer_id__in", ("provider_id", "provider_name")),
    )
    for direction, side, (other_id, other_name) in directions:
        found[direction] = [
            {
                "quarter": Quarter.parse(row["publication__period"]),
                "id": row[other_id],
                "name": row[other_name],
                "body": row["body_code"],
                "tier": row["tier"],
                "agreements": row["agreements"],
                "compiled": row["compiled"],
                "paid": row["paid"],
                "lacking": row["lacking"],
            }
            for row in sums(lines.filter(**{side: ids}), other_id, other_name)
        ]
    return found


@dataclass(frozen=True, slots=True)
class InQuarter:
    """One quarter of an organisation: its money (``None`` where no filed return names it), its agreements on either
    side, and how many of those were compiled.
    """

    quarter: Quarter
    money: ProviderMoney | None
    funded: int
    funds: int
    compiled: int


def quarter_by_quarter(found: Parties, money: Iterable[ProviderMoney]) -> list[InQuarter]:
    """Every quarter that names the organisation, the newest first."""
    told = {Quarter.parse(one.period): one for one in money}
    counted: dict[Quarter, Counter[str]] = defaultdict(Counter)
    for direction, rows in found.items():
        for row in rows:
            counted[row["quarter"]].update({direction: row["agreements"], "compiled": row["compiled"]})
    return [
        InQuarter(quarter, told.get(quarter), of["received"], of["passed_on"], of["compiled"])
        for quarter, of in sorted(counted.items(), reverse=True)
    ]


@dataclass(slots=True)
class Funded:
    """Whom the organisation funds: in which chain and tier, in how many quarters, from the first to the last."""

    id: str
    name: str
    body: str
    tier: int
    quarters: set[Quarter]

    @property
    def first(self) -> Quarter:
        return min(self.quarters)

    @property
    def last(self) -> Quarter:
        return max(self.quarters)


def funded_over_time(passed_on: list[dict]) -> list[Funded]:
    """Each of them once for a chain and tier; those of the newest quarter first."""
    found: dict[tuple, Funded] = {}
    for row in passed_on:
        key = (row["id"], row["name"] if not row["id"] else "", row["body"], row["tier"])
        one = found.setdefault(key, Funded(row["id"], row["name"], row["body"], row["tier"], set()))
        one.quarters.add(row["quarter"])
    return sorted(found.values(), key=lambda one: (-one.last.start.toordinal(), one.body, one.tier, one.name))


def sums(lines: QuerySet[FrozenLine], other_id: str, other_name: str) -> QuerySet:
    """What lines add up to by quarter, body, tier and other party. Amounts are ``Decimal`` pounds or ``None``."""
    return (
        lines.values("publication__period", "body_code", "tier", other_id, other_name)
        .annotate(
            agreements=Count("pk"),
            paid=Sum("amount_paid_gbp"),
            lacking=Count("pk", filter=Q(amount_paid_gbp=None)),
            compiled=Count("pk", filter=Q(return_kind="compiled")),
        )
        .order_by("-publication__period", "body_code", "tier", other_name, other_id)
    )
