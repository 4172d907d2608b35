"""Which components hold other markup, or choose what they show? Load with ``{% load components %}``.

The markup itself is in ``templates/components/``; each file there lists its inputs. Components without logic are
included with ``{% include "components/...html" with ... only %}``; the tags here wrap a piece of a page, or prepare
what is drawn.
"""

from collections.abc import Sequence
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from portal.templatetags.portal import ABSENT, query_with, status_of

register = template.Library()

# A table whose parts are laid out as blocks is no table any more to some browsers, unless its parts say what they are.
STACKED = (
    ("<thead", "rowgroup"), ("<tbody", "rowgroup"), ("<tr", "row"), ('<th scope="col"', "columnheader"),
    ('<th scope="row"', "rowheader"), ("<td", "cell"),
)  # fmt: skip


def _component(name: str, **inputs: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", inputs)


@register.simple_block_tag
def table(
    content: str, id: str, caption: str, *, size: str = "m", compact: bool = False, stacked: bool = False
) -> SafeString:
    """``{% table "payments" "Payments by provider" %}<thead>..</thead><tbody>..</tbody>{% endtable %}``

    A table in a frame that scrolls sideways and can be reached by keyboard. ``id`` is unique on the page; ``size`` of
    the caption is ``s``, ``m``, ``l`` or ``hidden`` (for screen readers only). On a telephone the cells of a
    ``stacked`` one stand below each other, each after what its ``data-label`` says; roles keep it a table for those who
    hear it.
    """
    if stacked:
        for part, role in STACKED:
            content = content.replace(part, f'{part} role="{role}"')
        content = mark_safe(content)  # noqa: S308 (drawn by a template already)
    return _component("table", content=content, id=id, caption=caption, size=size, compact=compact, stacked=stacked)


@register.simple_block_tag
def summary_list(content: str) -> SafeString:
    """Holds ``{% summary_row "Owner" %}..{% endsummary_row %}`` pairs."""
    return _component("summary_list", content=content)


@register.simple_block_tag
def summary_row(content: str, key: str) -> SafeString:
    """One key and its value in a summary list."""
    return _component("summary_row", content=content, key=key)


@register.simple_block_tag
def details(content: str, summary: str, *, open: bool = False) -> SafeString:
    """Content that the reader opens."""
    return _component("details", content=content, summary=summary, open=open)


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """Content set apart from the text around it."""
    return _component("inset", content=content)


@register.simple_block_tag
def notification(content: str, id: str, title: str = "Important", *, success: bool = False) -> SafeString:
    """A banner about the page as a whole: a correction, a superseded version, what has just been done."""
    return _component("notification", content=content, id=id, title=title, success=success)


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page, key: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list, with the page's own query kept; nothing where there is one page only."""
    if page.paginator.num_pages < 2:
        return {"items": []}
    items = [
        {"ellipsis": True}
        if number == Paginator.ELLIPSIS
        else {"number": number, "href": query_with(context, **{key: number}), "current": number == page.number}
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "items": items,
        "previous": query_with(context, **{key: page.number - 1}) if page.has_previous() else "",
        "next": query_with(context, **{key: page.number + 1}) if page.has_next() else "",
    }


@register.inclusion_tag("components/sources.html")
def sources(found: Sequence[Any]) -> dict[str, Any]:
    """Where facts come from: each with ``text``, optional ``href`` and ``confidence``; unverified ones are marked."""
    return {
        "sources": [
            {
                "text": _part(source, "text"),
                "href": _part(source, "href"),
                "confidence": status_of(_part(source, "confidence")) if _part(source, "confidence") else None,
            }
            for source in found
        ]
    }


@register.inclusion_tag("components/absent_values.html")
def absent_values() -> dict[str, Any]:
    """What the letters mean that stand where a value does not; for every page that shows amounts or counts."""
    return {
        "values": [
            {"letter": letter, "words": words, "meaning": meaning} for letter, (words, meaning) in ABSENT.items()
        ]
    }


def _part(source: Any, name: str) -> Any:
    return source.get(name, "") if isinstance(source, dict) else getattr(source, name, "")
