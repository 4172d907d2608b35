"""How are rows read from a CSV file of any size in constant memory?

The standard parser does the work in strict mode. Around it: bytes are checked and measured while they stream, a line or
row can't grow without bound, and a quotation mark that is not closed is found where it began.
"""

import csv
import io
from collections.abc import Generator, Iterator

from supplychain.filing.findings import Unreadable
from supplychain.filing.layout import Table

from . import faults
from .headers import read_header
from .sources import CHUNK_BYTES, SourceFile
from .tables import Row, TableReader


class CsvTable(TableReader):
    """One table of a return in a CSV file of its own. Raises ``Unreadable`` where not even a header can be read."""

    def __init__(self, source: SourceFile, table: Table) -> None:
        # Process-wide in the csv module, and other libraries set it too: so it is set for each file. Above it, a cell
        # is taken for the trace of an unclosed quotation mark; below, its length is judged by V09.
        csv.field_size_limit(faults.CELL_CHARACTERS)
        if source.bytes > faults.CSV_BYTES:
            raise faults.too_large(table.name, "The file", faults.CSV_BYTES, source.bytes, "bytes")
        self._text = io.TextIOWrapper(
            io.BufferedReader(source.measured(), CHUNK_BYTES), encoding="utf-8-sig", newline=""
        )
        self._row = 0  # of the last complete row
        self._line = 0  # the physical line on which it ended
        self._fed = 0  # characters since
        self._reader = csv.reader(self._lines(table), strict=True)
        self._records = self._all_records(table)
        for cells in self._records:
            if any(map(str.strip, cells)):
                break
        else:
            raise faults.empty(table.name, source.bytes)
        super().__init__(table, read_header(table, self._row, cells))

    def close(self) -> None:
        """Let go of the text; the file itself belongs to its opener."""
        self._records.close()

    def rows(self) -> Iterator[Row]:
        """The rows, once. Raises ``Unreadable`` at the place where reading can't go on."""
        header = self.header
        assert header is not None
        pick, width, unnamed = self.picker(header), header.width, header.unnamed
        last = header.row + faults.CSV_ROWS
        ended = self._line
        for cells in self._records:
            if self._row > last:
                raise self._too_many(header.row)
            if not any(map(str.strip, cells)):
                self.empty += 1
            else:
                self.filled += 1
                if not header.usable:
                    pass
                elif len(cells) != width:
                    self.note_misshapen(self._row, cells, header, self._line - ended)
                else:
                    for index in unnamed:
                        if cells[index].strip():
                            self.note_unnamed(self._row, index)
                    cells.append("")
                    yield Row(self._row, pick(cells))
            ended = self._line
        self.close_unnamed()

    def _lines(self, table: Table) -> Iterator[str]:
        """Physical lines, of bounded length, and bounded in sum until the row that they make is complete."""
        read, limit = self._text.readline, faults.ROW_CHARACTERS
        while line := read(limit):
            self._fed += len(line)
            if self._fed >= limit:
                raise faults.too_long(table.name, self._row + 1, "row", limit)
            yield line

    def _all_records(self, table: Table) -> Generator[list[str], None, None]:
        reader = self._reader
        try:
            for cells in reader:
                self._row += 1
                self._line = reader.line_num
                self._fed = 0
                yield cells
        except csv.Error as error:
            raise self._not_parsed(table, str(error)) from error

    def _not_parsed(self, table: Table, reason: str) -> Unreadable:
        if "field limit" in reason:
            return faults.too_long(table.name, self._row + 1, "cell", faults.CELL_CHARACTERS)
        return faults.unclosed_quote(table.name, self._row + 1, self._line + 1)

    def _too_many(self, header_row: int) -> Unreadable:
        """F07 with the number of rows that there really are."""
        for _cells in self._records:
            pass
        return faults.too_large(self.table.name, "The file", faults.CSV_ROWS, self._row - header_row, "rows")
