"""Who provides each service in an area, and whom does each of them fund there in turn?

A short answer above the table of agreements: every organisation once for each service, under the one that funds it
where that provides the same service here too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from supplychain.models import FrozenLine, Publication

MOST_LINES = 500
SHOWN = 12  # organisations named for one service
Party = tuple[str, str]  # public id and name, both blank where they are withheld


@dataclass(slots=True)
class Here:
    """One provider of a service, by whom it is funded, and whom it funds for the same service: ``below`` holds with
    each of them the name of the one in between, blank where there is none.
    """

    party: Party
    tier: int
    funded_by: Party
    below: dict[Party, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Providers:
    """Those of one service who are named, and how many more there are."""

    named: list[Here]
    more: int


def providers_by_service(publication: Publication, area: str) -> dict[str, Providers]:
    """By service: who provides it in the area as one version tells, by tier and name; what the source had ceased to
    show before the quarter is left out. Empty where there are more lines than a page can tell so. One query.
    """
    lines = list(
        FrozenLine.objects.filter(publication=publication, area_codes__contains=[area])
        .filter(Q(shown_to=None) | Q(shown_to__gte=publication.quarter.start))
        .only(
            "body_code", "agreement_ref", "upstream_ref", "path", "tier", "provider_id", "provider_name", "payer_id",
            "payer_name", "service_category", "other_categories",
        )
        .order_by("tier", "provider_name", "body_code", "agreement_ref")[: MOST_LINES + 1]
    )  # fmt: skip
    if len(lines) > MOST_LINES:
        return {}
    by_service: dict[str, list[FrozenLine]] = {}
    for line in lines:
        for service in dict.fromkeys([line.service_category, *line.other_categories]):
            by_service.setdefault(service, []).append(line)
    return {service: _providers(found) for service, found in by_service.items()}


def _providers(lines: Iterable[FrozenLine]) -> Providers:
    """Lines of one service, upper tiers first, as organisations under those that fund them."""
    tops: dict[tuple[Party, Party], Here] = {}
    under: dict[tuple[str, str], Here] = {}  # by agreement
    for line in lines:
        party, payer = (line.provider_id, line.provider_name), (line.payer_id, line.payer_name)
        entry = under.get((line.body_code, line.upstream_ref))
        if entry is None:
            entry = tops.setdefault((party, payer if line.tier > 2 else ("", "")), Here(party, line.tier, payer))
        elif party != entry.party:
            entry.below.setdefault(party, "" if payer == entry.party else line.payer_name)
        under[line.body_code, line.agreement_ref] = entry
    found = list(tops.values())
    return Providers(found[:SHOWN], max(len(found) - SHOWN, 0))
