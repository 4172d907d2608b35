"""How do rows reach PostgreSQL without a list, a file or a statement for each?

``COPY`` pulls; so the rows are offered as a readable file whose bytes are made batch by batch while it is being read.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

PULLED_BYTES = 1 << 16
OPTIONS = "(FORMAT text, NULL '')"
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

Columns = Sequence[Sequence[str]]


class RowStream(io.RawIOBase):
    """Batches of rows, as columns of texts, in bytes for ``COPY ... FROM STDIN`` with ``OPTIONS``. Blank texts arrive
    as NULL, all others as they are.
    """

    def __init__(self, batches: Iterator[Columns]) -> None:
        self._batches = batches
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
        try:
            self._pending = memoryview(_joined(next(self._batches, ())).encode())
        except Exception as failure:
            self.failure = failure
            raise
        return bool(self._pending)


def _joined(columns: Columns) -> str:
    """The rows of a batch as ``COPY`` reads them: tabs between columns, and what could be taken for one escaped."""
    if not columns:
        return ""
    text, rows = _with_tabs(columns), len(columns[0])
    if "\\" in text or "\r" in text or text.count("\n") != rows or text.count("\t") != rows * (len(columns) - 1):
        return _with_tabs([[cell.translate(ESCAPED) for cell in column] for column in columns])
    return text


def _with_tabs(columns: Columns) -> str:
    return "\n".join([*map("\t".join, zip(*columns, strict=True)), ""])


def copy_into(cursor: Any, statement: str, stream: RowStream) -> None:
    """Run a ``COPY ... FROM STDIN`` with a psycopg2 cursor.

    Raises what ended reading, ``Unreadable`` for instance, and not the cancelled query that psycopg2 makes of it; the
    transaction has failed all the same, so put a savepoint around it where it has to live on.
    """
    try:
        cursor.copy_expert(statement, stream, PULLED_BYTES)
    except Exception as cancelled:
        if stream.failure is None:
            raise
        raise stream.failure from cancelled
