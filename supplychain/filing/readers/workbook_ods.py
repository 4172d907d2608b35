"""How are rows read from the sheets of an .ods workbook?

Straight from the XML as it unpacks. The format writes equal neighbours once with a number of repeats, and pads sheets
with a million blank rows; blank repeats are only counted, and others expand one row at a time and no wider than the
header.
"""

from collections.abc import Iterator

from supplychain.filing.layout import Table

from . import faults
from .cells import FALSE, NO_RESULT, TRUE, Percentage, iso_text, plain_number
from .package import Package
from .workbook import MAX_COLUMNS, MAX_ROWS, RawRow

OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE_NS, OFFICE_NS, TEXT_NS = f"{OASIS}table:1.0 ", f"{OASIS}office:1.0 ", f"{OASIS}text:1.0 "
SPREADSHEET = f"{OFFICE_NS}spreadsheet"
TABLE = f"{TABLE_NS}table"
SUB_TABLE = f"{TABLE_NS}is-sub-table"
NAME = f"{TABLE_NS}name"
ROW = f"{TABLE_NS}table-row"
CELL = f"{TABLE_NS}table-cell"
COVERED = f"{TABLE_NS}covered-table-cell"
ROW_REPEATS = f"{TABLE_NS}number-rows-repeated"
CELL_REPEATS = f"{TABLE_NS}number-columns-repeated"
SPANS = frozenset([f"{TABLE_NS}number-columns-spanned", f"{TABLE_NS}number-rows-spanned"])
FORMULA = f"{TABLE_NS}formula"
VALUE_TYPE = f"{OFFICE_NS}value-type"
VALUE = f"{OFFICE_NS}value"
DATE_VALUE = f"{OFFICE_NS}date-value"
BOOLEAN_VALUE = f"{OFFICE_NS}boolean-value"
STRING_VALUE = f"{OFFICE_NS}string-value"
PARAGRAPHS = frozenset([f"{TEXT_NS}p", f"{TEXT_NS}h"])
SPACES = f"{TEXT_NS}s"
SPACES_COUNT = f"{TEXT_NS}c"
TAB = f"{TEXT_NS}tab"
LINE_BREAK = f"{TEXT_NS}line-break"
# Inside a cell and not its text: comments, drawings, and how a text is spoken.
BESIDE = frozenset([f"{OFFICE_NS}annotation", f"{TEXT_NS}ruby-text", f"{TEXT_NS}note"])
DRAWING_NS = f"{OASIS}drawing:1.0 "
MOST_SHEETS = 1_000
CONTENT = "content.xml"


class OdsWorkbook:
    """An .ods workbook. Raises ``Unreadable`` where its content is damaged."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.sheets: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == TABLE and attributes.get(SUB_TABLE) != "true":
                self.sheets.append(attributes.get(NAME, ""))
                if len(self.sheets) > MOST_SHEETS:
                    raise ValueError("too many sheets")

        for _piece in package.feed(CONTENT, package.parser(start)):
            pass

    def raw_rows(self, sheet: str, table: Table) -> Iterator[RawRow]:
        """The rows of a sheet that hold something. Raises ``Unreadable``."""
        sheet_parser = SheetParser(table.name, sheet)
        parser = self.package.parser(sheet_parser.start, sheet_parser.end, sheet_parser.text)
        for _piece in self.package.feed(CONTENT, parser):
            for repeats, row in sheet_parser.taken():
                for number in range(row.number, row.number + repeats):
                    yield row._replace(number=number, cells=list(row.cells))
            if sheet_parser.finished:
                return

    def close(self) -> None:
        """Let go of the archive."""
        self.package.close()


class SheetParser:
    """The handlers for one sheet of ``content.xml``; finished rows are taken away between two pieces."""

    def __init__(self, table: str, sheet: str) -> None:
        self._table = table
        self._sheet = sheet
        self._rows: list[tuple[int, RawRow]] = []
        self._depth = 0
        self._inside = False
        self.finished = False
        self._number = 0
        self._cell_depth = 0
        self._begin_row({})

    def taken(self) -> list[tuple[int, RawRow]]:
        """The rows that are finished, each with its number of repeats, once."""
        rows, self._rows = self._rows, []
        return rows

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row_repeats = _repeats(attributes, ROW_REPEATS)
        self._cells: list[str] = []
        self._index = 0
        self._formulas: list[int] = []
        self._typed = False
        self._length = 0

    def _begin_cell(self, name: str, attributes: dict[str, str]) -> None:
        if name == COVERED or (
            attributes and any(_repeats(attributes, span) > 1 for span in SPANS & attributes.keys())
        ):
            raise faults.merged(self._table, f"in row {self._number + 1:,}", self._number + 1)
        self._cell_depth = self._depth
        self._attributes = attributes
        self._pieces: list[str] = []
        self._paragraphs = self._taking = self._beside = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if not self._inside:
            if name == TABLE and self._depth == 4 and not self.finished:
                self._inside = attributes.get(NAME, "") == self._sheet
        elif self._cell_depth:
            self._start_in_cell(name, attributes)
        elif name in (CELL, COVERED):
            self._begin_cell(name, attributes)
        elif name == ROW:
            self._begin_row(attributes)

    def _start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        if self._beside:
            return
        if name in BESIDE or name.startswith(DRAWING_NS):
            self._beside = self._depth
        elif name in PARAGRAPHS:
            if self._paragraphs:
                self._pieces.append("\n")
            self._paragraphs += 1
            self._taking += 1
        elif name == SPACES:
            self._take(" " * min(_repeats(attributes, SPACES_COUNT), faults.CELL_CHARACTERS + 1))
        elif name == TAB:
            self._take("\t")
        elif name == LINE_BREAK:
            self._take("\n")

    def text(self, text: str) -> None:
        """Characters between two tags."""
        if self._cell_depth and self._taking and not self._beside:
            self._take(text)

    def _take(self, text: str) -> None:
        self._length += len(text)
        if self._length > faults.CELL_CHARACTERS:
            raise faults.too_long(self._table, self._number + 1, "row", faults.CELL_CHARACTERS)
        self._pieces.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if self._inside:
            if self._cell_depth:
                self._end_in_cell(name)
            elif name == ROW:
                self._end_row()
            elif name == TABLE and self._depth == 4:
                self._inside = False
                self.finished = True
        self._depth -= 1

    def _end_in_cell(self, name: str) -> None:
        if self._depth == self._cell_depth:
            self._end_cell()
            self._cell_depth = 0
        elif self._beside:
            if self._depth == self._beside:
                self._beside = 0
        elif name in PARAGRAPHS:
            self._taking -= 1

    def _end_cell(self) -> None:
        attributes = self._attributes
        repeats = _repeats(attributes, CELL_REPEATS) if CELL_REPEATS in attributes else 1
        cell = self._read_cell(attributes)
        if cell:
            if self._index + repeats > MAX_COLUMNS:
                raise ValueError("too many columns")
            if len(self._cells) < self._index:
                self._cells.extend([""] * (self._index - len(self._cells)))
            self._cells.extend([cell] * repeats)
            if FORMULA in attributes:
                self._formulas.extend(range(self._index, self._index + repeats))
        self._index += repeats

    def _end_row(self) -> None:
        if self._cells:
            if self._number + self._row_repeats > MAX_ROWS:
                raise ValueError("too many rows")
            row = RawRow(self._number + 1, self._cells, self._typed, tuple(self._formulas))
            self._rows.append((self._row_repeats, row))
        self._number += self._row_repeats

    def _read_cell(self, attributes: dict[str, str]) -> str:
        """The cell that ends here as text; as it is shown where its stored value is not what its kind says."""
        if not attributes:
            return "".join(self._pieces)
        kind = attributes.get(VALUE_TYPE)
        shown = "".join(self._pieces)
        try:
            if kind in ("float", "currency"):
                return plain_number(attributes.get(VALUE, "").strip())
            if kind == "date":
                return iso_text(attributes.get(DATE_VALUE, "").strip())
            if kind == "percentage":
                percentage = Percentage(plain_number(attributes.get(VALUE, "").strip()))
                self._typed = True
                return percentage
        except ValueError:
            return shown
        if kind == "boolean":
            self._typed = True
            return TRUE if attributes.get(BOOLEAN_VALUE) == "true" else FALSE
        if kind is None and FORMULA in attributes and not shown:
            return NO_RESULT
        return attributes.get(STRING_VALUE) or shown


def _repeats(attributes: dict[str, str], name: str) -> int:
    """A number of repeats, 1 where none is given. Raises ``ValueError`` where it is not a whole number from 1."""
    text = attributes.get(name, "1")
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < 1:
        raise ValueError("not a number of repeats")
    return int(text)
