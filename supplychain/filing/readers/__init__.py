"""How do the files of a return become rows?

``open_return`` takes one path for each table, or one workbook for all, judges every file by its content, and gives a
reader for each table that is there. Readers stream: memory stays the same whatever the number of rows. What is wrong
with a file as a whole ends reading with ``Unreadable``; everything else is a ``Finding`` beside the rows.
"""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from supplychain.filing.findings import Finding, FindingLog, Unreadable
from supplychain.filing.layout import TABLES

from . import faults
from .csv_reader import CsvTable
from .headers import Header, loose
from .package import Package, WorkbookKind
from .sources import FileFacts, FileKind, SourceFile, measure
from .tables import Row, TableReader
from .workbook import SheetTable, Workbook
from .workbook_ods import OdsWorkbook
from .workbook_xlsx import XlsxWorkbook

__all__ = [
    "FileFacts",
    "Header",
    "OpenedReturn",
    "ReturnPaths",
    "Row",
    "TableReader",
    "Unreadable",
    "measure",
    "open_return",
]


@dataclass(frozen=True, slots=True)
class ReturnPaths:
    """Where the tables of a return are. ``funding`` may be a workbook with all of them; a file of its own goes before
    its sheet.
    """

    funding: Path | None = None
    kpi: Path | None = None
    own_delivery: Path | None = None
    control: Path | None = None

    def given(self) -> dict[str, Path]:
        """The paths that are given, by table, in the order of tables."""
        return {name: path for name in TABLES if (path := getattr(self, name)) is not None}


class OpenedReturn:
    """The files of a return, open for reading once. A context manager.

    ``tables``: readers of the tables that are there, in our order. ``findings``: what concerns no single table (sheets
    not read).
    """

    def __init__(self, paths: ReturnPaths) -> None:
        self.paths = paths
        self.tables: dict[str, TableReader] = {}
        self.findings = FindingLog()
        self._sources: dict[str, SourceFile] = {}
        self._workbooks: list[Workbook] = []
        self._sheets: list[str] = []
        try:
            for name, path in paths.given().items():
                self._open(name, path)
        except BaseException:
            self.close()
            raise
        self.tables = {name: self.tables[name] for name in TABLES if name in self.tables}

    def _open(self, name: str, path: Path) -> None:
        source = self._sources[name] = SourceFile(path, name)
        if source.identify() is FileKind.CSV:
            self.tables[name] = CsvTable(source, TABLES[name])
            return
        package = Package(source)
        workbook: Workbook = XlsxWorkbook(package) if package.kind is WorkbookKind.XLSX else OdsWorkbook(package)
        self._workbooks.append(workbook)
        self._open_sheets(name, workbook)

    def _open_sheets(self, name: str, workbook: Workbook) -> None:
        """Readers for the sheets of a workbook given as table ``name``: for that of funding all that have no file of
        their own.
        """
        self._sheets += workbook.sheets
        given = self.paths.given()
        tables = {
            loose(table): table for table in TABLES if table == name or (name == "funding" and table not in given)
        }
        used: dict[str, str] = {}
        ignored = []
        for sheet in workbook.sheets:
            table = tables.get(loose(sheet))
            if table is None:
                ignored.append(sheet)
            elif table in used:
                raise faults.damaged(name, f"two of its sheets are called {table}")
            else:
                used[table] = sheet
        for table, sheet in used.items():
            self.tables[table] = SheetTable(workbook, sheet, TABLES[table])
        if ignored:
            self.findings.add(
                _ignored(name, ignored, [table for table in TABLES if table in map(loose_table, ignored)])
            )

    def facts(self, table: str = "funding") -> FileFacts | None:
        """Digest and size of the file given for a table; ``None`` where none was."""
        return self._sources[table].facts() if table in self._sources else None

    def missing_rows(self, *, nil: bool) -> list[Finding]:
        """F01 on the funding table, once its rows have been read: nothing there, or something there although the return
        is nil.
        """
        reader = self.tables.get("funding")
        filled = reader.filled if reader else 0
        if nil:
            return [_rows_in_nil(filled)] if filled else []
        if filled:
            return []
        if reader and reader.header and not reader.header.usable:
            return []  # the header's own fault says enough
        if reader and reader.header:
            message = "The funding table has a header and no rows."
        elif reader:
            message = "The sheet funding is empty."
        elif self._sheets:
            message = f"The workbook has no sheet called funding; its sheets are: {_named(self._sheets)}."
        else:
            message = "There is no funding table."
        return [_f01(message, "one row for each agreement, or a nil return", "Add the rows, or file a nil return.")]

    def close(self) -> None:
        """Let go of every file."""
        for reader in self.tables.values():
            reader.close()
        for workbook in self._workbooks:
            workbook.close()
        for source in self._sources.values():
            source.close()

    def __enter__(self) -> "OpenedReturn":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_return(paths: ReturnPaths) -> OpenedReturn:
    """Open the files of a return. Raises ``Unreadable`` for a file of which no header and rows can be read."""
    return OpenedReturn(paths)


def loose_table(sheet: str) -> str | None:
    """The table that a sheet's name means; ``None`` where it means none."""
    return {loose(table): table for table in TABLES}.get(loose(sheet))


def _named(sheets: list[str]) -> str:
    shown = ", ".join(f'"{sheet[:31]}"' for sheet in sheets[:20])
    return shown + (f" and {len(sheets) - 20:,} more" if len(sheets) > 20 else "")


def _ignored(name: str, sheets: list[str], tables: list[str]) -> Finding:
    """F06: a warning where a sheet of the return itself stands back behind another file, otherwise information."""
    message = f"Not read from the workbook: {_named(sheets)}."
    if tables:
        message += f" A file of its own, or another use of the workbook, goes before: {', '.join(tables)}."
    return Finding(
        "F06",
        "warning" if tables else "information",
        None,
        None,
        None,
        None,
        None,
        message,
        f"sheets named {', '.join(TABLES)}",
        "Nothing, unless one of them belongs to the return: then give it that name.",
    )


def _rows_in_nil(filled: int) -> Finding:
    return _f01(
        f"The return is declared nil, and its funding table has {filled:,} {'row' if filled == 1 else 'rows'}.",
        "no rows in a nil return",
        "Remove the rows, or do not declare the return nil.",
    )


def _f01(message: str, expected: str, fix: str) -> Finding:
    return Finding("F01", "error", "funding", None, None, None, None, message, expected, fix)
