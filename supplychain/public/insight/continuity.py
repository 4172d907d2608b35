"""Whose reported payments fell most, and which agreements started, ended or went on?"""

from django.http import HttpRequest, HttpResponseBase

from portal.pictures.bars import Bar, Bars
from portal.quarters import Quarter
from providers.models import Sector
from supplychain.analysis import continuity
from supplychain.analysis.continuity import SPANS, Change, Standing
from supplychain.analysis.rows import rows_of
from supplychain.public.csv_export import csv_response
from supplychain.public.insight import frame
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import words

ROWS_SHOWN = 200
BARS_DRAWN = 10
EVERY, AGREEMENTS = "all", "agreements"
HOW_MANY = ("10", "25", "50", "100", EVERY)  # how long a list may be asked to be
# Whom each list holds.
LISTS = {
    str(Standing.FELL): "whose reported payments fell",
    str(Standing.ROSE): "whose reported payments rose",
    str(Standing.SAME): "whose reported payments were the same",
    str(Standing.CANNOT_TELL): "of whom it cannot be told",
    EVERY: "named in a return of either time",
}
RANKED = (Standing.FELL, Standing.ROSE)  # the greatest change first, so the first ten are a question by themselves
SPAN_WORDS = {4: "four quarters against the four before", 2: "two quarters against the two before",
              1: "one quarter against the one before"}  # fmt: skip


@public_page
def page(request: HttpRequest, series: World) -> HttpResponseBase:
    """The providers whose reported payments fell most, or another list, and the agreements of the same time."""
    chosen = frame.filed_quarter(request, series)
    listed = frame.one_of(request, "list", [*LISTS, AGREEMENTS])
    spanned = frame.one_of(request, "span", [str(span) for span in SPANS])
    many = frame.one_of(request, "most", HOW_MANY if listed.value in RANKED else (EVERY, *HOW_MANY[:-1]))
    span, most = int(spanned.value), None if many.value == EVERY else int(many.value)
    if wanted_format(request) == CSV:
        last = frame.filed_in(chosen).quarter
        if listed.value == AGREEMENTS:
            statement = continuity.agreements_statement(series.name, last, span)
        else:
            statement = continuity.changes_statement(series.name, last, span, standing(listed.value), most)
        return csv_response(request, series, f"continuity-{listed.value}-{last.slug}", *statement)
    context = {
        **frame.page(series, "continuity"),
        "chosen": chosen,
        "notices": frame.notices(listed, spanned, many),
        "list": listed.value,
        "span": span,
        "spans": SPAN_WORDS,
        "most": many.value,
        "how_many": [(one, one) for one in HOW_MANY],
        "quarters": frame.quarters(chosen),
        **(compared(series, chosen.publication.quarter, span, listed.value, most) if chosen.publication else {}),
    }
    return show(request, "public/insight/continuity.html", series, context)


def compared(series: World, last: Quarter, span: int, listed: str, most: int | None) -> dict:
    """The chosen list, how many there are of each, and how the agreements went. Five queries."""
    before, after = continuity.times(last, span)
    ends = rows_of(continuity.agreements_statement(series.name, last, span))
    named = listed if listed in LISTS else Standing.FELL
    told = continuity.counts(series.name, last, span)
    total = told[named] if named in told else sum(told.values())
    room = min(most or ROWS_SHOWN, ROWS_SHOWN)
    found = continuity.changes(series.name, last, span, standing(named), room + 1)
    rows, next_one = found[:room], found[room:]
    known = words(series)
    return {
        "before": months(before),
        "after": months(after),
        "title": title(named, len(rows), total),
        "rows": [(one, Sector(one.sector or "").label) for one in rows],
        "in_file": min(most or total, total),
        "tied": named in RANKED and bool(next_one) and next_one[0].change == rows[-1].change,
        "bars": bars(rows) if listed in RANKED and rows else None,
        "example": rows[0] if named in RANKED and rows else None,
        "counts": told,
        "cannot": told[Standing.CANNOT_TELL],
        "providers": sum(told.values()),
        "started": sum(row["started"] == "yes" for row in ends),
        "ended": sum(row["ended"] == "yes" for row in ends),
        "followed": sum(row["followed"] == "yes" for row in ends),
        "agreements": [
            row | {"service": known.service(row["service_category"])}
            for row in (ends[:ROWS_SHOWN] if listed == AGREEMENTS else ())
        ],
        "more_agreements": max(len(ends) - ROWS_SHOWN, 0),
    }


def standing(listed: str) -> str:
    """The one standing of a list, or nothing where it holds all of them."""
    return "" if listed == EVERY else listed


def title(listed: str, shown: int, total: int) -> str:
    """Whom a list holds and how many of them, as "The 10 providers whose reported payments fell most, of 13"."""
    if shown == total:
        return f"Providers {LISTS[listed]}: {f'all {total:,}' if total else 'none'}"
    if listed in RANKED:
        return f"The {shown} providers {LISTS[listed]} most, of {total:,}"
    return f"The first {shown} of {total:,} providers {LISTS[listed]}"


def months(quarters: list[Quarter]) -> str:
    """Quarters in a row as "April 2017 to March 2018"."""
    return f"{quarters[0].start:%B %Y} to {quarters[-1].last_day:%B %Y}"


def bars(rows: list[Change]) -> Bars:
    """The greatest changes as bars, to the left where payments fell."""
    drawn = rows[:BARS_DRAWN]
    return Bars(
        id="greatest",
        title="Change in reported payments" + (f", the first {len(drawn)}" if len(drawn) < len(rows) else ""),
        heading="Provider",
        bars=[Bar(one.provider_name, one.change) for one in drawn],
        beside="changes",
        notes=["Such a change may be timing, another price, or a piece of work that began or ended as planned."],
    )
