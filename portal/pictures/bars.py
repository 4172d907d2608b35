"""Where do horizontal bars stand? One for each thing that is compared, from 0 to the right, and to the left below 0.

A bar may be made of parts, of which each has the colour and the letter of what it stands for: they follow each other
from 0 on, so that parts of several bars in the same order can be compared. The same marks are drawn twice: with words
above each bar, and, where there is room, with words, bar and value in one line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import ascii_lowercase
from typing import Any

import plotly.graph_objects as go

from portal.pictures.picture import (
    COLOURS,
    DARK,
    INK,
    PAPER,
    POUNDS,
    Meaning,
    Picture,
    Table,
    plain,
    plotly_figure,
    share,
    spread,
    wrapped,
)

LABEL_LIMIT = 34  # characters of a line of words above a bar
LINE, BASELINE, THICK, THICK_OF_PARTS, PADDING = 19, 15, 16, 26, 13  # pixels: of words, of bars, and between bars
THINNEST = Decimal("0.3")
# Where there is room: the narrowest frame of that kind, and pixels of a character of words and of values.
WIDE, LABEL, VALUE = 700, Decimal("7.4"), Decimal("8.9")
LEAST_LETTER, LEAST_SHARE = Decimal(4), Decimal(13)  # percent of the frame that a part needs to hold its words


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: ``words`` and ``colour`` are the same in every bar that has such a part."""

    words: str
    value: Decimal | int
    colour: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """``value`` is ``None`` where there is none, and ``status`` says why; ``prefix`` is such as "at most". Of a bar
    made of ``parts`` it is what they come to. ``words`` stand beside the bar instead of all that.
    """

    label: str
    value: Decimal | int | None
    status: str = ""
    prefix: str = ""
    colour: str = "brand"
    parts: Sequence[Part] = ()
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Bars(Picture):
    """Bars with their words; ``heading`` names what the labels are, ``most`` is what at least fits into the frame, and
    ``order`` that of the words of parts.
    """

    bars: Sequence[Bar]
    heading: str = "Item"
    most: Decimal = Decimal(0)
    order: Sequence[str] = ()
    kind = "bars"
    wide = "bars_wide"

    @property
    def drawn(self) -> dict[str, Any]:
        """``x`` and ``width`` in percent of the frame, ``y`` in pixels, ``zero`` where 0 is; in the wide drawing the
        bars' frame is from ``left`` on and ``span`` wide, in percent of the whole.

        The longest bar fills the frame where nothing is below 0; a bar of another value than 0 is never too thin to
        see.
        """
        ends = [end for bar in self.bars for end in _ends(bar)]
        low, high = spread([*ends, self.most])
        span = (high - low) or Decimal(1)
        zero = share(-low, span)
        thick = THICK_OF_PARTS if self.legend else THICK
        marks, below, wide_below = [], 0, 0
        left, room = self._columns()
        limit = max(int(left * WIDE / (100 * LABEL)), 8)
        for bar in self.bars:
            segments = self._segments(bar, span, zero)
            lines, wide_lines = wrapped(bar.label, LABEL_LIMIT), wrapped(bar.label, limit, 3)
            x = min([segment["x"] for segment in segments], default=zero)
            marks.append(
                {
                    "lines": lines,
                    "wide_lines": wide_lines,
                    "shown": self._shown(bar),
                    "segments": segments,
                    "x": x,
                    "width": sum((segment["width"] for segment in segments), Decimal(0)),
                    "end": max([segment["x"] + segment["width"] for segment in segments], default=zero),
                    "nothing": bar.value is None,
                    "letter": bar.status.strip("[]") if len(bar.status.strip("[]")) == 1 else "–",
                    "y": below,
                    "value_y": LINE * len(lines) + BASELINE,
                    "bar_y": LINE * (len(lines) + 1) + 4,
                    "wide_y": wide_below,
                }
            )
            below += LINE * (len(lines) + 1) + 4 + thick + PADDING
            wide_below += max(LINE * len(wide_lines), thick) + PADDING
        return {
            "marks": marks, "zero": zero, "width": None, "height": below, "wide_height": wide_below, "left": left,
            "span": 100 - left - room, "thick": thick, "baseline": BASELINE + (thick - THICK) // 2,
        }  # fmt: skip

    @property
    def own_table(self) -> Table:
        """Label and value of each bar, and of its parts where it has any."""
        legend = [meaning.words for meaning in self.legend]
        if not legend:
            return Table((self.heading, self.value_heading), tuple((bar.label, self._shown(bar)) for bar in self.bars))
        rows = []
        for bar in self.bars:
            known = {part.words: self.shown(part.value, prefix=part.prefix) for part in bar.parts}
            rows.append((bar.label, *(known.get(words, "–") for words in legend), self._shown(bar)))
        return Table((self.heading, *legend, "Together"), tuple(rows), numeric=len(legend) + 1)

    @property
    def legend(self) -> list[Meaning]:
        """The parts in their order, else in that in which they are met."""
        colours = {part.words: part.colour for bar in self.bars for part in bar.parts if part.value}
        met = {words: colours[words] for words in [*self.order, *colours] if words in colours}
        return [
            Meaning(letter, words, colour)
            for letter, (words, colour) in zip(ascii_lowercase, met.items(), strict=False)
        ]

    @property
    def description(self) -> str:
        """Each bar, with its parts where it has any, as one sentence."""
        told = "; ".join(
            f"{bar.label}: {self._shown(bar)}"
            + "".join(f", {part.words} {self.shown(part.value, prefix=part.prefix)}" for part in bar.parts)
            for bar in self.bars
        )
        return " ".join(filter(None, (self.takeaway, f"{told}.")))

    @property
    def all_notes(self) -> list[str]:
        """With what a dashed frame means, where there is one."""
        if all(bar.value is not None for bar in self.bars):
            return list(self.notes)
        return [*self.notes, "A dashed frame stands where no value is shown, with the reason beside it; none is 0."]

    def figure(self) -> dict[str, Any]:
        """Bars in the same order, from above; a trace for each kind of part."""
        labels = [bar.label for bar in self.bars]
        traces = [
            go.Bar(
                orientation="h",
                x=[plain(bar.value) for bar in self.bars],
                y=labels,
                text=[self._shown(bar) for bar in self.bars],
                marker={"color": [COLOURS[bar.colour] for bar in self.bars]},
                hovertemplate="%{y}: %{text}<extra></extra>",
            )
        ]
        if self.legend:
            traces = [self._trace(meaning, labels) for meaning in self.legend]
        return plotly_figure(
            traces,
            xaxis={"type": "linear", "tickprefix": "£" if self.unit == POUNDS else ""},
            yaxis={"autorange": "reversed", "automargin": True, "type": "category"},
            height=120 + 40 * len(self.bars) + (40 if self.legend else 0),
            **({"barmode": "relative", "showlegend": True, "legend": {"orientation": "h"}} if self.legend else {}),
        )

    def _trace(self, meaning: Meaning, labels: list[str]) -> go.Bar:
        found = [next((part for part in bar.parts if part.words == meaning.words), None) for bar in self.bars]
        return go.Bar(
            orientation="h",
            name=meaning.words,
            x=[part and plain(part.value) for part in found],
            y=labels,
            customdata=[part and self.shown(part.value, prefix=part.prefix) for part in found],
            marker={"color": meaning.fill, "line": {"color": PAPER, "width": 1}},
            hovertemplate="%{y}, %{fullData.name}: %{customdata}<extra></extra>",
        )

    def _segments(self, bar: Bar, span: Decimal, zero: Decimal) -> list[dict[str, Any]]:
        """The pieces of a bar from 0 on: those above 0 to the right of it, those below to the left."""
        letters = {meaning.words: meaning.letter for meaning in self.legend}
        right, left, found = zero, zero, []
        for part in bar.parts or [Part("", bar.value or 0, bar.colour)]:
            if not part.value:
                continue
            width = max(share(abs(part.value), span), THINNEST)
            if part.value < 0:
                left = max(left - width, Decimal(0))
            words = letters.get(part.words, "") if width >= LEAST_LETTER else ""
            found.append(
                {
                    "x": left if part.value < 0 else right,
                    "width": width,
                    "middle": (left if part.value < 0 else right) + width / 2,
                    "fill": COLOURS[part.colour],
                    "colour": part.colour,
                    "ink": PAPER if part.colour in DARK else INK,
                    "words": f"{words} {round(width)}%"
                    if words and self.unit == "%" and width >= LEAST_SHARE
                    else words,
                }
            )
            if part.value > 0:
                right += width
        return found

    def _columns(self) -> tuple[int, int]:
        """How much of the wide frame words and values need, in percent."""
        longest = max((len(bar.label) for bar in self.bars), default=0)
        words = min(int(longest * LABEL + 2 * LABEL) * 100 // WIDE, 38)
        values = max((len(self._shown(bar)) for bar in self.bars), default=0)
        return words, min(int(values * VALUE + VALUE) * 100 // WIDE, 38)

    def _shown(self, bar: Bar) -> str:
        return bar.words or self.shown(bar.value, bar.status, bar.prefix)


def _ends(bar: Bar) -> list[Decimal]:
    """How far a bar goes below and above 0."""
    values = [Decimal(part.value) for part in bar.parts] if bar.parts else [Decimal(bar.value or 0)]
    return [sum((one for one in values if one < 0), Decimal(0)), sum((one for one in values if one > 0), Decimal(0))]
