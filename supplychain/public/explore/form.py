"""Which lines, measures and breakdowns can a reader choose from, and what is chosen?"""

from collections.abc import Iterable
from dataclasses import dataclass

from supplychain.analysis.breakdown import DIMENSIONS
from supplychain.analysis.selection import FILTERS, NONE, Filter, Selection
from supplychain.models import FrozenBody
from supplychain.public import published
from supplychain.public.explore.question import MEASURES, Question
from supplychain.public.explore.rows import label_of
from supplychain.public.series import World
from supplychain.public.words import Words

TYPED = (
    "q",
    "payer",
    "provider",
    "paid_from",
    "paid_to",
)  # filters that readers write into a box; all others are chosen from a list
ONE_OF_LIST = ("from", "to")


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a filter can be given."""

    value: str
    label: str
    chosen: bool


def form(series: World, question: Question, known: Words) -> dict:
    """The filters with what can be chosen, the dimensions and measures. Three queries."""
    selection, by = question.selection, question.by
    quarters = [publication.period for publication in published.readable(series.name)]
    bodies, owners = {}, set()
    seen = FrozenBody.objects.filter(publication__in=published.readable(series.name).order_by())
    for code, name, owner in seen.order_by("publication__period").values_list("code", "name", "owner_name"):
        bodies[code] = f"{code} {name}"
        owners |= {owner} - {""}
    lists: dict[str, Iterable[tuple[str, str]]] = {
        "quarter": [(period, period) for period in quarters],
        "from": [(period, period) for period in quarters],
        "to": [(period, period) for period in quarters],
        "body": sorted(bodies.items()),
        "owner": [*((owner, owner) for owner in sorted(owners)), (NONE, "no owner known")],
        "tier": [(str(tier), f"Tier {tier}") for tier in range(2, 6)],
        "service": known.services.items(),
        "area": sorted(known.areas.items(), key=lambda item: item[1]),
        "cohort": known.cohorts.items(),
        "funding_type": known.funding.items(),
    }
    chosen = [one for one in FILTERS.values() if one.name not in TYPED]
    filters = [{"filter": one, "options": options(one, lists.get(one.name, labels(one)), selection)} for one in chosen]
    return {
        "one_of_list": [entry for entry in filters if entry["filter"].name in ONE_OF_LIST],
        "lists": [entry for entry in filters if entry["filter"].name not in ONE_OF_LIST],
        "typed": [{"filter": FILTERS[name], "values": selection.chosen.get(name, ("",))} for name in TYPED],
        "dimensions": [
            {"name": name, "title": one.title, "first": by[0] == name, "second": by[1:] == [name]}
            for name, one in DIMENSIONS.items()
        ],
        "measures": [
            {"name": name, "title": title, "chosen": question.measure == name} for name, title in MEASURES.items()
        ],
    }


def labels(one: Filter) -> list[tuple[str, str]]:
    """The values of a filter that are fixed, with words for people."""
    return [(choice, label_of(one.name, choice)) for choice in one.choices]


def options(one: Filter, values: Iterable[tuple[str, str]], selection: Selection) -> list[Option]:
    """What a filter can be given, with what was chosen, also where the list does not know it."""
    chosen = selection.chosen.get(one.name, ())
    known = [Option(value, label, value in chosen) for value, label in values]
    return known + [Option(value, value, True) for value in chosen if value not in {option.value for option in known}]
