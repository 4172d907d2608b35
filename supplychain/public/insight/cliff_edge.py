"""Which agreements end soon, where, for what and for whom? As page, CSV, calendar and feed of the same selection."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from portal.pictures.bars import Bar, Bars, Part
from portal.templatetags.portal import london
from supplychain.analysis import cliff_edge, reported
from supplychain.analysis.cliff_edge import GROUPS, MONTHS
from supplychain.analysis.rows import Row, rows_of
from supplychain.analysis.selection import NONE, Selection
from supplychain.public import selected
from supplychain.public.calendar_feed import Entry, calendar
from supplychain.public.charting import interactive
from supplychain.public.chosen import Chosen
from supplychain.public.csv_export import csv_response
from supplychain.public.feeds import ATOM, Feed
from supplychain.public.insight import frame
from supplychain.public.insight.frame import Asked
from supplychain.public.paging import page_of
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import Words, words

ROWS_A_PAGE, ENTRIES, DRAWN = 25, 500, 20
OWN_PARAMETERS = ("day", "months", "by", "page", "format")
CALENDAR = "text/calendar; charset=utf-8"
GROUP_WORDS = {"area": "area", "service": "service", "cohort": "group of people"}
FILTERS = ("area", "service", "cohort", "body")  # that the form offers


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for."""

    selection: Selection
    day: Asked[dt.date]
    months: Asked[str]
    by: Asked[str]
    chosen: Chosen

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        own = urlencode({"day": self.day.value.isoformat(), "months": self.months.value, "by": self.by.value})
        return "&".join(filter(None, (self.selection.query, own)))

    def statement(self, most: int | None = None, after: int = 0) -> cliff_edge.Statement:
        return cliff_edge.ending_statement(self.selection, self.day.value, int(self.months.value), most, after)


class Ending:
    """The agreements that end as a paginator asks for them; ``number`` of them is known already."""

    def __init__(self, asked: Wanted, number: int) -> None:
        self.asked, self.number = asked, number

    def count(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> list[Row]:
        return rows_of(self.asked.statement(part.stop - part.start, part.start))


def wanted(request: HttpRequest, series: World) -> Wanted:
    """Read the address. The day is the last one of the newest quarter with filed returns where none is named."""
    chosen = frame.filed_quarter(request, series)
    newest = chosen.offered[0].quarter.last_day if chosen.offered else frame.EARLIEST
    return Wanted(
        Selection.parse(series.name, selected.asked(request), OWN_PARAMETERS),
        frame.day(request, newest),
        frame.one_of(request, "months", [str(months) for months in MONTHS]),
        frame.one_of(request, "by", list(GROUPS)),
        chosen,
    )


@interactive
@public_page
def page(request: HttpRequest, series: World) -> HttpResponseBase:
    """The agreements that end, grouped and one by one."""
    asked = wanted(request, series)
    if wanted_format(request) == CSV:
        frame.filed_in(asked.chosen)
        selected.refuse_notices(asked.selection)
        name = f"ending-from-{asked.day.value}-within-{asked.months.value}-months"
        return csv_response(request, series, name, *asked.statement())
    notices = [notice.sentence for notice in asked.selection.notices]
    context = {
        **frame.page(series, "cliff-edge"),
        "chosen": asked.chosen,
        "notices": [*notices, *frame.notices(asked.day, asked.months, asked.by)],
        "day": asked.day.value,
        "months": asked.months.value,
        "all_months": [(str(months), f"within {months} months") for months in MONTHS],
        "by": asked.by.value,
        "groups": list(GROUP_WORDS.items()),
        "query": asked.query,
        **(told(request, series, asked) if asked.chosen.publication else {}),
    }
    return show(request, "public/insight/cliff_edge.html", series, context)


def told(request: HttpRequest, series: World, asked: Wanted) -> dict:
    """The totals, the groups, and the agreements that end next. Six queries."""
    known = words(series)
    (totals,) = rows_of(cliff_edge.totals_statement(asked.selection, asked.day.value))
    groups = rows_of(cliff_edge.grouped_statement(asked.selection, asked.day.value, asked.by.value))
    page = page_of(Paginator(Ending(asked, totals[f"within_{asked.months.value}"]), ROWS_A_PAGE), request)
    titles = {"area": known.areas, "service": known.services, "cohort": known.cohorts}
    rows = [group | {"title": titles[asked.by.value].get(group["code"], called(group["code"]))} for group in groups]
    steps = [
        {"months": months, "ending": totals[f"within_{months}"], "not_followed": totals[f"not_followed_{months}"]}
        for months in sorted(MONTHS)
    ]
    returns = reported.returns(series.name, asked.day.value)
    newest = max(returns.values(), default="")
    return {
        "newest": newest,
        "behind": [(code, period) for code, period in returns.items() if period != newest],
        "totals": totals,
        "steps": steps,
        "rows": rows,
        "bars": bars(rows, asked.by.value) if rows else None,
        "ending": [shown(row, known) for row in page],
        "page": page,
        "choices": [
            {
                "id": f"only-{name}",
                "name": name,
                "title": title,
                "values": values,
                "chosen": asked.selection.chosen.get(name, ("",))[0],
            }
            for name, title, values in (
                ("area", "Area", sorted(known.areas.items(), key=lambda item: item[1])),
                ("service", "Service", list(known.services.items())),
                ("cohort", "Group of people", list(known.cohorts.items())),
            )
        ],
        "kept": [
            (name, value)
            for name, values in asked.selection.chosen.items()
            if name not in FILTERS[:3]
            for value in values
        ],
    }


def called(code: str) -> str:
    """A code that has no title."""
    return "none named" if code == NONE else code


def shown(row: Row, known: Words) -> Row:
    """An agreement with words for its codes."""
    areas = [known.areas.get(code, code) for code in (row["area_codes"] or "").split(";") if code]
    return row | {"service": known.service(row["service_category"]), "areas": ", ".join(areas) or "not stated"}


def bars(rows: list[Row], by: str) -> Bars:
    """How many agreements end within three, six and twelve months, by the chosen group."""
    return Bars(
        id="ends",
        title="Agreements that end within twelve months",
        heading=GROUP_WORDS[by].capitalize(),
        unit="agreements",
        bars=[
            Bar(
                row["title"],
                row["within_12"],
                parts=[
                    Part("within 3 months", row["within_3"], "brand"),
                    Part("after 3, within 6 months", row["within_6"] - row["within_3"], "second"),
                    Part("after 6, within 12 months", row["within_12"] - row["within_6"], "quiet"),
                ],
            )
            for row in rows[:DRAWN]
        ],
        notes=[f"The first {DRAWN} of {len(rows)} are drawn."] if len(rows) > DRAWN else [],
        beside="groups",
    )


def entries(request: HttpRequest, series: World, asked: Wanted) -> list[Entry]:
    """What calendar and feed say, one entry for each agreement. Three queries."""
    if asked.chosen.publication is None:
        return []
    known = words(series)
    published = {publication.period: publication.published_at for publication in asked.chosen.offered}
    word = "Demonstration: " if series.demonstration else ""
    found = []
    for row in rows_of(asked.statement(ENTRIES)):
        line = shown(row, known)
        provider = row["provider_name"] or "a provider whose name is withheld"
        followed = "Another agreement is reported that goes on." if row["followed"] == "yes" else (
            "No other agreement is reported that goes on; one may have been agreed since."
        )  # fmt: skip
        found.append(
            Entry(
                key=f"{series.name}-{row['body_code']}-{row['agreement_ref']}-{row['end_date']}",
                day=row["end_date"],
                title=f"{word}Agreement ends: {line['service']}, {provider}",
                text=f"{row['body_name']} reports in {row['quarter']} that the agreement {row['agreement_ref']} ends "
                f"on {london(row['end_date'])}. Areas: {line['areas']}. {followed}",
                address=request.build_absolute_uri(f"{series.prefix}/bodies/{row['body_code']}/"),
                at=published[row["quarter"]],
            )
        )
    return found


@public_page
def ics(request: HttpRequest, series: World) -> HttpResponseBase:
    """The ends as all-day events."""
    asked = wanted(request, series)
    word = "Demonstration: " if series.demonstration else ""
    found = entries(request, series, asked)
    return HttpResponse(calendar(f"{word}Agreements in probation that end", request.get_host(), found), CALENDAR)


@public_page
def feed(request: HttpRequest, series: World) -> HttpResponseBase:
    """The ends as entries of a feed."""
    asked = wanted(request, series)
    word = "Demonstration: " if series.demonstration else ""
    here = f"{series.prefix}/insight/cliff-edge/"
    made = Feed(
        title=f"{word}Agreements in probation that end",
        link=request.build_absolute_uri(f"{here}?{asked.query}"),
        description="",
        subtitle=f"Reported agreements that end within {asked.months.value} months after {london(asked.day.value)}.",
        feed_url=request.build_absolute_uri(),  # as it is followed: without a day, of whichever quarter is the newest
        feed_guid=request.build_absolute_uri(),
        language="en-GB",
        feed_copyright="Open Government Licence v3.0",
    )
    for entry in entries(request, series, asked):
        made.add_item(
            title=f"{entry.title}, {london(entry.day)}",
            link=entry.address,
            description=entry.text,
            unique_id=f"{entry.address}#{entry.key}",
            pubdate=entry.at,
            updateddate=entry.at,
            author_name="Supply-chain transparency portal",
        )
    return HttpResponse(made.writeString("utf-8"), content_type=ATOM)
