"""Which physical lines does a text have that comes in pieces of any size?

Lines end with LF, CRLF or CR, as spreadsheets write them; nothing else ends one. They are handed on with their ends, in
blocks or one by one, and never more of them is held than a piece and one line.
"""

import io
from collections.abc import Callable, Iterator

LOOKED_BACK = 50  # line ends at most, for one that is outside quotation marks


class Lines:
    """The lines of what ``read`` gives, which is ``""`` at the end. A line of more than ``limit`` characters comes in
    pieces.
    """

    def __init__(self, read: Callable[[], str], limit: int) -> None:
        self._read = read
        self._limit = limit
        self._rest = ""
        self._lines: list[str] = []
        self._next = 0

    def block(self) -> list[str]:
        """Some whole lines, which as a rule are whole rows of a CSV file too; none at the end."""
        if self._next == len(self._lines):
            self._fill()
        lines = self._lines[self._next :] if self._next else self._lines
        self._next = len(self._lines)
        return lines

    def again(self, lines: list[str]) -> None:
        """Hand on the block that came last once more, one by one."""
        self._next -= len(lines)

    def __iter__(self) -> Iterator[str]:
        """One line after the other."""
        while True:
            if self._next == len(self._lines):
                self._fill()
                if not self._lines:
                    return
            self._next += 1
            yield self._lines[self._next - 1]

    def _fill(self) -> None:
        text, cut = self._rest, 0
        while not cut:
            more = self._read()
            text += more
            if not more:
                cut = len(text)
                break
            cut = _end_of_lines(text) or (len(text) if len(text) >= self._limit else 0)
        self._rest, self._lines, self._next = text[cut:], io.StringIO(text[:cut], newline="").readlines(), 0


def _end_of_lines(text: str) -> int:
    """Where the last whole line ends; if there is one nearby, a line that leaves no quotation mark open. 0 where no
    line ends.
    """
    # A carriage return at the very end may be half of a line end.
    last = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1
    end = last
    for _line in range(LOOKED_BACK):
        if not end or text.count('"', 0, end) % 2 == 0:
            return end or last
        end = text.rfind("\n", 0, end - 1) + 1
    return last
