"""Which text is in a file of a register, be it plain or the one file in a zip?

Read in pieces of bounded size, whatever the size of the whole; nothing is ever unpacked to disk or held in memory.
"""

import codecs
import datetime as dt
import hashlib
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

from portal.errors import NotValid

from .findings import printable

PIECE_BYTES = 1 << 19
NAME_LENGTH = 200
MOST_BYTES = 16_000_000_000  # of a file, packed or not; the largest that is published has 3 GB
TIGHT_FROM, TIGHTEST = 100_000_000, 250  # unpacked bytes, and how many of them one packed byte may give
DIRECTORY_BYTES = 1_000_000
TAIL_BYTES = 65_557  # of the record at the end of a zip, its comment included
END_RECORD = b"PK\x05\x06"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError)


class Unreadable(NotValid):
    """A file that can't be read as any register's: the end of the command is 2."""


class Source:
    """An opened file: ``name`` is that of the file with the rows, ``day`` when the file was last changed, ``sha256`` of
    it as it was given, ``text()`` its pieces from the beginning.

    Raises :class:`Unreadable` where there is none, or an archive is damaged, encrypted, or more than one file.
    """

    def __init__(self, path: Path) -> None:
        self._file = _open(path)
        self.day = dt.datetime.fromtimestamp(os.fstat(self._file.fileno()).st_mtime, dt.UTC).date()
        self.name = printable(path.name, NAME_LENGTH)
        self._member: zipfile.ZipInfo | None = None
        self._zip: zipfile.ZipFile | None = None
        try:
            self.sha256 = hashlib.file_digest(self._file, "sha256").hexdigest()
            self._file.seek(0)
            head = self._file.read(4)
            if not head:
                raise Unreadable("register-empty", f"{self.name} is empty.")
            if head.startswith(ZIP):
                self._zip, self._member = _archive(self._file, self.name)
                self.name = printable(self._member.filename.rpartition("/")[2], NAME_LENGTH)
        except BaseException:
            self._file.close()
            raise

    def text(self) -> Iterator[str]:
        """The text from the beginning, without a byte order mark. Bytes that are not UTF-8 are refused by position."""
        decoder, position = codecs.getincrementaldecoder("utf-8")(), 0
        try:
            with self._bytes() as stream:
                while True:
                    piece = stream.read(PIECE_BYTES)
                    text = decoder.decode(piece, final=not piece)
                    if not position:
                        text = text.removeprefix("\ufeff")
                    position += len(piece)
                    if position > MOST_BYTES:
                        raise Unreadable("register-too-large", f"{self.name} has more than {MOST_BYTES:,} bytes.")
                    if text:
                        yield text
                    if not piece:
                        return
        except UnicodeDecodeError as error:
            at = position - len(error.object) + len(piece) + error.start
            raise Unreadable(
                "register-not-utf8",
                f"{self.name} is not UTF-8: at byte {at:,} stands 0x{error.object[error.start]:02X}.",
            ) from error
        except BROKEN as error:
            raise _damaged(self.name, error) from error

    def _bytes(self) -> AbstractContextManager[IO[bytes]]:
        if self._zip is not None and self._member is not None:
            return self._zip.open(self._member)
        self._file.seek(0)
        return nullcontext(self._file)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _open(path: Path) -> io.BufferedReader:
    """Open a regular file; other kinds of path are refused without waiting on them."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a path"
        raise Unreadable("register-not-readable", f"{path.name!r} can't be read: {reason}.") from error
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        raise Unreadable("register-not-a-file", f"{path.name!r} is not a file.")
    if facts.st_size > MOST_BYTES:
        os.close(descriptor)
        raise Unreadable("register-too-large", f"{path.name!r} has more than {MOST_BYTES:,} bytes.")
    return io.BufferedReader(io.FileIO(descriptor, "rb"))


def _archive(file: IO[bytes], name: str) -> tuple[zipfile.ZipFile, zipfile.ZipInfo]:
    try:
        _check_directory(file)
        archive = zipfile.ZipFile(file)
    except BROKEN as error:
        raise _damaged(name, error) from error
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise Unreadable(
            "register-several-files", f"{name} holds {len(members)} files; give an archive of one table, or the table."
        )
    member = members[0]
    if member.flag_bits & 1:
        raise Unreadable("register-encrypted", f"{name} is encrypted; give it without a password.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable(
            "register-packing", f"{name} is packed in a way that is not read here; pack it as a plain zip."
        )
    if member.file_size > MOST_BYTES:
        raise Unreadable("register-too-large", f"Unpacked, {name} has more than {MOST_BYTES:,} bytes.")
    if member.file_size > TIGHT_FROM and member.file_size > TIGHTEST * member.compress_size:
        raise Unreadable("register-bomb", f"{name} is packed more tightly than any table of a register could be.")
    return archive, member


def _check_directory(file: IO[bytes]) -> None:
    """Refuse an archive whose directory would take memory, before it is read."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read()
    end = tail.rfind(END_RECORD)
    if end < 0:
        raise zipfile.BadZipFile("its end is missing")
    if struct.unpack_from("<L", tail, end + 12)[0] > DIRECTORY_BYTES:
        raise zipfile.BadZipFile("its directory is too long")


def _damaged(name: str, error: Exception) -> Unreadable:
    return Unreadable("register-damaged", f"{name} is damaged or cut short ({error or type(error).__name__}).")
