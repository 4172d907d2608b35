"""How does a figure go on from quarter to quarter? A column for each, and a mark of its own where there is none.

Nil, withheld, unknown and "no return was required" are neither 0 nor each other: each has its letter in a dashed frame,
explained below the picture. Quarters that nobody speaks of stay gaps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import plotly.graph_objects as go

from portal.pictures.picture import COLOURS, POUNDS, Picture, Table, plain, plotly_figure, spread
from portal.quarters import Quarter
from portal.templatetags.portal import ABSENT, MINUS, absence

TOP, PLOT, BELOW = 24, 180, 48  # pixels: for the words above a column, for columns, for the names of quarters
FRAME, ZERO, THINNEST = 36, 3, Decimal(2)
MOST_FITTING = 8  # columns that share the width of a narrow screen
COLUMN = 56  # pixels of a column where there are more
# Why a quarter has no value: the letters in its frame, and what they mean.
REASONS = {
    **{letter: (letter, words) for letter, (words, _) in ABSENT.items()},
    "nil": ("nil", "nil return: the body reports that it funded nobody"),
    "missing": ("no", "no return is part of the disclosure although one was required"),
    "not-required": ("n/r", "no return was required"),
    "no-line": ("–", "no line of the quarter is in this selection"),
    "nobody": ("–", "no agreement at this tier is reported"),
    "not-named": ("–", "not named in a published return of the quarter"),
    "none": ("", "no disclosure of the quarter has been published"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """What one quarter shows: a value, or (``status``, a key of :data:`REASONS` or ``[x]``) why there is none."""

    quarter: Quarter
    value: Decimal | int | None
    status: str = ""
    prefix: str = ""

    @property
    def reason(self) -> str:
        """The key of why there is no value; empty where there is one."""
        return "" if self.value is not None else self.status.strip("[]") or "x"


@dataclass(frozen=True, kw_only=True)
class TimeSeries(Picture):
    """Columns by quarter, in order; quarters between the first and the last that have no point are gaps. ``like`` are
    values of pictures beside it that it shares its scale with.
    """

    points: Sequence[Point]
    like: Sequence[Decimal | int] = ()
    colour: str = "brand"
    kind = "time_series"

    @property
    def filled(self) -> list[Point]:
        """The points in order, with one for every quarter between."""
        known = {point.quarter: point for point in self.points}
        if not known:
            return []
        quarter, last, found = min(known), max(known), []
        while quarter <= last:
            found.append(known.get(quarter) or Point(quarter, None, "none"))
            quarter = quarter.next
        return found

    @property
    def drawn(self) -> dict[str, Any]:
        """``x`` and ``width`` in percent of the frame, ``y`` and ``height`` in pixels."""
        points = self.filled
        low, high = spread([*self.like, *(point.value for point in points)])
        scale = Decimal(PLOT - (TOP if low < 0 else 0)) / ((high - low) or Decimal(1))
        base = TOP + high * scale
        slot = Decimal(100) / max(len(points), 1)
        marks = []
        for place, point in enumerate(points):
            left = slot * place
            first = place == 0 or point.quarter.number == 1
            mark = {
                "x": (left + slot / 8).quantize(Decimal("0.01")),
                "width": (slot * 3 / 4).quantize(Decimal("0.01")),
                "middle": (left + slot / 2).quantize(Decimal("0.01")),
                "quarter": f"Q{point.quarter.number}",
                "year": point.quarter.financial_year if first else "",
                "last": place == len(points) - 1,
                **self._column(point, base, scale),
            }
            marks.append(mark)
        height = round(TOP + PLOT + BELOW)
        width = None if len(points) <= MOST_FITTING else len(points) * COLUMN
        return {
            "marks": marks, "base": round(base), "fill": COLOURS[self.colour], "colour": self.colour,
            "width": width, "height": height, "names": height - 28, "years": height - 8,
        }  # fmt: skip

    @property
    def own_table(self) -> Table:
        """Quarter and value, or why there is none."""
        rows = tuple((f"{point.quarter.label} ({point.quarter})", self._shown(point)) for point in self.filled)
        return Table(("Quarter", self.value_heading), rows)

    @property
    def all_notes(self) -> list[str]:
        """With what the letters mean that stand in the picture."""
        met = dict.fromkeys(point.reason for point in self.filled if point.reason)
        told = [f"{REASONS[reason][0]}: {REASONS[reason][1]}" for reason in met if REASONS[reason][0]]
        if "none" in met:
            told.append(f"a gap: {REASONS['none'][1]}")
        return [*self.notes, f"In the picture, {'; '.join(told)}. None of them is 0."] if told else list(self.notes)

    def figure(self) -> dict[str, Any]:
        """Columns with gaps; why there is none is told on hovering and in the table."""
        points = self.filled
        return plotly_figure(
            go.Bar(
                x=[str(point.quarter) for point in points],
                y=[plain(point.value) for point in points],
                customdata=[self._shown(point) for point in points],
                marker={"color": COLOURS[self.colour]},
                hovertemplate="%{x}: %{customdata}<extra></extra>",
            ),
            xaxis={"type": "category"},
            yaxis={"type": "linear", "tickprefix": "£" if self.unit == POUNDS else "", "automargin": True},
            height=360,
        )

    def _column(self, point: Point, base: Decimal, scale: Decimal) -> dict[str, Any]:
        """Where a column begins and how high it is, and the words above it; a frame where there is no value."""
        if point.value is None:
            words = REASONS[point.reason][0]
            return {"frame": bool(words), "y": round(base) - FRAME, "height": FRAME, "words": words,
                    "words_y": round(base) - FRAME // 2 + 5}  # fmt: skip
        height = round(max(abs(point.value) * scale, THINNEST)) if point.value else ZERO
        top = round(base) if point.value < 0 else round(base) - height
        words_y = top + height + 14 if point.value < 0 else top - 6
        return {"frame": False, "y": top, "height": height, "words": compact(point.value, self.unit),
                "words_y": words_y}  # fmt: skip

    def _shown(self, point: Point) -> str:
        if point.value is None:
            return absence(point.reason) if point.reason in ABSENT else REASONS[point.reason][1]
        return self.shown(point.value, prefix=point.prefix)


def compact(value: Decimal | int, unit: str) -> str:
    """A value in as few characters as can be, for the column itself: ``£96k``, ``£1.2m``; the table has it exactly."""
    amount, sign = abs(Decimal(value)), MINUS if value < 0 else ""
    ending = ""
    for size, letter in ((1_000_000, "m"), (1_000, "k")):
        if amount >= size - Decimal(size) / 2000:
            amount, ending = amount / size, letter
            break
    places = Decimal("0.1") if ending and amount < 10 else Decimal(1)
    text = f"{amount.quantize(places, rounding=ROUND_HALF_UP)}".removesuffix(".0")
    return f"{sign}{'£' if unit == POUNDS else ''}{text}{ending}{'%' if unit == '%' else ''}"
