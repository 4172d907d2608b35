"""What is on the page of one organisation?"""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect, HttpResponseRedirect

from portal.errors import NotFound
from providers.models import OrganisationAlias
from supplychain.models import FrozenLine
from supplychain.public import extracts, published, search
from supplychain.public.charting import interactive
from supplychain.public.csv_export import csv_response
from supplychain.public.organisations import facts, known_ids
from supplychain.public.paging import page_of
from supplychain.public.provider.history import corrected
from supplychain.public.provider.lines import by_quarter, received_and_passed_on, summary
from supplychain.public.provider.profile import profile
from supplychain.public.registered import successor_page
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import with_words, words

LINES_A_PAGE = 100


@interactive
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
    known = words(series)
    context = {
        "organisation": organisation,
        "quarters": by_quarter(with_words(page, known), set(ids)),
        "page": page,
        "money": received_and_passed_on(series, ids),
        **summary(lines, ids),
        **profile(series, organisation, ids, known),
        "corrections": corrected(series, ids),
        "address": request.build_absolute_uri(f"{series.prefix}/providers/{organisation.public_id}/"),
        **facts(series, organisation),
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Providers", f"{series.prefix}/providers/"),
            (organisation.name, ""),
        ],
    }
    return show(request, "public/provider.html", series, context)


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
