"""How do analyses put a statement to the database? Values apart from its text, and rows by name of column."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

Values = Sequence[Any] | Mapping[str, Any]


def named_rows(statement: str, values: Values) -> list[dict[str, Any]]:
    """The rows of a statement, each by the names of its columns. One query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
