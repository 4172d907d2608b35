"""Which pages are asked for? Many different ones of each kind, drawn by a fixed seed from what the large set holds."""

import random
from collections.abc import Iterator
from urllib.parse import urlencode

from supplychain.analysis.breakdown import DIMENSIONS
from supplychain.filing.codes import CODE_LISTS

from .filling import body_code, name_of
from .large_set import LargeSet

PREFIX = "/demonstration"
EACH = 60  # addresses of a kind at most
SEED = 20261126
WORDS = ("juniper recovery", "alder mentoring trust", "housing centre", "gorse advice", "ivy families partnership")


def by_kind(made: LargeSet) -> dict[str, list[str]]:
    """Kind of page with addresses of such pages, each only once."""
    kinds: dict[str, Iterator[str]] = {
        "provider": _providers(made), "body": _bodies(made), "area": _areas(made), "service": _services(),
        "search": _searches(made), "explore, unfiltered": _unfiltered(), "explore, one choice": _one_choice(made),
        "list": _lists(),
    }  # fmt: skip
    most = min(EACH, made.size.organisations // 40)  # few where nothing is measured
    return {
        kind: [PREFIX + address for address in list(dict.fromkeys(addresses))[:most]]
        for kind, addresses in kinds.items()
    }


def some(made: LargeSet, number: int) -> list[str]:
    """So many addresses over all kinds, each kind as often as every other; some come again."""
    chance, kinds = random.Random(SEED), list(by_kind(made).values())
    return [chance.choice(kinds[place % len(kinds)]) for place in range(number)]


def _providers(made: LargeSet) -> Iterator[str]:
    """Half of those whom every quarter names, half of all."""
    chance, everybody = random.Random(SEED), made.size.organisations
    for place in range(EACH):
        number = chance.randint(1, everybody if place % 2 else made.size.usual_payees)
        yield f"/providers/GB-CHC-99{number:06}/"


def _bodies(made: LargeSet) -> Iterator[str]:
    for number in range(1, made.size.bodies + 1):
        yield f"/bodies/{body_code(number)}/"


def _areas(made: LargeSet) -> Iterator[str]:
    for number in range(1, made.size.bodies + 1):
        yield f"/areas/bench-{body_code(number).lower()}/"
        yield f"/areas/bench-{body_code(number).lower()}-2/"


def _services() -> Iterator[str]:
    for code in CODE_LISTS["service_category"][:20]:
        yield f"/services/{code}/"


def _searches(made: LargeSet) -> Iterator[str]:
    """Whole names, half of them with a letter wrong, and words that many names have, narrowed."""
    chance = random.Random(SEED)
    for place in range(EACH - len(WORDS)):
        words = name_of(chance.randint(1, made.size.organisations))
        wrong = chance.randrange(len(words) - 7)
        yield f"/search/?{urlencode({'q': words[:wrong] + 'x' + words[wrong + 1 :] if place % 2 else words})}"
    for words in WORDS:
        yield f"/search/?{urlencode({'q': words, 'tier': 2})}"


def _unfiltered() -> Iterator[str]:
    yield "/explore/"
    for name in DIMENSIONS:
        yield f"/explore/?by={name}"


def _one_choice(made: LargeSet) -> Iterator[str]:
    for number in range(1, made.size.bodies + 1):
        yield f"/explore/?body={body_code(number)}&by=quarter"
        yield f"/explore/?area=bench-{body_code(number).lower()}"
    for code in CODE_LISTS["service_category"][:20]:
        yield f"/explore/?service={code}&by=quarter"


def _lists() -> Iterator[str]:
    yield from ("/", "/bodies/", "/providers/", "/search/", "/areas/", "/areas/gaps/", "/services/", "/kpis/")
    yield from ("/disclosures/", "/insight/pounds-way/", "/insight/concentration/", "/insight/cliff-edge/")
    for page in range(2, 20):
        yield f"/providers/?page={page}"
