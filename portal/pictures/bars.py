"""Where do horizontal bars stand? One for each thing that is compared, from 0 to the right, and to the left below 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import plotly.graph_objects as go

from portal.pictures.picture import COLOURS, POUNDS, Picture, Table, plain, plotly_figure, share, shortened, spread

ROW_HEIGHT = 68
LABEL_LIMIT = 36
THINNEST = Decimal("0.3")


@dataclass(frozen=True, slots=True)
class Bar:
    """``value`` is ``None`` where there is none, and ``status`` says why; ``prefix`` is such as "at most"."""

    label: str
    value: Decimal | int | None
    status: str = ""
    prefix: str = ""
    colour: str = "brand"


@dataclass(frozen=True, kw_only=True)
class Bars(Picture):
    """Bars with their words above them; ``heading`` names what the labels are."""

    bars: Sequence[Bar]
    heading: str = "Item"
    kind = "bars"

    @property
    def drawn(self) -> dict[str, Any]:
        """``x`` and ``width`` in percent of the frame, ``y`` in pixels, ``zero`` where 0 is.

        The longest bar fills the frame where nothing is below 0; a bar of another value than 0 is never too thin to
        see.
        """
        low, high = spread(bar.value for bar in self.bars)
        span = (high - low) or Decimal(1)
        zero = share(-low, span)
        marks = []
        for index, bar in enumerate(self.bars):
            width = max(share(abs(bar.value), span), THINNEST) if bar.value else Decimal(0)
            marks.append(
                {
                    "short": shortened(bar.label, LABEL_LIMIT),
                    "shown": self._shown(bar),
                    "fill": COLOURS[bar.colour],
                    "colour": bar.colour,
                    "x": zero if bar.value is None or bar.value >= 0 else max(zero - width, Decimal(0)),
                    "width": width,
                    "nothing": bar.value is None,
                    "y": index * ROW_HEIGHT,
                }
            )
        return {"marks": marks, "zero": zero, "width": None, "height": len(marks) * ROW_HEIGHT, "row": ROW_HEIGHT}

    @property
    def table(self) -> Table:
        """Label and value of each bar."""
        return Table((self.heading, self.value_heading), tuple((bar.label, self._shown(bar)) for bar in self.bars))

    def figure(self) -> dict[str, Any]:
        """Bars in the same order, from above."""
        return plotly_figure(
            go.Bar(
                orientation="h",
                x=[plain(bar.value) for bar in self.bars],
                y=[bar.label for bar in self.bars],
                text=[self._shown(bar) for bar in self.bars],
                marker={"color": [COLOURS[bar.colour] for bar in self.bars]},
                hovertemplate="%{y}: %{text}<extra></extra>",
            ),
            xaxis={"type": "linear", "tickprefix": "£" if self.unit == POUNDS else ""},
            yaxis={"autorange": "reversed", "automargin": True, "type": "category"},
            height=120 + 40 * len(self.bars),
        )

    def _shown(self, bar: Bar) -> str:
        return self.shown(bar.value, bar.status, bar.prefix)
