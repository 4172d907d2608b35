"""Where is anything reported, how much of it, and where not? The map, the list, and the matrix of gaps."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponseBase

from portal.errors import NotFound
from supplychain.analysis import coverage
from supplychain.analysis.coverage import AXES, Cell, CoveredArea, Standing
from supplychain.models import Code, Publication
from supplychain.public.area_map import Marked, tile_map
from supplychain.public.chosen import Chosen, chosen_quarter
from supplychain.public.csv_export import csv_response
from supplychain.public.series import CSV, World, public_page, show, wanted_format

# In how few words, and in which sentence, each standing is said.
STANDINGS = {
    Standing.PROVIDED: ("provided", "Lines of the quarter name the area. The number is that of providers."),
    Standing.SHOWN_EARLIER: (
        "shown earlier",
        "The public record showed an agreement once, and had ceased to show it before this quarter.",
    ),
    Standing.NONE_IN_SOURCE: (
        "none in this source",
        "Compiled from public records, which hold nothing of it. That is no sign that there is none.",
    ),
    Standing.NOT_REPORTED: ("not reported", "A return was filed for the area, and no line of it says so."),
    Standing.MISSING: (
        "return missing",
        "A return was required of a body that holds the area, and none is part of the disclosure.",
    ),
    Standing.NOT_REQUIRED: ("no return required", "No return was required of any body for the area in this quarter."),
}
NOTHING = "Nothing that names an area has been published here yet."


@public_page
def index(request: HttpRequest, series: World) -> HttpResponseBase:
    """Every area on the map and in a list, with the providers and agreements of one quarter."""
    chosen = chosen_quarter(request, series)
    if wanted_format(request) == CSV:
        statement = coverage.areas_statement(published_in(chosen))
        return csv_response(request, series, f"areas-{published_in(chosen).quarter.slug}", *statement)
    areas = coverage.covered_areas(chosen.publication) if chosen.publication else []
    context = {
        "chosen": chosen,
        "map_title": f"Providers reported in {chosen.publication.quarter.label}" if chosen.publication else "",
        "list_title": "The same as a list",
        "map": tile_map([marked(series, area, area.cell, chosen.query) for area in areas]) if areas else None,
        "areas": [{"area": area, "words": standing_words(area.cell)} for area in areas],
        "kinds": kinds(area.cell for area in areas),
        "nothing": NOTHING,
        "crumbs": [("Home", f"{series.prefix}/"), ("Areas", "")],
    }
    return show(request, "public/areas.html", series, context)


@public_page
def gaps(request: HttpRequest, series: World) -> HttpResponseBase:
    """Area by service, or by cohort: what is provided, and for every gap what kind of gap it is."""
    chosen = chosen_quarter(request, series)
    axis = request.GET.get("by", "service")
    axis, unknown = (axis, "") if axis in AXES else ("service", "“by” has to be service or cohort.")
    if wanted_format(request) == CSV:
        publication = published_in(chosen)
        name = f"gaps-by-{axis}-{publication.quarter.slug}"
        return csv_response(request, series, name, *coverage.matrix_statement(publication, axis))
    context = {
        "chosen": chosen,
        "axis": axis,
        "kept": [("by", axis)],
        "unknown": unknown,
        "standings": [(standing, *STANDINGS[standing]) for standing in Standing],
        "nothing": NOTHING,
        **(drawn_matrix(series, chosen.publication, axis) if chosen.publication else {}),
        "crumbs": [("Home", f"{series.prefix}/"), ("Areas", f"{series.prefix}/areas/"), ("Gaps", "")],
    }
    return show(request, "public/gaps.html", series, context)


def published_in(chosen: Chosen) -> Publication:
    """The version whose rows a file gives. Raises :class:`NotFound` where nothing is published."""
    if chosen.publication is None:
        raise NotFound("nothing-published", NOTHING)
    return chosen.publication


def standing_words(cell: Cell) -> str:
    """In few words what stands in a cell."""
    return STANDINGS[cell.standing][0]


def kinds(cells: Iterable[Cell]) -> list[str]:
    """Which kinds of return the cells are from."""
    return sorted({one.return_kind for cell in cells for one in cell.reported})


def marked(series: World, area: CoveredArea, cell: Cell, query: str) -> Marked:
    """What a map says of an area, from its cell, with the query of the page that it leads to."""
    number = cell.providers
    said = f"{number} provider{'' if number == 1 else 's'}" if number else standing_words(cell)
    href = f"{series.prefix}/areas/{area.code}/{query}"
    return Marked(area.code, area.name, href, number, str(number) if number else "none", f"{area.name}: {said}")


def drawn_matrix(series: World, publication: Publication, axis: str) -> dict:
    """The matrix by rows; codes that no line names get no column, and are named below it. Four queries."""
    cells = coverage.matrix(publication, axis)
    codes = list(Code.objects.filter(list=AXES[axis].code_list).order_by("order", "code"))
    used = {code for (_, code), cell in cells.items() if cell.reported}
    columns = [code for code in codes if code.code in used]
    areas = coverage.covered_areas(publication)
    return {
        "caption": f"Areas by {AXES[axis].title}, {publication.quarter.label}",
        "columns": columns,
        "nowhere": [code.title for code in codes if code.code not in used],
        "kinds": (found := kinds(cells.values())),
        "compiled_alone": found == ["compiled"],
        "without_area": coverage.lines_without_area(publication),
        "rows": [
            {
                "area": area,
                "cells": [
                    {
                        "cell": cells[area.code, code.code],
                        "words": standing_words(cells[area.code, code.code]),
                        "query": f"{axis}={code.code}&quarter={publication.quarter.slug}",
                        "title": code.title,
                    }
                    for code in columns
                ],
            }
            for area in areas
        ],
    }
