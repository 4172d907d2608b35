"""Where do the bands of a chain of payments run? From column to column, each as thick as the money that it stands for.

Nodes stand in the column of their tier, so that no band runs back. Only what is above 0 can be drawn; whoever makes the
picture says beside it what is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from portal.pictures.picture import COLOURS, Picture, Table, plain, plotly_figure, wrapped

TALLEST = Decimal(400)  # pixels that the money of the fullest column takes
LINE = Decimal(17)  # pixels of a line of words beside a node
GAP = Decimal(10)
NODE = 14
LEAST_COLUMN, COLUMN, PAGE, MOST_LINES = 190, 240, 960, 3  # pixels, but for the lines of a label
TOP = Decimal(36)  # for the names of the columns
CHARACTER = Decimal("7.0")  # pixels, on average
PIXEL = Decimal("0.1")
ENDS = {"end": "quiet", "others": "second"}


@dataclass(frozen=True, slots=True)
class Node:
    """Somebody who pays or is paid, in a column (0 is the leftmost). ``kind``: ``party``, ``others`` (several together)
    or ``end`` (money that goes no further).
    """

    key: str
    label: str
    column: int
    kind: str = "party"
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What one node pays another; ``prefix`` is such as "at least"."""

    source: str
    target: str
    amount: Decimal
    prefix: str = ""


@dataclass(slots=True)
class _Place:
    node: Node
    received: Decimal = Decimal(0)
    passed: Decimal = Decimal(0)
    y: Decimal = Decimal(0)
    height: Decimal = Decimal(0)
    lines: list[str] = field(default_factory=list)  # of its label
    middles: list[Decimal] = field(default_factory=list)  # of those who pay it
    out: Decimal = Decimal(0)  # how far its right side is taken
    into: Decimal = Decimal(0)  # how far its left side is taken

    @property
    def amount(self) -> Decimal:
        return max(self.received, self.passed)


@dataclass(frozen=True, kw_only=True)
class Sankey(Picture):
    """Bands from left to right. ``rows`` are those of the table, where it holds more than is drawn."""

    nodes: Sequence[Node]
    links: Sequence[Link]
    columns: Sequence[str]
    headings: tuple[str, ...] = ("From", "To", "Amount")
    rows: Sequence[tuple[str, ...]] = ()
    kind = "sankey"

    @property
    def drawn(self) -> dict[str, Any]:
        """Nodes and bands with their places in pixels."""
        places = self._amounts()
        scale = self._scale(places.values())
        step = Decimal(min(COLUMN, max(LEAST_COLUMN, PAGE // max(len(self.columns), 1))))
        width = int(step * len(self.columns))
        room = int((step - NODE - 12) / CHARACTER)
        for place in places.values():
            place.lines = wrapped(place.node.label, room, MOST_LINES)
        height = self._stack(places, scale)
        return {
            "nodes": [self._node(place, step) for place in places.values()],
            "bands": [self._band(link, places, scale, step) for link in self._in_order(places)],
            "columns": [{"x": step * place, "words": words} for place, words in enumerate(self.columns)],
            "width": width,
            "height": height,
        }  # fmt: skip

    @property
    def own_table(self) -> Table:
        """Who pays whom and how much."""
        names = {node.key: node.label for node in self.nodes}
        rows = self.rows or [
            (names[link.source], names[link.target], self.shown(link.amount, prefix=link.prefix)) for link in self.links
        ]
        return Table(self.headings, tuple(rows))

    @property
    def description(self) -> str:
        """The bands as a sentence; the table beside the picture has them all."""
        names = {node.key: node.label for node in self.nodes}
        told = [f"{names[link.source]} to {names[link.target]}: {self.shown(link.amount, prefix=link.prefix)}"
                for link in self.links]  # fmt: skip
        return " ".join(filter(None, (self.takeaway, "; ".join(told) + ".")))

    def figure(self) -> dict[str, Any]:
        """The same nodes and bands."""
        index = {node.key: place for place, node in enumerate(self.nodes)}
        kinds = {node.key: COLOURS[ENDS.get(node.kind, "brand")] for node in self.nodes}
        return plotly_figure(
            go.Sankey(
                arrangement="snap",
                node={
                    "label": [node.label for node in self.nodes],
                    "color": list(kinds.values()),
                    "pad": 18,
                    "thickness": NODE,
                    "hovertemplate": "%{label}<extra></extra>",
                },
                link={
                    "source": [index[link.source] for link in self.links],
                    "target": [index[link.target] for link in self.links],
                    "value": [plain(link.amount) for link in self.links],
                    "customdata": [self.shown(link.amount, prefix=link.prefix) for link in self.links],
                    "color": [_faint(kinds[link.target]) for link in self.links],
                    "hovertemplate": "%{source.label} to %{target.label}: %{customdata}<extra></extra>",
                },
            ),
            height=max(420, 28 * len(self.nodes)),
        )

    def _amounts(self) -> dict[str, _Place]:
        places = {node.key: _Place(node) for node in self.nodes}
        for link in self.links:
            places[link.source].passed += link.amount
            places[link.target].received += link.amount
        return places

    def _scale(self, places: Iterable[_Place]) -> Decimal:
        """Pixels for a pound."""
        columns: dict[int, Decimal] = {}
        for place in places:
            columns[place.node.column] = columns.get(place.node.column, Decimal(0)) + place.amount
        return TALLEST / (max(columns.values(), default=Decimal(0)) or Decimal(1))

    def _stack(self, places: dict[str, _Place], scale: Decimal) -> int:
        """Give each node its place in its column, near those who pay it; ends come last. The height of the whole."""
        lowest = TOP
        for column in range(len(self.columns)):
            mine = [place for place in places.values() if place.node.column == column]
            for place in mine:
                payers = [places[link.source] for link in self.links if link.target == place.node.key]
                place.middles = [payer.y + payer.height / 2 for payer in payers]
            mine.sort(key=_order)
            y = TOP
            for place in mine:
                place.y, place.height = y, max(place.amount * scale, Decimal(2))
                y += max(place.height, LINE * (len(place.lines) + 1)) + GAP
            lowest = max(lowest, y)
        return int(lowest)

    def _in_order(self, places: dict[str, _Place]) -> list[Link]:
        """Bands leave and reach a node in the order of those at their other ends, so that few cross."""
        return sorted(self.links, key=lambda link: (places[link.source].y, places[link.target].y))

    @staticmethod
    def _band(link: Link, places: dict[str, _Place], scale: Decimal, step: Decimal) -> dict[str, Any]:
        source, target = places[link.source], places[link.target]
        thick = max(link.amount * scale, Decimal(1))
        top, bottom = source.y + source.out, target.y + target.into
        source.out += link.amount * scale
        target.into += link.amount * scale
        left, right = source.node.column * step + NODE, target.node.column * step
        middle = (left + right) / 2
        x = [f"{one.quantize(PIXEL)}" for one in (left, middle, right)]
        y = [f"{one.quantize(PIXEL)}" for one in (top, bottom, bottom + thick, top + thick)]
        path = (
            f"M{x[0]} {y[0]}C{x[1]} {y[0]} {x[1]} {y[1]} {x[2]} {y[1]}V{y[2]}"
            f"C{x[1]} {y[2]} {x[1]} {y[3]} {x[0]} {y[3]}Z"
        )
        colour = ENDS.get(target.node.kind, "brand")
        return {"path": path, "fill": COLOURS[colour], "colour": colour}

    def _node(self, place: _Place, step: Decimal) -> dict[str, Any]:
        colour = ENDS.get(place.node.kind, "brand")
        x = place.node.column * step
        return {
            "x": x,
            "y": place.y.quantize(PIXEL),
            "height": place.height.quantize(PIXEL),
            "words_x": x + NODE + 6,
            "words_y": (place.y + 14).quantize(PIXEL),
            "label": place.node.label,
            "lines": place.lines,
            "shown": self.shown(place.amount, prefix=place.node.prefix),
            "fill": COLOURS[colour],
            "colour": colour,
            "width": NODE,
        }


def _order(place: _Place) -> tuple[int, Decimal, Decimal]:
    """Parties by where those stand who pay them, then the larger first; others and ends below."""
    rank = {"party": 0, "others": 1, "end": 2}[place.node.kind]
    near = sum(place.middles, Decimal(0)) / len(place.middles) if place.middles else Decimal(0)
    return rank, near, -place.amount


def _faint(colour: str) -> str:
    """A colour as Plotly draws bands in it."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.4)"
