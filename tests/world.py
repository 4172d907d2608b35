"""Who is who in the demonstration world that every test database holds, and what do its files say?

    Copperbeck ──┬─ D01 Saltmarsh Vale ──┬─ S-101 Kestrelbank ──┬─ /1 Harbour Lantern ── /1/A Samphire
                 │  and Gullmere         │                      ├─ /2 Ashmoor Skills (clawback in Q2)
                 │  (corrected Q1)       │                      └─ /3 Gullmere Woodcraft (ends in Q2)
                 │                       ├─ S-102 Fernhollow   S-103 Tidewrack (unpaid)
                 │                       ├─ S-104 Marram (not disclosed)   S-105 Bramblegate
                 │                       ├─ S-106 Cobble and Thread (version 1 only)
                 │                       └─ S-107 Gullmere College (from version 2)   S-108 Tidewrack (from Q2)
                 └─ D02 Thornfell ───────┬─ T-201 Greywether ── /1 Bramblegate
    Hollowcrest ──┘ and Brackenholt      ├─ T-202 Thornfell Young Adults   T-204 Tidewrack (Q1 only)
    (from 1 August 2018)                 └─ T-203 Pennyroyal ── /1 Harbour Lantern
    Merrowdale ──┬─ D03 Wendlesea ───────┬─ W-301 Wendlesea Council   W-303 Marram
                 │  and Quillhaven       └─ W-302 Cobble and Thread ── /1 Oxbarrow Family Link
                 └─ D05 Larkmere (late ──┬─ L-501 Greywether
                    in Q1, none in Q2)   └─ L-502 Pennyroyal ── /1 Harbour Lantern
    Hollowcrest ─── D04 Oxbarrow ────────── (nil in Q1)   O-401 Oxbarrow Family Link (from Q2)

The same at length, with amounts and days: docs/demonstration.md. Files: fixtures/demo.
"""

import csv
from pathlib import Path

from portal.quarters import Quarter
from supplychain.demonstration.tables import FOLDER

SERIES = "demonstration"
Q1, Q2 = Quarter(2018, 1), Quarter(2018, 2)
D01, D02, D03, D04, D05 = BODIES = ("D01", "D02", "D03", "D04", "D05")
PREPARER, ACCEPTER, PUBLISHER, AUDITOR, ADMIN = ACCOUNTS = ("preparer", "accepter", "publisher", "auditor", "admin")

HARBOUR_LANTERN, TIDEWRACK, FERNHOLLOW = "GB-CHC-9901001", "GB-CHC-9901002", "GB-CHC-9901003"
BRAMBLEGATE, FAMILY_LINK, MARRAM, YOUNG_ADULTS = (f"GB-CHC-99010{number}" for number in (13, 14, 15, 16))
ASHMOOR, COBBLE, KESTRELBANK, GREYWETHER, COLLEGE = (f"GB-COH-9900100{number}" for number in (5, 6, 7, 8, 9))
PENNYROYAL = "GB-COH-RS999104"
COUNCIL, WOODCRAFT, SAMPHIRE = "XP-900001", "XP-900002", "XP-900003"

# Which files of which return each version of a disclosure holds.
PUBLISHED: dict[tuple[Quarter, int], dict[str, str]] = {
    (Q1, 1): {body: f"2018-19-q1/{body}" for body in BODIES},
    (Q1, 2): {body: f"2018-19-q1/{body}" for body in BODIES} | {D01: "2018-19-q1/D01-corrected"},
    (Q2, 1): {body: f"2018-19-q2/{body}" for body in BODIES if body != D05},
}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file; none where there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(name: str) -> list[dict[str, str]]:
    """A table of parties of the demonstration, such as ``ownerships``."""
    return rows(FOLDER / f"{name}.csv")


def sent(files: str, name: str) -> list[dict[str, str]]:
    """One table of a return as it was sent: ``sent("2018-19-q1/D01", "funding")``."""
    return rows(FOLDER / "returns" / files / f"{name}.csv")


def published(files: Path, quarter: Quarter, version: int, name: str) -> list[dict[str, str]]:
    """One published CSV below the folder ``files`` (the fixture ``world_files``)."""
    return rows(files / SERIES / quarter.slug / f"v{version}" / f"{name}.csv")
