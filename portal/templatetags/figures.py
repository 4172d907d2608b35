"""Where do the bars of a figure of money stand? Load with ``{% load figures %}``.

Figures are drawn here, on the server, as SVG without scripts or styles: widths are shares of the frame, so the words
stay readable on a narrow screen. The same numbers stand in a table beside each figure.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context

from portal.templatetags.portal import absence, current_series, gbp

register = template.Library()

ROW_HEIGHT = 72
LABEL_LIMIT = 36
THINNEST = Decimal("0.3")
PLACES = Decimal("0.01")
COLOURS = {"brand": "#12436d", "second": "#28a197", "third": "#801650", "quiet": "#6b7276"}


@register.inclusion_tag("components/money_bars.html", takes_context=True)
def money_bars(
    context: Context, id: str, title: str, bars: Sequence[dict[str, Any]], heading: str = "Item"
) -> dict[str, Any]:
    """Horizontal bars of pounds, with the numbers beside them and in a table.

    ``bars``: dictionaries with ``label``, ``amount`` (``Decimal`` pounds or ``None``), and optionally ``status`` (why
    there is no amount), ``prefix`` (such as "at most") and ``colour`` (``brand``, ``second``, ``third``, ``quiet``).
    ``heading`` names the table's first column. ``id`` is unique on the page; ``title`` states what the figure says.
    """
    drawn = drawn_bars(bars)
    return {
        "id": id,
        "title": title,
        "heading": heading,
        "bars": drawn,
        "height": len(drawn) * ROW_HEIGHT,
        "description": "; ".join(f"{bar['label']}: {bar['shown']}" for bar in drawn) + ".",
        "demonstration": current_series(context).demonstration,
    }


def drawn_bars(bars: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bars with their places: ``x`` and ``width`` in percent of the frame, ``y`` in pixels, ``zero`` where 0 is.

    The longest bar fills the frame where nothing is below 0; a bar of another amount than 0 is never too thin to see;
    amounts below 0 go left of zero.
    """
    amounts = [bar["amount"] for bar in bars if bar.get("amount") is not None]
    low, high = min([*amounts, Decimal(0)]), max([*amounts, Decimal(0)])
    span = (high - low) or Decimal(1)
    zero = _percent(-low, span)
    drawn = []
    for index, bar in enumerate(bars):
        amount, label = bar.get("amount"), str(bar["label"])
        width = max(_percent(abs(amount), span), THINNEST) if amount else Decimal(0)
        prefix = f"{bar['prefix']} " if bar.get("prefix") else ""
        drawn.append(
            {
                "label": label,
                "short": label if len(label) <= LABEL_LIMIT else label[: LABEL_LIMIT - 1].rstrip() + "…",
                "shown": prefix + gbp(amount) if amount is not None else absence(bar.get("status") or "x"),
                "fill": COLOURS[bar.get("colour", "brand")],
                "x": zero if amount is None or amount >= 0 else max(zero - width, Decimal(0)),
                "width": width,
                "zero": zero if low < 0 else None,
                "y": index * ROW_HEIGHT,
            }
        )
    return drawn


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(PLACES)
