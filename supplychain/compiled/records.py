"""Which facts does a public record of contracts hold, and which of them can't be taken?

The record says who is prime and who is subcontractor of which contract, where, of which type, and since when and until
when the service showed it. What is wrong with one contract is said in a sentence and leaves the others alone.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

SHOWN = 80  # characters of a strange value in a sentence
# What may stand in front of a slash in an agreement's reference.
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as the record names it, with what was decided about it (see fixtures/reference/README.md).

    ``payee_key`` is who it is: an org-id, a portal id, or ``crs:CODE`` where no number is known. ``own_service_of``
    is the body whose own service it is, and blank for everybody else.
    """

    code: str
    name: str
    payee_key: str
    charity_number: str = ""
    company_number: str = ""
    own_service_of: str = ""
    held_back: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract: ``region`` (a body's code) or ``area`` (a police force area), never both; codes of providers.

    ``shown_from`` and ``shown_to`` are days on which the source shows it, not days of the agreement.
    """

    reference: str
    type: str
    region: str
    area: str
    prime: str
    subcontractors: tuple[str, ...]
    shown_from: dt.date
    shown_to: dt.date | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not taken: what, why in a sentence, and how many contracts and links that costs."""

    what: str
    why: str
    contracts: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True)
class Records:
    """What a source said on a day: the contracts that can be taken, by reference, and everybody named in it."""

    day: dt.date
    contracts: tuple[Contract, ...]
    providers: Mapping[str, Provider]
    services: Mapping[str, str]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def links(self) -> int:
        """Links from a prime to a subcontractor."""
        return sum(len(contract.subcontractors) for contract in self.contracts)


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that a record may use. ``services`` leads from the first part of a contract type to a category."""

    areas: Collection[str]
    regions: Collection[str]
    services: Mapping[str, str]


@dataclass(slots=True)
class RawContract:
    """A contract as it was read, every value a text or nothing; ``place`` is the file or row for sentences."""

    place: str
    reference: str
    type: str
    region: str | None
    area: str | None
    prime: str
    shown_from: str
    shown_to: str | None
    subcontractors: list[str] = field(default_factory=list)


class Unusable(Exception):  # noqa: N818 (says what happened)
    """One part of a record can't be taken; the text is the sentence that says why."""


def judge(
    raw: Iterable[RawContract], providers: Mapping[str, Provider], known: Known
) -> tuple[tuple[Contract, ...], tuple[LeftOut, ...]]:
    """The contracts that can be taken, by reference, and what can't."""
    left_out: list[LeftOut] = []
    taken: dict[str, Contract] = {}
    differing: set[str] = set()
    for contract in raw:
        try:
            judged, lost = _judged(contract, providers, known)
        except Unusable as problem:
            left_out.append(LeftOut(contract.place, str(problem), 1, len(contract.subcontractors)))
            continue
        before = taken.setdefault(judged.reference, judged)
        if before is judged:
            left_out += lost
            continue
        links = len(contract.subcontractors)
        if before == judged:
            why = f"{judged.reference} is there twice and says the same: it is taken once."
        else:
            why = f"{judged.reference} is there twice and says different things: neither is taken."
            differing.add(judged.reference)
        left_out.append(LeftOut(contract.place, why, 1, links))
    for reference in sorted(differing):
        gone = taken.pop(reference)
        why = f"{reference} is there twice and says different things: neither is taken."
        left_out.append(LeftOut(reference, why, 1, len(gone.subcontractors)))
    return tuple(taken[reference] for reference in sorted(taken)), tuple(left_out)


def _judged(raw: RawContract, providers: Mapping[str, Provider], known: Known) -> tuple[Contract, list[LeftOut]]:
    if not REFERENCE.fullmatch(raw.reference):
        raise Unusable(f"{shown(raw.reference)} can't be the reference of an agreement.")
    if raw.type.partition("-")[0] not in known.services:
        raise Unusable(f"{raw.reference} has the unknown contract type {shown(raw.type)}.")
    if bool(raw.region) == bool(raw.area):
        raise Unusable(f"{raw.reference} should name either a region or a police force area.")
    if raw.region and raw.region not in known.regions:
        raise Unusable(f"{raw.reference} is in the unknown region {shown(raw.region)}.")
    if raw.area and raw.area not in known.areas:
        raise Unusable(f"{raw.reference} is in the unknown area {shown(raw.area)}.")
    if raw.prime not in providers:
        raise Unusable(f"{raw.reference} has the unknown prime {shown(raw.prime)}.")
    shown_from, shown_to = _day(raw, raw.shown_from), _day(raw, raw.shown_to) if raw.shown_to else None
    if shown_to and shown_to < shown_from:
        raise Unusable(f"{raw.reference} was hidden on {shown_to}, before it was shown on {shown_from}.")
    subcontractors: list[str] = []
    lost: list[LeftOut] = []
    for code in raw.subcontractors:
        if code not in providers:
            why = f"{raw.reference} has the unknown subcontractor {shown(code)}; the rest of it is taken."
        elif code == raw.prime:
            why = f"{raw.reference} names its prime {code} as its own subcontractor; the rest of it is taken."
        elif code in subcontractors:
            why = f"{raw.reference} names {code} twice; it is taken once."
        else:
            subcontractors.append(code)
            continue
        lost.append(LeftOut(raw.place, why, 0, 1))
    contract = Contract(
        reference=raw.reference,
        type=raw.type,
        region=raw.region or "",
        area=raw.area or "",
        prime=raw.prime,
        subcontractors=tuple(sorted(subcontractors)),
        shown_from=shown_from,
        shown_to=shown_to,
    )
    return contract, lost


def _day(raw: RawContract, text: str) -> dt.date:
    """The day of a date or moment, as the source writes it."""
    try:
        return dt.datetime.fromisoformat(text).date()
    except ValueError:
        raise Unusable(f"{raw.reference} has {shown(text)} where a date should be.") from None


def shown(value: object) -> str:
    """A strange value as a sentence may show it: short, and with nothing that acts on a terminal."""
    text = ascii(value) if not isinstance(value, str) or not value.isprintable() else f"“{value}”"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} ..."
