"""What do the lines that name one area say, quarter by quarter: how many, with how many providers, and what money?

The figures are those of :mod:`supplychain.analysis.breakdown` for the area by quarter, and by quarter and area: there
the lines that name this area alone stand apart from those that name several. In one quarter a line is an agreement.
"""

from dataclasses import dataclass
from decimal import Decimal

from supplychain.analysis.breakdown import SEVERAL, Figures, breakdown
from supplychain.analysis.selection import Selection


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


def area_quarters(series: str, area: str) -> list[AreaQuarter]:
    """Every quarter in which lines name the area, by quarter and kind of return. Four queries at most."""
    selection = Selection.parse(series, {"area": [area]})
    paid = {
        (row.keys["quarter"], row.return_kind, row.keys["area"]): row
        for row in breakdown(selection, ["quarter", "area"])
    }
    return [
        AreaQuarter(
            row.keys["quarter"], row.return_kind, row.lines, row.providers,
            _paid(paid.get((row.keys["quarter"], row.return_kind, area))),
            _paid(paid.get((row.keys["quarter"], row.return_kind, SEVERAL))),
        )
        for row in breakdown(selection, ["quarter"])
    ]  # fmt: skip


def _paid(row: Figures | None) -> Paid:
    return Paid(row.lines, row.amount, row.amount_status, row.lines_without_amount) if row else Paid(0, None, "[x]", 0)
