"""How long does a live selection take to leave as CSV, against the same COPY into nothing?"""

from pathlib import Path

from django.db import connection

from supplychain.public import csv_export

from .checking import keep
from .clock import Measured, in_pairs, seconds

GOAL = 1.25
JOINED = """
    SELECT b.code, b.name, r.quarter, l.agreement_ref, l.upstream_ref, l.tier, l.provider_name, l.charity_number,
           l.company_number, l.service_category, l.service_summary, l.funding_type, l.start_date, l.end_date,
           l.amount_paid_gbp, l.amount_to_date_gbp
    FROM supplychain_line AS l
    JOIN supplychain_return AS r ON r.id = l.of_return_id JOIN supplychain_body AS b ON b.code = r.body_id
"""


class Nowhere:
    """Where bytes go that nobody needs."""

    def write(self, row: bytes) -> int:
        """Take a row."""
        return len(row)


def measure(folder: Path, rows: int, pairs: int) -> Measured:
    """The live CSV of so many joined rows, of a return that is kept for it."""
    keep(folder, rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE supplychain_line")
    name = f"live CSV, {rows:,} joined rows / bare COPY"
    return in_pairs(name, GOAL, pairs, lambda: seconds(_copied), lambda: seconds(_exported))


def _copied() -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({JOINED}) TO STDOUT (FORMAT csv, HEADER)", Nowhere())


def _exported() -> None:
    csv_export.places.acquire()
    for _piece in csv_export.Export(JOINED, ()):
        pass
