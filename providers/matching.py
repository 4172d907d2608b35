"""Which organisation could a returned name or number be, and why? Offers for a person to decide on, never a decision.

Numbers count before names: what a register says about a number is strong, a name alone is a hint, for many charities
share one. Each offer carries a score of 0 to 100 and the sentences that it is made of, for and against.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from providers.models import Organisation, OrganisationIdentifier, RegisterEntry, RegisterLink, RegisterName
from providers.names import folded, likeness, names_in
from providers.search import FORMER, REGISTERED, RETURNED, TODAY, WORKING, Found, by_name, by_number
from providers.where_listed import where_listed

OFFERED = 5
LEAST = 35  # scores below are no offer
SURE, LIKELY, POSSIBLE = 90, 70, 50
# What a name that is the same is worth, by what kind of name it is; one that is only like it is worth less.
SAME_NAME = {REGISTERED: 80, TODAY: 78, WORKING: 75, RETURNED: 72, FORMER: 66}
LIKE_NAME = 65
A_PART_OF_THE_NAME = 6  # where it is not the whole cell
A_PART_OF_IT = 12  # where the name is that of a linked charity
BOTH = 5  # where number and name say the same
NAMES_COMPARED = 25
KNOWN_HERE, OTHER_NATION = 4, 8
ELSEWHERE = ("GB-SC-", "GB-NIC-")
KINDS = {
    TODAY: "name here",
    REGISTERED: "registered name",
    WORKING: "working name",
    FORMER: "former name",
    RETURNED: "name in returns",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is looked for: the names it was given, its numbers (org-ids), and where and when it was paid to work."""

    names: tuple[str, ...]
    series: str
    numbers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    paid_from: dt.date | None = None
    itself: int | None = None


@dataclass(slots=True)
class Offer:
    """A candidate with its evidence: ``org_id``, today's or best known name, and how much speaks for it."""

    org_id: str
    name: str
    organisation: int | None
    score: int = 0
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    other_names: list[tuple[str, str]] = field(default_factory=list)
    entry: RegisterEntry | None = None

    @property
    def word(self) -> str:
        """How the score reads."""
        if self.score >= SURE:
            return "almost certain"
        if self.score >= LIKELY:
            return "likely"
        return "possible" if self.score >= POSSIBLE else "weak"

    @property
    def address(self) -> str:
        """Where its register shows the entry; empty where nobody knows, or for what exists in no register."""
        scheme, _, number = self.org_id.rpartition("-")
        return where_listed(scheme, number)[1]

    def evidence(self) -> dict:
        """What is kept with a decision."""
        return {"score": self.score, "word": self.word, "reasons": self.reasons, "doubts": self.doubts}


def offers(asked: Asked, *, leave_out: Iterable[str] = ()) -> list[Offer]:
    """Up to five candidates, the best first; never the organisation itself, nor one of ``leave_out`` (org-ids)."""
    found: dict[str, Offer] = {}
    _by_numbers(asked, found)
    _by_names(asked, found)
    left_out = set(leave_out)
    for org_id in left_out & set(found):
        del found[org_id]
    _weigh_register(asked, found)
    for offer in found.values():
        offer.score = max(0, min(offer.score, 100))
    best = sorted(found.values(), key=lambda offer: (-offer.score, offer.name, offer.org_id))
    return [offer for offer in best if offer.score >= LEAST][:OFFERED]


def _offer(found: dict[str, Offer], one: Found) -> Offer:
    return found.setdefault(one.org_id, Offer(one.org_id, one.name, one.organisation))


def _by_numbers(asked: Asked, found: dict[str, Offer]) -> None:
    """What registers say about the numbers: the same organisation under another one, or merged into another."""
    for number in asked.numbers:
        for link in RegisterLink.objects.filter(Q(one=number) | Q(other=number), series=asked.series):
            other = link.other if link.one == number else link.one
            sentence = f"The list “{link.table}” says that {number} and {other} are one organisation."
            _led_to(asked, found, other, 95, sentence)
        entry = RegisterEntry.objects.filter(series=asked.series, org_id=number).exclude(successor="").first()
        if entry:
            when = f" on {entry.merged_on:%-d %B %Y}" if entry.merged_on else ""
            _led_to(asked, found, entry.successor, 92, f"{number} was merged into {entry.successor}{when}.")
        _led_to(asked, found, number, 90, f"The number {number} leads to it.")


def _led_to(asked: Asked, found: dict[str, Offer], number: str, score: int, sentence: str) -> None:
    """Offer whose number this is; 100 where the number itself was given."""
    for one in by_number([number], series=asked.series):
        if asked.itself is not None and one.organisation == asked.itself:
            continue
        offer = _offer(found, one)
        offer.score = max(offer.score, 100 if one.org_id in asked.numbers else score)
        offer.reasons.append(sentence)


def _by_names(asked: Asked, found: dict[str, Offer]) -> None:
    """Whose names are the same, or like it? Each candidate counts with the name that speaks for it most."""
    met: list[tuple[Found, str, int]] = []
    shared: dict[str, set[str]] = defaultdict(set)
    for whole in asked.names:
        for name in names_in(whole):
            same = folded(name)
            for one in by_name(name, series=asked.series, limit=NAMES_COMPARED):
                if asked.itself is not None and one.organisation == asked.itself:
                    continue
                if folded(one.name) == same:
                    shared[same].add(one.org_id)
                met.append((one, name, _worth(one, same) - (A_PART_OF_THE_NAME if name != whole else 0)))
    best: dict[str, tuple[int, Found, str, list[str]]] = {}
    for one, name, worth in met:
        doubts = []
        if one.part:
            worth -= A_PART_OF_IT
            doubts.append(f"The name is that of a linked charity under {one.org_id}, not of the charity itself.")
        others = len(shared[folded(name)] - {one.org_id}) if folded(one.name) == folded(name) else 0
        if others:
            worth -= min(8 + 4 * others, 30)
            doubts.append(_others(others))
        if one.org_id not in best or worth > best[one.org_id][0]:
            best[one.org_id] = (worth, one, name, doubts)
    for worth, one, name, doubts in best.values():
        offer = _offer(found, one)
        kind = KINDS.get(one.kind, "name")
        same_name = folded(one.name) == folded(name)
        offer.score = max(worth, offer.score + BOTH if offer.score and same_name else offer.score)
        offer.reasons.append(f"“{name}” is its {kind}." if same_name else f"“{name}” is like its {kind} “{one.name}”.")
        offer.doubts += doubts


def _others(number: int) -> str:
    """How many share the name."""
    if number == 1:
        return "One other organisation has the same name."
    return f"{number if number + 1 < NAMES_COMPARED else f'At least {number}'} other organisations have the same name."


def _worth(one: Found, same: str) -> int:
    """What a name is worth: most where it is the same, else by how like it is."""
    if folded(one.name) == same:
        return SAME_NAME[one.kind]
    if any(folded(part) == same for part in names_in(one.name)):
        return SAME_NAME[one.kind] - A_PART_OF_THE_NAME
    return round(LIKE_NAME * likeness(folded(one.name), same) + (SAME_NAME[one.kind] - SAME_NAME[FORMER]) / 4)


def _weigh_register(asked: Asked, found: dict[str, Offer]) -> None:
    """What the registers know about each candidate: other names, places, whether it existed when it was paid."""
    entries = {e.org_id: e for e in RegisterEntry.objects.filter(series=asked.series, org_id__in=found)}
    names: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for org_id, kind, text in (
        RegisterName.objects.filter(series=asked.series, org_id__in=found, part=0)
        .order_by("kind", "text")
        .values_list("org_id", "kind", "text")
    ):
        if (kind, text) not in names[org_id]:
            names[org_id].append((kind, text))
    wanted = {folded(place): place for place in asked.places}
    for org_id, offer in found.items():
        offer.other_names = names[org_id]
        offer.entry = entry = entries.get(org_id)
        if offer.organisation is None and entry and entry.name:
            offer.name = entry.name
        _weigh_places(offer, wanted)
        if offer.organisation is not None:
            offer.score += KNOWN_HERE
            offer.reasons.append("It is known here already.")
        elif org_id.startswith(ELSEWHERE):
            offer.score -= OTHER_NATION
            offer.doubts.append("It is in the register of another nation; probation here is in England and Wales.")
        if entry is None:
            continue
        if entry.successor:
            offer.score -= 25
            offer.doubts.append(f"It was merged into {entry.successor}.")
        elif entry.removed_on and (asked.paid_from is None or entry.removed_on < asked.paid_from):
            offer.score -= 25
            offer.doubts.append(f"It left its register on {entry.removed_on:%-d %B %Y}.")


def _weigh_places(offer: Offer, wanted: dict[str, str]) -> None:
    """Does it work, or is it called after, where it was paid to work?"""
    if not wanted:
        return
    named = " ".join([folded(offer.name), *(folded(text) for _, text in offer.other_names)])
    here = {folded(place) for place in (offer.entry.places if offer.entry else [])}
    for place, label in wanted.items():
        if place in here:
            offer.score += 8
            offer.reasons.append(f"The register says that it works in {label}, where it was paid to work.")
            return
        if f" {place} " in f" {named} ":
            offer.score += 6
            offer.reasons.append(f"{label}, where it was paid to work, stands in its name.")
            return
    if here and len(here) < 20 and not any("throughout" in place for place in here):
        offer.score -= 6
        offer.doubts.append("The register names other places than those where it was paid to work.")


def asked_about(organisation: Organisation, *, places: Sequence[str] = (), paid_from: dt.date | None = None) -> Asked:
    """The question who an organisation of the portal is: under all its names, with all its numbers."""
    numbers = OrganisationIdentifier.objects.filter(organisation=organisation)
    return Asked(
        names=tuple(
            dict.fromkeys([organisation.name, *organisation.names.order_by("pk").values_list("text", flat=True)])
        ),
        series=organisation.series,
        numbers=tuple(number.org_id for number in numbers),
        places=tuple(places),
        paid_from=paid_from,
        itself=organisation.pk,
    )
