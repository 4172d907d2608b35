"""Which tables does fixtures/demo hold, and what do their cells mean?

All are CSV with the columns below; moments are those of a London clock.
"""

import csv
import datetime as dt
from pathlib import Path

from portal.errors import NotValid
from supplychain.actions.door import LONDON

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "demo"
COLUMNS = {
    "areas": "code name",
    "organisations": "key name sector legal_form charity_number company_number",
    "bodies": "code name organisation in_force_from in_force_to obligation_from obligation_to note",
    "ownerships": "body owner from to note",
    "body_areas": "body area from to",
    "kpis": "code title what_is_counted kind counts_people target in_force_from in_force_to",
    "body_kpis": "body kpi from to",
    "bid_commitments": "body organisation named_for named_on",
    "accounts": "username post roles from",
    "windows": "quarter opens due",
    "deeds": "at by deed quarter body files explain text announced",
}
# What every invented row says about where it comes from.
SOURCE = "DEMO"
Row = dict[str, str]


def sent(files: str, name: str, folder: Path = FOLDER) -> list[Row]:
    """One table of a return as it was sent: ``sent("2018-19-q1/D01", "funding")``; no rows where it was not sent."""
    path = folder / "returns" / files / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(folder: Path = FOLDER) -> dict[str, list[Row]]:
    """Every table's rows as text. Raises :class:`NotValid` for a table that is not there or has other columns."""
    return {name: _rows(folder / f"{name}.csv", columns.split()) for name, columns in COLUMNS.items()}


def _rows(path: Path, columns: list[str]) -> list[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, restkey="", strict=True)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NotValid(
            "demonstration-unreadable", f"{path.name} of the demonstration can't be read: {error}"
        ) from error
    if reader.fieldnames != columns or any("" in row or None in row.values() for row in rows):
        raise NotValid(
            "demonstration-columns", f"{path.name} of the demonstration should have the columns {', '.join(columns)}."
        )
    return rows


def moment(text: str) -> dt.datetime:
    """``2018-09-13 09:30`` as it is on a London clock. Raises ``ValueError``."""
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)
