"""How do the rows of a file reach the table ``staged``, each once, in constant memory?"""

# ruff: noqa: S608 - names in statements come from the kinds of tables, never from a file

from collections.abc import Callable, Iterator
from itertools import islice

from django.db.backends.utils import CursorWrapper

from portal.copying import OPTIONS, Columns, RowStream, copy_into

from .findings import EXAMPLES, Findings, NotTaken
from .kinds import Aside, Kind, Recognised

BATCH_ROWS = 2_000
TOLD_EVERY = 100_000

Tell = Callable[[str], None]


def stage(cursor: CursorWrapper, file: Recognised, findings: Findings, series: str, tell: Tell) -> int:
    """Read the whole file; what is taken of it stands in ``staged`` afterwards, and the rest in ``findings``.
    Returns the number of rows that are taken.
    """
    kind = file.kind
    columns = ", ".join(f"{name} {what}" for name, what in (("row", "integer"), *kind.staged))
    cursor.execute("DROP TABLE IF EXISTS pg_temp.staged")
    cursor.execute(f"CREATE TEMP TABLE staged ({columns}) ON COMMIT DROP")
    copy_into(cursor, f"COPY staged FROM STDIN {OPTIONS}", RowStream(_batches(file, findings, tell)))
    if kind.once:
        _keep_once(cursor, kind, findings)
    for aside in kind.asides:
        _put_aside(cursor, aside, findings, series)
    cursor.execute("ANALYZE staged")
    cursor.execute("SELECT count(*) FROM staged")
    return cursor.fetchone()[0]


def count(file: Recognised, tell: Tell) -> None:
    """Read the whole file of a table of which nothing is kept."""
    for number, _row in file.rows:
        _tell(number, tell)


def _batches(file: Recognised, findings: Findings, tell: Tell) -> Iterator[Columns]:
    taken = _taken(file, findings, tell)
    while rows := list(islice(taken, BATCH_ROWS)):
        yield list(zip(*rows, strict=True))


def _taken(file: Recognised, findings: Findings, tell: Tell) -> Iterator[tuple[str, ...]]:
    read = file.kind.read
    assert read is not None
    for number, row in file.rows:
        try:
            cells = read(row)
        except NotTaken as why:
            findings.note(number, why)
        else:
            yield (str(number), *cells)
        _tell(number, tell)


def _tell(number: int, tell: Tell) -> None:
    if number % TOLD_EVERY == 0:
        tell(f"{number:,} rows read")


def _keep_once(cursor: CursorWrapper, kind: Kind, findings: Findings) -> None:
    key = ", ".join(kind.once)
    cursor.execute(f"SELECT count(*), count(DISTINCT ({key})) FROM staged")
    rows, different = cursor.fetchone()
    if rows == different:
        return
    cursor.execute(
        f"""
        DELETE FROM staged AS s USING (
            SELECT row, row_number() OVER (PARTITION BY {key} ORDER BY row) AS nth FROM staged
        ) AS n WHERE n.row = s.row AND n.nth > 1 RETURNING s.row
        """
    )
    again = sorted(row for (row,) in cursor.fetchall())
    for row in again:
        findings.add("it was given before; the first is taken", f"row {row:,}")


def _put_aside(cursor: CursorWrapper, aside: Aside, findings: Findings, series: str) -> None:
    met = f"FROM staged WHERE {aside.condition}"
    cursor.execute(
        f"SELECT row, {aside.shown}, count(*) OVER () {met} ORDER BY row LIMIT {EXAMPLES}", {"series": series}
    )
    shown = cursor.fetchall()
    for row, what, _ in shown:
        findings.add(aside.reason, f"row {row:,} ({what})")
    if shown:
        findings.add(aside.reason, "", rows=shown[0][2] - len(shown))
        if aside.leave_out:
            cursor.execute(f"DELETE {met}", {"series": series})
