"""What is new, for programs that follow feeds? Versions, corrections, and providers named for the first time, as Atom
(RFC 4287).
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from supplychain.models import Publication
from supplychain.public import published
from supplychain.public.extracts import Extract
from supplychain.public.series import World, public_page

ENTRIES = 50
AUTHOR = "Supply-chain transparency portal"
WORDS = {True: "Demonstration: ", False: ""}  # before every title, by whether the series is the demonstration
ATOM = "application/atom+xml; charset=utf-8"

BEGINNING = dt.datetime(2014, 6, 1, tzinfo=dt.UTC)  # of what is reported on; when an empty feed was updated


class Feed(Atom1Feed):
    """Atom, with the same bytes for the same entries, also where there is none yet."""

    def latest_post_date(self) -> dt.datetime:
        return super().latest_post_date() if self.items else BEGINNING


@public_page
def disclosures(request: HttpRequest, series: World) -> HttpResponse:
    """The newest versions of the disclosures."""
    subtitle = "New disclosures of supply chains in probation in England and Wales, and corrections of earlier ones."
    newest = published.versions(series.name).order_by("-published_at", "-version")[:ENTRIES]
    return of_versions(request, series, begun(request, series, "disclosures", "/disclosures/", subtitle), newest)


@public_page
def corrections(request: HttpRequest, series: World) -> HttpResponse:
    """The newest corrections alone: later versions, and versions of which something was taken down."""
    corrected = published.versions(series.name).exclude(version=1, redacted_at=None)
    subtitle = "Corrections of disclosures that were published before."
    feed = begun(request, series, "corrections", "/disclosures/", subtitle, "corrections.atom")
    return of_versions(request, series, feed, corrected.order_by("-published_at", "-version")[:ENTRIES])


@public_page
def providers(request: HttpRequest, series: World) -> HttpResponse:
    """Every provider, the ones that disclosures named last first."""
    return new_providers(request, series, "providers", "/providers/", None)


def new_providers(request: HttpRequest, series: World, title: str, page: str, among: Extract | None) -> HttpResponse:
    """Those whose ids ``among`` gives (all), each at the moment at which the first version that names it came out."""
    feed = begun(
        request, series, title, page, "Providers in the order in which disclosures named them for the first time."
    )
    parties = published.parties(series.name, "first")
    if among is not None:
        parties = parties.filter(public_id__in=RawSQL(*among))  # noqa: S611 (its values are apart)
    newest = parties.select_related("publication").order_by("-publication__published_at", "name", "public_id")[:ENTRIES]
    for party in newest:
        address = request.build_absolute_uri(f"{series.prefix}/providers/{party.public_id}/")
        feed.add_item(
            title=f"{WORDS[series.demonstration]}{party.name}",
            link=address,
            description=f"Named for the first time in the disclosure of {party.publication.quarter.label}.",
            unique_id=address,
            pubdate=party.publication.published_at,
            updateddate=party.publication.published_at,
            author_name=AUTHOR,
        )
    return answer(feed)


def begun(request: HttpRequest, series: World, what: str, page: str, subtitle: str, name: str = "feed.atom") -> Feed:
    """A feed without entries, of what stands at an address of the series; ``name`` is the feed's own, beside it."""
    path, _mark, query = page.partition("?")
    here = f"{series.prefix}{path}{name}" + (f"?{query}" if query else "")
    return Feed(
        title=f"{WORDS[series.demonstration]}Probation supply chains: {what}",
        link=request.build_absolute_uri(f"{series.prefix}{page}"),
        description="",
        subtitle=subtitle,
        feed_url=request.build_absolute_uri(here),
        feed_guid=request.build_absolute_uri(here),  # two feeds of one page are two feeds
        language="en-GB",
        feed_copyright="Open Government Licence v3.0",
    )


def of_versions(request: HttpRequest, series: World, feed: Feed, versions: Iterable[Publication]) -> HttpResponse:
    """The feed with an entry for each version."""
    for publication in versions:
        address = request.build_absolute_uri(publication.address)
        feed.add_item(
            title=WORDS[series.demonstration] + entry_title(publication),
            link=address,
            description=escape(entry_text(publication)),  # what Django writes there is read as HTML
            unique_id=address,
            pubdate=publication.published_at,
            updateddate=publication.redacted_at or publication.published_at,
            author_name=AUTHOR,
            categories=["correction"] if publication.version > 1 else ["disclosure"],
        )
    return answer(feed)


def answer(feed: Feed) -> HttpResponse:
    """The feed as it is sent."""
    return HttpResponse(feed.writeString("utf-8"), content_type=ATOM)


def entry_title(publication: Publication) -> str:
    """What an entry is about, in one line."""
    quarter = publication.quarter
    kind = f"version {publication.version}, a correction" if publication.version > 1 else "first version"
    return f"{quarter.label} ({quarter}), {kind}"


def entry_text(publication: Publication) -> str:
    """What happened, in a sentence or two."""
    if publication.redacted_at:
        return "Files of this version were taken down; their digests and the class of reason stay on its page."
    if publication.correction_notice:
        return f"Correction: {publication.correction_notice}"
    return "The supply chains of this quarter were published."
