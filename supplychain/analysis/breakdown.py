"""What do the selected lines add up to, over all and by one or two of their properties?

Sums are of amounts that the lines show, and each says of how many lines it lacks one and why. Filed and compiled
returns are never added up together: every figure is of one kind of return. People are not added up at all, for one
person may be in several agreements. Money stands with an area only where a line names that area alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.db import connection

from portal.errors import Refusal
from supplychain.analysis import prepared
from supplychain.analysis.prepared import NO_FILTER, Each, Rows
from supplychain.analysis.selection import Selection
from supplychain.disclosure.columns import SUPPLY_CHAIN

AGREEMENT = """(r.body_code || ' ' || r.agreement_ref) COLLATE "C\""""  # of any quarter, as one text
MOST_ROWS = 2000
MOST_DIMENSIONS = 2
SEVERAL = "several"  # where a line names more than one area
ABSENCES = ("[c]", "[w]", "[x]", "[z]")


@dataclass(frozen=True, slots=True)
class Dimension:
    """A property that lines are grouped by. ``key`` and ``name`` are SQL over ``r`` and ``p``; where several names go
    with one key, the newest line's is given.
    """

    title: str
    description: str
    key: str
    name: str = ""


def column(name: str, title: str, label: str = "") -> Dimension:
    """A dimension that is a published column of the lines; ``label`` is the column with its name for people."""
    key = f"NULLIF(r.{name}, '') COLLATE \"C\""
    return Dimension(title, SUPPLY_CHAIN.column(name).description, key, f"r.{label}" if label else "")


AREA = f"CASE WHEN cardinality(r.area_codes) > 1 THEN '{SEVERAL}' ELSE r.area_codes[1] END COLLATE \"C\""
DIMENSIONS = {
    "quarter": Dimension("Quarter", SUPPLY_CHAIN.column("quarter").description, 'p.period COLLATE "C"'),
    "tier": Dimension("Tier", SUPPLY_CHAIN.column("tier").description, "r.tier"),
    "sector": column("sector", "Sector"),
    "service": column("service_category", "Service"),
    "area": Dimension(
        "Area",
        "Code of the area where the line names it alone; several where it names more than one, for money of such a "
        "line is not attributed to any of them.",
        AREA,
    ),
    "body": column("body_code", "Reporting body", "body_name"),
    "body_kind": column("body_kind", "Kind of body"),
    "owner": column("owner_name", "Owner of the body"),
    "funding_type": column("funding_type", "Funding type"),
    "role": column("role", "Role"),
    "payer": column("payer_id", "Payer", "payer_name"),
    "provider": column("provider_id", "Provider", "provider_name"),
    "return_kind": column("return_kind", "Kind of return"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What lines of one kind of return add up to. ``keys`` holds the value of each dimension (``None``: not stated),
    ``names`` the words for those that lines give themselves.

    ``amount`` is in pounds, ``None`` where no line shows one; ``without_amount`` counts the others by their status.
    """

    keys: dict[str, Any]
    names: dict[str, str]
    return_kind: str
    lines: int
    agreements: int
    providers: int
    amount: Decimal | None
    amount_status: str
    without_amount: dict[str, int]

    @property
    def lines_without_amount(self) -> int:
        return sum(self.without_amount.values())


def totals(selection: Selection) -> list[Figures]:
    """One entry for each kind of return of which lines are selected. Two queries at most."""
    return breakdown(selection, ())


def breakdown(selection: Selection, by: Sequence[str]) -> list[Figures]:
    """The figures by one or two of :data:`DIMENSIONS`, in the order of their values. Two queries at most.

    Raises :class:`Refusal` where that would be more than :data:`MOST_ROWS`.
    """
    rows = prepared.found(selection, by)
    if rows is None:
        rows = worked_out(selection, by).get("", [])
    if isinstance(rows, str):
        raise Refusal(
            "too-many-rows",
            f"This breakdown has more than {MOST_ROWS} rows: choose fewer lines, or break down by something coarser.",
        )
    return [_figures(row, by) for row in rows]


def versions(selection: Selection) -> list[dict[str, Any]]:
    """The valid versions that lines are selected from, by quarter: key, quarter, version and digest of the manifest.
    One query.
    """
    condition, values = selection.versions
    statement = f"""
        SELECT p.id, p.period, p.version, p.digest FROM supplychain_publication AS p WHERE {condition}
        ORDER BY p.period COLLATE "C"
    """  # noqa: S608 (no input)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = ("id", "quarter", "version", "digest")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def worked_out(selection: Selection, by: Sequence[str], each: Each = NO_FILTER) -> dict[str, Rows | str]:
    """The rows of a breakdown from the lines, for each value of a filter; :data:`prepared.TOO_MANY` where they are.
    One query.
    """
    condition, values = selection.where
    dimensions = [DIMENSIONS[name] for name in by]
    keys = [f"{one.key} AS key_{place}" for place, one in enumerate(dimensions)]
    names = [
        f'(array_agg({one.name} ORDER BY p.period COLLATE "C" DESC))[1]' if one.name else "''" for one in dimensions
    ]
    grouped = ["each", *(f"key_{place}" for place in range(len(dimensions))), "r.return_kind"]
    order = [f"{key} NULLS LAST" for key in grouped]
    # In one quarter a line is an agreement.
    of_one_quarter = "quarter" in by or len(selection.chosen.get("quarter", ())) == 1
    counts = [f"count(*) FILTER (WHERE r.amount_paid_gbp IS NULL AND r.amount_paid_gbp_status = '{absence}')"
              for absence in ABSENCES]  # fmt: skip
    cells = [
        *keys, *names, "r.return_kind", "count(*)", "count(*)" if of_one_quarter else f"count(DISTINCT {AGREEMENT})",
        "count(DISTINCT r.provider_id COLLATE \"C\") FILTER (WHERE r.provider_id <> '')", "sum(r.amount_paid_gbp)",
        "bool_or(r.amount_paid_gbp_status = '[e]')", *counts,
    ]  # fmt: skip
    statement = f"""
        SELECT {each.key} AS each, {", ".join(cells)} FROM {SUPPLY_CHAIN.rows} {each.rows} WHERE {condition}
        GROUP BY {", ".join(grouped)} ORDER BY {", ".join(order)}
        {f"LIMIT {MOST_ROWS + 1}" if each is NO_FILTER else ""}
    """  # noqa: S608 (no input)
    found: dict[str, Rows | str] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for value, rows in groupby(cursor, key=itemgetter(0)):
            kept = [row[1:] for row in islice(rows, MOST_ROWS + 1)]
            found[value] = kept if len(kept) <= MOST_ROWS else prepared.TOO_MANY
    return found


def _figures(row: tuple[Any, ...], by: Sequence[str]) -> Figures:
    found, called, rest = row[: len(by)], row[len(by) : 2 * len(by)], row[2 * len(by) :]
    kind, lines, agreements, providers, amount, estimated, *absent = rest
    paid = None if amount is None else Decimal(amount)
    without = {absence: count for absence, count in zip(ABSENCES, absent, strict=True) if count}
    return Figures(
        keys=dict(zip(by, found, strict=True)),
        names={name: words for name, words in zip(by, called, strict=True) if words},
        return_kind=kind,
        lines=lines,
        agreements=agreements,
        providers=providers,
        amount=paid,
        amount_status=status(paid, estimated, without),
        without_amount=without,
    )


def status(amount: Decimal | None, estimated: bool, without: dict[str, int]) -> str:
    """How a sum is known, as a published status: ``[e]`` where an estimate is in it; why there is none, else empty."""
    if amount is not None:
        return "[e]" if estimated else ""
    return "[w]" if set(without) == {"[w]"} else "[x]"
