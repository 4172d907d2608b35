"""What do the lines say that a reader chooses: how much money, over how many agreements, broken down by what?"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase, QueryDict

from portal.errors import Refusal
from providers.models import Sector
from supplychain.analysis import breakdown
from supplychain.analysis.breakdown import DIMENSIONS, SEVERAL, Figures
from supplychain.analysis.selection import FILTERS, NONE, Filter, Selection
from supplychain.models import BodyKind, FrozenBody
from supplychain.public import extracts, published, selected
from supplychain.public.csv_export import csv_response
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import ROLES, Words, words

ROWS_SHOWN = 200
OWN_PARAMETERS = ("by", "then", "format")
TYPED = ("q", "payer", "provider")  # filters that readers write into a box; all others are chosen from a list
ONE_OF_LIST = ("from", "to")
KINDS = {"filed": "filed by bodies", "compiled": "compiled from public records", "demonstration": "invented"}


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a filter can be given."""

    value: str
    label: str
    chosen: bool


@public_page
def explore(request: HttpRequest, series: World) -> HttpResponseBase:
    """The chosen lines: totals, a breakdown, their rows as CSV, and the same for programs."""
    selection = Selection.parse(series.name, selected.asked(request), OWN_PARAMETERS)
    if wanted_format(request) == CSV:
        selected.refuse_notices(selection)
        return csv_response(request, series, "selection", *extracts.selected_lines(selection))
    by = [name for name in (asked(request.GET, "by"), asked(request.GET, "then")) if name] or ["tier"]
    by = list(dict.fromkeys(by))
    known = words(series)
    rows, too_many = rows_of(selection, by)
    context = {
        "selection": selection,
        "notices": selection.notices,
        "totals": breakdown.totals(selection),
        "versions": breakdown.versions(selection),
        "by": [DIMENSIONS[name].title for name in by],
        "caption": f"Lines by {' and '.join(DIMENSIONS[name].title.lower() for name in by)}",
        "rows": [shown_row(row, by, known, series) for row in rows[:ROWS_SHOWN]],
        "more": max(len(rows) - ROWS_SHOWN, 0),
        "too_many": too_many,
        **form(series, selection, by, known),
        **addresses(series, selection, by),
        "crumbs": [("Home", f"{series.prefix}/"), ("Explore", "")],
    }
    return show(request, "public/explore.html", series, context)


def asked(query: QueryDict, name: str) -> str:
    """A dimension that the address names; empty where it names none that there is."""
    value = query.get(name, "")
    return value if value in DIMENSIONS else ""


def rows_of(selection: Selection, by: list[str]) -> tuple[list[Figures], str]:
    """The breakdown, or the sentence that says why it is too long."""
    try:
        return breakdown.breakdown(selection, by), ""
    except Refusal as refusal:
        return [], refusal.sentence


def addresses(series: World, selection: Selection, by: list[str]) -> dict:
    """Where the same selection is: as this page, as CSV, and for programs."""
    query = selection.query
    more = f"{query}&" if query else ""
    dimensions = "&".join(f"by={name}" for name in by)
    return {
        "permalink": f"{series.prefix}/explore/?{more}by={'&then='.join(by)}",
        "csv": f"{series.prefix}/explore/?{more}format=csv",
        "api_totals": f"{series.prefix}/api/v1/totals/?{more}{dimensions}",
        "api_lines": f"{series.prefix}/api/v1/agreements/{'?' + query if query else ''}",
    }


def form(series: World, selection: Selection, by: list[str], known: Words) -> dict:
    """The filters with what can be chosen, and the dimensions. Three queries."""
    quarters = [publication.period for publication in published.readable(series.name)]
    bodies, owners = {}, set()
    seen = FrozenBody.objects.filter(publication__in=published.readable(series.name).order_by())
    for code, name, owner in seen.order_by("publication__period").values_list("code", "name", "owner_name"):
        bodies[code] = f"{code} {name}"
        owners |= {owner} - {""}
    lists: dict[str, Iterable[tuple[str, str]]] = {
        "quarter": [(period, period) for period in quarters],
        "from": [(period, period) for period in quarters],
        "to": [(period, period) for period in quarters],
        "body": sorted(bodies.items()),
        "owner": [*((owner, owner) for owner in sorted(owners)), (NONE, "no owner known")],
        "tier": [(str(tier), f"Tier {tier}") for tier in range(2, 6)],
        "service": known.services.items(),
        "area": sorted(known.areas.items(), key=lambda item: item[1]),
        "cohort": known.cohorts.items(),
        "funding_type": known.funding.items(),
    }
    chosen = [one for one in FILTERS.values() if one.name not in TYPED]
    filters = [{"filter": one, "options": options(one, lists.get(one.name, labels(one)), selection)} for one in chosen]
    return {
        "one_of_list": [entry for entry in filters if entry["filter"].name in ONE_OF_LIST],
        "lists": [entry for entry in filters if entry["filter"].name not in ONE_OF_LIST],
        "typed": [{"filter": FILTERS[name], "values": selection.chosen.get(name, ("",))} for name in TYPED],
        "dimensions": [
            {"name": name, "title": one.title, "first": by[0] == name, "second": by[1:] == [name]}
            for name, one in DIMENSIONS.items()
        ],
    }


def labels(one: Filter) -> list[tuple[str, str]]:
    """The values of a filter that are fixed, with words for people."""
    return [(choice, label_of(one.name, choice)) for choice in one.choices]


def label_of(name: str, choice: str) -> str:
    """The words for one fixed value."""
    if choice == NONE:
        return "not known" if name == "sector" else "not stated"
    if name == "body_kind":
        return BodyKind(choice).label
    if name == "sector":
        return Sector(choice).label
    return ROLES.get(choice, KINDS.get(choice, choice)) if name in {"role", "return_kind"} else choice


def options(one: Filter, values: Iterable[tuple[str, str]], selection: Selection) -> list[Option]:
    """What a filter can be given, with what was chosen, also where the list does not know it."""
    chosen = selection.chosen.get(one.name, ())
    known = [Option(value, label, value in chosen) for value, label in values]
    return known + [Option(value, value, True) for value in chosen if value not in {option.value for option in known}]


def shown_row(row: Figures, by: list[str], known: Words, series: World) -> dict:
    """A row of the breakdown with words for its values."""
    return {"figures": row, "cells": [cell(row, name, known, series) for name in by]}


def cell(row: Figures, name: str, known: Words, series: World) -> dict:
    """The value of one dimension: words, and the page about it where there is one."""
    value = row.keys[name]
    pages = {"body": "bodies", "payer": "providers", "provider": "providers"}
    if value is None:
        withheld = name in {"payer", "provider"}
        return {"label": "withheld [w]" if withheld else "not known" if name in {"sector", "owner"} else "not stated"}
    titles = {
        "service": known.services,
        "funding_type": known.funding,
        "area": {SEVERAL: "several areas", **known.areas},
    }
    text = titles[name].get(value, value) if name in titles else label_of(name, str(value))
    href = f"{series.prefix}/{pages[name]}/{value}/" if name in pages else ""
    return {"label": row.names.get(name, text), "code": value if name in pages else "", "href": href}
