"""What is on the page of one organisation?"""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect, HttpResponseRedirect

from portal.errors import NotFound
from portal.templatetags.portal import in_language
from providers.models import OrganisationAlias
from supplychain.analysis import paths
from supplychain.models import FrozenLine, Publication
from supplychain.public import extracts, published, search
from supplychain.public.charting import interactive
from supplychain.public.chosen import chosen_quarter
from supplychain.public.csv_export import csv_response
from supplychain.public.organisations import facts, known_ids
from supplychain.public.paging import page_of
from supplychain.public.provider.history import corrected
from supplychain.public.provider.lines import (
    Parties,
    apart,
    funded_over_time,
    parties,
    quarter_by_quarter,
    received_and_passed_on,
)
from supplychain.public.provider.profile import measured, profile
from supplychain.public.registered import successor_page
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import Words, with_words, words

LINES_A_PAGE = 100


@interactive
@public_page
def provider(request: HttpRequest, series: World, public_id: str) -> HttpResponseBase:
    """One organisation: who it is, what it delivers where, who funds it and whom it funds, over time and in detail."""
    if public_id != public_id.upper():
        return HttpResponsePermanentRedirect(f"{series.prefix}/providers/{public_id.upper()}/")
    organisation = search.public_organisations(series).filter(public_id=public_id).first()
    if organisation is None:
        return moved(series, public_id)
    ids = known_ids(organisation)
    if wanted_format(request) == CSV:
        return csv_response(request, series, f"provider-{public_id}", *extracts.provider_lines(series.name, ids))
    mine = Q(provider_id__in=ids) | Q(payer_id__in=ids)
    known = words(series)
    lines = FrozenLine.objects.filter(mine, publication__in=published.readable(series.name).order_by())
    found = parties(lines, ids)
    quarters = quarter_by_quarter(found, received_and_passed_on(series, ids))
    chosen = chosen_quarter(request, series, FrozenLine.objects.filter(mine))
    context = {
        "organisation": organisation,
        "chosen": chosen,
        **(of_quarter(request, series, ids, chosen.publication, known, found) if chosen.publication else {}),
        "over_time": quarters,
        "money": any(quarter.money for quarter in quarters),
        "compiled": any(quarter.compiled for quarter in quarters),
        "funded_over_time": funded_over_time(found["passed_on"]),
        **profile(series, organisation, ids, known),
        "corrections": corrected(series, ids),
        "address": request.build_absolute_uri(f"{series.prefix}/providers/{organisation.public_id}/"),
        **facts(series, organisation),
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Providers", f"{series.prefix}/providers/"),
            (in_language(organisation.name, organisation.language), ""),
        ],
    }
    return show(request, "public/provider.html", series, context)


def of_quarter(
    request: HttpRequest, series: World, ids: list[str], publication: Publication, known: Words, found: Parties
) -> dict:
    """One quarter in detail: who funds it and what they passed down, whom it funds, directly and further, its
    agreements page by page, and what these contributed. Five queries.
    """
    lines = FrozenLine.objects.filter(Q(provider_id__in=ids) | Q(payer_id__in=ids), publication=publication)
    page = page_of(Paginator(lines.select_related("publication").order_by("body_code", "path"), LINES_A_PAGE), request)
    quarter = publication.quarter
    in_quarter = {direction: [row for row in rows if row["quarter"] == quarter] for direction, rows in found.items()}
    return {
        "publication": publication,
        "page": page,
        **apart(with_words(page, known), set(ids)),
        "in_words": quarter.label,
        "funded_caption": f"What it is funded for, {quarter.label}",
        "funds_caption": f"What it funds others for, {quarter.label}",
        "passed": paths.passed_down(series.name, ids, publication),
        "compiled_payers": [row for row in in_quarter["received"] if row["compiled"]],
        "payees": in_quarter["passed_on"],
        "further": [step for step in paths.below(series.name, ids, publication) if step.depth > 1],
        "measured": measured(series, ids, publication),
    }


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
