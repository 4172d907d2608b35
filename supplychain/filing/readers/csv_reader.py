"""How are rows read from a CSV file of any size in constant memory?

The standard parser does the work in strict mode, on a block of lines at once where every row in it is as it should be,
otherwise row by row. Around it: bytes are checked and measured while they stream, a line or row can't grow without
bound, and a quotation mark that is not closed is found where it began.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import compress, islice

from supplychain.filing.findings import Unreadable
from supplychain.filing.layout import Table

from . import faults
from .headers import Header, read_header
from .lines import Lines
from .sources import SourceFile
from .tables import Batch, TableReader


class CsvTable(TableReader):
    """One table of a return in a CSV file of its own. Raises ``Unreadable`` where not even a header can be read."""

    def __init__(self, source: SourceFile, table: Table) -> None:
        # Process-wide in the csv module, and other libraries set it too: so it is set for each file. Above it, a cell
        # is taken for the trace of an unclosed quotation mark; below, its length is judged by V09.
        csv.field_size_limit(faults.CELL_CHARACTERS)
        if source.bytes > faults.CSV_BYTES:
            raise faults.too_large(table.name, "The file", faults.CSV_BYTES, source.bytes, "bytes")
        self._lines = Lines(source.text().read, faults.ROW_CHARACTERS)
        self._row = 0  # of the last complete row
        self._line = 0  # the physical line on which it ended
        self._fed = 0  # characters since
        for cells in self._one_by_one(table):
            if any(map(str.strip, cells)):
                break
            if self._row > faults.CSV_ROWS:
                raise self._too_many(table, 0)
        else:
            raise faults.empty(table.name, source.bytes)
        super().__init__(table, read_header(table, self._row, cells))

    def batches(self) -> Iterator[Batch]:
        """The rows, once. Raises ``Unreadable`` at the place where reading can't go on."""
        header = self.header
        assert header is not None
        last = header.row + faults.CSV_ROWS
        numbers: Sequence[int]
        while lines := self._lines.block():
            rows = self._at_once(lines, header)
            if rows is None:
                self._lines.again(lines)
                numbers, rows = self._in_turn(self._line + len(lines), header)
            else:
                numbers = range(self._row + 1, self._row + len(rows) + 1)
                self._row, self._line = self._row + len(rows), self._line + len(lines)
            if self._row > last:
                raise self._too_many(header.table, header.row)
            if rows:
                yield from self._batch(numbers, rows, header)
        self.close_unnamed()

    def _batch(self, numbers: Sequence[int], rows: list[list[str]], header: Header) -> Iterator[Batch]:
        """Rows of the right width as a batch, without those that are empty."""
        columns = list(zip(*rows, strict=True))
        sure = next(index for index in header.positions if index is not None)
        if not all(map(str.strip, columns[sure])):
            filled = [any(map(str.strip, cells)) for cells in rows]
            self.empty += filled.count(False)
            numbers = list(compress(numbers, filled))
            columns = list(zip(*compress(rows, filled), strict=True))
        self.filled += len(numbers)
        if not numbers:
            return
        for index in header.unnamed:
            for number, cell in zip(numbers, columns[index], strict=True):
                if cell.strip():
                    self.note_unnamed(number, index)
                    break
        blank = ("",) * len(numbers)
        yield Batch(numbers, [blank if index is None else columns[index] for index in header.positions])

    def _at_once(self, lines: list[str], header: Header) -> list[list[str]] | None:
        """The rows that a block of lines makes; ``None`` where that can't be told without looking at each."""
        if not header.usable or sum(map(len, lines)) >= faults.ROW_CHARACTERS:
            return None
        try:
            rows = list(csv.reader(lines, strict=True))
        except csv.Error:  # or the last row goes on in the next block
            return None
        return rows if set(map(len, rows)) == {header.width} else None

    def _in_turn(self, until: int, header: Header) -> tuple[list[int], list[list[str]]]:
        """The rows of the right width, with their numbers, up to the one that ends on the line ``until`` or after."""
        numbers, rows, ended = [], [], self._line
        for cells in self._one_by_one(header.table):
            if not any(map(str.strip, cells)):
                self.empty += 1
            elif not header.usable:
                self.filled += 1
            elif len(cells) != header.width:
                self.filled += 1
                self.note_misshapen(self._row, cells, header, self._line - ended)
            else:
                numbers.append(self._row)
                rows.append(cells)
            ended = self._line
            if ended >= until:
                break
        return numbers, rows

    def _one_by_one(self, table: Table) -> Iterator[list[str]]:
        """Row after row, whose length is bounded in sum over its lines."""
        reader, before = csv.reader(self._bounded(table), strict=True), self._line
        self._fed = 0
        try:
            for cells in reader:
                self._row += 1
                self._line = before + reader.line_num
                self._fed = 0
                yield cells
        except csv.Error as error:
            raise self._not_parsed(table, str(error)) from error

    def _bounded(self, table: Table) -> Iterator[str]:
        for line in self._lines:
            self._fed += len(line)
            if self._fed >= faults.ROW_CHARACTERS:
                raise faults.too_long(table.name, self._row + 1, "row", faults.ROW_CHARACTERS)
            yield line

    def _not_parsed(self, table: Table, reason: str) -> Unreadable:
        if "field limit" in reason:
            return faults.too_long(table.name, self._row + 1, "cell", faults.CELL_CHARACTERS)
        return faults.unclosed_quote(table.name, self._row + 1, self._line + 1)

    def _too_many(self, table: Table, header_row: int) -> Unreadable:
        """F07 with the number of rows that there really are, up to twice as many as may be."""
        more = sum(1 for _cells in islice(self._one_by_one(table), faults.CSV_ROWS))
        number, or_more = self._row - header_row, more == faults.CSV_ROWS
        return faults.too_large(table.name, "The file", faults.CSV_ROWS, number, "rows", or_more=or_more)
