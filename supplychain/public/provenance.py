"""Where does a fact come from, and how well is it known? Said beside every fact that is not out of a return."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from providers.models import Confidence, Sourced
from supplychain.models import Body, Source
from supplychain.public.series import DEMONSTRATION, World

WEB_ADDRESS = re.compile(r"(https?://)?[a-z0-9-]+(\.[a-z0-9-]+)+(/[^\s,;]*)?", re.IGNORECASE)
# What is no document and so no row of the table of sources.
OWN_WORDS = {
    "DEMO": "Invented for the demonstration",
    "RETURN": "As it was written in a return",
    "MATCH": "Decided by the portal’s keepers, with a register’s entry beside what returns say",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """The codes of a fact's sources, in the order given, and whether it is confirmed."""

    codes: tuple[str, ...]
    confidence: str

    @property
    def unverified(self) -> bool:
        return self.confidence == Confidence.UNVERIFIED


@dataclass(frozen=True, slots=True)
class Document:
    """A source as a page lists it; ``href`` is empty where its place is not an address."""

    code: str
    text: str
    publisher: str
    where: str
    href: str


def origin(fact: Sourced) -> Origin:
    """Where one fact comes from."""
    return Origin(listed(fact.source), fact.confidence)


def period_origin(body: Body) -> Origin:
    """Where the two periods of a body come from; the source of the body itself where nothing else is said."""
    return Origin(listed(body.period_source), body.period_confidence) if body.period_source else origin(body)


def codes(fact: Sourced) -> tuple[str, ...]:
    """The codes of a fact's sources, those of a body's periods with them."""
    return listed(fact.source) + (listed(fact.period_source) if isinstance(fact, Body) else ())


def listed(source: str) -> tuple[str, ...]:
    """Codes with ``;`` between, one by one."""
    return tuple(code.strip() for code in source.split(";") if code.strip())


def documents(world: World, facts: Iterable[Sourced]) -> list[Document]:
    """The sources of the facts on a page, sorted by code. One query."""
    return named(world, sorted(set(chain.from_iterable(map(codes, facts)))))


def named(world: World, wanted: Sequence[str]) -> list[Document]:
    """The sources with these codes, in this order. One query."""
    known = Source.objects.in_bulk(wanted)
    return [_document(world, code, known.get(code)) for code in wanted]


def _document(world: World, code: str, source: Source | None) -> Document:
    if source is None:
        return Document(code, OWN_WORDS.get(code, "A source that is not in the list of sources"), "", "", "")
    place = source.where
    href = ""
    if place.startswith("/"):
        href = place if place.startswith(f"{DEMONSTRATION.prefix}/") else world.prefix + place
    elif WEB_ADDRESS.fullmatch(place):
        href = place if place.lower().startswith("http") else f"https://{place}"
    return Document(code, source.document, source.publisher, place, href)
