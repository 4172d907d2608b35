"""How well and how fast is the right organisation found, by readers who search and by matching that offers?

Names are those that the Charity Commission published, where the registers are at hand (``REGISTERS`` names their
folder, or it lies beside the project), else the invented ones of the large set. What is right is known: the number
that the register has beside the name, or that was written by hand beside 47 names as returns might have them.
"""

import csv
import io
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command

from providers.matching import LIKELY, Asked, offers
from providers.models import OrganisationName, RegisterName, Series
from providers.search import search
from tests.house.test_layers import ROOT

from .clock import Measured

REGISTERS = Path(os.environ.get("REGISTERS", ROOT.parent / "shared" / "data" / "registers"))
FILES = (
    "publicextract.charity_other_names.zip", "ccew-register-of-mergers.csv", "charity-company-numbers.csv",
    "cio_company_numbers.csv", "mutual-companies.csv",
)  # fmt: skip
LABELLED = Path(__file__).with_name("labelled_pairs.csv")
SHORTEST = 6  # letters of a name in the sample; shorter ones are abbreviations that many share
FIRST = 20
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Named:
    """A name as somebody writes it, where they say it is, and the number that is right."""

    text: str
    org_id: str
    place: str = ""


def load() -> tuple[str, str]:
    """Load the registers where they are at hand. Returns the series to ask in, and what its names are."""
    call_command("load_reference", stdout=io.StringIO())
    present = [REGISTERS / name for name in FILES if (REGISTERS / name).is_file()]
    for file in present:
        call_command("import_register", str(file), verbosity=0, stdout=io.StringIO())
    if present:
        return Series.REAL, f"{RegisterName.objects.filter(series=Series.REAL).count():,} real names"
    return Series.DEMONSTRATION, f"{OrganisationName.objects.count():,} invented names"


def sample(series: str, number: int) -> list[Named]:
    """Names drawn by a fixed seed, each with its number."""
    if series == Series.REAL:
        rows = RegisterName.objects.filter(series=series, part=0, table="charity_other_names").values_list(
            "text", "org_id"
        )
    else:
        rows = OrganisationName.objects.filter(organisation__series=series).values_list(
            "text", "organisation__public_id"
        )
    every = [Named(text, org_id) for text, org_id in rows.order_by("pk") if len(text) >= SHORTEST]
    return random.Random(1).sample(every, min(number, len(every)))


def mistyped(name: str, chance: random.Random) -> str:
    """One letter wrong, missing, doubled or exchanged with the next."""
    at = chance.randrange(len(name))
    return chance.choice(
        [
            name[:at] + chance.choice(LETTERS) + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :],
        ]
    )


def returned(name: str, chance: random.Random) -> str:
    """A name as returns have it: other case, an ending, a word less, "&" for "and", or a typing error."""
    words = name.title().split()
    shorter = " ".join(words[:-1] if len(words) > 3 else words)
    return chance.choice(
        [f"{name.title()} Ltd", name.lower(), shorter, name.replace(" AND ", " & "), mistyped(name.lower(), chance)]
    )


def measure(names: int) -> Iterator[Measured]:
    """Search with and without typing errors, then matching of three kinds of names."""
    series, what = load()
    drawn = sample(series, names)
    chance = random.Random(2)
    wrong = [Named(mistyped(one.text.lower(), chance), one.org_id) for one in drawn]
    yield from searching(f"search in {what}, as written", drawn, series, None)
    yield from searching(f"search in {what}, one typing error", wrong, series, 90)
    yield from matching("matching names as the register has them", drawn, series)
    changed = [Named(returned(one.text, chance), one.org_id) for one in drawn]
    yield from matching("matching names changed as returns do", changed, series)
    if series == Series.REAL:
        yield from matching("matching 47 names labelled by hand", labelled(), series)


def labelled() -> list[Named]:
    """The pairs that were written by hand."""
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return [Named(row["returned"], f"GB-CHC-{row['charity_number']}", row["place"]) for row in csv.DictReader(file)]


def searching(name: str, asked: Sequence[Named], series: str, least: float | None) -> Iterator[Measured]:
    """Milliseconds of each question, and how often the right one is among the first twenty."""
    times, found = timed(asked, lambda one: [hit.org_id for hit in search(one.text, series=series, limit=FIRST)])
    yield Measured(f"{name}: time", "ms", times, 100, by_p95=True)
    right = 100 * sum(one.org_id in ids for one, ids in zip(asked, found, strict=True)) / len(asked)
    yield Measured(f"{name}: recall, among the first {FIRST}", "%", [right], least, at_least=True)


def matching(name: str, asked: Sequence[Named], series: str) -> Iterator[Measured]:
    """Milliseconds of each question; how often the right one is offered; how often "likely" or better is right."""

    def offered(one: Named) -> list[tuple[str, int]]:
        places = (one.place,) if one.place else ()
        return [(offer.org_id, offer.score) for offer in offers(Asked((one.text,), series, places=places))]

    times, found = timed(asked, offered)
    yield Measured(f"{name}: time", "ms", times, by_p95=True)
    pairs = list(zip(asked, found, strict=True))
    recall = 100 * sum(any(one.org_id == org_id for org_id, _ in given) for one, given in pairs) / len(pairs)
    yield Measured(f"{name}: recall, right one offered", "%", [recall])
    likely = [(one.org_id, given[0][0]) for one, given in pairs if given and given[0][1] >= LIKELY]
    precision = 100 * sum(right == best for right, best in likely) / max(len(likely), 1)
    yield Measured(f"{name}: precision of the {len(likely)} called likely or better", "%", [precision])


def timed(asked: Sequence[Named], ask: Callable[[Named], list]) -> tuple[list[float], list[list]]:
    """Milliseconds and answer of each question, after some that don't count."""
    for one in asked[:10]:
        ask(one)
    times, answers = [], []
    for one in asked:
        begun = time.perf_counter()
        answers.append(ask(one))
        times.append((time.perf_counter() - begun) * 1000)
    return times, answers
