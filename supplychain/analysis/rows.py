"""How do analyses put a statement to the database? Values apart from its text, and rows by name of column."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Statement = tuple[str, list[Any]]  # SQL with %s for each value, for pages and for CSV alike
Values = Sequence[Any] | Mapping[str, Any]
Row = dict[str, Any]


def rows_of(statement: Statement) -> list[Row]:
    """Every row of a statement by the names of its columns. One query."""
    return named_rows(*statement)


def named_rows(statement: str, values: Values) -> list[Row]:
    """The rows of a statement, each by the names of its columns. One query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
