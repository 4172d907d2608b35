"""What does every picture have, whatever it shows? A caption, the sentence to take away, its numbers, and its marks.

A picture is made by a view and drawn by ``{% picture ... %}``: as SVG that needs neither script nor stylesheet, with a
table of the same numbers beside it, and, where the page lets Plotly in, with the same numbers for that. Lengths are
worked out in decimals like the money that they stand for.
"""

import textwrap
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from portal.templatetags.portal import MINUS, absence, gbp

POUNDS = "pounds"
PLACES = Decimal("0.01")
INK, PAPER = "#0b0c0c", "#ffffff"
# Hues that can be told apart by readers who see no red or no green; words or letters stand beside or in each mark.
COLOURS = {
    "brand": "#12436d", "second": "#28a197", "third": "#801650", "fourth": "#f46a25", "fifth": "#a285d1",
    "quiet": "#6b7276",
}  # fmt: skip
DARK = {"brand", "third", "quiet"}  # on which words are white


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of a picture as text: ``numeric`` is how many columns at the end hold figures."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: int = 1

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Each heading, and whether figures stand below it."""
        words = len(self.headings) - self.numeric
        return [(heading, place >= words) for place, heading in enumerate(self.headings)]

    @property
    def cells(self) -> list[list[tuple[str, bool]]]:
        """Each row's cells, and whether they are figures."""
        words = len(self.headings) - self.numeric
        return [[(cell, place >= words) for place, cell in enumerate(row)] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a colour of a picture stands for, and the letter that stands in its marks."""

    letter: str
    words: str
    colour: str

    @property
    def fill(self) -> str:
        return COLOURS[self.colour]

    @property
    def ink(self) -> str:
        return PAPER if self.colour in DARK else INK


@dataclass(frozen=True, kw_only=True)
class Picture(ABC):
    """``id`` is unique on the page, ``title`` names what is shown, ``takeaway`` says what it comes to; ``notes`` are
    further sentences below it. ``unit`` is :data:`POUNDS`, ``%``, or the plural of what is counted. ``told`` is the
    table of the numbers where it says more than the picture; ``open`` draws it without having to be asked for.
    ``beside`` is the id of a table of the page that holds them anyway, so that they are not told twice.
    """

    id: str
    title: str
    takeaway: str = ""
    notes: Sequence[str] = ()
    unit: str = POUNDS
    told: Table | None = None
    open: bool = False
    beside: str = ""
    kind: ClassVar[str]  # the template that draws the marks: components/pictures/<kind>.svg
    wide: ClassVar[str] = ""  # that of another drawing where there is room for it; both are of the same marks

    @property
    @abstractmethod
    def drawn(self) -> dict[str, Any]:
        """The marks and their places, and ``width`` (pixels, or ``None`` for that of the page) and ``height``."""

    @property
    def table(self) -> Table:
        """The same numbers as words."""
        return self.told or self.own_table

    @property
    @abstractmethod
    def own_table(self) -> Table:
        """The numbers as the picture itself tells them."""

    @property
    def legend(self) -> list[Meaning]:
        """What each colour stands for, where there are several and no words beside the marks say so."""
        return []

    @abstractmethod
    def figure(self) -> dict[str, Any]:
        """The same numbers as a figure of Plotly: ``data`` and ``layout``."""

    @property
    def description(self) -> str:
        """All that is shown, as one sentence for those who do not see it."""
        told = "; ".join(": ".join(row) if len(row) == 2 else ", ".join(row) for row in self.table.rows)
        return f"{self.takeaway} {told}." if self.takeaway else f"{told}."

    @property
    def all_notes(self) -> list[str]:
        """The sentences below the picture."""
        return list(self.notes)

    @property
    def value_heading(self) -> str:
        """The heading of the column that holds the values."""
        return {POUNDS: "Amount", "%": "Share"}.get(self.unit, self.unit.capitalize())

    def shown(self, value: Decimal | int | None, status: str = "", prefix: str = "") -> str:
        """A value in words: with what is said before it, or why there is none."""
        if value is None:
            return absence(status or "x")
        words = gbp(value) if self.unit == POUNDS else f"{value:,}".replace("-", MINUS)
        return " ".join(filter(None, (prefix, words + ("%" if self.unit == "%" else ""))))


def share(part: Decimal | int, whole: Decimal | int) -> Decimal:
    """``part`` of ``whole`` in percent, to two places."""
    return (Decimal(part) * 100 / Decimal(whole)).quantize(PLACES)


def shortened(label: str, limit: int) -> str:
    """The beginning of a label that is too long, with an ellipsis."""
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def wrapped(label: str, limit: int, most: int = 2) -> list[str]:
    """A label in lines of at most ``limit`` characters; what does not fit into ``most`` of them is cut."""
    lines = textwrap.wrap(label, limit) or [""]
    return lines if len(lines) <= most else [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), limit)]


def spread(values: Iterable[Decimal | int | None]) -> tuple[Decimal, Decimal]:
    """The lowest and the highest of the values and 0."""
    known = [Decimal(value) for value in values if value is not None]
    return min([*known, Decimal(0)]), max([*known, Decimal(0)])


def plain(value: Decimal | int | None) -> str | None:
    """A value as Plotly is given it: exact text."""
    return None if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def plotly_figure(trace: BaseTraceType | list[BaseTraceType], **layout: Any) -> dict[str, Any]:
    """A figure of its traces; without a template from the start, for the usual one takes longer than all the rest."""
    return go.Figure(trace, layout={"template": "none", **layout}).to_plotly_json()
