"""What do the sheets of both workbook formats have in common?

A format turns its XML into ``RawRow``; here those become rows of a table: header, empty rows, cells beyond the header,
and typed cells (true and false, percentages, formulas) read as the column asks for them.
"""

from collections import Counter
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple, Protocol

from supplychain.filing.findings import Finding, Unreadable
from supplychain.filing.layout import Kind, Table

from . import faults
from .cells import NO_RESULT, Boolean, Percentage, column_letter
from .headers import Header, read_header
from .tables import Batch, Row, TableReader

MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576
BATCH_ROWS = 500
BATCH_CHARACTERS = 1 << 18


class RawRow(NamedTuple):
    """A row of a sheet with something in it. ``typed``: it holds cells of the classes in ``cells``; ``formulas``: where
    formulas stand.
    """

    number: int
    cells: list[str]
    typed: bool
    formulas: tuple[int, ...]


class Workbook(Protocol):
    """A workbook of either format: its sheets by name, and the rows of one of them. Raises ``Unreadable``."""

    @property
    def sheets(self) -> list[str]: ...

    def raw_rows(self, sheet: str, table: Table) -> Iterator[RawRow]: ...

    def close(self) -> None: ...


class SheetTable(TableReader):
    """One table of a return in a sheet of a workbook."""

    def __init__(self, workbook: Workbook, sheet: str, table: Table) -> None:
        self._raw = workbook.raw_rows(sheet, table)
        self._formulas: Counter[int] = Counter()
        self._first_formula: dict[int, int] = {}
        self._last = 0
        header = None
        for raw in self._raw:
            if any(map(str.strip, raw.cells)):
                cells = raw.cells
                while not cells[-1].strip():
                    cells.pop()
                if raw.number > faults.WORKBOOK_ROWS:
                    raise _too_many(table, raw.number)
                header = read_header(table, raw.number, ["" if cell == NO_RESULT else cell for cell in cells])
                self._last = raw.number
                break
        super().__init__(table, header)

    def close(self) -> None:
        """Stop reading the sheet."""
        close = getattr(self._raw, "close", None)
        if close:
            close()

    def batches(self) -> Iterator[Batch]:
        """The rows, once. Raises ``Unreadable`` at the place where reading can't go on."""
        rows: list[Row] = []
        characters = 0
        for row in self._rows():
            rows.append(row)
            characters += sum(map(len, row.cells))
            if len(rows) == BATCH_ROWS or characters >= BATCH_CHARACTERS:
                yield _batch(rows)
                rows, characters = [], 0
        if rows:
            yield _batch(rows)

    def _rows(self) -> Iterator[Row]:
        header = self.header
        if header is None:
            return
        width, unnamed = header.width, header.unnamed
        # A row is followed by one blank cell, which is where absent columns are read.
        pick = itemgetter(*[width if index is None else index for index in header.positions])
        for number, cells, typed, formulas in self._raw:
            if not any(map(str.strip, cells)):
                continue
            self.empty += number - self._last - 1
            self._last = number
            if number - header.row > faults.WORKBOOK_ROWS:
                raise self._too_many(header.row)
            self.filled += 1
            if not header.usable:
                continue
            if len(cells) > width:
                while len(cells) > width and not cells[-1].strip():
                    cells.pop()
                if len(cells) > width:
                    self.note_misshapen(number, cells, header)
                    continue
            cells.extend([""] * (width + 1 - len(cells)))
            for index in unnamed:
                if cells[index].strip():
                    self.note_unnamed(number, index)
            for index in formulas:
                if index < width:
                    self._formulas[index] += 1
                    self._first_formula.setdefault(index, number)
            yield Row(number, self._as_asked(pick(cells)) if typed else pick(cells))
        self.close_unnamed()
        self._close_formulas(header)

    def _as_asked(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """Typed cells as their columns ask for them."""
        read = []
        for column, cell in zip(self.table.columns, cells, strict=True):
            if isinstance(cell, Boolean):
                read.append(cell.answer if column.kind in (Kind.YESNO, Kind.CONTROL_VALUE) else str(cell))
            elif isinstance(cell, Percentage):
                read.append(cell.shown if column.kind is Kind.PERCENT else str(cell))
            else:
                read.append(cell)
        return tuple(read)

    def _close_formulas(self, header: Header) -> None:
        """F06, once for each column that holds formulas."""
        for name, index in zip(self.table.names, header.positions, strict=True):
            if index is None or index not in self._formulas:
                continue
            letter, count, first = column_letter(index), self._formulas[index], self._first_formula[index]
            self.findings.add(
                Finding(
                    "F06",
                    "warning",
                    self.table.name,
                    first,
                    name,
                    letter,
                    None,
                    f"Column {letter} ({name}) holds {count:,} {'formula' if count == 1 else 'formulas'}, "
                    f"first in row {first:,}; stored results were read.",
                    "values",
                    "Replace the formulas by their values where the result may be out of date.",
                ),
                always=True,
            )

    def _too_many(self, header_row: int) -> Unreadable:
        """F07 with the number of the last row that holds something."""
        last = self._last
        for raw in self._raw:
            if any(map(str.strip, raw.cells)):
                last = raw.number
        return _too_many(self.table, last - header_row)


def _too_many(table: Table, rows: int) -> Unreadable:
    return faults.too_large(table.name, f"The sheet {table.name}", faults.WORKBOOK_ROWS, rows, "rows")


def _batch(rows: list[Row]) -> Batch:
    numbers, cells = zip(*rows, strict=True)
    return Batch(numbers, list(zip(*cells, strict=True)))
