"""How does a body stand beside another one, and beside all of its kind together, in one quarter?

Only bodies of one kind are compared, for the tiers of companies and of regions are different things. A share is taken
over those bodies alone that disclose both of its parts. What can't be told of a body says so, and is no nought.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from portal.money import share
from portal.pictures.bars import Bar, Bars
from portal.templatetags.portal import gbp
from supplychain.analysis import breakdown, money
from supplychain.analysis.breakdown import Figures
from supplychain.analysis.money import ZERO, BodyMoney
from supplychain.analysis.selection import Selection
from supplychain.models import Body, BodyKpi, FrozenBody, KpiKind
from supplychain.public import published
from supplychain.public.body.record import counts
from supplychain.public.series import World

ALL = "all"
FILED = ("published", "nil")
UNKNOWN = "cannot be told"


@dataclass(slots=True)
class Side:
    """One side of the comparison: a body (``href`` leads to it), or several together."""

    title: str
    code: str
    href: str
    bodies: list[BodyMoney]
    providers: int = 0
    funding: list[Figures] = field(default_factory=list)  # of tier 2, by funding type
    measures: Counter[str] = field(default_factory=Counter)  # of contracts, by kind
    record: list[FrozenBody] = field(default_factory=list)

    @property
    def several(self) -> bool:
        return self.code == ALL


def comparison(series: World, found: Body, chain: FrozenBody | None, other: str) -> dict:
    """Whom the body can be compared with, and the table where the address names one of them (or all)."""
    offered = list(
        Body.objects.in_series(series.name).filter(kind=found.kind).exclude(code=found.code).order_by("code")
    )
    comparable = chain is not None and chain.filing_status in FILED
    context = {"others": offered, "comparable": comparable, "with": other, "compared": []}
    if chain is None or not comparable or not other:
        return context
    chosen = [found] if other == ALL else [found, *(body for body in offered if body.code == other)]
    sides = _sides(series, chain, chosen, {body.code for body in [found, *offered]})
    return context | {
        "compared": sides,
        "compared_rows": [(title, [_cell(side, told) for side in sides]) for title, told in ROWS],
        "compared_bars": pictures(sides),
    }


def _sides(series: World, chain: FrozenBody, chosen: Sequence[Body], codes: set[str]) -> list[Side]:
    """The chosen bodies, and all of the kind that filed. Seven queries."""
    filed = {
        one.code: one
        for one in money.trace_all(chain.publication)
        if one.code in codes and one.filing_status in FILED
    }  # fmt: skip
    together = Side(f"All {len(filed)} that filed, together", "all", "", list(filed.values()))
    sides = {
        body.code: Side(
            body.name,
            body.code,
            f"{series.prefix}/bodies/{body.code}/",
            [filed[body.code]] if body.code in filed else [],
        )
        for body in chosen
    }
    quarter = Selection.parse(series.name, {"quarter": [chain.publication.period], "body": sorted(filed)})
    for row in breakdown.breakdown(quarter, ["body"]):
        if row.keys["body"] in sides:
            sides[row.keys["body"]].providers = row.providers
    together.providers = sum(row.providers for row in breakdown.totals(quarter))
    tier_2 = Selection.parse(series.name, {**quarter.chosen, "tier": ["2"]})
    for row in breakdown.breakdown(tier_2, ["body", "funding_type"]):
        together.funding.append(row)
        if row.keys["body"] in sides:
            sides[row.keys["body"]].funding.append(row)
    day = chain.publication.quarter.last_day
    for code, kind in BodyKpi.objects.filter(body__in=filed, during__contains=day).values_list("body_id", "kpi__kind"):
        together.measures[kind] += 1
        if code in sides:
            sides[code].measures[kind] += 1
    record = FrozenBody.objects.filter(code__in=codes, publication__in=published.readable(series.name).order_by())
    for row in record.select_related("publication"):
        together.record.append(row)
        if row.code in sides:
            sides[row.code].record.append(row)
    return [*sides.values(), together]


def _cell(side: Side, told) -> str:
    return told(side) if side.bodies or told is filing else "no return filed"


def total(amounts: Iterable[Decimal | None], several: bool, bound: str = "") -> str:
    """A sum of what is known, saying of how many bodies it is where there are several."""
    found = list(amounts)
    known = [amount for amount in found if amount is not None]
    if not known:
        return f"{UNKNOWN}: not disclosed [x]"
    told = " ".join(filter(None, (bound, gbp(sum(known, ZERO)))))
    return f"{told} ({len(known)} of {len(found)} bodies)" if several and len(known) < len(found) else told


def income(side: Side) -> str:
    return total([one.income for one in side.bodies], side.several)


def paid(side: Side, tier: int = 2) -> str:
    """What is shown as paid to one tier."""
    sums = [entry for one in side.bodies for entry in one.by_tier if entry.tier == tier]
    bound = "at least" if any(entry.at_least for entry in sums) else ""
    return " ".join(filter(None, (bound, gbp(sum((entry.amount for entry in sums), ZERO)))))


def own(side: Side) -> str:
    return total([one.own_delivery for one in side.bodies], side.several)


def neither(side: Side) -> str:
    bound = "at most" if any(one.at_most for one in side.bodies if one.neither is not None) else ""
    return total([one.neither for one in side.bodies], side.several, bound)


def of_income(side: Side) -> Decimal | None:
    """Paid to tier 2 as a share of income, over the bodies whose income is disclosed."""
    known = [one for one in side.bodies if one.income is not None]
    part = sum((one.passed_down.amount for one in known), ZERO)
    return share(part, sum((one.income for one in known if one.income is not None), ZERO))


def of_tier_2(side: Side, tier: int) -> Decimal | None:
    """What is shown as paid to a tier as a share of what is shown as paid to tier 2."""
    sums = {
        depth: sum((entry.amount for one in side.bodies for entry in one.by_tier if entry.tier == depth), ZERO)
        for depth in (2, tier)
    }
    return share(sums[tier], sums[2])


def to_sector(side: Side, sector: str) -> Decimal | None:
    """The share of what is shown as paid to tier 2 that went to one sector."""
    second = [entry for one in side.bodies for entry in one.by_sector if entry.tier == 2]
    part = sum((entry.amount for entry in second if entry.sector == sector), ZERO)
    return share(part, sum((entry.amount for entry in second), ZERO))


def as_grant(side: Side) -> Decimal | None:
    """The share of what is shown as paid to tier 2 that was paid as grants."""
    known = [row for row in side.funding if row.amount is not None]
    part = sum((row.amount for row in known if row.keys["funding_type"] == "grant"), ZERO)
    return share(part, sum((row.amount for row in known), ZERO))


def agreements(side: Side) -> str:
    """Agreements at all tiers, and how many of them show no amount."""
    tiers = [entry for one in side.bodies for entry in one.by_tier]
    lacking = sum(entry.lines_without_amount for entry in tiers)
    return f"{sum(entry.lines for entry in tiers):,}" + (f" ({lacking} without amount)" if lacking else "")


def measures(side: Side) -> str:
    """The measures of the contracts by kind; of several bodies, one that several have counts for each."""
    told = [f"{side.measures[kind]} {kind.label.lower()}" for kind in KpiKind if side.measures[kind]]
    return ", ".join(told) or UNKNOWN


def filing(side: Side) -> str:
    """What became of the returns of all published quarters."""
    return ", ".join(counts(side.record, 0)) or "no quarter published"


def bound(side: Side, figure: Callable[[Side], Decimal | None]) -> str:
    """What is said before a share: of income it is "at least" that much where a payment to tier 2 is not shown."""
    return (
        "at least" if figure is of_income and any(one.at_most for one in side.bodies if one.income is not None) else ""
    )


def percent(side: Side, figure: Callable[[Side], Decimal | None]) -> str:
    """A share in words."""
    value = figure(side)
    return UNKNOWN if value is None else " ".join(filter(None, (bound(side, figure), f"{value}%")))


SHARES = (
    ("Paid to tier 2, of income", of_income),
    ("Passed on to tier 3, of shown payments to tier 2", lambda side: of_tier_2(side, 3)),
    ("To voluntary organisations, of shown payments to tier 2", lambda side: to_sector(side, "voluntary")),
    ("As grants, of shown payments to tier 2", as_grant),
)
ROWS = (
    ("Income received", income),
    ("Paid to tier 2", paid),
    ("Passed on to tier 3", lambda side: paid(side, 3)),
    ("Own delivery", own),
    ("Neither own delivery nor reported as passed on", neither),
    *((title, lambda side, figure=figure: percent(side, figure)) for title, figure in SHARES),
    ("Agreements", agreements),
    ("Providers, at any tier", lambda side: f"{side.providers:,}"),
    ("Measures of the contract", measures),
    ("Returns", filing),
)


def pictures(sides: Sequence[Side]) -> list[Bars]:
    """Each share as bars of the same scale, one for each side; what can't be told has a frame."""
    return [
        Bars(
            id=f"share-{place}",
            title=title,
            heading="Body",
            unit="%",
            most=Decimal(100),
            bars=[_bar(side, figure, number) for number, side in enumerate(sides)],
        )
        for place, (title, figure) in enumerate(SHARES)
    ]


def _bar(side: Side, figure: Callable[[Side], Decimal | None], number: int) -> Bar:
    colour = "quiet" if side.several else "second" if number else "brand"
    label = "all that filed" if side.several else side.code
    if not side.bodies:
        return Bar(label, None, words="no return filed")
    value = figure(side)
    if value is None:
        return Bar(label, None, words=UNKNOWN)
    return Bar(label, value, prefix=bound(side, figure), colour=colour)
