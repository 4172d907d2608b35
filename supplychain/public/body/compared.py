"""How does a body stand beside another one, and beside all of its kind together, in one quarter?

Only bodies of one kind are compared, for the tiers of companies and of regions are different things. A share is taken
over those bodies alone that disclose both of its parts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.money import share
from portal.templatetags.portal import gbp
from supplychain.analysis import money
from supplychain.analysis.money import ZERO, BodyMoney
from supplychain.models import Body, FrozenBody
from supplychain.public.series import World

ALL = "all"
FILED = ("published", "nil")
UNKNOWN = "not disclosed [x]"


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in one column: a body (``href`` leads to it), or several together."""

    title: str
    href: str
    cells: list[str]


def comparison(series: World, found: Body, chain: FrozenBody | None, other: str) -> dict:
    """Whom the body can be compared with, and the table where the address names one of them (or all)."""
    offered = list(
        Body.objects.in_series(series.name).filter(kind=found.kind).exclude(code=found.code).order_by("code")
    )
    comparable = chain is not None and chain.filing_status in FILED
    context = {"others": offered, "comparable": comparable, "with": other, "compared": [], "compared_rows": []}
    if chain is None or not comparable or not other:
        return context
    codes = {body.code: body for body in [found, *offered]}
    filed = {
        one.code: one for one in money.trace_all(chain.publication) if one.code in codes and one.filing_status in FILED
    }
    chosen = [found] if other == ALL else [found, *(body for body in offered if body.code == other)]
    columns = [
        Column(body.name, f"{series.prefix}/bodies/{body.code}/", figures([filed[body.code]])) if body.code in filed
        else Column(body.name, f"{series.prefix}/bodies/{body.code}/", ["no return filed"] * len(ROWS))
        for body in chosen
    ]  # fmt: skip
    columns.append(Column(f"All {len(filed)} that filed, together", "", figures(list(filed.values()))))
    rows = [(title, [column.cells[place] for column in columns]) for place, (title, _) in enumerate(ROWS)]
    return context | {"compared": columns, "compared_rows": rows}


def figures(bodies: Sequence[BodyMoney]) -> list[str]:
    """The cells of one column."""
    return [cell(bodies) for _, cell in ROWS]


def total(amounts: Iterable[Decimal | None], several: bool, bound: str = "") -> str:
    """A sum of what is known, saying of how many bodies it is where there are several."""
    found = list(amounts)
    known = [amount for amount in found if amount is not None]
    if not known:
        return UNKNOWN
    told = " ".join(filter(None, (bound, gbp(sum(known, ZERO)))))
    return f"{told} ({len(known)} of {len(found)} bodies)" if several and len(known) < len(found) else told


def income(bodies: Sequence[BodyMoney]) -> str:
    return total([one.income for one in bodies], len(bodies) > 1)


def paid(bodies: Sequence[BodyMoney], tier: int) -> str:
    """What is shown as paid to one tier."""
    sums = [entry for one in bodies for entry in one.by_tier if entry.tier == tier]
    bound = "at least" if any(entry.at_least for entry in sums) else ""
    return " ".join(filter(None, (bound, gbp(sum((entry.amount for entry in sums), ZERO)))))


def passed_share(bodies: Sequence[BodyMoney]) -> str:
    """Paid to tier 2 as a share of income, over the bodies whose income is disclosed."""
    known = [one for one in bodies if one.income is not None]
    part = sum((one.passed_down.amount for one in known), ZERO)
    found = share(part, sum((one.income for one in known if one.income is not None), ZERO))
    bound = "at least " if any(one.at_most for one in known) else ""
    return UNKNOWN if found is None else f"{bound}{found}%"


def own(bodies: Sequence[BodyMoney]) -> str:
    return total([one.own_delivery for one in bodies], len(bodies) > 1)


def rest(bodies: Sequence[BodyMoney]) -> str:
    """Not reported as passed on."""
    bound = "at most" if any(one.at_most for one in bodies if one.not_passed_on is not None) else ""
    return total([one.not_passed_on for one in bodies], len(bodies) > 1, bound)


def voluntary(bodies: Sequence[BodyMoney]) -> str:
    """The share of what is shown as paid to tier 2 that went to voluntary organisations."""
    second = [entry for one in bodies for entry in one.by_sector if entry.tier == 2]
    part = sum((entry.amount for entry in second if entry.sector == "voluntary"), ZERO)
    found = share(part, sum((entry.amount for entry in second), ZERO))
    return "no amount shown" if found is None else f"{found}% of shown amounts"


def agreements(bodies: Sequence[BodyMoney]) -> str:
    """Agreements at all tiers, and how many of them show no amount."""
    tiers = [entry for one in bodies for entry in one.by_tier]
    lacking = sum(entry.lines_without_amount for entry in tiers)
    return f"{sum(entry.lines for entry in tiers):,}" + (f" ({lacking} without amount)" if lacking else "")


ROWS = (
    ("Income received", income),
    ("Paid to tier 2", lambda bodies: paid(bodies, 2)),
    ("Paid to tier 2, of income", passed_share),
    ("Paid to tier 3", lambda bodies: paid(bodies, 3)),
    ("Own delivery", own),
    ("Not reported as passed on", rest),
    ("To voluntary organisations at tier 2", voluntary),
    ("Agreements", agreements),
)
