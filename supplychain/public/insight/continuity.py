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

MOST_FALLEN = 10
ROWS_SHOWN = 200
# What a list holds: which standing and how many, in the words of a link.
LISTS: dict[str, tuple[str, int | None, str]] = {
    "fell": (Standing.FELL, MOST_FALLEN, "providers whose reported payments fell most (ten at most)"),
    "all-fell": (Standing.FELL, None, "all providers whose reported payments fell"),
    "rose": (Standing.ROSE, None, "those whose payments rose"),
    "cannot-be-told": (Standing.CANNOT_TELL, None, "those of whom it cannot be told"),
    "all": ("", None, "every provider"),
}
AGREEMENTS = "agreements"
SPAN_WORDS = {4: "four quarters against the four before", 2: "two quarters against the two before",
              1: "one quarter against the one before"}  # fmt: skip


@public_page
def page(request: HttpRequest, series: World) -> HttpResponseBase:
    """The providers whose reported payments fell most, or another list, and the agreements of the same time."""
    chosen = frame.filed_quarter(request, series)
    listed = frame.one_of(request, "list", [*LISTS, AGREEMENTS])
    spanned = frame.one_of(request, "span", [str(span) for span in SPANS])
    span = int(spanned.value)
    if wanted_format(request) == CSV:
        last = frame.filed_in(chosen).quarter
        if listed.value == AGREEMENTS:
            statement = continuity.agreements_statement(series.name, last, span)
        else:
            statement = continuity.changes_statement(series.name, last, span, *LISTS[listed.value][:2])
        return csv_response(request, series, f"continuity-{listed.value}-{last.slug}", *statement)
    context = {
        **frame.page(series, "continuity"),
        "chosen": chosen,
        "notices": frame.notices(listed, spanned),
        "list": listed.value,
        "span": span,
        "spans": SPAN_WORDS,
        "quarters": frame.quarters(chosen),
        **(compared(series, chosen.publication.quarter, span, listed.value) if chosen.publication else {}),
    }
    return show(request, "public/insight/continuity.html", series, context)


def compared(series: World, last: Quarter, span: int, listed: str) -> dict:
    """The chosen list, what there is beside it, and how the agreements went. Five queries."""
    before, after = continuity.times(last, span)
    ends = rows_of(continuity.agreements_statement(series.name, last, span))
    standing, most, title = LISTS.get(listed, LISTS["fell"])
    rows = continuity.changes(series.name, last, span, standing, most or ROWS_SHOWN)
    told = continuity.counts(series.name, last, span)
    fallen = rows if standing == Standing.FELL else []
    known = words(series)
    return {
        "before": months(before),
        "after": months(after),
        "title": title,
        "rows": [(one, Sector(one.sector or "").label) for one in rows],
        "more": 0 if most else (told[standing] if standing else sum(told.values())) - len(rows),
        "bars": bars(fallen) if listed == "fell" and fallen else None,
        "example": fallen[0] if fallen else None,
        "counts": told,
        "cannot": told[Standing.CANNOT_TELL],
        "lists": [(name, words) for name, (_, _, words) in LISTS.items()],
        "started": sum(row["started"] == "yes" for row in ends),
        "ended": sum(row["ended"] == "yes" for row in ends),
        "followed": sum(row["followed"] == "yes" for row in ends),
        "agreements": [
            row | {"service": known.service(row["service_category"])}
            for row in (ends[:ROWS_SHOWN] if listed == AGREEMENTS else ())
        ],
        "more_agreements": max(len(ends) - ROWS_SHOWN, 0),
    }


def months(quarters: list[Quarter]) -> str:
    """Quarters in a row as "April 2017 to March 2018"."""
    return f"{quarters[0].start:%B %Y} to {quarters[-1].last_day:%B %Y}"


def bars(fallen: list[Change]) -> Bars:
    """The falls as bars to the left."""
    return Bars(
        id="fallen",
        title="Change in reported payments",
        heading="Provider",
        bars=[Bar(one.provider_name, one.change) for one in fallen],
        notes=["A lower payment may be timing, a new price or the planned end of a piece of work."],
    )
