"""What does the newest disclosure of filed returns come to in a few figures, and where is each of them derived?

Only from filed returns; what is compiled from public records makes no headline.
"""

from dataclasses import dataclass
from decimal import Decimal

from portal.templatetags.portal import london, percentage
from providers.models import Sector
from supplychain.analysis import breakdown, cliff_edge, pounds_way
from supplychain.analysis.pounds_way import TIER_2
from supplychain.analysis.rows import rows_of
from supplychain.analysis.selection import Selection
from supplychain.models import FrozenBody, Publication
from supplychain.public.series import World

ZERO = Decimal(0)
MONTHS = 6
PAID = "of the money paid to tier 2"


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure, what it is, the page that derives it, and what it lacks."""

    figure: str
    words: str
    href: str
    lacks: str = ""


def headlines(series: World, latest: Publication) -> list[Headline]:
    """The figures of one version; those that have no meaning (a share of nothing) are left out. Five queries."""
    return [*_shares(series, latest), _ending(series, latest), _not_disclosed(series, latest)]


def _shares(series: World, latest: Publication) -> list[Headline]:
    stops = [stop for stop in pounds_way.stops(latest) if stop.basis == TIER_2]
    whole = sum((stop.amount for stop in stops), ZERO)
    if whole <= 0:
        return []
    way = f"{series.prefix}/insight/pounds-way/?quarter={latest.quarter.slug}"
    voluntary = sum((stop.amount for stop in stops if stop.sector == Sector.VOLUNTARY), ZERO)
    deeper = sum((stop.amount for stop in stops if stop.tier != 2), ZERO)
    kinds = ["demonstration" if series.demonstration else "filed"]
    tier_2 = Selection.parse(series.name, {"quarter": [latest.period], "tier": ["2"], "return_kind": kinds})
    grants = sum(
        (
            row.amount
            for row in breakdown.breakdown(tier_2, ["funding_type"])
            if row.keys["funding_type"] == "grant" and row.amount is not None
        ),
        ZERO,
    )
    explored = f"{series.prefix}/explore/?{tier_2.query}&by=funding_type"
    return [
        Headline(percentage(voluntary, whole), f"{PAID} stops with voluntary organisations", way),
        Headline(percentage(deeper, whole), f"{PAID} is reported to go on to tier 3 or deeper", way),
        Headline(percentage(grants, whole), f"{PAID} is paid as grants", explored),
    ]


def _ending(series: World, latest: Publication) -> Headline:
    day = latest.quarter.last_day
    (totals,) = rows_of(cliff_edge.totals_statement(Selection.parse(series.name, {}), day))
    return Headline(
        str(totals[f"within_{MONTHS}"]),
        f"reported agreements end within six months of {london(day)}",
        f"{series.prefix}/insight/cliff-edge/?day={day}&months={MONTHS}",
        f"{totals['open_ended']} more have no end date" if totals["open_ended"] else "",
    )


def _not_disclosed(series: World, latest: Publication) -> Headline:
    followed = pounds_way.followed(latest)
    open_books = FrozenBody.objects.filter(
        publication=latest, filing_status__in=["published", "nil"], income_received_gbp__isnull=False
    ).exclude(return_kind="compiled")
    hidden = followed.bodies - open_books.count()
    return Headline(
        f"{followed.without_amount} of {followed.agreements}",
        "agreements show no amount, and are in none of these sums",
        f"{series.prefix}/explore/?quarter={latest.period.replace(' ', '+')}&by=funding_type",
        f"{hidden} of {followed.bodies} bodies with a return gave no income" if hidden else "",
    )
