"""What was published when, and what comes next? The calendar of releases, as page, CSV and iCalendar."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from portal.quarters import Quarter
from supplychain.models import Publication, Release
from supplychain.public import extracts, icalendar, published
from supplychain.public.csv_export import csv_response
from supplychain.public.series import CSV, World, public_page, show, wanted_format

IN_THE_FEED = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One release: of which version, at which moment, where, and what is to be said about it."""

    quarter: Quarter
    version: int
    at: dt.datetime
    announced_at: dt.datetime
    href: str
    note: str

    @property
    def title(self) -> str:
        return f"{self.quarter.label} ({self.quarter}), version {self.version}"


@public_page
def calendar(request: HttpRequest, series: World) -> HttpResponseBase:
    """What is announced, the next one first, and what was published, the last one first."""
    if wanted_format(request) == CSV:
        return csv_response(request, series, "calendar", *extracts.releases(series.name))
    context = {
        "coming": coming(series),
        "past": past(series),
        "crumbs": [("Home", f"{series.prefix}/"), ("Calendar", "")],
    }
    return show(request, "public/calendar.html", series, context)


@public_page
def feed(request: HttpRequest, series: World) -> HttpResponse:
    """The same for calendars: what is announced, and the newest of what was published."""
    word = "Demonstration: " if series.demonstration else ""
    events = [
        icalendar.Event(
            uid=f"{series.name}-{entry.quarter.slug}-v{entry.version}@{request.get_host().partition(':')[0]}",
            starts=entry.at,
            stamped=entry.announced_at,
            summary=f"{word}Probation supply chains, {entry.title}",
            href=request.build_absolute_uri(entry.href),
            text=entry.note,
        )
        for entry in [*coming(series), *past(series)][:IN_THE_FEED]
    ]
    return icalendar.calendar_response(f"{word}Probation supply chains: releases", events)


def coming(series: World) -> list[Entry]:
    """Announced releases that lie ahead. One query."""
    return [announced(series, release) for release in published.releases_to_come(series.name)]


def announced(series: World, release: Release) -> Entry:
    """A release that is to come; its page is the list of disclosures, for its own does not exist yet."""
    href = f"{series.prefix}/calendar/"
    quarter = Quarter.parse(release.period)
    return Entry(quarter, release.version, release.goes_public_at, release.announced_at, href, release.note)


def past(series: World) -> list[Entry]:
    """Published versions, the last one first. One query."""
    return [released(version) for version in published.versions(series.name).order_by("-published_at", "-period")]


def released(publication: Publication) -> Entry:
    """A version that was published."""
    at = publication.published_at
    notice = publication.correction_notice
    return Entry(
        publication.quarter, publication.version, at, at, publication.address, notice and f"Correction: {notice}"
    )
