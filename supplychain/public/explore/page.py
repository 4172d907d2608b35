"""What do the lines say that a reader chooses: how much money, over how many agreements, broken down by what?

The page, and the same pictures alone for a frame on another site.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from portal.errors import Refusal
from supplychain.analysis import breakdown
from supplychain.analysis.breakdown import DIMENSIONS, Figures
from supplychain.analysis.selection import FILTERS
from supplychain.public import extracts, selected
from supplychain.public.charting import embeddable, interactive
from supplychain.public.csv_export import csv_response
from supplychain.public.explore.chart import charts
from supplychain.public.explore.form import form
from supplychain.public.explore.question import Question
from supplychain.public.explore.rows import label_of, shown_row
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import Words, words

ROWS_SHOWN = 200


@interactive
@public_page
def explore(request: HttpRequest, series: World) -> HttpResponseBase:
    """The chosen lines: totals, a picture, a breakdown, their rows as CSV, and the same for programs."""
    question = Question.asked(request, series)
    if wanted_format(request) == CSV:
        selected.refuse_notices(question.selection)
        lines = extracts.selected_lines(question.selection, question.columns or None)
        return csv_response(request, series, "selection", *lines)
    known = words(series)
    answer = answered(request, question, known)
    context = {
        **answer,
        "charts": [replace(chart, beside="breakdown") for chart in answer["charts"]],
        "removable": removable(question, known),
        "by": [DIMENSIONS[name].title for name in question.by],
        "amounts": any(total.amount is not None for total in answer["totals"]),
        "caption": f"Lines by {question.title}",
        "rows": answer["rows"][:ROWS_SHOWN],
        "more": max(len(answer["rows"]) - ROWS_SHOWN, 0),
        **form(series, question, known),
        "crumbs": [("Home", f"{series.prefix}/"), ("Explore", "")],
    }
    return show(request, "public/explore.html", series, context)


@embeddable
@public_page
def embed(request: HttpRequest, series: World) -> HttpResponseBase:
    """The pictures of a selection alone, with a link back."""
    question = Question.asked(request, series)
    return show(request, "public/embed.html", series, answered(request, question, words(series)))


def answered(request: HttpRequest, question: Question, known: Words) -> dict[str, Any]:
    """What page and frame say of a selection."""
    selection = question.selection
    totals, versions = breakdown.totals(selection), breakdown.versions(selection)
    rows, too_many = rows_of(question)
    shown = [shown_row(row, question.by, known, question.world) for row in rows]
    addresses = question.addresses
    return {
        "question": question,
        "selection": selection,
        "notices": selection.notices,
        "totals": totals,
        "versions": versions,
        "rows": shown,
        "too_many": too_many,
        "charts": charts(question, totals, shown, [version["quarter"] for version in versions]),
        "chosen": chosen(question, known),
        "address": request.build_absolute_uri(addresses["permalink"]),
        "embed_address": request.build_absolute_uri(addresses["embed"]),
        **addresses,
    }


def rows_of(question: Question) -> tuple[list[Figures], str]:
    """The breakdown, or the sentence that says why it is too long."""
    try:
        return breakdown.breakdown(question.selection, question.by), ""
    except Refusal as refusal:
        return [], refusal.sentence


def removable(question: Question, known: Words) -> list[dict[str, str]]:
    """Each chosen value in words, with the address of the selection without it."""
    found = []
    for name, values in question.selection.chosen.items():
        for value in values:
            others = question.selection.with_values(**{name: [one for one in values if one != value]})
            found.append(
                {
                    "words": in_words(name, [value], known),
                    "href": replace(question, selection=others).addresses["permalink"],
                }
            )
    return found


def chosen(question: Question, known: Words) -> list[str]:
    """The filters of the selection in words, for who sees a picture without the page around it."""
    return [in_words(name, values, known) for name, values in question.selection.chosen.items()]


def in_words(name: str, values: Sequence[str], known: Words) -> str:
    """A filter with its values."""
    titles = {"service": known.services, "funding_type": known.funding, "area": known.areas, "cohort": known.cohorts}
    told = [titles[name].get(one, one) if name in titles else label_of(name, one) for one in values]
    return f"{FILTERS[name].title}: {' or '.join(told)}"
