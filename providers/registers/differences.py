"""What differs between what a copy says and what is there, and how is only that changed?

The rows of a file stand in a temporary table ``staged``; a :class:`Difference` says which rows of one table they make.
"""

# ruff: noqa: S608 - names in statements come from the kinds of tables, never from a file

from dataclasses import dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows of ``table`` that a copy is the word on.

    ``wanted`` is SQL that gives columns ``key`` and ``values`` of ``staged``, each key once; ``ours`` is SQL for the
    rows ``t`` of the table that this copy speaks of, apart from the series. What is not wanted any more is deleted, or
    gets what ``gone`` sets; with ``gone=None`` it stays, because this copy is not the word on which rows there are.
    ``new`` is what else a new row begins with, as names and SQL. ``what`` names the rows for people.
    """

    what: str
    table: str
    key: tuple[str, ...]
    values: tuple[str, ...]
    wanted: str
    ours: str = "true"
    gone: str | None = "delete"
    new: tuple[tuple[str, str], ...] = ()
    adds: bool = True


@dataclass(slots=True)
class Changes:
    """How many rows there were ``before``, and how many were added, changed and gone."""

    before: int = 0
    added: int = 0
    changed: int = 0
    gone: int = 0

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.gone)


def apply(cursor: CursorWrapper, difference: Difference, parameters: dict[str, Any]) -> Changes:
    """Bring the table to what is wanted. Parameters hold the ``series`` and whatever the SQL names."""
    table, same = difference.table, " AND ".join(f"t.{name} = w.{name}" for name in difference.key)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.wanted")
    cursor.execute(f"CREATE TEMP TABLE wanted ON COMMIT DROP AS {difference.wanted}", parameters)
    cursor.execute("ANALYZE wanted")
    changes = Changes()
    ours = f"t.series = %(series)s AND {difference.ours}"
    cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE {ours}", parameters)
    changes.before = cursor.fetchone()[0]
    left = f"{ours} AND NOT EXISTS (SELECT FROM wanted AS w WHERE {same})"
    if difference.gone == "delete":
        cursor.execute(f"DELETE FROM {table} AS t WHERE {left}", parameters)
        changes.gone = cursor.rowcount
    elif difference.gone:
        cursor.execute(f"UPDATE {table} AS t SET {difference.gone} WHERE {left} AND t.listed", parameters)
        changes.gone = cursor.rowcount
    if difference.values:
        sets = ", ".join(f"{name} = w.{name}" for name in difference.values)
        old, new = (", ".join(f"{side}.{name}" for name in difference.values) for side in "tw")
        cursor.execute(
            f"UPDATE {table} AS t SET {sets} FROM wanted AS w "
            f"WHERE t.series = %(series)s AND {same} AND ({old}) IS DISTINCT FROM ({new})",
            parameters,
        )
        changes.changed = cursor.rowcount
    if difference.adds:
        names = ", ".join((*difference.key, *difference.values))
        more = "".join(f", {name}" for name, _ in difference.new)
        begins = "".join(f", {value}" for _, value in difference.new)
        cursor.execute(
            f"INSERT INTO {table} AS t (series, {names}{more}) SELECT %(series)s, {names}{begins} FROM wanted AS w "
            f"WHERE NOT EXISTS (SELECT FROM {table} AS t WHERE t.series = %(series)s AND {same})",
            parameters,
        )
        changes.added = cursor.rowcount
    return changes


def names(table: str, wanted: str, of: str = "true") -> Difference:
    """The names that a table of a register has: ``wanted`` gives org_id, part, kind, text and folded; ``of`` is SQL for
    the names ``t`` that a copy is the word on.
    """
    return Difference(
        "names",
        "providers_registername",
        ("org_id", '"table"', "part", "kind", "text"),
        ("folded",),
        f"""
        SELECT org_id, '{table}' AS "table", part, kind, text, min(folded) AS folded
        FROM ({wanted}) AS n WHERE text <> '' GROUP BY org_id, part, kind, text
        """,
        ours=f"""t."table" = '{table}' AND {of}""",
    )


def links(table: str, wanted: str) -> Difference:
    """The pairs of numbers that a list calls the same organisation: ``wanted`` gives one and other."""
    return Difference(
        "links",
        "providers_registerlink",
        ("one", "other", '"table"'),
        (),
        f"""SELECT DISTINCT one, other, '{table}' AS "table" FROM ({wanted}) AS l WHERE one <> other""",
        ours=f"""t."table" = '{table}'""",
    )


def mergers(table: str, wanted: str) -> Difference:
    """Which number was merged into which: ``wanted`` gives org_id, successor, name and merged_on."""
    return Difference(
        "mergers",
        "providers_registermerger",
        ("org_id", "successor", '"table"'),
        ("name", "merged_on"),
        f"""
        SELECT org_id, successor, '{table}' AS "table", min(name) AS name, max(merged_on) AS merged_on
        FROM ({wanted}) AS m WHERE org_id <> successor GROUP BY org_id, successor
        """,
        ours=f"""t."table" = '{table}'""",
    )
