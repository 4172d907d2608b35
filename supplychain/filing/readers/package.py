"""What is inside a zipped workbook, and is it safe to unpack?

Decides between .xlsx and .ods by content, refuses archives, encrypted files and macros, and holds the unpacked size
under its limit: the declared sizes are summed before anything is unpacked, and ``zipfile`` never unpacks more of a part
than was declared.
"""

import re
import xml.parsers.expat as expat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import IO

from supplychain.filing.findings import Unreadable

from . import faults
from .sources import SourceFile

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]
PIECE_BYTES = 1 << 14
DEEPEST = 1_000
MOST_ELEMENTS = 20_000_000  # of a part; 200,000 rows of all our columns have 18 million
DIRECTORY_ENTRY = b"PK\x01\x02"
TAG_BYTES = 1_000_000
SMALL_PART_BYTES = 10_000_000
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
XLSX_MACROS = re.compile(r"(^|/)(vbaProject[^/]*\.bin|macrosheets/.*|vbaData\.xml)$", re.IGNORECASE)
ODS_MACROS = re.compile(r"^(Basic/.*(?<!-lc\.xml)(?<!-lb\.xml)|Scripts/.*)(?<!/)$", re.IGNORECASE)
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    OverflowError,
    LookupError,  # an encoding that is none
)


class WorkbookKind(StrEnum):
    """Which of the two workbook formats."""

    XLSX = "xlsx"
    ODS = "ods"


class Package:
    """A zipped workbook that may be unpacked. Raises ``Unreadable`` (F07, F11) where it may not."""

    def __init__(self, source: SourceFile) -> None:
        self.table = source.table
        if source.bytes > faults.WORKBOOK_BYTES:
            raise faults.too_large(self.table, "The workbook", faults.WORKBOOK_BYTES, source.bytes, "bytes")
        with self.intact("its directory is damaged"):
            self._check_parts(source.handle.read().count(DIRECTORY_ENTRY))  # before any of them takes memory
            self._zip = zipfile.ZipFile(source.handle)
        entries = self._zip.infolist()
        self._check_parts(len(entries))
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > faults.WORKBOOK_UNPACKED:
            raise faults.too_large(self.table, "Unpacked, the workbook", faults.WORKBOOK_UNPACKED, unpacked, "bytes")
        if any(entry.flag_bits & 1 for entry in entries):
            raise faults.foreign(self.table, "an encrypted archive", "Remove the password and save the workbook again.")
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise faults.damaged(self.table, "it is packed in a way that spreadsheets don't use")
        self.names = {entry.filename for entry in entries}
        if len(self.names) < len(entries):
            raise faults.damaged(self.table, "a part is in it twice")
        self.kind = self._identify()

    def _check_parts(self, number: int) -> None:
        if number > faults.WORKBOOK_PARTS:
            raise faults.too_large(self.table, "The workbook", faults.WORKBOOK_PARTS, number, "parts")

    def _identify(self) -> WorkbookKind:
        if "mimetype" in self.names and self.read("mimetype").strip().startswith(ODS_TYPE):
            return self._checked_ods()
        if "[Content_Types].xml" in self.names:
            types = self.read("[Content_Types].xml")
            if b"ms-excel.sheet.binary" in types:
                raise faults.foreign(self.table, "a binary workbook (.xlsb)")
            if b"spreadsheetml" in types or b"ms-excel.sheet" in types:
                return self._checked_xlsx(types)
        raise faults.foreign(
            self.table, "an archive (zip)", "Unpack it and send the spreadsheet itself, as CSV UTF-8, .xlsx or .ods."
        )

    def _checked_ods(self) -> WorkbookKind:
        manifest = self.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in self.names else b""
        if b"encryption-data" in manifest or "encrypted-package" in self.names:
            fix = "Remove the password in the program that made it, and save the workbook again."
            raise faults.foreign(self.table, "an encrypted workbook, protected by a password", fix)
        if any(ODS_MACROS.search(name) for name in self.names):
            raise self._macros()
        if "content.xml" not in self.names:
            raise faults.damaged(self.table, "its content is missing")
        return WorkbookKind.ODS

    def _checked_xlsx(self, types: bytes) -> WorkbookKind:
        if b"macroEnabled" in types or b"vbaProject" in types or any(XLSX_MACROS.search(name) for name in self.names):
            raise self._macros()
        return WorkbookKind.XLSX

    def _macros(self) -> Unreadable:
        return faults.foreign(
            self.table, "a workbook with macros", "Save it as a workbook without macros (.xlsx or .ods)."
        )

    @contextmanager
    def intact(self, what: str) -> Iterator[None]:
        """Turn whatever a damaged archive makes ``zipfile`` and the parser raise into one refusal."""
        try:
            yield
        except BROKEN as error:
            raise faults.damaged(self.table, what) from error
        except expat.ExpatError as error:
            raise faults.damaged(self.table, f"{what} ({expat.ErrorString(error.code)})") from error

    def read(self, name: str) -> bytes:
        """A small part as a whole."""
        self._check_small(name)
        with self.intact(f"its part {name} is damaged"):
            return self._zip.read(name)

    def _part(self, name: str) -> IO[bytes]:
        if name not in self.names:
            raise faults.damaged(self.table, f"its part {name} is missing")
        return self._zip.open(name)

    def _check_small(self, name: str) -> None:
        if name in self.names and self._zip.getinfo(name).file_size > SMALL_PART_BYTES:
            raise faults.damaged(self.table, f"its part {name} is larger than {SMALL_PART_BYTES:,} bytes")

    def feed(self, name: str, parser: expat.XMLParserType) -> Iterator[None]:
        """Feed a part to a parser piece by piece, with a stop after each. A single tag can't grow without bound."""
        fed = 0
        with self.intact(f"its part {name} is damaged"), self._part(name) as part:
            while chunk := part.read(PIECE_BYTES):
                parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > TAG_BYTES:
                    raise faults.damaged(self.table, f"its part {name} has a tag of more than {TAG_BYTES:,} bytes")
                yield
            parser.Parse(b"", True)
            yield

    def parse(self, name: str, start: Start) -> None:
        """Parse a small part as a whole, for the attributes of its elements."""
        self._check_small(name)
        for _piece in self.feed(name, self.parser(start)):
            pass

    def parser(self, start: Start, end: End | None = None, text: Text | None = None) -> expat.XMLParserType:
        """A parser with names as ``namespace name`` that refuses document types, and so every entity.

        Each element that is open costs the parser memory, and each costs time: so both numbers are limited.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        depth = number = 0

        def started(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, number
            depth += 1
            number += 1
            if depth > DEEPEST or number > MOST_ELEMENTS:
                what = f"elements {DEEPEST:,} deep" if depth > DEEPEST else f"{MOST_ELEMENTS:,} elements"
                raise faults.damaged(self.table, f"it has more than {what}")
            start(name, attributes)

        def ended(name: str) -> None:
            nonlocal depth
            depth -= 1
            if end:
                end(name)

        parser.StartElementHandler = started
        parser.EndElementHandler = ended
        if text:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _doctype(self, *_declaration: object) -> None:
        raise faults.damaged(self.table, "it declares a document type, which workbooks never do")

    def close(self) -> None:
        """Let go of the archive; the file itself belongs to its opener."""
        self._zip.close()
