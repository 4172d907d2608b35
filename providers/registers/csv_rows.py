"""Which rows are in a CSV file of any size, in constant memory?"""

import csv
from collections.abc import Iterator

from .sources import Unreadable

LINE_CHARACTERS = 1_000_000
CELL_CHARACTERS = 100_000


def rows(pieces: Iterator[str], name: str) -> Iterator[list[str]]:
    """All rows, the header first. Raises :class:`Unreadable` with the row where it breaks off."""
    csv.field_size_limit(CELL_CHARACTERS)  # process-wide, so it is set for each file
    number = 0
    try:
        for cells in csv.reader(_lines(pieces, name), strict=True):
            number += 1
            yield cells
    except csv.Error as error:
        raise Unreadable(
            "register-not-csv",
            f"{name} is no whole CSV file: row {number + 1:,} can't be read ({error}). Nothing was loaded.",
        ) from error


def _lines(pieces: Iterator[str], name: str) -> Iterator[str]:
    rest, number = "", 0
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        number += len(whole)
        for line in whole:
            yield line + "\n"
        if len(rest) > LINE_CHARACTERS:
            raise Unreadable("register-not-csv", f"{name}: line {number + 1:,} is longer than any line of a register.")
    if rest:
        yield rest
