"""Which reporting bodies are there, whose were they when, and what does each say about its supply chain?"""

from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect

from portal.errors import NotFound
from providers.models import Sector
from supplychain.analysis import money
from supplychain.models import Body, BodyKind, FrozenBody, FrozenKpi, FrozenLine, Kpi, Publication
from supplychain.public import extracts, published
from supplychain.public.csv_export import csv_response
from supplychain.public.organisations import chains_of, known_ids
from supplychain.public.paging import page_of
from supplychain.public.periods import in_words
from supplychain.public.provenance import documents, origin, period_origin
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import with_words, words

LINES_A_PAGE = 100
HEADINGS = {
    BodyKind.CRC: "Community Rehabilitation Companies",
    BodyKind.NPS: "Divisions of the National Probation Service",
    BodyKind.REGION: "Probation regions",
    BodyKind.DEMONSTRATION: "Demonstration bodies",
}


@public_page
def index(request: HttpRequest, series: World) -> HttpResponseBase:
    """All bodies, by kind."""
    if wanted_format(request) == CSV:
        return csv_response(request, series, "bodies", *extracts.bodies(series.name))
    bodies = list(
        Body.objects.in_series(series.name).prefetch_related("ownerships__owner", "body_areas__area").order_by("code")
    )
    statuses = {row.code: row for row in published.newest_status(series.name)}
    kinds = [
        {
            "kind": kind,
            "heading": HEADINGS[kind],
            "bodies": [listed(body, statuses) for body in bodies if body.kind == kind],
        }
        for kind in BodyKind
    ]
    context = {
        "kinds": [kind for kind in kinds if kind["bodies"]],
        "count": len(bodies),
        "crumbs": [("Home", f"{series.prefix}/"), ("Bodies", "")],
    }
    return show(request, "public/bodies.html", series, context)


def listed(body: Body, statuses: dict[str, FrozenBody]) -> dict:
    """A body as the list shows it; rows of owners and areas were fetched before."""
    owner = newest_ownership(body)
    areas = sorted({entry.area.name for entry in body.body_areas.all()})
    return {
        "body": body,
        "owner": owner,
        "owner_during": in_words(owner.during) if owner else "",
        "owner_unverified": owner is not None and origin(owner).unverified,
        "areas": areas,
        "areas_unverified": any(origin(entry).unverified for entry in body.body_areas.all()),
        "in_force": in_words(body.in_force),
        "in_force_unverified": period_origin(body).unverified,
        "status": statuses.get(body.code),
    }


def newest_ownership(body: Body):
    """Who owns the body today or owned it last; ``None`` where no owner is known."""
    known = [ownership for ownership in body.ownerships.all() if ownership.during.lower]
    return max(known, key=lambda ownership: ownership.during.lower, default=None)


@public_page
def body(request: HttpRequest, series: World, code: str) -> HttpResponseBase:
    """One body: facts with sources, and its supply chain in the newest disclosure that holds one."""
    if code != code.upper():
        return HttpResponsePermanentRedirect(f"{series.prefix}/bodies/{code.upper()}/")
    found = Body.objects.in_series(series.name).select_related("organisation").filter(code=code).first()
    if found is None:
        raise NotFound("no-such-body", f"There is no reporting body with the code {code}.")
    if wanted_format(request) == CSV:
        return csv_response(request, series, f"{code}-supply-chain", *extracts.body_lines(series.name, code))
    statuses = list(
        FrozenBody.objects.filter(code=code, publication__in=published.readable(series.name))
        .select_related("publication")
        .order_by("-publication__period")
    )
    chain = next((row for row in statuses if row.filing_status in {"published", "nil", "compiled"}), None)
    context = {
        "body": found,
        "kind": BodyKind(found.kind).label,
        "in_force": in_words(found.in_force),
        "obligation": in_words(found.obligation),
        "origin": origin(found),
        "period_origin": period_origin(found),
        "statuses": [{"row": row, "quarter": row.publication.quarter} for row in statuses],
        "chain": chain,
        "as_provider": chains_of(series, known_ids(found.organisation)),
        **facts(series, found),
        **supply_chain(series, chain.publication if chain else None, code, request),
        "crumbs": [("Home", f"{series.prefix}/"), ("Bodies", f"{series.prefix}/bodies/"), (found.name, "")],
    }
    return show(request, "public/body.html", series, context)


def facts(series: World, found: Body) -> dict:
    """What is known about a body besides its returns, each with where it is from."""
    ownerships = sorted(
        found.ownerships.select_related("owner"), key=lambda row: (row.during.lower is not None, row.during.lower)
    )
    areas = list(found.body_areas.select_related("area").order_by("area__name", "during"))
    following = list(found.successions.select_related("successor", "area"))
    before = list(found.predecessions.select_related("body", "area"))
    events = list(found.dated_events.order_by("day", "slug"))
    kpis = list(found.body_kpis.select_related("kpi").order_by("kpi__code", "during"))
    named = list(found.bid_commitments.select_related("organisation").order_by("organisation__name"))
    everything = [found, *ownerships, *areas, *following, *before, *events, *kpis, *named]
    return {
        "ownerships": [{"row": row, "during": in_words(row.during), "origin": origin(row)} for row in ownerships],
        "areas": [{"row": row, "during": in_words(row.during), "origin": origin(row)} for row in areas],
        "successors": grouped(following, "successor"),
        "predecessors": grouped(before, "body"),
        "events": [{"row": row, "day": dated(row), "origin": origin(row)} for row in events],
        "kpis": [{"row": row, "during": in_words(row.during), "origin": origin(row)} for row in kpis],
        "named": [{"row": row, "origin": origin(row)} for row in named],
        "documents": documents(series, everything),
    }


def grouped(successions: list, name: str) -> list[dict]:
    """Successions by the other body, with the areas that it shares."""
    found: dict[str, dict] = {}
    for row in successions:
        other = getattr(row, name)
        entry = found.setdefault(other.code, {"body": other, "areas": [], "origin": origin(row)})
        entry["areas"].append(row.area.name)
        if origin(row).unverified:
            entry["origin"] = origin(row)
    return [entry | {"areas": ", ".join(sorted(entry["areas"]))} for _, entry in sorted(found.items())]


def dated(event) -> str:
    """The day of an event, no finer than it is known."""
    formats = {"year": "%Y", "month": "%B %Y"}
    return (
        event.day.strftime(formats[event.precision])
        if event.precision in formats
        else f"{event.day.day} {event.day:%B %Y}"
    )


def supply_chain(series: World, publication: Publication | None, code: str, request: HttpRequest) -> dict:
    """What a body says in one version: its lines along each path, a page of them, their measures, and the money."""
    if publication is None:
        return {"lines": [], "page": None, "contributions": []}
    traced = money.trace(publication, code)
    rows = (
        FrozenLine.objects.filter(publication=publication, body_code=code)
        .select_related("publication")
        .order_by("path")
    )
    shown = page_of(Paginator(rows, LINES_A_PAGE), request)
    hops = {hop.agreement_ref: hop for hop in traced.hops}
    return {
        "lines": with_words(shown, words(series), hops),
        "page": shown,
        "contributions": contributions(publication, code, [hops[line.agreement_ref] for line in shown]),
        "money": traced,
        "bars": bars(traced),
        "bars_title": f"Income and what became of it, {publication.quarter.label}",
        "sectors": [{"sum": entry, "sector": Sector(entry.sector).label} for entry in traced.by_sector],
    }


def bars(traced: money.BodyMoney) -> list[dict]:
    """The steps as bars; none where the income is not known, because then nothing is drawn to scale."""
    if traced.not_passed_on is None:
        return []
    prefix = "at most" if traced.at_most else ""
    own = "Own delivery (estimated)" if traced.own_delivery_status == "[e]" else "Own delivery"
    steps = [
        {"label": "Income received", "amount": traced.income, "status": traced.income_status},
        {"label": "Paid to tier 2", "amount": traced.passed_down.amount, "colour": "second"},
        {"label": own, "amount": traced.own_delivery, "status": traced.own_delivery_status},
    ]
    if traced.neither is not None:
        return [*steps, {"label": "Neither of the two", "amount": traced.neither, "colour": "quiet", "prefix": prefix}]
    missing = {
        "label": "Not reported as passed on",
        "amount": traced.not_passed_on,
        "colour": "quiet",
        "prefix": prefix,
    }
    return [*steps, missing]


def contributions(publication: Publication, code: str, hops: list[money.Hop]) -> list[dict]:
    """What each of these agreements contributed to the body's measures, beside the body's own figure."""
    titles = dict(Kpi.objects.filter(series=publication.series).values_list("code", "title"))
    payees = {hop.agreement_ref: hop.payee_name for hop in hops}
    rows = FrozenKpi.objects.filter(publication=publication, body_code=code, agreement_ref__in=list(payees))
    return [
        {
            "row": row,
            "title": titles.get(row.kpi_code, row.kpi_code),
            "payee": payees[row.agreement_ref],
            "numerator": plain(row.numerator),
            "denominator": plain(row.denominator),
            "body_numerator": plain(row.body_numerator),
            "body_denominator": plain(row.body_denominator),
        }
        for row in rows
    ]


def plain(number: Decimal | None) -> Decimal | None:
    """A figure of a measure without decimals that say nothing."""
    return number.quantize(Decimal(1)) if number is not None and number == number.to_integral_value() else number
