"""What differs between what a copy says and what is there, and how is only that changed?

The rows of a file stand in a temporary table ``staged``; a :class:`Difference` says which rows of one table they make.
"""

# ruff: noqa: S608 - names in statements come from the kinds of tables, never from a file

from dataclasses import dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper

FIRST_LOAD = (10_000, 1_000_000)  # rows


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows of ``table`` that a copy is the word on.

    ``wanted`` is SQL that gives columns ``key`` and ``values`` of ``staged``, each key once; ``ours`` is SQL for the
    rows ``t`` of the table that this copy speaks of, apart from the series. What is not wanted any more is deleted, or
    gets what ``gone`` sets; with ``gone=None`` it stays, because this copy is not the word on which rows there are.
    ``new`` is what else a new row begins with, as names and SQL. ``what`` names the rows for people;
    ``index`` is one that is better made after the rows than with each.
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
    index: str = ""


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
    """Bring the table to what is wanted. Parameters hold the ``series`` and whatever the SQL names.

    Wanted and present rows are joined once, before anything is written: a join with a table that grows meanwhile looks
    again and again at what was just added.
    """
    table, changes = difference.table, Changes()
    same = " AND ".join(f"t.{name} = w.{name}" for name in difference.key)
    old, new = (", ".join(f"{side}.{name}" for name in difference.values) for side in "tw")
    differs = f"({old}) IS DISTINCT FROM ({new})" if difference.values else "false"
    cursor.execute("DROP TABLE IF EXISTS pg_temp.wanted")
    cursor.execute(
        f"CREATE TEMP TABLE wanted ON COMMIT DROP AS SELECT w.*, t.id AS present, {differs} AS differs "
        f"FROM ({difference.wanted}) AS w LEFT JOIN {table} AS t ON t.series = %(series)s AND {same}",
        parameters,
    )
    cursor.execute("ANALYZE wanted")
    ours = f"t.series = %(series)s AND {difference.ours}"
    left = f"{ours} AND NOT EXISTS (SELECT FROM wanted AS w WHERE w.present = t.id)"
    changes.before = _number(cursor, f"SELECT count(*) FROM {table} AS t WHERE {ours}", parameters)
    if difference.gone == "delete":
        changes.gone = _rows(cursor, f"DELETE FROM {table} AS t WHERE {left}", parameters)
    elif difference.gone:
        changes.gone = _rows(cursor, f"UPDATE {table} AS t SET {difference.gone} WHERE {left}", parameters)
    if difference.values:
        sets = ", ".join(f"{name} = w.{name}" for name in difference.values)
        update = f"UPDATE {table} AS t SET {sets} FROM wanted AS w WHERE t.id = w.present AND w.differs"
        changes.changed = _rows(cursor, update, parameters)
    if difference.adds:
        names = ", ".join((*difference.key, *difference.values))
        more = "".join(f", {name}" for name, _ in difference.new)
        begins = "".join(f", {value}" for _, value in difference.new)
        insert = (
            f"INSERT INTO {table} (series, {names}{more}) "
            f"SELECT %(series)s, {names}{begins} FROM wanted WHERE present IS NULL"
        )
        again = _without_index(cursor, difference)
        changes.added = _rows(cursor, insert, parameters)
        if again:
            cursor.execute(again)
    if changes.any:
        cursor.execute(f"ANALYZE {table}")  # whoever looks something up in it next needs to know its new size
    return changes


def _without_index(cursor: CursorWrapper, difference: Difference) -> str:
    """Drop the index for a first load, which takes a quarter of the time so; returns the statement that makes it again.

    Nobody else can read the table until the end of the transaction, so this is done only where it is empty and the
    rows are not too many, and only by who owns it.
    """
    if not difference.index:
        return ""
    cursor.execute(
        f"""
        SELECT pg_get_indexdef(oid) FROM pg_class WHERE oid = %s::regclass AND pg_has_role(relowner, 'MEMBER')
           AND NOT EXISTS (SELECT FROM {difference.table})
           AND (SELECT count(*) BETWEEN {FIRST_LOAD[0]} AND {FIRST_LOAD[1]} FROM wanted)
        """,
        [difference.index],
    )
    found = cursor.fetchone()
    if found:
        cursor.execute(f"DROP INDEX {difference.index}")
    return found[0] if found else ""


def _rows(cursor: CursorWrapper, statement: str, parameters: dict[str, Any]) -> int:
    cursor.execute(statement, parameters)
    return cursor.rowcount


def _number(cursor: CursorWrapper, statement: str, parameters: dict[str, Any]) -> int:
    cursor.execute(statement, parameters)
    return cursor.fetchone()[0]


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
        index="registername_search",
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
