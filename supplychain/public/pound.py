"""How is a pound's way drawn, of one body or of all? From the stops of :mod:`supplychain.analysis.pounds_way`.

Shares are of the money itself, so that the bars of one picture can be compared; its table holds the amounts.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from portal.money import share
from portal.pictures.bars import Bar, Bars, Part
from portal.pictures.picture import Table
from portal.quarters import Quarter
from portal.templatetags.portal import gbp, percentage
from providers.models import Sector
from supplychain.analysis.pounds_way import INCOME, NEITHER, OWN_DELIVERY, PAYEE, TIER_2, Stop

ZERO = Decimal(0)
NOT_KNOWN = "sector not known"
SECTORS = {
    Sector.VOLUNTARY: "brand", Sector.SOCIAL_ENTERPRISE: "second", Sector.MUTUAL: "fifth", Sector.PRIVATE: "third",
    Sector.PUBLIC: "fourth",
}  # fmt: skip
INCOME_PARTS = {
    PAYEE: ("paid to tier 2", "second"),
    OWN_DELIVERY: ("own delivery", "brand"),
    NEITHER: ("neither own delivery nor reported as passed on", "quiet"),
}
BOUNDS = {PAYEE: "at least", NEITHER: "at most"}  # where a payment to tier 2 is not shown
TIERS = {2: ("stops at tier 2", "brand"), 3: ("stops at tier 3", "second"), 4: ("stops at tier 4 or deeper", "third")}
HEADINGS = ("Stops with", "Agreements", "Amount", "Of each pound")


def of(stops: Sequence[Stop], basis: str) -> list[Stop]:
    """The stops of one kind of money."""
    return [stop for stop in stops if stop.basis == basis]


def total(stops: Sequence[Stop]) -> Decimal:
    """What they come to."""
    return sum((stop.amount for stop in stops), ZERO)


def place(stop: Stop) -> str:
    """With whom pounds stop, in words."""
    return f"Tier {stop.tier}, {sector(stop)}"


def sector(stop: Stop) -> str:
    """The sector of those with whom pounds stop."""
    return Sector(stop.sector).label if stop.sector else NOT_KNOWN


def bounded(stop: Stop) -> str:
    """The amount of a stop, which is "at most" where an amount below is not shown."""
    return f"{'at most ' if stop.lacking else ''}{gbp(stop.amount)}"


def paid(stops: Sequence[Stop], when: str) -> Bars | None:
    """Where each pound paid to tier 2 stops: all of it by sector, and what of it stops at each tier."""
    found = of(stops, TIER_2)
    whole = total(found)
    if whole <= 0:
        return None
    tiers = sorted({stop.tier for stop in found if stop.tier})
    groups = [("Each pound paid to tier 2", found)]
    groups += [(f"stops at tier {tier}", [stop for stop in found if stop.tier == tier]) for tier in tiers]
    return Bars(
        id="stops",
        title=f"Where each pound paid to tier 2 stops, by sector and tier, {when}",
        heading="Of each pound",
        unit="%",
        bars=[_by_sector(label, mine, whole) for label, mine in groups],
        order=[*(one.label for one in SECTORS), NOT_KNOWN],
        notes=["What stays with a payee pays for its own work: it is no profit."],
        told=Table(
            HEADINGS,
            tuple((place(stop), str(stop.agreements), bounded(stop), percentage(stop.amount, whole)) for stop in found),
            numeric=3,
        ),
        open=True,
    )


def income(stops: Sequence[Stop], when: str) -> Bars | None:
    """What became of each pound of the income that is disclosed; none where it can't be told."""
    found = of(stops, INCOME)
    whole = total(found)
    if whole <= 0:
        return None
    by_stop = {stop.stop: stop for stop in found}
    lacking = any(stop.lacking for stop in found)
    parts, rows = [], []
    for name, (words, colour) in INCOME_PARTS.items():
        amount, bound = by_stop[name].amount, BOUNDS.get(name, "") if lacking else ""
        parts.append(Part(words, _share(amount, whole), colour, bound))
        rows.append((words.capitalize(), f"{bound} {gbp(amount)}".strip(), percentage(amount, whole)))
    return Bars(
        id="income",
        title=f"What became of each pound of income, {when}",
        heading="Of each pound",
        unit="%",
        bars=[Bar("Each pound of income", _share(whole, whole), parts=parts)],
        told=Table((HEADINGS[0], *HEADINGS[2:]), tuple(rows), numeric=2),
        open=True,
    )


def over_time(by_tier: Mapping[Quarter, Mapping[int, Decimal]], absent: Mapping[Quarter, str]) -> Bars | None:
    """At which tier the money paid to tier 2 stops, quarter by quarter; ``absent`` says of others why there is none."""
    known = {quarter: found for quarter, found in by_tier.items() if sum(found.values()) > 0}
    if len(known) < 2:
        return None
    bars, rows = [], []
    for quarter in sorted({*known, *absent}):
        if quarter not in known:
            bars.append(Bar(str(quarter), None, words=absent[quarter]))
            rows.append((str(quarter), *[absent[quarter]] * 4))
            continue
        whole = sum(known[quarter].values(), ZERO)
        amounts = dict.fromkeys(TIERS, ZERO)
        for tier, amount in known[quarter].items():
            amounts[min(tier, max(TIERS))] += amount
        parts = [Part(TIERS[depth][0], _share(amount, whole), TIERS[depth][1]) for depth, amount in amounts.items()]
        bars.append(Bar(str(quarter), _share(whole, whole), words=gbp(whole), parts=parts))
        rows.append((str(quarter), gbp(whole), *(percentage(amount, whole) for amount in amounts.values())))
    return Bars(
        id="over-time",
        title="Where each pound paid to tier 2 stops, quarter by quarter",
        heading="Quarter",
        unit="%",
        bars=bars,
        notes=["Beside each bar stands what is shown as paid to tier 2 in the quarter, of which its parts are shares."],
        told=Table(("Quarter", "Paid to tier 2", *(words for words, _ in TIERS.values())), tuple(rows), numeric=4),
    )


def _by_sector(label: str, stops: Sequence[Stop], whole: Decimal) -> Bar:
    amounts: dict[str, Decimal] = {}
    for stop in stops:
        amounts[stop.sector or ""] = amounts.get(stop.sector or "", ZERO) + stop.amount
    parts = [
        Part(Sector(name).label if name else NOT_KNOWN, _share(amounts[name], whole), colour)
        for name, colour in [*SECTORS.items(), ("", "quiet")]
        if name in amounts
    ]
    return Bar(label, _share(total(stops), whole), words=percentage(total(stops), whole), parts=parts)


def _share(part: Decimal, whole: Decimal) -> Decimal:
    """Percent to one place."""
    return share(part, whole) or ZERO
