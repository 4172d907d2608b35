"""How long does a copy of a register take to come in, against the bare COPY of the same rows?"""

import csv
import datetime as dt
import random
from pathlib import Path

from django.db import connection

from providers.actions import import_register
from providers.models import Series
from tests.integration.register_files import EXTRACTED, as_published, charity, zipped

from .clock import Measured, in_pairs, peak, seconds, start_peak

GOAL, GOAL_MB = 15, 40
FIRST = 9_700_000  # far from any number that was given
PLACES = (
    "Northford",
    "Eastbury",
    "Southwick Green",
    "Westhampton",
    "Millbrook",
    "Stonebridge",
    "Ashcombe",
    "Fernleigh",
)
WHOM = ("Women's", "Young People's", "Families'", "Prisoners'", "Veterans'", "Carers'", "Neighbours'", "Mentors'")
WHAT = ("Advice", "Housing", "Recovery", "Resettlement", "Training", "Friendship", "Music", "Support")
FORMS = ("Trust", "Foundation", "Association", "Charity", "Society", "Project Limited", "Centre", "Fund")
TABLES = ("entry", "name", "link", "merger", "copy")


def measure(folder: Path, rows: int, pairs: int) -> list[Measured]:
    """``import_register`` of the table charity, from its zip into empty tables, against COPY of all published columns
    as texts into a plain table; then a newer copy in which one row in a hundred differs, against the same.

    Memory is that of this process, above what it used before.
    """
    first, plain = write(folder, rows, "first"), folder / "charity.csv"
    newer = write(folder, rows, "newer", day="2026-11-08T00:00:00", changed=100)

    def deed() -> float:
        empty()
        took = seconds(lambda: bring(first))
        checked(rows)
        return took

    def again() -> float:
        empty()
        bring(first)
        return seconds(lambda: bring(newer))

    idle = start_peak()
    found = [
        in_pairs(f"import_register, {rows:,} charities / bare COPY", GOAL, pairs, lambda: bare_copy(plain), deed),
        Measured(f"import_register, {rows:,} charities: memory above idle", "MB", [peak() - idle], GOAL_MB),
        in_pairs(
            f"import_register, a newer copy of {rows:,} charities, one in 100 changed / bare COPY", GOAL,
            max(1, pairs // 3), lambda: bare_copy(plain), again,
        ),
    ]  # fmt: skip
    empty()
    return found


def bring(path: Path) -> None:
    """Take in a copy, as the command does."""
    import_register(path=path, series=Series.REAL, today=dt.date(2026, 12, 1))


def checked(rows: int) -> None:
    """Everything is there. Raises ``AssertionError`` where it isn't."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM providers_registerentry), count(*) FROM providers_registername")
        if cursor.fetchone() != (rows, rows):
            raise AssertionError("Not every charity came in.")


def empty() -> None:
    """Leave no register, and nothing that rows which are gone take up."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(f'providers_register{name}' for name in TABLES)}")


def bare_copy(path: Path) -> float:
    """The limit: seconds that COPY of the table takes, and its commit."""
    with path.open(encoding="utf-8") as file:
        columns = next(csv.reader(file))
    with connection.cursor() as cursor, path.open("rb") as rows:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'{name} text' for name in columns)})")
        took = seconds(lambda: cursor.copy_expert("COPY bare FROM STDIN (FORMAT csv, HEADER)", rows))
        cursor.execute("DROP TABLE bare")
    return took


def write(folder: Path, rows: int, name: str, *, day: str = EXTRACTED, changed: int = 0) -> Path:
    """The zipped table with so many invented charities, and the same as CSV; one in ``changed`` has another income."""
    chance = random.Random(1)
    made = [invented(number, chance) for number in range(FIRST, FIRST + rows)]
    for row in made[::changed] if changed else []:
        row["latest_income"] += 1
    below = folder / name
    below.mkdir()
    with (folder / "charity.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["date_of_extract", *made[0]])
        writer.writeheader()
        writer.writerows({"date_of_extract": day} | row for row in made)
    return zipped(below, "charity", as_published(made, day))


def invented(number: int, chance: random.Random) -> dict:
    """One charity; two in five are companies."""
    words = (chance.choice(PLACES), chance.choice(WHOM), chance.choice(WHAT), chance.choice(FORMS))
    place = words[0]
    return charity(
        number,
        f"{' '.join(words)} {number % 9973}".upper(),
        charity_company_registration_number=f"99{number % 1_000_000:06d}" if chance.random() < 0.4 else None,
        latest_income=chance.randrange(20_000_000),
        charity_contact_address1=f"{number % 211} High Street, {place}",
        charity_activities=f"{words[1]} {words[2].lower()} in {place}: " + "we meet weekly and offer help. " * 4,
    )
