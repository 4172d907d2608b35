"""Who is paid to deliver, by whom, for what, and whom do they pay in turn?"""

from collections import defaultdict

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.core.paginator import Paginator
from django.db.models import Count, F, Func, Max, Min, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Upper
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect, HttpResponseRedirect

from portal.errors import NotFound
from portal.quarters import Quarter
from providers.models import OrganisationAlias, Sector
from supplychain.analysis.money import ProviderMoney, provider_money
from supplychain.models import FrozenLine, FrozenParty
from supplychain.public import extracts, published, search
from supplychain.public.csv_export import csv_response
from supplychain.public.organisations import facts, known_ids
from supplychain.public.paging import page_of
from supplychain.public.registered import successor_page
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import with_words, words

PROVIDERS_A_PAGE = 50
LINES_A_PAGE = 100


@public_page
def index(request: HttpRequest, series: World) -> HttpResponseBase:
    """Every provider that a valid version names, by name; ``q`` finds by name of today or before, or by number."""
    query = asked(request)
    ids = search.party_ids(series, query) if query else None
    if wanted_format(request) == CSV:
        among = None if ids is None else extracts.these(ids)
        return csv_response(request, series, "providers", *extracts.providers(series.name, among))
    page = page_of(Paginator(matching(series, ids), PROVIDERS_A_PAGE), request)
    used = uses(series, [party.public_id for party in page])
    context = {
        "query": query,
        "page": page,
        "providers": [
            {"row": party, "sector": Sector(party.sector).label, **used.get(party.public_id, {})} for party in page
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


def uses(series: World, ids: list[str]) -> dict[str, dict]:
    """For each provider: its tiers, the bodies in whose chains it is, and its first and last quarter."""
    rows = (
        FrozenLine.objects.filter(provider_id__in=ids, publication__in=published.readable(series.name).order_by())
        .values("provider_id")
        .order_by("provider_id")
        .annotate(
            tiers=ArrayAgg("tier", distinct=True, order_by="tier"),
            bodies=ArrayAgg("body_code", distinct=True, order_by="body_code"),
            first=Min("publication__period"),
            last=Max("publication__period"),
        )
    )
    return {row["provider_id"]: row for row in rows}


@public_page
def provider(request: HttpRequest, series: World, public_id: str) -> HttpResponseBase:
    """One organisation: who it is, what it delivers where, who funds it and whom it funds, by quarter."""
    if public_id != public_id.upper():
        return HttpResponsePermanentRedirect(f"{series.prefix}/providers/{public_id.upper()}/")
    organisation = search.public_organisations(series).filter(public_id=public_id).first()
    if organisation is None:
        return moved(series, public_id)
    ids = known_ids(organisation)
    if wanted_format(request) == CSV:
        return csv_response(request, series, f"provider-{public_id}", *extracts.provider_lines(series.name, ids))
    rows = FrozenLine.objects.filter(publication__in=published.readable(series.name).order_by())
    lines = rows.filter(Q(provider_id__in=ids) | Q(payer_id__in=ids))
    page = page_of(
        Paginator(
            lines.select_related("publication").order_by("-publication__period", "body_code", "path"), LINES_A_PAGE
        ),
        request,
    )
    context = {
        "organisation": organisation,
        "quarters": by_quarter(with_words(page, words(series)), set(ids)),
        "page": page,
        "money": received_and_passed_on(series, ids),
        **summary(lines, ids),
        **facts(series, organisation),
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Providers", f"{series.prefix}/providers/"),
            (organisation.name, ""),
        ],
    }
    return show(request, "public/provider.html", series, context)


def received_and_passed_on(series: World, ids: list[str]) -> list[ProviderMoney]:
    """The money of each quarter in which a filed return names the organisation, newest first."""
    quarters = [quarter for one in ids for quarter in provider_money(one, series.name)]
    return [quarter for quarter in reversed(quarters) if quarter.received.lines or quarter.passed_down.lines]


def moved(series: World, public_id: str) -> HttpResponseBase:
    """Leads from an id that was given once to the organisation that has it now, and from a number that was merged to
    the one that goes on. Raises :class:`NotFound`.
    """
    alias = (
        OrganisationAlias.objects.filter(old_id=public_id, organisation__series=series.name)
        .select_related("organisation")
        .first()
    )
    if alias is None:
        if page := successor_page(series, public_id):
            return HttpResponseRedirect(page)  # for a while: the register may be put right
        raise NotFound("no-such-organisation", f"No organisation with the id {public_id} is known here.")
    return HttpResponsePermanentRedirect(f"{series.prefix}/providers/{alias.organisation.public_id}/")


def by_quarter(lines: list[dict], ids: set[str]) -> list[dict]:
    """Lines by quarter, apart: what the organisation is paid for, and what it pays others for."""
    quarters: dict[str, dict] = {}
    for line in lines:
        publication = line["row"].publication
        quarter = quarters.setdefault(
            publication.period,
            {
                "quarter": Quarter.parse(publication.period),
                "publication": publication,
                "funded": [],
                "funded_id": f"funded-{publication.quarter.slug}",
                "funded_caption": f"What it is funded for, {publication.quarter.label}",
                "funds": [],
                "funds_id": f"funds-{publication.quarter.slug}",
                "funds_caption": f"What it funds others for, {publication.quarter.label}",
            },
        )
        if line["row"].provider_id in ids:
            quarter["funded"].append(line)
        if line["row"].payer_id in ids:
            quarter["funds"].append(line)
    return list(quarters.values())


def summary(lines: QuerySet[FrozenLine], ids: list[str]) -> dict:
    """Over all quarters and pages: by quarter and payer what was received, and by quarter and payee what was passed on.

    Sums of shown amounts, with the number of lines that show none.
    """
    found: dict[str, list[dict]] = defaultdict(list)
    directions = (
        ("received", "provider_id__in", ("payer_id", "payer_name")),
        ("passed_on", "payer_id__in", ("provider_id", "provider_name")),
    )
    for direction, side, (other_id, other_name) in directions:
        for row in sums(lines.filter(**{side: ids}), other_id, other_name):
            found[direction].append(
                {
                    "quarter": Quarter.parse(row["publication__period"]),
                    "id": row[other_id],
                    "name": row[other_name],
                    "body": row["body_code"],
                    "tier": row["tier"],
                    "agreements": row["agreements"],
                    "compiled": row["compiled"] > 0,
                    "paid": row["paid"],
                    "lacking": row["lacking"],
                }
            )
    return {
        "received": found["received"],
        "passed_on": found["passed_on"],
        "compiled": any(row["compiled"] for rows in found.values() for row in rows),
    }


def sums(lines: QuerySet[FrozenLine], other_id: str, other_name: str) -> QuerySet:
    """What lines add up to by quarter, body, tier and other party. Amounts are ``Decimal`` pounds or ``None``."""
    return (
        lines.values("publication__period", "body_code", "tier", other_id, other_name)
        .annotate(
            agreements=Count("pk"),
            paid=Sum("amount_paid_gbp"),
            lacking=Count("pk", filter=Q(amount_paid_gbp=None)),
            compiled=Count("pk", filter=Q(return_kind="compiled")),
        )
        .order_by("-publication__period", "body_code", "tier", other_name, other_id)
    )
