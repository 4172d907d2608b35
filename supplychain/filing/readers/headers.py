"""Which of our columns does a header row hold, and where?

Case, spaces and underscores do not matter; anything else does. Columns that we do not know are refused by name and
never read, so that bank details or personal data that came along go nowhere. Where nothing in the row is a column name,
not even the row is echoed: it may well be data.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from supplychain.filing.findings import VALUE_LENGTH, Finding
from supplychain.filing.layout import Table

from .cells import column_letter

LOOSE = re.compile(r"[\s_\ufeff]+")
WRONG_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", ":": "colons"}


@dataclass(frozen=True, slots=True)
class Header:
    """Where our columns stand in a file.

    ``positions``: for each of our columns, in our order, its index in the file, or ``None`` where it is absent.
    ``width``: number of cells of the header row. ``unnamed``: indexes without a heading. ``usable``: rows can be read
    with it, even if it has faults.
    """

    table: Table
    row: int
    width: int
    positions: tuple[int | None, ...]
    unnamed: tuple[int, ...]
    usable: bool
    findings: tuple[Finding, ...]

    def index(self, column: str) -> int | None:
        """The index in the file of the column of that name; ``None`` where it is absent."""
        return self.positions[self.table.names.index(column)]

    def letter(self, column: str) -> str | None:
        """The letter in the file of the column of that name; ``None`` where it is absent."""
        index = self.index(column)
        return None if index is None else column_letter(index)

    @property
    def letters(self) -> dict[str, str]:
        """Letters of the columns that are there, by name."""
        return {
            name: column_letter(index)
            for name, index in zip(self.table.names, self.positions, strict=True)
            if index is not None
        }

    @property
    def absent(self) -> tuple[str, ...]:
        """Our columns that the file has not; they read as blank."""
        return tuple(name for name, index in zip(self.table.names, self.positions, strict=True) if index is None)


def loose(heading: str) -> str:
    """What counts of a heading: its letters without case, spaces and underscores."""
    return LOOSE.sub("", heading).casefold()


def read_header(table: Table, row: int, cells: Sequence[str]) -> Header:
    """Find the columns of ``table`` in the header row ``cells`` (row number ``row``), with findings F02 and F06."""
    known = {loose(name): name for name in table.names}
    found: dict[str, int] = {}
    findings: list[Finding] = []
    unnamed = []
    unknown = []
    for index, heading in enumerate(cells):
        key = loose(heading)
        if not key:
            unnamed.append(index)
        elif key not in known:
            unknown.append(index)
        elif known[key] in found:
            findings.append(_repeated(table, row, known[key], found[known[key]], index, heading))
        else:
            found[known[key]] = index
            if heading != known[key]:
                findings.append(_normalised(table, row, known[key], index, heading))
    if not found:
        return _no_header(table, row, cells)
    findings += [_unknown(table, row, index, cells[index], found) for index in unknown]
    findings += [
        _missing(table, row, column.name) for column in table.columns if column.required and column.name not in found
    ]
    return Header(
        table, row, len(cells), tuple(found.get(name) for name in table.names), tuple(unnamed), True, tuple(findings)
    )


def _no_header(table: Table, row: int, cells: Sequence[str]) -> Header:
    joined = ",".join(cells)
    names = {loose(name) for name in table.names}
    expected = f"a header row with the column names of the {table.name} table, {', '.join(table.names[:3])} and so on"
    for delimiter, called in WRONG_DELIMITERS.items():
        if any(loose(part.strip(" '\"")) in names for part in joined.split(delimiter)):
            message = f"The columns of the {table.name} table are separated by {called}, not by commas."
            fix = 'Save it with commas: in Excel "Save As", "CSV UTF-8 (Comma delimited)"; or send the workbook itself.'
            break
    else:
        message = (
            f"Row {row} of the {table.name} table has {len(cells):,} cells and none is a column name of this table."
        )
        fix = "Put the column names of the template in the first row, and remove titles and notes above them."
        if loose(joined).startswith("sep="):
            fix = 'Remove the first line, "sep=", and separate the columns by commas.'
    finding = Finding("F02", "error", table.name, row, None, None, None, message, expected, fix)
    return Header(table, row, len(cells), (None,) * len(table.names), (), False, (finding,))


def _repeated(table: Table, row: int, name: str, first: int, index: int, heading: str) -> Finding:
    return Finding(
        "F02",
        "error",
        table.name,
        row,
        name,
        column_letter(index),
        heading,
        f"The column {name} is there twice, in {column_letter(first)} and {column_letter(index)}; "
        f"only {column_letter(first)} was read.",
        "each column once",
        "Remove one of the two columns.",
    )


def _normalised(table: Table, row: int, name: str, index: int, heading: str) -> Finding:
    return Finding(
        "F06",
        "warning",
        table.name,
        row,
        name,
        column_letter(index),
        heading,
        f'The heading "{heading[:VALUE_LENGTH]}" in column {column_letter(index)} was read as {name}.',
        name,
        f"Write the heading as {name}.",
    )


def _unknown(table: Table, row: int, index: int, heading: str, found: dict[str, int]) -> Finding:
    heading = heading.strip()
    free = {loose(name): name for name in table.names if name not in found}
    close = difflib.get_close_matches(loose(heading[:VALUE_LENGTH]), free, n=1, cutoff=0.75)
    fix = f"If {free[close[0]]} is meant, write it so; otherwise remove the column." if close else "Remove the column."
    return Finding(
        "F02",
        "error",
        table.name,
        row,
        None,
        column_letter(index),
        heading,
        f'"{heading[:VALUE_LENGTH]}" in column {column_letter(index)} is not a column of the {table.name} table. '
        "What stands below it was neither read nor kept.",
        f"one of the {len(table.names)} columns of the {table.name} table",
        fix,
    )


def _missing(table: Table, row: int, name: str) -> Finding:
    return Finding(
        "F02",
        "error",
        table.name,
        row,
        name,
        None,
        None,
        f"The column {name} is missing from the {table.name} table.",
        f"a column with the heading {name}",
        "Add the column; the template has all of them.",
    )
