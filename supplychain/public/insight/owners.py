"""Who relies on an owner at a day: which bodies, areas, agreements, providers and services? What is known of it?"""

import datetime as dt

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from portal.errors import NotFound
from providers.models import Organisation
from supplychain.analysis import reliance
from supplychain.analysis.rows import Row, rows_of
from supplychain.models import BodyArea, Event, Ownership
from supplychain.public import published
from supplychain.public.body.facts import dated
from supplychain.public.csv_export import csv_response
from supplychain.public.insight import frame
from supplychain.public.periods import in_words, last_day
from supplychain.public.provenance import documents, origin
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import Words, words

ROWS_SHOWN = 100


@public_page
def index(request: HttpRequest, series: World) -> HttpResponseBase:
    """Every owner, with its bodies and when they were its own."""
    found = Organisation.objects.filter(ownerships__body__series=series.name).distinct().order_by("name")
    spans: dict[int, dict[str, list[str]]] = {}
    for row in Ownership.objects.filter(body__series=series.name).order_by("during", "body"):
        spans.setdefault(row.owner_id, {}).setdefault(in_words(row.during), []).append(row.body_id)
    context = {
        **frame.page(series, "owners"),
        "owners": [{"owner": owner, "spans": list(spans[owner.pk].items())} for owner in found],
    }
    return show(request, "public/insight/owners.html", series, context)


@public_page
def owner(request: HttpRequest, series: World, public_id: str) -> HttpResponseBase:
    """One owner at one day, by default its last one or the last day that returns tell of."""
    found = Organisation.objects.filter(public_id=public_id).first()
    if found is None:
        moved = Organisation.objects.filter(aliases__old_id=public_id, ownerships__body__series=series.name).first()
        if moved is not None:
            return HttpResponseRedirect(f"{series.prefix}/insight/owners/{moved.public_id}/")
        raise NotFound("no-such-owner", f"There is no owner with the id {public_id}.")
    owned = list(
        Ownership.objects.filter(owner=found, body__series=series.name).select_related("body").order_by("during")
    )
    if not owned:
        raise NotFound("no-such-owner", f"{found.name} is not known as owner of a reporting body.")
    day = frame.day(request, usual_day(series, owned))
    then = [row for row in owned if day.value in row.during]
    codes = sorted(row.body_id for row in then)
    if wanted_format(request) == CSV:
        name = f"behind-{public_id}-{day.value}"
        return csv_response(request, series, name, *reliance.lines_statement(series.name, codes, day.value))
    known = words(series)
    whole, each = reliance.behind(series.name, codes, day.value)
    lines = rows_of(reliance.lines_statement(series.name, codes, day.value, ROWS_SHOWN))
    areas = areas_of(codes, day.value)
    events = list(Event.objects.filter(Q(owners=found) | Q(bodies__in=codes)).distinct().order_by("day", "slug"))
    partners = list(found.partners.select_related("partner").order_by("partner__name"))
    names = {row.body_id: row.body for row in then}
    context = {
        **frame.page(series, "owners"),
        "owner": found,
        "day": day.value,
        "notices": frame.notices(day),
        "ownerships": [{"row": row, "during": in_words(row.during), "origin": origin(row)} for row in owned],
        "then": [
            {"body": names[one.code], "behind": one, "areas": areas.get(one.code, [])} for one in each
        ],
        "whole": whole,
        "told": any(one.period for one in each),
        "area_names": sorted({name for found in areas.values() for name in found}),
        "lines": [line_shown(row, known) for row in lines],
        "more": max(whole.agreements - len(lines), 0),
        "events": [{"row": row, "day": dated(row), "origin": origin(row)} for row in events],
        "partners": [{"row": row, "origin": origin(row)} for row in partners],
        "documents": documents(series, [found, *owned, *events, *partners]),
    }  # fmt: skip
    context["crumbs"] = [
        ("Home", f"{series.prefix}/"), ("Insight", f"{series.prefix}/insight/"),
        ("Who relies on an owner", f"{series.prefix}/insight/owners/"), (found.name, ""),
    ]  # fmt: skip
    return show(request, "public/insight/owner.html", series, context)


def usual_day(series: World, owned: list[Ownership]) -> dt.date:
    """The last day on which the owner owned anything; where it owns still, the last day that filed returns tell of."""
    ends = [last_day(row.during) for row in owned]
    known = [end for end in ends if end is not None]
    newest = published.newest_with_returns(series.name)
    told = newest.quarter.last_day if newest else None
    if None in ends:
        return told or max(row.during.lower or frame.EARLIEST for row in owned)
    return min(max(known), told) if told else max(known)


def areas_of(codes: list[str], day: dt.date) -> dict[str, list[str]]:
    """Names of the areas of each body on the day. One query."""
    found: dict[str, list[str]] = {}
    for row in BodyArea.objects.filter(body__in=codes, during__contains=day).select_related("area").order_by("area"):
        found.setdefault(row.body_id, []).append(row.area.name)
    return found


def line_shown(row: Row, known: Words) -> Row:
    """An agreement with words for its codes."""
    areas = [known.areas.get(code, code) for code in (row["area_codes"] or "").split(";") if code]
    return row | {
        "service": known.service(row["service_category"]),
        "areas": ", ".join(areas) or "not stated",
        "depth": min(row["tier"] - 2, 3),
    }
