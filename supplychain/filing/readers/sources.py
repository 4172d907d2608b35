"""What kind of file is this, how large is it, and what is its digest?

A file is judged by its first bytes, never by its name. Only regular files are opened. The digest grows while the file
is being read, so that a large CSV is read once.
"""

import codecs
import hashlib
import io
import os
import re
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from supplychain.filing.findings import Unreadable

from . import faults

HEAD_BYTES = 4096
DIGESTED_BYTES = 1_000_000_000  # of a file that is refused
CHUNK_BYTES = 1 << 15  # with more, the cells of a block no longer stay in the processor's cache
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
ARCHIVES = (
    (b"\x1f\x8b", "an archive (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)"),
    (b"Rar!\x1a\x07", "an archive (rar)"),
    (b"BZh", "an archive (bzip2)"),
    (b"\xfd7zXZ\x00", "an archive (xz)"),
    (b"\x28\xb5\x2f\xfd", "an archive (zstd)"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
)
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
MARKUP = re.compile(rb"\s*<(!doctype\s+html|html|head|body|table|\?xml|!--)", re.IGNORECASE)
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


class FileKind(StrEnum):
    """What the bytes are, as far as the beginning tells."""

    CSV = "csv"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Digest (hexadecimal SHA-256; blank where nobody would wait for it) and size in bytes of a file as it was sent."""

    sha256: str
    bytes: int


class SourceFile:
    """An opened file of a return: its kind, and its digest as far as it has been read.

    ``table`` is the table it was given as. Raises ``Unreadable`` where it is no regular file or of a kind that can't be
    a return.
    """

    def __init__(self, path: Path, table: str) -> None:
        self.path = path
        self.table = table
        self.handle, self.bytes = _open(path, table)
        self._sha256 = hashlib.sha256()
        self._hashed = 0

    def identify(self) -> FileKind:
        """Judge the kind by the first bytes; refuse what can't be a return."""
        try:
            head = self.handle.read(HEAD_BYTES)
        except OSError as error:
            raise faults.not_readable(self.table, self.path.name, error.strerror) from error
        self.handle.seek(0)
        if not head:
            raise faults.empty(self.table, 0)
        if head.startswith(ZIP):
            return FileKind.ZIP
        if head.startswith(OLE2):
            raise self._old_office()
        for magic, what in ARCHIVES:
            if head.startswith(magic):
                raise faults.foreign(
                    self.table, what, "Unpack it and send the spreadsheet itself, as CSV UTF-8, .xlsx or .ods."
                )
        for mark, encoding in BYTE_ORDER_MARKS:
            if head.startswith(mark):
                raise faults.not_utf8(self.table, 0, 1, f"it begins with the byte order mark of {encoding}")
        markup = MARKUP.match(head.removeprefix(codecs.BOM_UTF8))
        if markup:
            xml = markup[1].lower() == b"?xml" and b"<html" not in head.lower()
            raise faults.foreign(self.table, "an XML document" if xml else "a web page (HTML)")
        return FileKind.CSV

    def _old_office(self) -> Unreadable:
        content = self.handle.read(faults.WORKBOOK_BYTES)
        if ENCRYPTED_STREAM in content:
            fix = "Remove the password in the program that made it, and save the workbook again."
            return faults.foreign(self.table, "an encrypted workbook, protected by a password", fix)
        return faults.foreign(self.table, "a workbook in the old .xls format, or another old Office document")

    def text(self) -> "MeasuredText":
        """The text from the beginning, checked to be UTF-8 without NUL, with the digest growing along."""
        self.handle.seek(0)
        self._sha256 = hashlib.sha256()
        self._hashed = 0
        return MeasuredText(self)

    def digest_more(self, chunk: bytes) -> None:
        """Take the next bytes of the file into the digest."""
        self._sha256.update(chunk)
        self._hashed += len(chunk)

    def facts(self) -> FileFacts:
        """Digest and size; reads on to the end where reading stopped before it."""
        position = self.handle.tell()
        self.handle.seek(self._hashed)
        while chunk := self.handle.read(CHUNK_BYTES):
            self.digest_more(chunk)
        self.handle.seek(position)
        return FileFacts(self._sha256.hexdigest(), self._hashed)

    def close(self) -> None:
        """Let go of the file."""
        self.handle.close()


class MeasuredText:
    """The text of a source file, without a byte order mark, piece by piece. Bytes which are not UTF-8, and NUL, are
    refused with their position.
    """

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._position = 0

    def read(self) -> str:
        """The next piece; nothing at the end."""
        text, first = "", not self._position
        while not text:
            try:
                chunk = self._source.handle.read(CHUNK_BYTES)
            except OSError as error:
                raise faults.not_readable(self._source.table, self._source.path.name, error.strerror) from error
            self._source.digest_more(chunk)
            text = self._decoded(chunk)
            self._position += len(chunk)
            if self._position > faults.CSV_BYTES:  # it grew while it was read, or didn't tell its size
                raise faults.too_large(
                    self._source.table, "The file", faults.CSV_BYTES, self._position, "bytes", or_more=True
                )
            if not chunk:
                break
        return text.removeprefix("\ufeff") if first else text

    def _decoded(self, chunk: bytes) -> str:
        zero = chunk.find(b"\0")
        held = len(self._decoder.getstate()[0])
        text = ""
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            offset = self._position - held + error.start
            if zero < 0 or offset < self._position + zero:
                raise self._not_utf8(offset) from error
        if zero >= 0:
            raise self._nul(self._position + zero)
        return text

    def _line_at(self, offset: int) -> tuple[int, bytes]:
        """The physical line of a byte, and what stands there and after."""
        handle = self._source.handle
        handle.seek(0)
        line, left = 1, offset
        while left and (chunk := handle.read(min(left, CHUNK_BYTES))):
            line += chunk.count(b"\n")
            left -= len(chunk)
        return line, handle.read(4)

    def _not_utf8(self, offset: int) -> Unreadable:
        line, rest = self._line_at(offset)
        what = f"the byte 0x{rest[0]:02X}"
        legacy = rest[:1].decode("cp1252", "ignore")
        if legacy.isprintable() and legacy:
            what += f' (in the older Windows encoding it is "{legacy}")'
        return faults.not_utf8(self._source.table, offset, line, what)

    def _nul(self, offset: int) -> Unreadable:
        line, _rest = self._line_at(offset)
        self._source.handle.seek(0)
        head = self._source.handle.read(HEAD_BYTES)
        wide = head.count(b"\0") * 3 > len(head)
        what = "a NUL byte, as in UTF-16," if wide else "a NUL byte (0x00)"
        return faults.not_utf8(self._source.table, offset, line, what)


def _open(path: Path, table: str) -> tuple[io.BufferedReader, int]:
    """Open a regular file for reading; other kinds of path are refused without waiting on them."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise faults.not_readable(table, path.name, reason) from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        raise faults.unreadable(
            "F11", table, f"{path.name!r} is not a file.", "a CSV file or a workbook", "Name the file itself."
        )
    return io.BufferedReader(io.FileIO(descriptor, "rb")), facts.st_size


def measure(path: Path, table: str) -> FileFacts | None:
    """Digest and size of a file whatever is in it; ``None`` where it can't be opened."""
    try:
        source = SourceFile(path, table)
    except Unreadable:
        return None
    try:
        return source.facts() if source.bytes <= DIGESTED_BYTES else FileFacts("", source.bytes)
    except OSError:
        return None
    finally:
        source.close()
