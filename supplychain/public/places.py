"""Which bodies, areas and services does a question mean, and which service in which area?

"women northumbria" means the one in the other. What begins a word is enough; where nothing does, words that are written
nearly so are taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlencode

from providers.names import folded
from supplychain.models import Area, Body, Code, CodeList
from supplychain.public.series import World

LITTLE = {"a", "and", "for", "in", "of", "on", "or", "service", "services", "the", "to", "who", "with"}
NEARLY = 0.8  # how like two words have to be
NEARLY_FROM = 5  # letters; shorter words are like too many others
NEARLY_UP_TO = 5  # words of a question
CLOSEST = 5  # words of names that one word of a question can mean
MOST_PAIRS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Something that is no organisation, with its address and what it is."""

    title: str
    href: str
    what: str


def bodies(world: World, text: str) -> list[Body]:
    """Reporting bodies by code or by the words of their names. One query."""
    return [body for body in Body.objects.in_series(world.name).order_by("code") if says(text, body.code, body.name)]


def areas(world: World, text: str) -> list[Area]:
    """Police force areas by the words of their names. One query."""
    return [area for area in Area.objects.filter(series=world.name).order_by("name") if says(text, area.name)]


def services(text: str) -> list[Code]:
    """Service categories by the words of their names. One query."""
    known = Code.objects.filter(list=CodeList.SERVICE).order_by("title")
    return [code for code in known if says(text, code.title, code.code)]


def places(world: World, text: str, *, forgiving: bool = True) -> list[Place]:
    """What a question means of all these, a service in an area first; ``forgiving`` takes words that are written nearly
    so, where nothing else is found. Three queries.
    """
    every_body = list(Body.objects.in_series(world.name).order_by("code"))
    every_area = list(Area.objects.filter(series=world.name).order_by("name"))
    every_service = list(Code.objects.filter(list=CodeList.SERVICE).order_by("title"))

    def found(meant: Callable[..., bool]) -> list[Place]:
        return [
            *pairs(world, text, every_area, every_service, meant),
            *(_area(world, area) for area in every_area if meant(text, area.name)),
            *(_service(world, code) for code in every_service if meant(text, code.title, code.code)),
            *(_body(world, body) for body in every_body if meant(text, body.code, body.name)),
        ]

    names = [area.name for area in every_area] + [body.name for body in every_body]
    names += [code.title for code in every_service]
    return found(says) or (found(nearly(text, names)) if forgiving else [])


def pairs(
    world: World, text: str, every_area: Sequence[Area], every_service: Sequence[Code], meant: Callable[..., bool]
) -> list[Place]:
    """Services in areas: some words of the question mean the area, all others the service."""
    words = [word for word in folded(text).split() if word not in LITTLE]
    found = []
    for area in every_area:
        rest = [word for word in words if not meant(word, area.name)]
        if not 0 < len(rest) < len(words):
            continue
        for code in every_service:
            if meant(" ".join(rest), code.title, code.code):
                href = f"{world.prefix}/areas/{area.code}/?{urlencode({'service': code.code})}#agreements"
                found.append(Place(f"{code.title} in {area.name}", href, "Service in an area"))
    return found[:MOST_PAIRS]


def says(text: str, *names: str) -> bool:
    """Does every word asked for begin a word of one of the names, a plural perhaps?"""
    asked = _asked(text)
    return bool(asked) and any(
        all(any(word.startswith(begun) or f"{word}s" == begun for word in _words(name)) for begun in asked)
        for name in names
    )


def nearly(text: str, names: Sequence[str]) -> Callable[..., bool]:
    """A question like :func:`says`, for words of ``text`` that are written nearly as words of ``names``."""
    words = sorted({word for name in names for word in _words(name)})
    asked = folded(text).split()
    meant = {
        one: {one, *get_close_matches(one.removesuffix("s"), words, n=CLOSEST, cutoff=NEARLY)}
        if len(one) >= NEARLY_FROM
        else {one}
        for one in (asked if len(asked) <= NEARLY_UP_TO else ())
    }

    def says_nearly(part: str, *its_names: str) -> bool:
        found = _asked(part)
        return bool(found) and any(
            all(not meant.get(one, set()).isdisjoint(_words(name)) for one in found) for name in its_names
        )

    return says_nearly


def _asked(text: str) -> list[str]:
    """The words of a question, without the little ones where there are others."""
    words = folded(text).split()
    return [word for word in words if word not in LITTLE] or words


def _words(name: str) -> list[str]:
    return folded(name).split()


def _area(world: World, area: Area) -> Place:
    return Place(area.name, f"{world.prefix}/areas/{area.code}/", "Area")


def _service(world: World, code: Code) -> Place:
    return Place(code.title, f"{world.prefix}/services/{code.code}/", "Service")


def _body(world: World, body: Body) -> Place:
    return Place(f"{body.name} ({body.code})", f"{world.prefix}/bodies/{body.code}/", "Reporting body")
