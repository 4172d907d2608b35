"""One box over everything: who or what is it that a reader looks for, and where is it?"""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from supplychain.public import extracts, search
from supplychain.public.csv_export import csv_response
from supplychain.public.paging import page_of
from supplychain.public.providers import uses
from supplychain.public.series import CSV, World, public_page, show, wanted_format

A_PAGE = 25
FROM_REGISTERS = 10
HOW_MET = {
    "number": "by its number",
    "working": "also known as",
    "former": "formerly",
    "returned": "in returns",
    "registered": "registered as",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Something that is no organisation, with its address."""

    title: str
    href: str
    what: str


@public_page
def find(request: HttpRequest, series: World) -> HttpResponseBase:
    """Organisations, bodies, areas and services that the question names; an exact number leads straight there."""
    asked = search.question(request.GET.get("q", ""))
    if asked and wanted_format(request) == CSV:
        return csv_response(
            request, series, "search", *extracts.providers(series.name, search.party_ids(series, asked))
        )
    straight = search.exactly(series, asked) if asked else None
    if straight:
        return HttpResponseRedirect(f"{series.prefix}/providers/{straight}/")
    hits = search.organisations(series, asked, registers=True) if asked else []
    page = page_of(Paginator([hit for hit in hits if hit.known], A_PAGE), request)
    used = uses(series, [hit.public_id for hit in page])
    context = {
        "query": asked,
        "page": page,
        "hits": [{"hit": hit, "met": how_met(hit), **used.get(hit.public_id, {})} for hit in page],
        "of_registers": [hit for hit in hits if not hit.known][:FROM_REGISTERS] if page.number == 1 else [],
        "places": places(series, asked) if page.number == 1 else [],
        "crumbs": [("Home", f"{series.prefix}/"), ("Search", "")],
    }
    return show(request, "public/search.html", series, context)


def how_met(hit: search.Hit) -> str:
    """Why it is here, where that is not its name of today: ``formerly ADDACTION``."""
    if hit.kind == "number" or hit.met.casefold() == hit.name.casefold():
        return ""
    return f"{HOW_MET[hit.kind]} “{hit.met}”"


def places(series: World, asked: str) -> list[Place]:
    """Bodies, areas and services by the words of the question."""
    return [
        *(
            Place(f"{body.name} ({body.code})", f"{series.prefix}/bodies/{body.code}/", "Reporting body")
            for body in search.bodies(series, asked)
        ),
        *(Place(area.name, f"{series.prefix}/areas/{area.code}/", "Area") for area in search.areas(series, asked)),
        *(
            Place(service.title, f"{series.prefix}/services/{service.code}/", "Service")
            for service in search.services(asked)
        ),
    ]
