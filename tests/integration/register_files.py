"""How are files of registers made as they are published, with invented contents?"""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

EXTRACTED = "2026-11-01T00:00:00"
MERGERS = (
    "transferor_name", "transferor_regno", "transferor_subno", "transferee_name", "transferee_regno",
    "transferee_subno", "date_vesting_declaration", "date_property_transferred", "date_merger_registered",
)  # fmt: skip


def as_published(rows: Sequence[dict[str, Any]], day: str = EXTRACTED) -> str:
    """One object a line, commas first, and the day of the extract in each row."""
    objects = [json.dumps({"date_of_extract": day} | row, separators=(",", ":"), ensure_ascii=False) for row in rows]
    return "\ufeff[" + "\n,".join(objects) + "\n]"


def zipped(folder: Path, table: str, text: str) -> Path:
    """A zip with the one file, both named as the Commission names them."""
    path = folder / f"publicextract.{table}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"publicextract.{table}.json", text.encode())
    return path


def other_name(number: int, name: str, kind: str = "Working name", part: int = 0) -> dict[str, Any]:
    """A row of charity_other_names."""
    return {
        "organisation_number": number,
        "registered_charity_number": number,
        "linked_charity_number": part,
        "charity_name_id": 1,
        "charity_name_type": kind,
        "charity_name": name,
    }


def other_names(folder: Path, *rows: dict[str, Any], day: str = EXTRACTED) -> Path:
    """The zipped table of those rows."""
    return zipped(folder, "charity_other_names", as_published(rows, day))


def table(path: Path, header: Sequence[str], *rows: Sequence[object]) -> Path:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def merger(
    old: object, new: object, day: str = "2015-04-01", *, part: object = 0, into_part: object = 0
) -> tuple[object, ...]:
    """A row of the register of mergers."""
    midnight = f"{day} 00:00:00"
    return f"Old {old}", old, part, f"New {new}", new, into_part, "", midnight, midnight


def mergers(folder: Path, *rows: Sequence[object]) -> Path:
    """The register of mergers with those rows."""
    return table(folder / "mergers.csv", MERGERS, *rows)
