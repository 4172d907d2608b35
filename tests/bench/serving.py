"""How long do files and pages take over HTTP, against the same bytes from the server's file or from memory?"""

from supplychain.models import Publication

from .clock import Measured, in_pairs
from .site import Site

GOAL_PAGE = 3
DRAWN_PART = 4  # a page that is drawn anew is asked for that much less often than one from memory


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
    bare = site.keep(address)
    mark, drawn = "&" if "?" in address else "?", iter(range(10**9))

    def anew() -> float:
        return site.pages([f"{address}{mark}bench={next(drawn)}" for _ in range(batch // DRAWN_PART)])

    def limit() -> float:
        return site.pages([bare] * batch)

    return [
        in_pairs(f"{title}, served / from memory", GOAL_PAGE, pairs, limit, lambda: site.pages([address] * batch)),
        in_pairs(f"{title}, drawn anew / from memory", None, pairs, limit, anew),
    ]
