"""In which order is everything measured, and with how much of it?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from providers.models import Series
from supplychain.actions.prepared import prepare_answers
from supplychain.disclosure.columns import SUPPLY_CHAIN

from . import building, checking, exporting, large_set, naming, peers, registering, serving, site, synthetic
from .clock import Measured

CHECKED_ROWS = (100_000, 400_000)
PREFIX = "/demonstration"


class Run:
    """One run over a new large set; every part gives its rows of the table."""

    def __init__(self, folder: Path, site: site.Site, made: large_set.LargeSet, pairs: int, *, quick: bool) -> None:
        self.folder, self.site, self.made, self.pairs, self.quick = folder, site, made, pairs, quick
        self.batch = 4 if quick else 20  # pages in one run of a pair
        self.asked = 24 if quick else 200  # pages of all kinds in one round

    def export(self) -> Iterator[Measured]:
        """The live CSV."""
        yield from exporting.measure(self.site, self.made.long, self.made.size.long, self.pairs)

    def check(self) -> Iterator[Measured]:
        """The check of a return."""
        synthetic.make_body()
        for rows in (300,) if self.quick else CHECKED_ROWS:
            yield from checking.measure(self.folder, rows, self.pairs)

    def disclosure(self) -> Iterator[Measured]:
        """Roll-up and whole build; what was built is published then, for the parts that come after."""
        yield from building.roll_up(self.made.newest, self.made.size.lines, self.pairs)
        yield building.disclosure(self.made.next, self.made.size.agreements, self.pairs)
        large_set.publish([self.made.next])
        prepare_answers(Series.DEMONSTRATION)  # as the worker does after every publication

    def trace(self) -> Iterator[Measured]:
        """Where the money of one body went."""
        yield from building.trace(self.made.newest, self.made.largest)

    def files(self) -> Iterator[Measured]:
        """Published files, the long one and one as large as usual."""
        for publication in (self.made.long, self.made.next):
            if publication.is_current:
                yield serving.files(self.site, publication, SUPPLY_CHAIN.file, self.pairs)

    def pages(self) -> Iterator[Measured]:
        """Lists and details."""
        for title, address in (
            ("home", "/"),
            ("list of disclosures", "/disclosures/"),
            ("a disclosure", self.made.newest.address.removeprefix(PREFIX)),
            ("list of bodies", "/bodies/"),
            ("the largest body", f"/bodies/{self.made.largest}/"),
            ("list of providers", "/providers/"),
            ("search for providers", "/providers/?q=juniper+recovery"),
            ("search, with a typing error", "/search/?q=jumiper+recovery"),
            ("search, narrowed by lists", "/search/?q=recovery&tier=2&sector=voluntary"),
            ("all providers, narrowed by a list", "/search/?tier=3"),
            ("a provider", "/providers/GB-CHC-99000032/"),
            ("map of areas", "/areas/"),
            ("gaps by service", "/areas/gaps/"),
            ("the largest area", f"/areas/bench-{self.made.largest.lower()}/"),
            ("a service", "/services/mentoring/"),
            ("a measure", "/kpis/M-K1/"),
        ):
            yield from serving.pages(self.site, f"page: {title}", PREFIX + address, self.pairs, self.batch)
        yield from serving.many_pages(self.site, self.made, self.pairs, self.asked)
        yield serving.matching(self.site, self.batch)

    def beside(self) -> Iterator[Measured]:
        """Pages while others export."""
        yield serving.beside_exports(self.site.files, self.made, self.pairs, self.asked)

    def registers(self) -> Iterator[Measured]:
        """Copies of registers."""
        yield from registering.measure(self.folder, 300 if self.quick else 200_000, self.pairs)

    def names(self) -> Iterator[Measured]:
        """Search and matching."""
        yield from naming.measure(20 if self.quick else 500)

    def peers(self) -> Iterator[Measured]:
        """Other libraries at work on the same rows."""
        yield from peers.measure(self.pairs, most_rows=200 if self.quick else 10**9)


@contextmanager
def ready(folder: Path, pairs: int, *, quick: bool) -> Iterator[Run]:
    """A large set in the present database, and a web server that shows it; files go below ``folder``."""
    settings.PORTAL_FILES = folder / "published"
    settings.PORTAL_FILES.mkdir()
    made = large_set.make(large_set.SMALL if quick else large_set.Size())
    with site.running(settings.PORTAL_FILES) as running:
        yield Run(folder, running, made, pairs, quick=quick)
