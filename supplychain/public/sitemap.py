"""Which pages are there for search engines, and when did each change last? The real series alone (sitemaps.org)."""

import datetime as dt
from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from portal.errors import NotFound
from supplychain.filing.rules.catalogue import RULES
from supplychain.models import Area, Body, Code, CodeList, FrozenParty, Kpi
from supplychain.public import published
from supplychain.public.series import World, public_page

PROVIDERS_A_FILE = 10_000  # of the 50,000 that the protocol allows
XML = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
FIXED = (
    "/", "/disclosures/", "/calendar/", "/bodies/", "/areas/", "/areas/gaps/", "/providers/", "/services/", "/kpis/",
    "/explore/", "/insight/", "/rules/", "/data/", "/data/dictionary/", "/data/api/", "/data/changes/", "/about/",
    "/about/methods/",
    "/about/glossary/", "/about/accessibility/", "/about/privacy/", "/about/contact/",
)  # fmt: skip
Entry = tuple[str, dt.datetime | None]


@public_page
def index(request: HttpRequest, series: World) -> HttpResponse:
    """The maps there are: pages, disclosures, and providers in parts."""
    parts = -(-parties(series).count() // PROVIDERS_A_FILE)
    names = ["pages", "disclosures", *(f"providers-{number}" for number in range(1, parts + 1))]
    last = published.data_as_of(series.name)
    return answer(request, "sitemapindex", "sitemap", [(f"/sitemap-{name}.xml", last) for name in names])


@public_page
def pages(request: HttpRequest, series: World) -> HttpResponse:
    """Pages about the site, bodies, areas, services, measures and rules."""
    last = published.data_as_of(series.name)
    bodies = Body.objects.in_series(series.name).order_by("code").values_list("code", flat=True)
    areas = Area.objects.filter(series=series.name).order_by("code").values_list("code", flat=True)
    services = Code.objects.filter(list=CodeList.SERVICE).order_by("code").values_list("code", flat=True)
    kpis = Kpi.objects.filter(series=series.name).order_by("code").values_list("code", flat=True)
    found = [
        *FIXED,
        *(f"/bodies/{code}/" for code in bodies),
        *(f"/areas/{code}/" for code in areas),
        *(f"/services/{code}/" for code in services),
        *(f"/kpis/{code}/" for code in kpis),
        *(f"/rules/{rule.code}/" for rule in RULES),
    ]
    return answer(request, "urlset", "url", [(address, last) for address in found])


@public_page
def disclosures(request: HttpRequest, series: World) -> HttpResponse:
    """The valid version of every quarter."""
    valid = published.versions(series.name).current()
    found = [(version.address, version.redacted_at or version.published_at) for version in valid]
    return answer(request, "urlset", "url", found)


@public_page
def providers(request: HttpRequest, series: World, part: str) -> HttpResponse:
    """Some of the providers, each with the moment at which the newest version that names it came out."""
    first = (int(part) - 1) * PROVIDERS_A_FILE
    rows = parties(series).order_by("public_id").values_list("public_id", "publication__published_at")
    found = [(f"/providers/{public_id}/", at) for public_id, at in rows[first : first + PROVIDERS_A_FILE]]
    if not found:
        raise NotFound("no-such-sitemap", f"There is no part {part} of the map of providers.")
    return answer(request, "urlset", "url", found)


def parties(series: World) -> QuerySet[FrozenParty]:
    """The newest row of every provider."""
    return published.parties(series.name, "newest")


def answer(request: HttpRequest, root: str, element: str, entries: Iterable[Entry]) -> HttpResponse:
    """The map as XML."""
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">']
    for address, last in entries:
        place = escape(request.build_absolute_uri(address))
        changed = f"<lastmod>{last.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if last else ""
        lines.append(f"<{element}><loc>{place}</loc>{changed}</{element}>")
    return HttpResponse("\n".join([*lines, f"</{root}>\n"]), content_type=XML)
