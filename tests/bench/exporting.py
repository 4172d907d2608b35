"""How long does a live selection take to leave as CSV, against the same COPY read into nothing?"""

from django.db import connection

from supplychain.models import Publication
from supplychain.public import extracts

from .clock import Measured, in_pairs, peak, seconds, start_peak
from .site import Download, Site

GOAL, GOAL_MB, GOAL_FIRST_MS = 1.25, 20, 50


class Nowhere:
    """Where bytes go that nobody needs."""

    def write(self, row: bytes) -> int:
        """Take a row."""
        return len(row)


def measure(site: Site, publication: Publication, rows: int, pairs: int) -> list[Measured]:
    """All lines of a version by ``?format=csv`` over HTTP: time, memory of the worker, and the first byte."""
    address = f"{publication.address}?format=csv"
    site.download(address)
    idle, downloads = start_peak(site.worker), list[Download]()

    def deed() -> float:
        downloads.append(site.download(address))
        return downloads[-1].seconds

    name = f"live CSV of {rows:,} rows"
    in_time = in_pairs(
        f"{name} / bare COPY",
        GOAL,
        pairs,
        lambda: seconds(lambda: copied(*extracts.disclosure_lines(publication))),
        deed,
    )
    return [
        in_time,
        Measured(f"{name}: worker above idle", "MB", [peak(site.worker) - idle], GOAL_MB),
        Measured(f"{name}: first byte", "ms", [download.first * 1000 for download in downloads], GOAL_FIRST_MS),
    ]


def copied(statement: str, values: list[object]) -> None:
    """The limit: the statement's rows as CSV from the database into nothing, as the tables' owner."""
    with connection.cursor() as cursor:
        rows = cursor.cursor.mogrify(statement, values).decode()
        cursor.copy_expert(f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER)", Nowhere())
