"""How does the answer to a statement become rows that are read by name?"""

from typing import Any

from django.db import connection

Statement = tuple[str, list[Any]]  # SQL with %s for each value, for pages and for CSV alike
Row = dict[str, Any]


def rows_of(statement: Statement) -> list[Row]:
    """Every row by the names of the columns. One query."""
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
