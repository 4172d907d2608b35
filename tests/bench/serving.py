"""How long do files and pages take over HTTP, against the same bytes from the server's file or from memory?"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from django.test import Client

from supplychain.demonstration.people import password_of
from supplychain.models import Publication

from . import addresses
from .clock import Measured, in_pairs, p95
from .large_set import LargeSet
from .site import Site, running

GOAL_PAGE = 3
DRAWN_PART = 4  # a page that is drawn anew is asked for that much less often than one from memory
GOAL_DRAWN_MS = {"explore, unfiltered": 500.0}
GOAL_DRAWN_MS |= dict.fromkeys(("provider", "body", "area", "service", "search", "list"), 150.0)
EXPORTS = 4
MATCHING = "/filing/matching/"


def files(site: Site, publication: Publication, name: str, pairs: int) -> Measured:
    """A published file as the portal gives it out, against the server's own sending of the same file."""
    bare, address = f"/bare/file/{publication.folder}/{name}", publication.address + name
    megabytes = (site.files / publication.folder / name).stat().st_size / 1e6
    return in_pairs(
        f"published file of {megabytes:,.1f} MB / the server's plain file", None, pairs,
        lambda: site.download(bare).seconds, lambda: site.download(address).seconds,
    )  # fmt: skip


def pages(site: Site, title: str, address: str, pairs: int, batch: int) -> list[Measured]:
    """A page as it is served, and as it is drawn anew, against the same bytes from memory in the same worker.

    Each run asks ``batch`` times over one connection.
    """
    bare, drawn = site.keep(address), iter(range(10**9))

    def anew() -> float:
        return site.pages([another(address, f"{title}-{next(drawn)}") for _ in range(batch // DRAWN_PART)])

    def limit() -> float:
        return site.pages([bare] * batch)

    return [
        in_pairs(f"{title}, served / from memory", GOAL_PAGE, pairs, limit, lambda: site.pages([address] * batch)),
        in_pairs(f"{title}, drawn anew / from memory", None, pairs, limit, anew),
    ]


def another(address: str, mark: str) -> str:
    """An address of the same page that nobody asked for before."""
    return f"{address}{'&' if '?' in address else '?'}bench={mark.replace(' ', '-')}"


def many_pages(site: Site, made: LargeSet, pairs: int, number: int) -> Iterator[Measured]:
    """Pages of all kinds, p95: as they are served after each was asked for once, and as 304, both against the same
    bytes from memory; then each kind as it is drawn anew.
    """
    wanted = addresses.some(made, number)
    bare = {address: site.keep(address) for address in dict.fromkeys(wanted)}
    etags = site.etags(wanted)
    limits = [bare[address] for address in wanted]
    site.times(wanted)
    name = f"{number} requests of {len(bare)} pages"
    for title, headers in (("served", {}), ("unchanged, 304", {"If_None_Match": etags})):
        rounds = [(p95(site.times(limits)), p95(site.times(wanted, **headers))) for _ in range(pairs)]
        ratios = [served / limit for limit, served in rounds]
        yield Measured(f"{name}, {title}: p95 / p95 from memory", "x", ratios, GOAL_PAGE, rounds)
    for kind, found in addresses.by_kind(made).items():
        taken = site.times([another(address, f"kind-{place}") for place, address in enumerate(found)])
        milliseconds = [1000 * one for one in taken]
        name = f"{len(found)} pages, drawn anew: {kind}"
        yield Measured(name, "ms", milliseconds, GOAL_DRAWN_MS.get(kind), by_p95=True)


def matching(site: Site, number: int) -> Measured:
    """The work list of matching, as whoever may decide sees it."""
    client = Client()
    client.post("/filing/sign-in/", {"username": "admin", "password": password_of("admin")})
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    taken = site.times([MATCHING] * number, Cookie=[cookie] * number)
    return Measured("page: list of providers to match", "ms", [1000 * one for one in taken], by_p95=True)


def beside_exports(folder: Path, made: LargeSet, pairs: int, number: int) -> Measured:
    """Pages of all kinds, p95, while four large selections leave as CSV, against p95 while none does; with all the
    workers of the Procfile.
    """
    wanted, address = addresses.some(made, number), f"{made.long.address}?format=csv"
    with running(folder, workers=None) as site:
        for _ in range(4):
            site.times(wanted, apart=True)
        rounds = []
        for _ in range(pairs):
            idle = p95(site.times(wanted, apart=True))
            with exporting(site, address):
                rounds.append((idle, p95(site.times(wanted, apart=True))))
    ratios = [busy / idle for idle, busy in rounds]
    return Measured(f"{number} pages during {EXPORTS} exports: p95 / p95 idle", "x", ratios, GOAL_PAGE, rounds)


@contextmanager
def exporting(site: Site, address: str) -> Iterator[None]:
    """With four exports that begin again whenever they end. Raises ``AssertionError`` where one was refused."""
    over, all_run = threading.Event(), threading.Barrier(EXPORTS + 1, timeout=60)
    refused: list[int] = []

    def read() -> None:
        first = True
        while not over.is_set():
            line = HTTPConnection("127.0.0.1", site.port)
            line.request("GET", address)
            answer = line.getresponse()
            answer.read(1)
            if answer.status != 200 and first:  # later, the place of the last one may be free only after its last byte
                refused.append(answer.status)
            if first:
                all_run.wait()
                first = False
            while not over.is_set() and answer.read(1 << 20):
                pass
            line.close()

    readers = [threading.Thread(target=read) for _ in range(EXPORTS)]
    for reader in readers:
        reader.start()
    all_run.wait()
    yield
    over.set()
    for reader in readers:
        reader.join()
    if refused:
        raise AssertionError(f"{len(refused)} exports were answered with {refused[0]}")
