"""Which words stand for a code? Titles of services, funding types, areas, cohorts and KPIs, looked up once a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from supplychain.analysis.money import Hop
from supplychain.models import Area, Code, CodeList, FrozenLine
from supplychain.public.series import World

ROLES = {
    "": "role not stated",
    "prime": "prime",
    "managing-agent": "managing agent",
    "specialist": "specialist",
    "local": "local provider",
}
REASONS = {
    "commercial": "commercial reasons",
    "confidence": "a duty of confidence",
    "safety": "the safety of people",
    "personal-data": "personal data",
    "legal": "a legal duty",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Titles by code; a code that nobody knows stands for itself."""

    services: dict[str, str]
    funding: dict[str, str]
    cohorts: dict[str, str]
    explanations: dict[str, str]
    areas: dict[str, str]

    def service(self, code: str) -> str:
        return self.services.get(code, code)

    def scope(self, line: FrozenLine) -> str:
        """What a line says of areas instead of naming some: that all of the body's are meant, or nothing."""
        if line.area_scope == "all":
            return f"all areas of the body ({len(line.area_codes)})"
        return "" if line.area_codes else "not stated"

    def places(self, line: FrozenLine) -> list[tuple[str, str]]:
        """Code and name of each area that a line names; none where it means all of the body's."""
        return [] if line.area_scope == "all" else [(code, self.areas.get(code, code)) for code in line.area_codes]


class Lines(list[dict]):
    """Lines as pages show them."""

    @property
    def compiled(self) -> bool:
        """Is every one compiled, so that no amount and no number of people can be among them?"""
        return all(line["row"].return_kind == "compiled" for line in self)


def words(world: World) -> Words:
    """Every title that lines need. Two queries."""
    titles: dict[str, dict[str, str]] = {kind: {} for kind in CodeList.values}
    for kind, code, title in Code.objects.values_list("list", "code", "title"):
        titles[kind][code] = title
    areas = dict(Area.objects.filter(series=world.name).values_list("code", "name"))
    return Words(
        titles[CodeList.SERVICE],
        titles[CodeList.FUNDING_TYPE],
        titles[CodeList.COHORT],
        titles[CodeList.EXPLANATION],
        areas,
    )


def with_words(lines: Iterable[FrozenLine], known: Words, hops: Mapping[str, Hop] | None = None) -> Lines:
    """Lines as pages show them: the row itself, the words for its codes, and what its payee passed on (``hops`` by
    reference).
    """
    hops = hops or {}
    return Lines(
        {
            "row": line,
            "service": known.service(line.service_category),
            "funding": known.funding.get(line.funding_type, line.funding_type),
            "cohorts": ", ".join(known.cohorts.get(code, code) for code in line.cohorts),
            "explanations": ", ".join(known.explanations.get(code, code) for code in line.explanation_code),
            "scope": known.scope(line),
            "places": known.places(line),
            "withheld": REASONS.get(line.withheld_reason, line.withheld_reason),
            "role": ROLES.get(line.role, line.role),
            "shown_before": line.shown_to is not None and line.shown_to < line.publication.quarter.start,
            "hop": hops.get(line.agreement_ref),
            "depth": min(line.tier - 2, 3),
        }
        for line in lines
    )
