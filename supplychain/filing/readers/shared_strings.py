"""Where do the texts of an .xlsx workbook wait until a cell asks for them?

The format keeps every text once, in a part of its own that may be larger than memory should be; so they go to a
temporary file, and only their places are held. They are read from it one by one: pages of a mapped file would count as
memory of the process.
"""

import os
import tempfile
from array import array

from . import faults
from .cells import unescaped
from .package import Package
from .xlsx_names import RICH_SPELLING, SHARED_STRING, TEXT

LONGEST_TEXT = 32_767  # of a cell in .xlsx, as the format's own program has it
MOST_TEXTS = 10_000_000


class SharedStrings:
    """The shared texts of a workbook by number, once they are loaded."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._ends = array("Q")
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._pieces: list[str] = []
        self._taking = False
        self._spelling = False
        self._length = 0

    def load(self, part: str) -> None:
        """Take the texts of a part. Raises ``Unreadable`` where one is too long or there are too many."""
        parser = self._package.parser(self._start, self._end, self._text)
        for _piece in self._package.feed(part, parser):
            pass
        self._file.flush()

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if name in TEXT:
            self._taking = not self._spelling
        elif name in RICH_SPELLING:
            self._spelling = True
        elif name in SHARED_STRING:
            self._pieces, self._length = [], 0

    def _text(self, text: str) -> None:
        if self._taking:
            self._length += len(text)
            if self._length > LONGEST_TEXT:
                raise faults.damaged(self._package.table, f"a cell has a text of more than {LONGEST_TEXT:,} characters")
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        if name in TEXT:
            self._taking = False
        elif name in RICH_SPELLING:
            self._spelling = False
        elif name in SHARED_STRING:
            text = unescaped("".join(self._pieces))
            if "\0" in text:
                raise faults.nul(self._package.table, "a cell")
            if len(self._ends) >= MOST_TEXTS:
                raise faults.damaged(self._package.table, f"it holds more than {MOST_TEXTS:,} different texts")
            self._file.write(text.encode())
            self._ends.append(self._file.tell())

    def __getitem__(self, index: int) -> str:
        """The text with this number. Raises ``ValueError`` where there is none."""
        if not 0 <= index < len(self._ends):
            raise ValueError("no such text")
        start, end = self._ends[index - 1] if index else 0, self._ends[index]
        return os.pread(self._file.fileno(), end - start, start).decode()

    def close(self) -> None:
        """Drop the temporary file."""
        self._file.close()
