"""How are rows read from the sheets of an .xlsx workbook?

Straight from the XML as it unpacks: one pass gives values, formulas, dates and merged cells, and memory stays the same
whatever the number of rows.
"""

import posixpath
from collections.abc import Iterator

from supplychain.filing.layout import Table

from . import faults, xlsx_names
from .cells import (
    FALSE,
    NO_RESULT,
    TRUE,
    Percentage,
    column_index,
    date_text,
    format_kind,
    iso_text,
    plain_number,
    unescaped,
)
from .package import Package
from .shared_strings import SharedStrings
from .workbook import MAX_COLUMNS, MAX_ROWS, RawRow

RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
DIGITS = "0123456789"
MOST_SHEETS = 1_000
MOST_FORMATS = 100_000
# Numbers of the formats that every program knows (ECMA-376 part 1, 18.8.30); those of East Asian dates included.
DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
PERCENT_FORMATS = frozenset([9, 10])


class XlsxWorkbook:
    """An .xlsx workbook. Raises ``Unreadable`` where its parts don't hang together."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._sheet_parts: dict[str, str] = {}
        self._since_1904 = False
        self._strings: SharedStrings | None = None
        with package.intact("its parts don't hang together"):
            main = self._related(self._relations_of(""), "/officeDocument")
            if main is None:
                raise ValueError("no part is the workbook")
            self._relations = self._relations_of(main)
            self.sheets = self._read_sheets(main)
            self._formats = self._read_formats()

    def _relations_of(self, part: str) -> dict[str, tuple[str, str]]:
        """Type and target of each relation of a part, by id; of the package itself for an empty name."""
        folder, name = posixpath.split(part)
        relations: dict[str, tuple[str, str]] = {}

        def start(element: str, attributes: dict[str, str]) -> None:
            if element == RELATIONSHIP and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                relations[attributes["Id"]] = (attributes["Type"], target)

        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path in self.package.names:
            with self.package.intact(f"its part {path} is damaged"):
                try:
                    self.package.parse(path, start)
                except KeyError as error:
                    raise ValueError("a relation is incomplete") from error
        return relations

    def _related(self, relations: dict[str, tuple[str, str]], kind: str) -> str | None:
        """The part of a kind among relations, if it is there."""
        for relation, target in relations.values():
            if relation.endswith(kind) and target in self.package.names:
                return target
        return None

    def _read_sheets(self, main: str) -> list[str]:
        names: list[str] = []

        def start(element: str, attributes: dict[str, str]) -> None:
            if element in xlsx_names.SHEET:
                relation = next((value for key, value in attributes.items() if key.endswith("/relationships id")), "")
                kind, target = self._relations.get(relation, ("", ""))
                names.append(attributes.get("name", ""))
                if len(names) > MOST_SHEETS:
                    raise ValueError("too many sheets")
                if kind.endswith("/worksheet"):
                    self._sheet_parts[attributes.get("name", "")] = target
            elif element in xlsx_names.WORKBOOK_PROPERTIES:
                self._since_1904 = attributes.get("date1904", "0") in ("1", "true", "on")

        self.package.parse(main, start)
        if not names:
            raise ValueError("no sheets")
        return names

    def _read_formats(self) -> list[str]:
        """What each cell format makes of a number: ``date``, ``percent`` or ``number``."""
        own: dict[int, str] = {}
        formats: list[str] = []
        counting = False

        def start(element: str, attributes: dict[str, str]) -> None:
            nonlocal counting
            if element in xlsx_names.NUMBER_FORMAT:
                own[int(attributes.get("numFmtId", "0"))] = format_kind(attributes.get("formatCode", "")[:1000])
            elif element in xlsx_names.CELL_FORMATS:
                counting = True
            elif element in xlsx_names.CELL_FORMAT and counting:
                number = int(attributes.get("numFmtId", "0"))
                known = "date" if number in DATE_FORMATS else "percent" if number in PERCENT_FORMATS else "number"
                formats.append(own.get(number, known))
                if len(formats) > MOST_FORMATS:
                    raise ValueError("too many formats")
            elif counting and element.endswith(" cellStyles"):
                counting = False

        part = self._related(self._relations, "/styles")
        if part:
            self.package.parse(part, start)
        return formats

    def raw_rows(self, sheet: str, table: Table) -> Iterator[RawRow]:
        """The rows of a sheet that hold something. Raises ``Unreadable``, for merged cells at the end, where the format
        lists them.
        """
        if self._strings is None:
            self._strings = SharedStrings(self.package)
            part = self._related(self._relations, "/sharedStrings")
            if part:
                self._strings.load(part)
        if sheet not in self._sheet_parts:
            raise faults.damaged(table.name, f"the sheet {table.name} is not a table of cells")
        sheet_parser = SheetParser(table.name, self._strings, self._formats, self._since_1904)
        parser = self.package.parser(sheet_parser.start, sheet_parser.end, sheet_parser.text)
        for _piece in self.package.feed(self._sheet_parts[sheet], parser):
            yield from sheet_parser.taken()

    def close(self) -> None:
        """Drop what was unpacked."""
        if self._strings:
            self._strings.close()
        self.package.close()


class SheetParser:
    """The handlers for the XML of a sheet; finished rows are taken away between two pieces."""

    def __init__(self, table: str, strings: SharedStrings, formats: list[str], since_1904: bool) -> None:
        self._table = table
        self._strings = strings
        self._formats = formats
        self._since_1904 = since_1904
        self._rows: list[RawRow] = []
        self._columns: dict[str, int] = {}
        self._number = 0
        self._begin_row()
        self._begin_cell("n", None)
        self._index = -1

    def taken(self) -> list[RawRow]:
        """The rows that are finished, once."""
        rows, self._rows = self._rows, []
        return rows

    def _begin_row(self) -> None:
        self._cells: list[str] = []
        self._formulas: list[int] = []
        self._typed = False
        self._length = 0
        self._index = -1

    def _begin_cell(self, kind: str, style: str | None) -> None:
        self._kind = kind
        self._style = style
        self._pieces: list[str] = []
        self._taking = False
        self._spelling = False
        self._formula = False
        self._valued = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name in xlsx_names.CELL:
            self._begin_cell(attributes.get("t", "n"), attributes.get("s"))
            reference = attributes.get("r")
            index = self._index + 1 if reference is None else self._column(reference)
            if not self._index < index < MAX_COLUMNS:
                raise ValueError("cells out of order")
            self._index = index
        elif name in xlsx_names.VALUE:
            self._taking = self._valued = True
        elif name in xlsx_names.TEXT:
            self._taking = not self._spelling
        elif name in xlsx_names.FORMULA:
            self._formula = True
        elif name in xlsx_names.ROW:
            number = int(attributes.get("r", self._number + 1))
            if not self._number < number <= MAX_ROWS:
                raise ValueError("rows out of order")
            self._number = number
            self._begin_row()
        elif name in xlsx_names.RICH_SPELLING:
            self._spelling = True
        elif name in xlsx_names.MERGED_CELL:
            raise faults.merged(self._table, attributes.get("ref", "")[:40])

    def text(self, text: str) -> None:
        """Characters between two tags."""
        if self._taking:
            self._length += len(text)
            if self._length > faults.CELL_CHARACTERS:
                raise faults.too_long(self._table, self._number, "row", faults.CELL_CHARACTERS)
            self._pieces.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name in xlsx_names.CELL:
            cell = self._read_cell()
            if self._formula:
                self._formulas.append(self._index)
            if cell:
                cells = self._cells
                if len(cells) < self._index:
                    cells.extend([""] * (self._index - len(cells)))
                cells.append(cell)
        elif name in xlsx_names.VALUE or name in xlsx_names.TEXT:
            self._taking = False
        elif name in xlsx_names.ROW:
            if self._cells:
                self._rows.append(RawRow(self._number, self._cells, self._typed, tuple(self._formulas)))
        elif name in xlsx_names.RICH_SPELLING:
            self._spelling = False

    def _column(self, reference: str) -> int:
        letters = reference.rstrip(DIGITS)
        index = self._columns.get(letters)
        if index is None:
            index = self._columns[letters] = column_index(letters)
        return index

    def _read_cell(self) -> str:
        """The cell that ends here as text. Raises ``ValueError`` for a number of a shared text that isn't there."""
        text, kind = "".join(self._pieces), self._kind
        if self._formula and (not self._valued or (not text and kind != "str")):
            return NO_RESULT
        if not text:
            return ""
        if kind == "s":
            text = self._strings[int(text)]
            self._length += len(text)
            if self._length > faults.CELL_CHARACTERS:
                raise faults.too_long(self._table, self._number, "row", faults.CELL_CHARACTERS)
            return text
        if kind == "n":
            return self._read_number(text)
        if kind == "b":
            self._typed = True
            return TRUE if text.strip() in ("1", "true") else FALSE
        if kind == "d":
            try:
                return iso_text(text.strip())
            except ValueError:
                return text
        text = unescaped(text)
        if "\0" in text:
            raise faults.nul(self._table, f"row {self._number:,}", self._number)
        return text

    def _read_number(self, text: str) -> str:
        text = text.strip()
        shown = self._formats[int(self._style)] if self._style and int(self._style) < len(self._formats) else "number"
        try:
            number = plain_number(text)
        except ValueError:
            return text
        if shown == "date":
            try:
                return date_text(text, since_1904=self._since_1904)
            except ValueError:
                return number
        if shown == "percent":
            self._typed = True
            return Percentage(number)
        return number
