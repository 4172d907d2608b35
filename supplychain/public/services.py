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
from supplychain.public.narrowing import Narrowing
from supplychain.public.over_time import providers_by_quarter
from supplychain.public.paging import page_of
from supplychain.public.provenance import documents, origin
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import Words, words

PROVIDERS_A_PAGE = 50
NONE_CHOSEN = "none with what is chosen"  # where a map of chosen agreements shows nothing


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
    """One service in one quarter, and over the quarters, as far as it is not narrowed."""
    found = Code.objects.filter(list=CodeList.SERVICE, code=code).first()
    if found is None:
        raise NotFound("no-such-service", f"There is no service with the code {code}.")
    known = words(series)
    narrowing = Narrowing.asked(request, series, known)
    selection = narrowing.choice.selection.with_values(service=[code])
    if wanted_format(request) == CSV:
        quarters = Selection.parse(series.name, {"quarter": selected.asked(request).get("quarter", [])})
        selected.refuse_notices(selection)
        selected.refuse_notices(quarters)
        of_quarters = selection.with_values(**quarters.chosen)
        return csv_response(request, series, f"service-{code}", *extracts.selected_lines(of_quarters))
    chosen = chosen_quarter(request, series, FrozenLine.objects.filter(service_category=code))
    context = {
        "service": found,
        **sources(series, found),
        "chosen": chosen,
        "notices": selection.notices,
        **(of_quarter(request, series, narrowing, code, chosen, known) if chosen.publication else {}),
        "crumbs": [("Home", f"{series.prefix}/"), ("Services", f"{series.prefix}/services/"), (found.title, "")],
    }
    return show(request, "public/service.html", series, context)


def sources(series: World, found: Code) -> dict:
    """Where the list of services is from; not below the demonstration, where nothing real is named."""
    return {} if series.demonstration else {"origin": origin(found), "documents": documents(series, [found])}


def of_quarter(
    request: HttpRequest, series: World, narrowing: Narrowing, code: str, chosen: Chosen, known: Words
) -> dict:
    """The chosen quarter by provider, area, tier and terms, and all quarters. Thirteen queries."""
    publication, narrowed = chosen.publication, narrowing.choice.selection
    everything = narrowed.with_values(service=[code])
    now = everything.with_values(quarter=[publication.period])
    choices = narrowing.shown(publication)
    cells = coverage.matrix(publication, "service", code=code, among=narrowed)
    areas = [(area, cells[area.code, code]) for area in coverage.covered_areas(publication)]
    query = f"?{now.with_values(area=()).query}#agreements"
    here = [one for one in services.named_services(publication, everything) if one.return_kind]
    by_quarter = breakdown.breakdown(everything, ["quarter"])
    counts = [(Quarter.parse(entry.keys["quarter"]), entry.return_kind, entry.providers) for entry in by_quarter]
    return {
        "publication": publication,
        "here": here,
        "kinds": [one.return_kind for one in here],
        "filed": any(one.return_kind != "compiled" for one in here),
        "filed_once": any(one.return_kind != "compiled" for one in by_quarter),
        **choices,
        **providing(request, now, known),
        "several": len(here) > 1,
        "by_tier": [
            {"title": f"Tier {entry.keys['tier']}", "figures": entry} for entry in breakdown.breakdown(now, ["tier"])
        ],
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
        "areas": [
            {"area": area, "cell": cell, "words": NONE_CHOSEN if choices["tags"] else standing_words(cell)}
            for area, cell in areas
        ],
        "area_query": query,
        "further": services.further_lines(now, code),
        "over_time": [{"title": one.keys["quarter"], "figures": one} for one in reversed(by_quarter)],
        "of_kinds": len({one.return_kind for one in by_quarter}) > 1,
        "pictures": providers_by_quarter(counts, list(published.readable(series.name)), "of this service"),
        "csv": f"?{now.with_values(service=()).query}&format=csv",
        "csv_of_all": f"?{everything.with_values(service=()).query}&format=csv".replace("?&", "?"),
        "explore": f"{series.prefix}/explore/?{now.query}&by=provider",
    }


def providing(request: HttpRequest, now: Selection, known: Words) -> dict:
    """A page of the providers, in the order of their names: each once, with its figures at every tier, where it works
    and who funds it there; or why they are too many to be listed. Two queries.
    """
    try:
        found = breakdown.breakdown(now, ["provider", "tier"])
    except Refusal as refusal:
        return {"too_many": refusal.sentence}
    by_provider: dict[tuple, list[Figures]] = {}
    for row in found:
        by_provider.setdefault((row.keys["provider"], row.return_kind), []).append(row)
    ordered = sorted(
        by_provider.values(), key=lambda rows: (rows[0].names.get("provider", "~").upper(), rows[0].return_kind)
    )
    page = page_of(Paginator(ordered, PROVIDERS_A_PAGE), request)
    around = services.surroundings(now, [rows[0].keys["provider"] or "" for rows in page])
    nowhere = services.Surroundings([], [])
    return {
        "page": page,
        "providers": [
            {
                "rows": rows,
                "id": rows[0].keys["provider"],
                "name": rows[0].names.get("provider", ""),
                "return_kind": rows[0].return_kind,
                "areas": [known.areas.get(code, code) for code in around.get(rows[0].keys["provider"], nowhere).areas],
                "payers": around.get(rows[0].keys["provider"], nowhere).payers,
            }
            for rows in page
        ],
    }
