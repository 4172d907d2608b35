"""What is new, for programs that follow feeds? Atom (RFC 4287), an entry for every version, corrections among them."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed

from supplychain.models import Publication
from supplychain.public import published
from supplychain.public.series import World, public_page

ENTRIES = 50
ATOM = "application/atom+xml; charset=utf-8"

BEGINNING = dt.datetime(2014, 6, 1, tzinfo=dt.UTC)  # of what is reported on; when an empty feed was updated


class Feed(Atom1Feed):
    """Atom, with the same bytes for the same entries, also where there is none yet."""

    def latest_post_date(self) -> dt.datetime:
        return super().latest_post_date() if self.items else BEGINNING


@public_page
def disclosures(request: HttpRequest, series: World) -> HttpResponse:
    """The newest versions of the disclosures."""
    word = "Demonstration: " if series.demonstration else ""
    here = request.build_absolute_uri(f"{series.prefix}/disclosures/feed.atom")
    feed = Feed(
        title=f"{word}Probation supply chains: disclosures",
        link=request.build_absolute_uri(f"{series.prefix}/disclosures/"),
        description="",
        subtitle="New disclosures of supply chains in probation in England and Wales, and corrections of earlier ones.",
        feed_url=here,
        language="en-GB",
        feed_copyright="Open Government Licence v3.0",
    )
    for publication in published.versions(series.name).order_by("-published_at", "-version")[:ENTRIES]:
        address = request.build_absolute_uri(publication.address)
        feed.add_item(
            title=word + entry_title(publication),
            link=address,
            description=entry_text(publication),
            unique_id=address,
            pubdate=publication.published_at,
            updateddate=publication.redacted_at or publication.published_at,
            author_name="Supply-chain transparency portal",
            categories=["correction"] if publication.version > 1 else ["disclosure"],
        )
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
