"""What is on the page of one reporting body?"""

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect

from portal.errors import NotFound
from supplychain.models import Body, BodyKind, FrozenBody
from supplychain.public import extracts, published
from supplychain.public.body.chain import supply_chain
from supplychain.public.body.compared import comparison
from supplychain.public.body.facts import facts
from supplychain.public.body.movements import movements
from supplychain.public.body.quarters import payments, results
from supplychain.public.body.record import record
from supplychain.public.charting import interactive
from supplychain.public.csv_export import csv_response
from supplychain.public.organisations import chains_of, known_ids
from supplychain.public.periods import in_words
from supplychain.public.provenance import origin, period_origin
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import words


@interactive
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
    publication, known = chain.publication if chain else None, words(series)
    context = {
        "body": found,
        "kind": BodyKind(found.kind).label,
        "in_force": in_words(found.in_force),
        "obligation": in_words(found.obligation),
        "origin": origin(found),
        "period_origin": period_origin(found),
        "chain": chain,
        "as_provider": chains_of(series, known_ids(found.organisation)),
        **facts(series, found),
        **supply_chain(publication, code, known, request),
        "payments": payments(series.name, code, statuses),
        **results(series.name, code, statuses),
        **movements(series, chain, statuses, known),
        **comparison(series, found, chain, request.GET.get("with", "").strip()),
        **record(series, code, statuses),
        "crumbs": [("Home", f"{series.prefix}/"), ("Bodies", f"{series.prefix}/bodies/"), (found.name, "")],
    }
    return show(request, "public/body.html", series, context)
