"""How much of a body's or an area's money goes to the largest payees, and how many providers have one payer alone?"""

from decimal import Decimal

from django.http import HttpRequest, HttpResponseBase

from portal.pictures.bars import Bar, Bars
from supplychain.analysis import concentration
from supplychain.analysis.concentration import Reliance
from supplychain.models import Publication
from supplychain.public.charting import interactive
from supplychain.public.csv_export import csv_response
from supplychain.public.insight import frame
from supplychain.public.series import CSV, World, public_page, show, wanted_format

PAGES = {"body": "bodies", "area": "areas"}
DRAWN = 25


@interactive
@public_page
def page(request: HttpRequest, series: World) -> HttpResponseBase:
    """The shares of the largest by body or by area, and the number of providers by number of payers."""
    chosen = frame.filed_quarter(request, series)
    by = frame.one_of(request, "by", list(PAGES))
    if wanted_format(request) == CSV:
        publication = frame.filed_in(chosen)
        name = f"concentration-by-{by.value}-{publication.quarter.slug}"
        return csv_response(request, series, name, *concentration.statement(publication, by.value))
    context = {
        **frame.page(series, "concentration"),
        "chosen": chosen,
        "notices": frame.notices(by),
        "by": by.value,
        "kept": [("by", by.value)],
        "pages": PAGES[by.value],
        **(told(chosen.publication, by.value) if chosen.publication else {}),
    }
    return show(request, "public/insight/concentration.html", series, context)


def told(publication: Publication, by: str) -> dict:
    """The rows, and who is reported by how many payers. Two queries."""
    rows = concentration.concentrations(publication, by)
    known = [row for row in rows if row.largest is not None]
    reliance = concentration.reliance(publication)
    largest = Bars(
        id="largest",
        title=f"Share of the largest payee at tier 2, {publication.quarter.label}",
        heading="Body" if by == "body" else "Area",
        unit="%",
        bars=[
            Bar(f"{row.code} {row.name}" if by == "body" else row.name, row.largest)
            for row in sorted(known, key=lambda row: -row.largest)[:DRAWN]
        ],
        beside="shares",
        most=Decimal(100),
        notes=[f"The {DRAWN} highest of {len(known)} are drawn."] if len(known) > DRAWN else [],
    )
    return {
        "rows": rows,
        "bars": largest if known else None,
        "example": known[0] if known else None,
        "reliance": reliance,
        "reliance_bars": reliance_bars(reliance, publication.quarter.label) if reliance.providers else None,
    }


def reliance_bars(reliance: Reliance, when: str) -> Bars:
    """Providers by how many payers report them."""
    return Bars(
        id="payers",
        title=f"Providers by how many payers report them, {when}",
        heading="Payers",
        unit="providers",
        bars=[
            Bar("one payer", reliance.one),
            Bar("two payers", reliance.two, colour="second"),
            Bar("three payers or more", reliance.more, colour="third"),
        ],
    )
