"""What became of each pound, over all bodies of a quarter or for one of them?"""

from decimal import Decimal

from django.http import HttpRequest, HttpResponseBase

from portal.pictures.bars import Bar, Bars
from providers.models import Sector
from supplychain.analysis import pounds_way
from supplychain.analysis.pounds_way import INCOME, NEITHER, OWN_DELIVERY, PAYEE, TIER_2, Stop
from supplychain.models import FrozenBody, Publication
from supplychain.public.charting import interactive
from supplychain.public.csv_export import csv_response
from supplychain.public.insight import frame
from supplychain.public.series import CSV, World, public_page, show, wanted_format

STOPS = {
    (OWN_DELIVERY, 1): "Own delivery of the bodies",
    (NEITHER, 1): "Neither own delivery nor reported as passed on",
    (PAYEE, 2): "Paid to tier 2",
}
COLOURS = ("brand", "second", "third", "quiet")


@interactive
@public_page
def page(request: HttpRequest, series: World) -> HttpResponseBase:
    """The stops of a quarter's money, of all bodies or of one."""
    chosen = frame.filed_quarter(request, series)
    names = filed_bodies(chosen.publication) if chosen.publication else {}
    asked = frame.one_of(request, "body", ["", *names])
    if wanted_format(request) == CSV:
        publication = frame.filed_in(chosen)
        name = "-".join(filter(None, ("pounds-way", asked.value, publication.quarter.slug)))
        return csv_response(request, series, name, *pounds_way.statement(publication, asked.value))
    context = {
        **frame.page(series, "pounds-way"),
        "chosen": chosen,
        "notices": frame.notices(asked),
        "quarters": frame.quarters(chosen),
        "bodies": {code: f"{code} {name}" for code, name in names.items()},
        "body": asked.value,
        "body_name": names.get(asked.value, ""),
        **(told(chosen.publication, asked.value) if chosen.publication else {}),
    }
    return show(request, "public/insight/pounds_way.html", series, context)


def filed_bodies(publication: Publication) -> dict[str, str]:
    """The bodies whose returns a version holds, by code."""
    rows = FrozenBody.objects.filter(publication=publication, filing_status__in=["published", "nil"])
    return dict(rows.order_by("code").values_list("code", "name"))


def told(publication: Publication, body: str) -> dict:
    """Both kinds of money with their stops. Two queries."""
    stops = pounds_way.stops(publication, body)
    paid = [stop for stop in stops if stop.basis == TIER_2]
    income = [stop for stop in stops if stop.basis == INCOME]
    whole = sum((stop.amount for stop in paid), Decimal(0))
    deeper = [stop for stop in paid if stop.tier and stop.tier > 2]
    return {
        "paid": [(stop, place(stop)) for stop in paid],
        "income": [(stop, place(stop)) for stop in income],
        "whole": whole,
        "whole_income": sum((stop.amount for stop in income), Decimal(0)),
        "passed_on": sum((stop.amount for stop in deeper), Decimal(0)),
        "voluntary": sum((stop.amount for stop in paid if stop.sector == Sector.VOLUNTARY), Decimal(0)),
        "bars": bars(paid, publication.quarter.label),
        "income_bars": income_bars(income, publication.quarter.label),
        "followed": pounds_way.followed(publication, body),
        "at_most": any(stop.lacking for stop in paid),
    }


def place(stop: Stop) -> str:
    """With whom pounds stop, in words."""
    if stop.basis == INCOME:
        return STOPS[stop.stop, stop.tier]
    return f"Tier {stop.tier}, {Sector(stop.sector).label if stop.sector else 'sector not known'}"


def at_most(stop: Stop) -> str:
    """What is said before an amount that is a bound."""
    return "at most" if stop.lacking else ""


def bars(stops: list[Stop], when: str) -> Bars | None:
    """The stops below the bodies, a colour for each tier."""
    if not stops:
        return None
    return Bars(
        id="stops",
        title=f"Where each pound paid to tier 2 stops, {when}",
        heading="Stop",
        bars=[
            Bar(place(stop), stop.amount, prefix=at_most(stop), colour=COLOURS[min((stop.tier or 2) - 2, 3)])
            for stop in sorted(stops, key=lambda stop: -stop.amount)
        ],
        notes=["Money that stays with a payer pays for its own work as well: it is no profit."],
    )


def income_bars(stops: list[Stop], when: str) -> Bars | None:
    """The stops of the income."""
    if not stops:
        return None
    colours = {OWN_DELIVERY: "brand", NEITHER: "quiet", PAYEE: "second"}
    return Bars(
        id="income",
        title=f"What became of the income that is disclosed, {when}",
        heading="Stop",
        bars=[Bar(place(stop), stop.amount, prefix=at_most(stop), colour=colours[stop.stop]) for stop in stops],
    )
