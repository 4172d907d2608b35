"""How does one table of a return hand out its rows?

``TableReader`` is what every format offers: the header with its findings, and the rows once, in batches of columns in
the canonical order, while it counts and notes what it meets. Row numbers are the spreadsheet's: the header row is 1 and
empty rows count.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from supplychain.filing.findings import Finding, FindingLog
from supplychain.filing.layout import Table

from .cells import column_letter
from .headers import Header

REMEMBERED_CELLS = 10_000
REFERENCE_LENGTH = 60


class Row(NamedTuple):
    """One row that is not empty: its number in the spreadsheet, and a text for each column of the table in our
    order.
    """

    number: int
    cells: tuple[str, ...]


class Batch(NamedTuple):
    """Some rows, at least one, none of them empty: their numbers in the spreadsheet, and for each column of the table
    in our order the texts of these rows; an absent one reads as blank.
    """

    numbers: Sequence[int]
    columns: Sequence[Sequence[str]]


class TableReader:
    """One table of a return, to be read once.

    ``filled`` counts rows that are not empty (those with the wrong number of cells included), ``empty`` those that are,
    ``misshapen`` those that were left out because their number of cells is wrong (``misshapen_cells`` keeps some of
    theirs, so that nobody is told that an agreement is missing which stands in such a row). They are complete when
    ``batches`` has ended, as are ``findings``. ``header`` is ``None`` where the table is wholly empty.
    """

    def __init__(self, table: Table, header: Header | None) -> None:
        self.table = table
        self.header = header
        self.findings = FindingLog()
        self.filled = 0
        self.empty = header.row - 1 if header else 0
        self.misshapen = 0
        self.misshapen_cells: set[str] = set()
        self.unnamed_filled: dict[int, int] = {}
        if header:
            self.findings.extend(header.findings)

    def batches(self) -> Iterator[Batch]:
        """The rows, once. Raises ``Unreadable`` at the place where reading can't go on."""
        raise NotImplementedError

    def rows(self) -> Iterator[Row]:
        """The same, one after the other."""
        for numbers, columns in self.batches():
            yield from map(Row, numbers, zip(*columns, strict=True))

    def close(self) -> None:
        """Let go of what reading holds open."""

    def note_misshapen(self, number: int, row: Sequence[str], header: Header, lines: int = 1) -> None:
        """F03: leave out a row whose cells can't be told apart. What may be a reference in it is remembered."""
        self.misshapen += 1
        room = REMEMBERED_CELLS - len(self.misshapen_cells)
        if room > 0:
            likely = (cell.strip() for cell in row if 0 < len(cell) <= REFERENCE_LENGTH)
            self.misshapen_cells.update(islice(likely, room))
        cells = len(row)
        more = "more" if cells > header.width else "fewer"
        message = (
            f"Row {number:,} has {cells:,} cells and the header has {header.width:,}: {more} than there are columns."
        )
        if lines > 1:
            message += f" The row spans {lines:,} lines of the file."
        fix = (
            "Put cells that contain a comma in quotation marks."
            if cells > header.width
            else "Keep the commas of blank cells, and look whether the row is broken in two."
        )
        if lines > 1:
            fix += " Look for a quotation mark that is not closed."
        self.findings.add(
            Finding("F03", "error", self.table.name, number, None, None, None, message, f"{header.width:,} cells", fix)
        )

    def note_unnamed(self, number: int, index: int) -> None:
        """Remember the first row in which a column without a heading holds something."""
        self.unnamed_filled.setdefault(index, number)

    def close_unnamed(self) -> None:
        """F02 for every column that holds something and has no heading."""
        for index, number in sorted(self.unnamed_filled.items()):
            letter = column_letter(index)
            self.findings.add(
                Finding(
                    "F02",
                    "error",
                    self.table.name,
                    self.header.row if self.header else None,
                    None,
                    letter,
                    None,
                    f"Column {letter} has no heading but holds something, first in row {number:,}. It was not read.",
                    "a heading above every column",
                    "Give the column its heading, or empty it.",
                ),
                always=True,
            )
