"""How do rows reach PostgreSQL without a list, a file or a statement for each?

``COPY`` pulls; so the rows are offered as a readable file whose bytes are made batch by batch while it is being read.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from .layout import Column
from .readers.tables import Row

BATCH_ROWS = 500
PULLED_BYTES = 1 << 16


class RowStream(io.RawIOBase):
    """Rows as CSV bytes for ``COPY ... FROM STDIN (FORMAT csv)``. Blank cells arrive as NULL."""

    def __init__(self, records: Iterator[Sequence[object]]) -> None:
        self._records = records
        self._pending = memoryview(b"")
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most ``size``; nothing at the end. A negative size gives one batch."""
        if not self._pending and not self._fill():
            return b""
        cut = len(self._pending) if size is None or size < 0 else size
        piece, self._pending = self._pending[:cut], self._pending[cut:]
        return bytes(piece)

    def _fill(self) -> bool:
        text = io.StringIO(newline="")
        # CRLF, because the writer puts quotation marks around a cell only if it holds a character of its own line end,
        # and PostgreSQL refuses a bare carriage return outside them.
        try:
            csv.writer(text, lineterminator="\r\n").writerows(islice(self._records, BATCH_ROWS))
        except Exception as failure:
            self.failure = failure
            raise
        self._pending = memoryview(text.getvalue().encode())
        return bool(self._pending)


def copy_stream(rows: Iterable[Row], columns: Sequence[Column], *, leading: Sequence[str] = ()) -> RowStream:
    """Rows as a file for psycopg2's ``copy_expert``: ``leading`` constants, the row number, then a text for each of
    ``columns``.

    Text is handed on as it was read; trimming and normalisation happen in the database. What ends reading
    (``Unreadable``) is raised by ``read`` and kept in ``failure``.
    """
    width, before = len(columns), tuple(leading)

    def records() -> Iterator[Sequence[object]]:
        for number, cells in rows:
            if len(cells) != width:
                raise ValueError(f"Row {number} has {len(cells)} cells for {width} columns.")
            yield (*before, number, *cells)

    return RowStream(records())


def copy_into(cursor: Any, statement: str, stream: RowStream) -> None:
    """Run a ``COPY ... FROM STDIN (FORMAT csv)`` with a psycopg2 cursor.

    Raises what ended reading, ``Unreadable`` for instance, and not the cancelled query that psycopg2 makes of it; the
    transaction has failed all the same, so put a savepoint around it where it has to live on.
    """
    try:
        cursor.copy_expert(statement, stream, PULLED_BYTES)
    except Exception as cancelled:
        if stream.failure is None:
            raise
        raise stream.failure from cancelled
