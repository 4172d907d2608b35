"""What is a published table made of? Columns with their meaning, their type and the SQL that gives their text.

The tables themselves are defined in :mod:`supplychain.disclosure.columns`. Pure data: nothing here reads the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# kind: (type in Table Schema, SQL that makes the published text from a source expression)
KINDS = {
    "text": ("string", "NULLIF({}, '')"),
    "code": ("string", "NULLIF({}, '')"),
    "codes": ("string", "NULLIF(array_to_string({}, ';'), '')"),
    "status": ("string", "NULLIF({}, '')"),
    "quarter": ("string", "{}"),
    "money": ("number", "{}::numeric(16, 2)"),
    "measure": ("number", "trim_scale({})"),
    "count": ("integer", "{}"),
    "date": ("date", "to_char({}, 'YYYY-MM-DD')"),
    "moment": ("datetime", """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""),
    "yes-no": ("boolean", "CASE {} WHEN true THEN 'yes' WHEN false THEN 'no' END"),
}
TEXT_KINDS = {"text", "code", "codes"}
STATUSES = ("[c]", "[e]", "[w]", "[x]", "[z]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is of :data:`KINDS`, ``source`` an SQL expression over ``r`` (row) and ``p`` (publication).

    ``enum`` lists every value that can stand there, ``required`` says that no row lacks one.
    """

    name: str
    kind: str
    title: str
    description: str
    source: str = ""
    enum: tuple[str, ...] = ()
    required: bool = False
    minimum: int | None = None

    @property
    def type(self) -> str:
        """The type in Table Schema."""
        return KINDS[self.kind][0]

    @property
    def is_text(self) -> bool:
        """May the column hold free text (and so, in a spreadsheet, something that looks like a formula)?"""
        return self.kind in TEXT_KINDS

    @property
    def sql(self) -> str:
        """The expression whose text is published; null where the cell is empty."""
        return KINDS[self.kind][1].format(self.source or f'r."{self.name}"')


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``fields`` of this table name a row of ``table`` by its ``reference`` columns."""

    fields: tuple[str, ...]
    table: str
    reference: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One published table; ``rows`` is what stands after FROM and gives ``r`` and ``p``, ``order`` sorts by bytes."""

    name: str
    title: str
    description: str
    rows: str
    order: tuple[str, ...]
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def excel_file(self) -> str:
        """The same rows, prepared for opening in a spreadsheet."""
        return f"{self.name}-excel.csv"

    def column(self, name: str) -> Column:
        """The column of that name. Raises ``KeyError``."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def select(self, where: str, names: Sequence[str] | None = None) -> str:
        """SQL of the rows, as they stand in the file, that satisfy ``where`` (trusted text over ``r`` and ``p``).

        ``names`` limits the columns: a version that was published before a column was added does not have it.
        """
        columns = self.columns if names is None else [self.column(name) for name in names]
        cells = ", ".join(f'{column.sql} AS "{column.name}"' for column in columns)
        return f"SELECT {cells} FROM {self.rows} WHERE {where} ORDER BY {', '.join(self.order)}"  # noqa: S608 (no input)


def status_of(name: str, what: str) -> Column:
    """The status column that belongs to ``name``."""
    description = (
        f"Why {what} is empty, or how it is known. Empty: the value stands. [c] suppressed to protect people. [e] the "
        "value stands and is an estimate. [w] withheld for the reason in withheld_reason. [x] not available. [z] not "
        "applicable."
    )
    return Column(f"{name}_status", "status", f"Status of {name}", description, enum=STATUSES)


def by_bytes(*expressions: str) -> tuple[str, ...]:
    """Sort by bytes, the same on every machine."""
    return tuple(f'{expression} COLLATE "C"' for expression in expressions)
