"""What is different from the version before, or from the quarter before, row by row?"""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponseBase

from portal.errors import NotFound
from portal.quarters import Quarter
from supplychain.analysis.selection import shown
from supplychain.disclosure.columns import CHANGES
from supplychain.models import FrozenChange
from supplychain.public import published
from supplychain.public.csv_export import csv_response
from supplychain.public.paging import page_of
from supplychain.public.series import CSV, World, public_page, show, wanted_format

CHANGES_A_PAGE = 100
ORDER = ("-basis", "file", "key", "column")
BASES = {"version": "the version before", "quarter": "the quarter before"}
KINDS = ("added", "removed", "changed")
FILES = CHANGES.column("file").enum
FILTERS = {"basis": tuple(BASES), "file": FILES, "change": KINDS}
OWN = ("page", "format")


@public_page
def changes(request: HttpRequest, series: World, quarter: Quarter, number: int) -> HttpResponseBase:
    """The differences of one version: by basis, file and kind, a page of them, or all that are chosen as CSV."""
    publication = published.version(series.name, quarter, number)
    if publication.redacted_at:
        raise NotFound("taken-down", "The rows of this version were taken down; see the valid version.")
    chosen, notices = asked(request)
    if wanted_format(request) == CSV:
        condition = " AND ".join(["r.publication_id = %s", *(f'r."{name}" = %s' for name in chosen)])
        name = f"changes-{quarter.slug}-v{number}"
        return csv_response(request, series, name, CHANGES.select(condition), [publication.pk, *chosen.values()])
    rows = FrozenChange.objects.filter(publication=publication)
    page = page_of(Paginator(rows.filter(**chosen).order_by(*ORDER), CHANGES_A_PAGE), request)
    counted = list(
        rows.values("basis", "file", "change")
        .annotate(rows=Count("key", distinct=True), cells=Count("pk"))
        .order_by("-basis", "file", "change")
    )
    context = {
        "publication": publication,
        "quarter": quarter,
        "page": page,
        "rows": list(page),
        "counted": [entry | {"title": BASES[entry["basis"]]} for entry in counted],
        "notices": notices,
        "fields": [
            field("basis", "Compared with", FILTERS["basis"], chosen, BASES.__getitem__),
            field("file", "File", FILES, chosen),
            field("change", "Change", KINDS, chosen),
        ],
        "chosen": chosen,
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Disclosures", f"{series.prefix}/disclosures/"),
            (f"{quarter} version {number}", publication.address),
            ("Changes", ""),
        ],
    }
    return show(request, "public/changes.html", series, context)


def asked(request: HttpRequest) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The value of each filter that is one, and what of the address was not understood."""
    chosen, notices = {}, []
    for name, value in request.GET.items():
        if name in OWN or not value.strip():
            continue
        if name not in FILTERS:
            notices.append({"sentence": f"There is no filter “{shown(name)}”."})
        elif value in FILTERS[name]:
            chosen[name] = value
        else:
            sentence = f"“{name}” has to be one of {', '.join(FILTERS[name])}; it is “{shown(value)}”."
            notices.append({"sentence": sentence})
    return {name: chosen[name] for name in FILTERS if name in chosen}, notices


def field(
    name: str, title: str, values: tuple[str, ...], chosen: dict[str, str], words: Callable[[str], str] = str
) -> dict:
    """One list of the form."""
    return {
        "name": name,
        "title": title,
        "options": [(value, words(value), chosen.get(name) == value) for value in values],
    }
