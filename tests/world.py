"""Who is who in the demonstration world that every test database holds, and what do its files say?

Tests lean on five of its twelve bodies by name, in April to September 2018 (Q1, Q2):

    Copperbeck ──┬─ D01 Saltmarsh Vale ──┬─ S-101 Kestrelbank ──┬─ /1 Harbour Lantern ── /1/A Samphire
                 │  and Gullmere         │                      ├─ /2 Ashmoor Skills (clawback in Q2)
                 │  (corrected Q1)       │                      └─ /3 Gullmere Woodcraft (ends in Q2)
                 │                       ├─ S-102 Fernhollow   S-103 Tidewrack (unpaid)
                 │                       ├─ S-104 Marram (not disclosed)   S-105 Bramblegate
                 │                       ├─ S-106 Cobble and Thread (version 1 only)
                 │                       └─ S-107 Gullmere College (from version 2)   S-108 Tidewrack (from Q2)
                 └─ D02 Thornfell ───────┬─ T-201 Greywether ── /1 Bramblegate
    Hollowcrest ──┘ and Brackenholt      ├─ T-202 Thornfell Young Adults   T-204 Tidewrack (until Q1)
    (from 1 August 2018)                 └─ T-203 Pennyroyal ── /1 Harbour Lantern
    Merrowdale ──┬─ D03 Wendlesea ───────┬─ W-301 Wendlesea Council   W-303 Marram
                 │  and Quillhaven       └─ W-302 Cobble and Thread ── /1 Oxbarrow Family Link
                 └─ D05 Larkmere (late ──┬─ L-501 Greywether
                    in Q1, none in Q2)   └─ L-502 Pennyroyal ── /1 Harbour Lantern
    Hollowcrest ─── D04 Oxbarrow ────────── (nil in Q1)   O-401 Oxbarrow Family Link (from Q2)

The whole world, with every amount of its eight quarters: docs/demonstration.md. Files: fixtures/demo.
"""

import csv
from pathlib import Path

from portal.quarters import Quarter
from supplychain.demonstration.tables import FOLDER

SERIES = "demonstration"
QUARTERS = [Quarter(2017, 1).plus(number) for number in range(8)]
Q1, Q2 = Quarter(2018, 1), Quarter(2018, 2)
BODIES = [f"D{number:02d}" for number in range(1, 13)]
D01, D02, D03, D04, D05, D06, D07, D08, D09, D10, D11, D12 = BODIES
PREPARER, ACCEPTER, PUBLISHER, AUDITOR, ADMIN = ACCOUNTS = ("preparer", "accepter", "publisher", "auditor", "admin")

HARBOUR_LANTERN, TIDEWRACK, FERNHOLLOW = "GB-CHC-9901001", "GB-CHC-9901002", "GB-CHC-9901003"
BRAMBLEGATE, FAMILY_LINK, MARRAM, YOUNG_ADULTS = (f"GB-CHC-99010{number}" for number in (13, 14, 15, 16))
ASHMOOR, COBBLE, KESTRELBANK, GREYWETHER, COLLEGE = (f"GB-COH-9900100{number}" for number in (5, 6, 7, 8, 9))
PENNYROYAL = "GB-COH-RS999104"
COUNCIL, WOODCRAFT, SAMPHIRE = "XP-900001", "XP-900002", "XP-900003"

# What was out of the ordinary, by quarter and body.
MISSING = {(Q2, D05), (QUARTERS[7], D12)}
NOT_REQUIRED = {*((quarter, D12) for quarter in QUARTERS[:4]), (QUARTERS[7], D11)}
NIL = {(Q1, D04), (QUARTERS[0], D11)}
LATE = {(Q1, D05), (QUARTERS[3], D09), (QUARTERS[7], D07)}
WITHDRAWN = {(Q1, D03), (QUARTERS[6], D08)}
SENT_BACK = {(Q1, D02), (QUARTERS[0], D07)}
CORRECTED = {(Q1, D01), (QUARTERS[1], D08)}

# Which files of which return each version of a disclosure holds, in the order in which they were published.
PUBLISHED: dict[tuple[Quarter, int], dict[str, str]] = {}
for _quarter in QUARTERS:
    PUBLISHED[_quarter, 1] = {
        body: f"{_quarter.slug}/{body}" for body in BODIES if (_quarter, body) not in MISSING | NOT_REQUIRED
    }
    for _body in (body for quarter, body in CORRECTED if quarter == _quarter):
        PUBLISHED[_quarter, 2] = PUBLISHED[_quarter, 1] | {_body: f"{_quarter.slug}/{_body}-corrected"}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file; none where there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(name: str) -> list[dict[str, str]]:
    """A table of parties of the demonstration, such as ``ownerships``."""
    return rows(FOLDER / f"{name}.csv")


def published(files: Path, quarter: Quarter, version: int, name: str) -> list[dict[str, str]]:
    """One published CSV below the folder ``files`` (the fixture ``world_files``)."""
    return rows(files / SERIES / quarter.slug / f"v{version}" / f"{name}.csv")
