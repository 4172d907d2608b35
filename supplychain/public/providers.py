"""Who is paid to deliver: a list of all providers, by name and number?"""

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.core.paginator import Paginator
from django.db.models import F, Func, Max, Min, QuerySet, TextField, Value
from django.db.models.functions import Upper
from django.http import HttpRequest, HttpResponseBase

from providers.models import Sector
from supplychain.analysis import prepared
from supplychain.models import FrozenLine, FrozenParty
from supplychain.public import extracts, faceted, published, search
from supplychain.public.csv_export import csv_response
from supplychain.public.paging import page_of
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import words

PROVIDERS_A_PAGE = 50
SERVICES_SHOWN = 3


@public_page
def index(request: HttpRequest, series: World) -> HttpResponseBase:
    """Every provider that a valid version names, by name; ``q`` finds by name of today or before, or by number."""
    query = asked(request)
    ids = search.party_ids(series, query) if query else None
    if wanted_format(request) == CSV:
        among = None if ids is None else extracts.these(ids)
        return csv_response(request, series, "providers", *extracts.providers(series.name, among))
    found = EveryProvider(series) if ids is None else list(matching(series, ids))
    page = page_of(Paginator(found, PROVIDERS_A_PAGE), request)
    used = uses(series, [party.public_id for party in page])
    titles = faceted.titles(series, words(series))
    context = {
        "query": query,
        "page": page,
        "providers": [
            {"row": party, "sector": Sector(party.sector).label, **told(used.get(party.public_id, {}), titles)}
            for party in page
        ],
        "crumbs": [("Home", f"{series.prefix}/"), ("Providers", "")],
    }
    return show(request, "public/providers.html", series, context)


def asked(request: HttpRequest) -> str:
    """What is searched for."""
    return search.question(request.GET.get("q", ""))


def matching(series: World, ids: list[str] | None) -> QuerySet[FrozenParty]:
    """The newest row of every provider: all by name, or those with the ids in their order."""
    parties = published.parties(series.name, "newest")
    if ids is None:
        return parties.order_by(Upper("name"), "public_id")
    place = Func(Value(ids, output_field=ArrayField(TextField())), F("public_id"), function="array_position")
    return parties.filter(public_id__in=ids).order_by(place, "public_id")


class EveryProvider:
    """All providers by name, as a paginator asks for them: their number may be known before."""

    def __init__(self, series: World) -> None:
        self.series = series

    def count(self) -> int:
        return prepared.providers(self.series.name)

    def __getitem__(self, part: slice) -> QuerySet[FrozenParty]:
        return matching(self.series, None)[part]


def uses(series: World, ids: list[str]) -> dict[str, dict]:
    """For each provider: its tiers and services, the bodies in whose chains it is, and its first and last quarter."""
    rows = (
        FrozenLine.objects.filter(provider_id__in=ids, publication__in=published.readable(series.name).order_by())
        .values("provider_id")
        .order_by("provider_id")
        .annotate(
            tiers=ArrayAgg("tier", distinct=True, order_by="tier"),
            services=ArrayAgg("service_category", distinct=True, order_by="service_category"),
            bodies=ArrayAgg("body_code", distinct=True, order_by="body_code"),
            first=Min("publication__period"),
            last=Max("publication__period"),
        )
    )
    return {row["provider_id"]: row for row in rows}


def told(used: dict, titles: faceted.Titles) -> dict:
    """What :func:`uses` says of an organisation in words: the first of its services and how many more, its tiers and
    bodies, its first and last quarter.
    """
    services = [titles["service"].get(code, code) for code in used.get("services", ())]
    return {
        "services": sorted(services)[:SERVICES_SHOWN],
        "more_services": max(len(services) - SERVICES_SHOWN, 0),
        "tiers": used.get("tiers", []),
        "bodies": [(code, titles["body"].get(code, code)) for code in used.get("bodies", ())],
        "first": used.get("first", ""),
        "last": used.get("last", ""),
    }
