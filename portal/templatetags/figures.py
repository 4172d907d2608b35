"""How is a picture put on a page? Load with ``{% load figures %}``.

``{% picture chart %}`` draws any of ``portal.pictures``: caption, takeaway, SVG, notes and the numbers as a table. On
pages whose policy lets Plotly in (:mod:`supplychain.public.charting`) the same numbers go with it for that.
"""

from typing import Any

from django import template
from django.template.context import Context

from portal.pictures.picture import INK, PAPER, Picture
from portal.templatetags.portal import current_series

register = template.Library()

INVENTED = " (demonstration, invented figures)"


@register.inclusion_tag("components/picture.html", takes_context=True)
def picture(context: Context, chart: Picture) -> dict[str, Any]:
    """A figure with everything that belongs to it."""
    caption = chart.title + (INVENTED if current_series(context).demonstration else "")
    drawn = chart.drawn
    interactive = getattr(context.get("request"), "interactive_charts", False)
    return {
        "chart": chart,
        "caption": caption,
        "drawn": drawn,
        "views": views(chart, drawn),
        "ink": INK,
        "paper": PAPER,
        "figure": for_plotly(chart, caption) if interactive else None,
        "figure_id": f"{chart.id}-data",
    }


def views(chart: Picture, drawn: dict[str, Any]) -> list[dict[str, Any]]:
    """The drawings of a picture: one, or one for a narrow frame and another, hidden without a stylesheet, for a wide
    one.
    """
    one = {"template": f"components/pictures/{chart.kind}.svg", "height": drawn["height"], "name": "", "hidden": False}
    if not chart.wide:
        return [one]
    wide = {"template": f"components/pictures/{chart.wide}.svg", "height": drawn["wide_height"], "name": "wide"}
    return [{**one, "name": "narrow"}, {**wide, "hidden": True}]


def for_plotly(chart: Picture, caption: str) -> dict[str, Any]:
    """The figure of a picture as Plotly takes it, with a title that goes with a saved image; looks are in charts.js."""
    figure = chart.figure()
    layout = {key: value for key, value in figure["layout"].items() if key != "template"}
    return {"data": figure["data"], "layout": {**layout, "title": {"text": caption}}}
