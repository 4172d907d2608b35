"""How long does the check of a return take, against the bare reading of its file into the database?"""

import datetime as dt
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from supplychain.filing.check import Report, ReturnPaths, Stated, check
from supplychain.filing.staging import make_room, store
from supplychain.models import Return, ReturnKind
from supplychain.states import ReturnState

from .clock import Measured, in_pairs, seconds
from .synthetic import BODY, COLUMNS, QUARTER, write_return

GOAL = 15
DAY = dt.date(2026, 11, 24)


def measure(folder: Path, rows: int, pairs: int) -> Measured:
    """``check_return`` with all rules against COPY of the same file into a temporary table of texts, in one session."""
    path = write_return(folder / f"{rows}.csv", rows)

    def limit() -> float:
        with transaction.atomic(), connection.cursor() as cursor:
            make_room()
            cursor.execute(f"CREATE TEMP TABLE bare ({', '.join(f'{name} text' for name in COLUMNS)}) ON COMMIT DROP")
            with path.open("rb") as file:
                return seconds(lambda: cursor.copy_expert("COPY bare FROM STDIN (FORMAT csv, HEADER)", file))

    def deed() -> float:
        with transaction.atomic():
            found: list[Report] = []
            took = seconds(lambda: found.append(checked(path)))
            transaction.set_rollback(True)
        if found[0].counts != {"error": 0, "warning": 0, "information": 0} or found[0].rows != rows:
            raise AssertionError(f"A good return of {rows} rows was found to be otherwise: {found[0].counts}")
        return took

    return in_pairs(f"check_return, {rows:,} rows / bare COPY", GOAL, pairs, limit, deed)


def checked(path: Path) -> Report:
    """The report about a funding table, by all rules."""
    return check(ReturnPaths(path), stated=Stated(), expected_body=None, expected_quarter=None, alone=False, at=DAY)


def keep(folder: Path, rows: int) -> None:
    """File a return of so many rows as if it had been published."""
    path = write_return(folder / "kept.csv", rows)
    people = get_user_model().objects
    preparer, accepter = people.create(username="bench-preparer"), people.create(username="bench-accepter")
    now = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    with transaction.atomic():
        report = checked(path)
        filed = Return.objects.create(
            body_id=BODY,
            quarter=QUARTER,
            kind=ReturnKind.DEMONSTRATION,
            state=ReturnState.PUBLISHED,
            digest=report.digest,
            accepted_digest=report.digest,
            prepared_at=now,
            prepared_by=preparer,
            submitted_at=now,
            submitted_by=preparer,
            accepted_at=now,
            accepted_by=accepter,
        )
        store(filed.pk)
