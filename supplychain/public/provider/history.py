"""Which versions name an organisation, and what did corrections change in its lines? Also as a feed."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse

from portal.errors import NotFound
from supplychain.models import FrozenLine, Publication
from supplychain.public import published, search
from supplychain.public.corrections import Correction, corrections_of
from supplychain.public.feeds import AUTHOR, ENTRIES, WORDS, answer, begun, entry_title
from supplychain.public.organisations import known_ids
from supplychain.public.series import World, public_page


def corrected(series: World, ids: list[str]) -> list[Correction]:
    """What later versions changed in the lines in which it is paid, in whichever version these are. One query."""
    lines = FrozenLine.objects.filter(provider_id__in=ids, publication__in=public_versions(series)).order_by()
    keys = lines.values_list(Concat("body_code", Value("/"), "agreement_ref"))
    return corrections_of(series, Q(file="supply-chain.csv", key__in=keys))


def public_versions(series: World) -> QuerySet[Publication]:
    """Every version whose rows may be read, superseded ones too."""
    return published.versions(series.name).filter(redacted_at=None).order_by()


@public_page
def feed(request: HttpRequest, series: World, public_id: str) -> HttpResponse:
    """An entry for every version that names the organisation as payee or payer, the newest first."""
    organisation = search.public_organisations(series).filter(public_id=public_id).first()
    if organisation is None:
        raise NotFound("no-such-organisation", f"No organisation with the id {public_id} is known here.")
    ids = known_ids(organisation)
    named = {
        row["publication"]: row
        for row in FrozenLine.objects.filter(
            Q(provider_id__in=ids) | Q(payer_id__in=ids), publication__in=public_versions(series)
        )
        .values("publication")
        .order_by("publication")
        .annotate(
            paid=Count("pk", filter=Q(provider_id__in=ids)), bodies=Count("body_code", distinct=True), lines=Count("pk")
        )
    }
    page = f"/providers/{organisation.public_id}/"
    subtitle = f"What disclosures say about {organisation.name}: new ones, and corrections of earlier ones."
    found = begun(request, series, organisation.name, page, subtitle)
    address = request.build_absolute_uri(f"{series.prefix}{page}")
    versions = published.versions(series.name).filter(pk__in=list(named)).order_by("-published_at", "-version")
    for publication in versions[:ENTRIES]:
        found.add_item(
            title=WORDS[series.demonstration] + entry_title(publication),
            link=address,
            description=told(named[publication.pk], publication.correction_notice),
            unique_id=f"{address}#{publication.quarter.slug}-v{publication.version}",
            pubdate=publication.published_at,
            updateddate=publication.published_at,
            author_name=AUTHOR,
            categories=["correction"] if publication.version > 1 else ["disclosure"],
        )
    return answer(found)


def told(row: dict[str, Any], notice: str) -> str:
    """What a version says about it, in a sentence."""
    below = row["lines"] - row["paid"]
    paid = f"paid on {row['paid']} agreement{'' if row['paid'] == 1 else 's'}"
    pays = f" and pays others on {below}" if below else ""
    bodies = f"{row['bodies']} bod{'y' if row['bodies'] == 1 else 'ies'}"
    correction = f" Correction of the disclosure: {notice}" if notice else ""
    return f"It is {paid}{pays}, in the chains of {bodies}.{correction}"
