"""How long does the check of a return take, against the bare reading of its file into the database?"""

import datetime as dt
from pathlib import Path

from django.db import connection, transaction

from supplychain.filing.check import Report, ReturnPaths, Stated, check
from supplychain.filing.staging import make_room

from .clock import Measured, in_pairs, peak, seconds, start_peak
from .synthetic import COLUMNS, write_return

GOAL, GOAL_MB = 15, 20  # memory: what is remembered of cells and parties, up to its limit
DAY = dt.date(2026, 11, 24)


def measure(folder: Path, rows: int, pairs: int) -> list[Measured]:
    """``check_return`` with all rules against COPY of the same file into a temporary table of texts, in one session.

    Memory is that of this process, above what it used before; the database's is not counted.
    """
    path = write_return(folder / f"{rows}.csv", rows)

    def deed() -> float:
        with transaction.atomic():
            found: list[Report] = []
            took = seconds(lambda: found.append(checked(path)))
            transaction.set_rollback(True)
        if found[0].counts != {"error": 0, "warning": 0, "information": 0} or found[0].rows != rows:
            raise AssertionError(f"A good return of {rows} rows was found to be otherwise: {found[0].counts}")
        return took

    idle = start_peak()
    in_time = in_pairs(f"check_return, {rows:,} rows / bare COPY", GOAL, pairs, lambda: bare_copy(path), deed)
    return [in_time, Measured(f"check_return, {rows:,} rows: memory above idle", "MB", [peak() - idle], GOAL_MB)]


def bare_copy(path: Path) -> float:
    """The limit: seconds that COPY of a funding table into a temporary table of texts takes."""
    with transaction.atomic(), connection.cursor() as cursor, path.open("rb") as file:
        make_room()
        cursor.execute(f"CREATE TEMP TABLE bare ({', '.join(f'{name} text' for name in COLUMNS)}) ON COMMIT DROP")
        return seconds(lambda: cursor.copy_expert("COPY bare FROM STDIN (FORMAT csv, HEADER)", file))


def checked(path: Path) -> Report:
    """The report about a funding table, by all rules."""
    return check(ReturnPaths(path), stated=Stated(), expected_body=None, expected_quarter=None, alone=False, at=DAY)
