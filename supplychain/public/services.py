"""Which services are reported, and of one: who provides it, where, at which tiers, on which terms, at what price?"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase

from portal.errors import NotFound, Refusal
from portal.quarters import Quarter
from supplychain.analysis import breakdown, coverage, services
from supplychain.analysis.breakdown import Figures
from supplychain.analysis.selection import Selection
from supplychain.models import Code, CodeList, FrozenLine
from supplychain.public import extracts, published, selected
from supplychain.public.area_map import tile_map
from supplychain.public.areas import NOTHING, marked, published_in, standing_words
from supplychain.public.chosen import Chosen, chosen_quarter
from supplychain.public.csv_export import csv_response
from supplychain.public.over_time import providers_by_quarter
from supplychain.public.paging import page_of
from supplychain.public.provenance import documents, origin
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import words

PROVIDERS_A_PAGE = 100


@public_page
def index(request: HttpRequest, series: World) -> HttpResponseBase:
    """Every service with what one quarter names of it."""
    chosen = chosen_quarter(request, series)
    if wanted_format(request) == CSV:
        publication = published_in(chosen)
        name = f"services-{publication.quarter.slug}"
        return csv_response(request, series, name, *services.services_statement(publication))
    found = services.named_services(chosen.publication) if chosen.publication else []
    context = {
        "chosen": chosen,
        "named": [one for one in found if one.return_kind],
        "not_named": [one for one in found if not one.return_kind],
        "kinds": sorted({one.return_kind for one in found if one.return_kind}),
        "nothing": NOTHING,
        "crumbs": [("Home", f"{series.prefix}/"), ("Services", "")],
    }
    return show(request, "public/services.html", series, context)


@public_page
def service(request: HttpRequest, series: World, code: str) -> HttpResponseBase:
    """One service in one quarter, and over the quarters."""
    found = Code.objects.filter(list=CodeList.SERVICE, code=code).first()
    if found is None:
        raise NotFound("no-such-service", f"There is no service with the code {code}.")
    everything = Selection.parse(series.name, {"service": [code]})
    if wanted_format(request) == CSV:
        quarters = selected.asked(request).get("quarter", [])
        selection = Selection.parse(series.name, {"service": [code], "quarter": quarters})
        selected.refuse_notices(selection)
        return csv_response(request, series, f"service-{code}", *extracts.selected_lines(selection))
    chosen = chosen_quarter(request, series, FrozenLine.objects.filter(service_category=code))
    context = {
        "service": found,
        **sources(series, found),
        "chosen": chosen,
        **(of_quarter(request, series, everything, chosen) if chosen.publication else {}),
        "crumbs": [("Home", f"{series.prefix}/"), ("Services", f"{series.prefix}/services/"), (found.title, "")],
    }
    return show(request, "public/service.html", series, context)


def sources(series: World, found: Code) -> dict:
    """Where the list of services is from; not below the demonstration, where nothing real is named."""
    return {} if series.demonstration else {"origin": origin(found), "documents": documents(series, [found])}


def of_quarter(request: HttpRequest, series: World, everything: Selection, chosen: Chosen) -> dict:
    """The chosen quarter by tier, terms, area and provider, and all quarters. Twelve queries."""
    publication = chosen.publication
    (code,) = everything.chosen["service"]
    now = everything.with_values(quarter=[publication.period])
    known = words(series)
    here = [one for one in services.named_services(publication) if one.code == code and one.return_kind]
    cells = coverage.matrix(publication, "service", code=code)
    areas = [(area, cells[area.code, code]) for area in coverage.covered_areas(publication)]
    query = f"?service={code}&quarter={publication.quarter.slug}#agreements"
    providers, too_many = providers_of(now)
    by_quarter = breakdown.breakdown(everything, ["quarter"])
    counts = [(Quarter.parse(entry.keys["quarter"]), entry.return_kind, entry.providers) for entry in by_quarter]
    page = page_of(Paginator(providers, PROVIDERS_A_PAGE), request)
    return {
        "publication": publication,
        "here": here,
        "kinds": [one.return_kind for one in here],
        "by_tier": breakdown.breakdown(now, ["tier"]),
        "by_terms": [
            {"title": known.funding.get(entry.keys["funding_type"], entry.keys["funding_type"]), "figures": entry}
            for entry in breakdown.breakdown(now, ["funding_type"])
        ],
        "prices": [
            {
                "title": known.funding.get(one.funding_type, one.funding_type) if one.funding_type else "All terms",
                "row": one,
            }
            for one in services.price_ranges(now)
        ],
        "fewest": services.FEWEST,
        "map": tile_map([marked(series, area, cell, query) for area, cell in areas]),
        "map_title": f"Providers by area, {publication.quarter.label}",
        "areas": [{"area": area, "cell": cell, "words": standing_words(cell)} for area, cell in areas],
        "area_query": query,
        "page": page,
        "too_many": too_many,
        "further": services.further_lines(now, code),
        "over_time": list(reversed(by_quarter)),
        "pictures": providers_by_quarter(counts, list(published.readable(series.name)), "of this service"),
        "csv": f"?quarter={publication.quarter.slug}&format=csv",
        "explore": f"{series.prefix}/explore/?{now.query}&by=provider",
    }


def providers_of(now: Selection) -> tuple[list[Figures], str]:
    """The providers by tier, in the order of their names; or why they are too many to be listed. One query."""
    try:
        found = breakdown.breakdown(now, ["provider", "tier"])
    except Refusal as refusal:
        return [], refusal.sentence
    return sorted(found, key=lambda row: (row.names.get("provider", "").upper(), row.keys["tier"])), ""
