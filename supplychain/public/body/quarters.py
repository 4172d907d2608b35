"""How did a body's payments and results go on from quarter to quarter, and why does a quarter show none?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.money import share
from portal.pictures.time_series import REASONS, Point, TimeSeries
from portal.quarters import Quarter
from supplychain.analysis import breakdown
from supplychain.analysis.breakdown import Figures
from supplychain.analysis.selection import Selection
from supplychain.models import FrozenBody, FrozenKpi, Kpi
from supplychain.public.body.measures import plain

FILED = "published"
SHORT = {"missing": "no return", "nil": "nil return", "not-required": "no return required"}  # for a narrow column
MOST_QUARTERS = 8  # of which results are set beside each other


def without_lines(statuses: Iterable[FrozenBody]) -> dict[Quarter, str]:
    """The quarters for which the body filed no line, each with the reason in words."""
    return {row.publication.quarter: reason(row) for row in statuses if row.filing_status != FILED}


def reason(row: FrozenBody) -> str:
    """Why there is no figure of a quarter, in words."""
    status = row.filing_status
    return "compiled from public records, which hold no figures" if status == "compiled" else REASONS[status][1]


def payments(series: str, code: str, statuses: Sequence[FrozenBody]) -> list[TimeSeries]:
    """What is shown as paid to tier 2 and on to tier 3, by quarter, on one scale; nothing where fewer than two quarters
    were filed. One query.
    """
    told = [row for row in statuses if row.filing_status != "compiled"]
    found = {
        (row.keys["quarter"], row.keys["tier"]): row
        for row in breakdown.breakdown(Selection.parse(series, {"body": [code]}), ["quarter", "tier"])
        if row.return_kind != "compiled"
    }
    if len({quarter for quarter, _ in found}) < 2:
        return []
    like = [row.amount for (_, tier), row in found.items() if tier in (2, 3) and row.amount is not None]
    titles = {2: "Paid to tier 2, by quarter", 3: "Paid on to tier 3, by quarter"}
    return [
        TimeSeries(
            id=f"paid-{tier}",
            title=title,
            points=[point(row, found.get((row.publication.period, tier))) for row in told],
            like=like,
            colour="brand" if tier == 2 else "second",
            notes=["It is a part of what was paid to tier 2, not on top of it, and drawn to the same scale."]
            if tier == 3 else [],
        )
        for tier, title in titles.items() if any(known == tier for _, known in found)
    ]  # fmt: skip


def point(row: FrozenBody, figures: Figures | None) -> Point:
    """What a quarter shows of one tier."""
    quarter = row.publication.quarter
    if row.filing_status != FILED:
        return Point(quarter, None, row.filing_status)
    if figures is None:
        return Point(quarter, None, "nobody")
    prefix = "at least" if figures.amount is not None and figures.lines_without_amount else ""
    return Point(quarter, figures.amount, figures.amount_status, prefix)


@dataclass(frozen=True, slots=True)
class Cell:
    """A measure in one quarter: its figure and share, how high its column is (of 24 pixels), or why there is none."""

    row: FrozenKpi | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    percent: Decimal | None = None
    height: int = 0
    of_whole: bool = False  # is the height that of a share?
    why: str = ""

    @property
    def top(self) -> int:
        return HIGHEST - self.height


HIGHEST = 24


def results(series: str, code: str, statuses: Sequence[FrozenBody]) -> dict:
    """The body's own total of each of its measures in its newest quarters, oldest first. Two queries."""
    shown = [row for row in statuses if row.filing_status != "compiled"][:MOST_QUARTERS][::-1]
    rows = FrozenKpi.objects.filter(
        publication__in=[row.publication_id for row in shown], body_code=code, agreement_ref=""
    ).order_by("kpi_kind", "kpi_code")
    titles = dict(Kpi.objects.filter(series=series).values_list("code", "title"))
    measures: dict[str, dict[int, FrozenKpi]] = {}
    for row in rows:
        measures.setdefault(row.kpi_code, {})[row.publication_id] = row
    return {
        "result_quarters": [row.publication.quarter for row in shown],
        "measured": [
            {
                "code": kpi,
                "title": titles.get(kpi, kpi),
                "kind": next(iter(found.values())).kpi_kind,
                "cells": _cells(shown, found),
            }
            for kpi, found in measures.items()
        ],
    }


def _cells(shown: Sequence[FrozenBody], found: dict[int, FrozenKpi]) -> list[Cell]:
    """The quarters of one measure; columns are shares where all have a denominator, else of the largest."""
    known = [row for row in found.values() if row.numerator is not None]
    shares = bool(known) and all(row.denominator for row in known)
    largest = max((row.numerator for row in known if row.numerator is not None), default=Decimal(0))
    cells = []
    for status in shown:
        row = found.get(status.publication_id)
        if row is None:
            why = "not reported" if status.filing_status == FILED else SHORT[status.filing_status]
            cells.append(Cell(None, why=why))
            continue
        percent = share(row.numerator, row.denominator) if row.numerator is not None and row.denominator else None
        part = percent if shares else share(row.numerator, largest) if row.numerator is not None else None
        height = max(round(min(part, Decimal(100)) * HIGHEST / 100), 1) if part is not None else 0
        cells.append(Cell(row, plain(row.numerator), plain(row.denominator), percent, height, shares))
    return cells
