"""What do the pages of this room share: their list, the quarter with filed returns, and what an address may ask for?"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest

from portal.errors import NotFound
from portal.templatetags.portal import quarter_label
from supplychain.analysis.selection import shown
from supplychain.models import FrozenLine, Publication
from supplychain.public.chosen import Chosen, chosen_quarter
from supplychain.public.series import World

NOTHING_FILED = (
    "No return filed by a body has been published here yet, so nothing can be worked out: what is compiled from public "
    "records holds no amounts and no dates of agreements."
)
T = TypeVar("T")
EARLIEST, LATEST = dt.date(2014, 6, 1), dt.date(2098, 12, 31)  # between which a day can be asked for


@dataclass(frozen=True, slots=True)
class Insight:
    """A page of this room: what stands in its address, its title, and what it answers."""

    slug: str
    title: str
    question: str


PAGES = (
    Insight(
        "pounds-way", "The pound’s way",
        "Of each pound, what stops with whom: the body itself, tier 2, tier 3 or deeper, and in which sector?",
    ),
    Insight(
        "continuity", "Continuity",
        "Whose reported payments fell most over four quarters, and which agreements started, ended or went on?",
    ),
    Insight(
        "cliff-edge", "Cliff edge",
        "Which agreements end within three, six or twelve months, where and for whom, and is a successor reported?",
    ),
    Insight(
        "promises", "Promises",
        "Which organisations that winning bids named are reported as funded?",
    ),
    Insight(
        "owners", "Who relies on an owner",
        "Which agreements, providers, areas and services stand behind one owner on a day?",
    ),
    Insight(
        "filing", "Who files and who does not",
        "What became of each body’s return: on time, late, nil, missing, corrected, or not required?",
    ),
    Insight(
        "concentration", "Concentration",
        "How much of the money goes to the largest payees, and how many providers have one payer alone?",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """What an address asks for, and a sentence where that was not understood."""

    value: T
    notice: str = ""


def page(series: World, slug: str) -> dict:
    """What every page of this room begins with."""
    found = next(one for one in PAGES if one.slug == slug)
    return {
        "insight": found,
        "nothing": NOTHING_FILED,
        "others": [one for one in PAGES if one.slug != slug],
        "crumbs": [("Home", f"{series.prefix}/"), ("Insight", f"{series.prefix}/insight/"), (found.title, "")],
    }


def filed_quarter(request: HttpRequest, series: World) -> Chosen:
    """The quarter that is asked for, else the newest one, of those for which any line was filed."""
    return chosen_quarter(request, series, FrozenLine.objects.exclude(return_kind="compiled"))


def quarters(chosen: Chosen) -> list[tuple[str, str]]:
    """The quarters that can be chosen: what stands in an address, and words."""
    return [(publication.quarter.slug, quarter_label(publication.period)) for publication in chosen.offered]


def filed_in(chosen: Chosen) -> Publication:
    """The version whose rows a file gives. Raises :class:`NotFound` where no return was filed."""
    if chosen.publication is None:
        raise NotFound("nothing-filed", NOTHING_FILED)
    return chosen.publication


def one_of(request: HttpRequest, name: str, choices: Sequence[str]) -> Asked[str]:
    """Which of the choices the address names, else the first."""
    given = request.GET.get(name, "").strip()
    if given in {"", *choices}:
        return Asked(given or choices[0])
    return Asked(choices[0], f"“{name}” has to be one of {', '.join(choices)}; it is “{shown(given)}”.")


def day(request: HttpRequest, otherwise: dt.date) -> Asked[dt.date]:
    """The day that the address names as ``day=2019-03-31``."""
    given = request.GET.get("day", "").strip()
    if not given:
        return Asked(otherwise)
    try:
        found = dt.date.fromisoformat(given)
    except ValueError:
        return Asked(otherwise, f"“day” has to be a date such as 2019-03-31; it is “{shown(given)}”.")
    if not EARLIEST <= found <= LATEST:
        return Asked(otherwise, f"“day” has to lie between {EARLIEST} and {LATEST}.")
    return Asked(found)


def notices(*asked: Asked) -> list[str]:
    """What was not understood, as sentences."""
    return [one.notice for one in asked if one.notice]
