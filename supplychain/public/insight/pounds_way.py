"""What became of each pound, over all bodies of a quarter or for one of them?"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponseBase

from portal.quarters import Quarter
from providers.models import Sector
from supplychain.analysis import pounds_way
from supplychain.analysis.pounds_way import INCOME, TIER_2
from supplychain.models import FrozenBody, Publication
from supplychain.public import pound
from supplychain.public.body.quarters import without_lines
from supplychain.public.charting import interactive
from supplychain.public.csv_export import csv_response
from supplychain.public.insight import frame
from supplychain.public.series import CSV, World, public_page, show, wanted_format

QUARTERS_DRAWN = 8


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
        **(told(chosen.offered, chosen.publication, asked.value) if chosen.publication else {}),
    }
    return show(request, "public/insight/pounds_way.html", series, context)


def filed_bodies(publication: Publication) -> dict[str, str]:
    """The bodies whose returns a version holds, by code."""
    rows = FrozenBody.objects.filter(publication=publication, filing_status__in=["published", "nil"])
    return dict(rows.order_by("code").values_list("code", "name"))


def told(publications: Sequence[Publication], publication: Publication, body: str) -> dict:
    """Both kinds of money with their stops, and how that went on from quarter to quarter. Four queries."""
    before = [one for one in publications if one.period <= publication.period][:QUARTERS_DRAWN]
    stops, when = pounds_way.stops(publication, body), publication.quarter.label
    by_tier = pounds_way.by_tier(before, body)
    paid, income = pound.of(stops, TIER_2), pound.of(stops, INCOME)
    return {
        "paid": paid,
        "example": next(((stop, pound.place(stop)) for stop in paid), None),
        "whole": pound.total(paid),
        "whole_income": pound.total(income),
        "passed_on": pound.total([stop for stop in paid if stop.tier != 2]),
        "voluntary": pound.total([stop for stop in paid if stop.sector == Sector.VOLUNTARY]),
        "bars": pound.paid(stops, when),
        "income_bars": pound.income(stops, when),
        "over_time": pound.over_time(
            {one.quarter: by_tier.get(one.period, {}) for one in before}, _absent(before, body)
        ),
        "followed": pounds_way.followed(publication, body),
    }


def _absent(publications: Sequence[Publication], body: str) -> dict[Quarter, str]:
    """The quarters for which the body filed no line, with the reason; none of all bodies together."""
    rows = FrozenBody.objects.filter(publication__in=publications, code=body) if body else FrozenBody.objects.none()
    return without_lines(rows.select_related("publication"))
