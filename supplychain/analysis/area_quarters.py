"""What do the lines that name one area say, quarter by quarter: how many, with how many providers, and what money?

The lines are those of the one selection, and the figures those that :mod:`supplychain.analysis.breakdown` gives for it
by quarter and area (a test holds them together); this reads them once, for an area may have half a million of them. In
one quarter a line is an agreement.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from supplychain.analysis.breakdown import ABSENCES, status
from supplychain.analysis.rows import named_rows
from supplychain.analysis.selection import Selection
from supplychain.disclosure.columns import SUPPLY_CHAIN


@dataclass(frozen=True, slots=True)
class Paid:
    """What ``lines`` add up to in pounds (``None`` where none shows an amount), and how many of them show none."""

    lines: int
    amount: Decimal | None
    amount_status: str
    lines_without_amount: int


@dataclass(frozen=True, slots=True)
class AreaQuarter:
    """One quarter of an area as one kind of return tells of it.

    ``alone`` is of lines that name no other area, ``several`` of those that do, whose money is no area's own.
    """

    period: str
    return_kind: str
    agreements: int
    providers: int
    alone: Paid
    several: Paid


WHERE = {"alone": "cardinality(r.area_codes) = 1", "several": "cardinality(r.area_codes) > 1"}


def area_quarters(series: str, area: str) -> list[AreaQuarter]:
    """Every quarter in which lines name the area, by quarter and kind of return. One query."""
    condition, values = Selection.parse(series, {"area": [area]}).where
    cells = [
        cell
        for name, those in WHERE.items()
        for cell in (
            f"count(*) FILTER (WHERE {those}) AS {name}_lines",
            f"sum(r.amount_paid_gbp) FILTER (WHERE {those}) AS {name}_amount",
            f"COALESCE(bool_or(r.amount_paid_gbp_status = '[e]') FILTER (WHERE {those}), false) AS {name}_estimated",
            *(
                f"count(*) FILTER (WHERE {those} AND r.amount_paid_gbp IS NULL AND r.amount_paid_gbp_status = "
                f"'{absence}') AS {name}_{absence[1]}"
                for absence in ABSENCES
            ),
        )
    ]
    statement = f"""
        SELECT p.period, r.return_kind, count(*) AS agreements,
               count(DISTINCT r.provider_id) FILTER (WHERE r.provider_id <> '') AS providers, {", ".join(cells)}
        FROM {SUPPLY_CHAIN.rows} WHERE {condition}
        GROUP BY p.period, r.return_kind ORDER BY p.period COLLATE "C", r.return_kind
    """  # noqa: S608 (no input)
    return [
        AreaQuarter(
            row["period"], row["return_kind"], row["agreements"], row["providers"],
            _paid(row, "alone"), _paid(row, "several"),
        )
        for row in named_rows(statement, values)
    ]  # fmt: skip


def _paid(row: dict[str, Any], name: str) -> Paid:
    without = {absence: count for absence in ABSENCES if (count := row[f"{name}_{absence[1]}"])}
    amount = row[f"{name}_amount"]
    return Paid(row[f"{name}_lines"], amount, status(amount, row[f"{name}_estimated"], without), sum(without.values()))
