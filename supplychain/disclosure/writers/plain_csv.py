"""How does a published table become CSV? Straight out of the database, and the same bytes every time.

RFC 4180 quoting, UTF-8 without BOM, LF line ends, empty where there is no value, sorted by bytes.
"""

from collections.abc import Sequence
from pathlib import Path

from django.db import connection

from supplychain.disclosure.folders import written
from supplychain.disclosure.tables import Table
from supplychain.models import Publication


def copy_statement(table: Table, publication_id: int, names: Sequence[str] | None = None) -> str:
    """The COPY that gives the file of one publication, or only the columns of these ``names``."""
    rows = table.select(f"r.publication_id = {publication_id:d}", names)
    return f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')"


def write(table: Table, publication: Publication, folder: Path) -> None:
    """Write the table's CSV into the folder."""
    with written(folder / table.file) as file, connection.cursor() as cursor:
        cursor.copy_expert(copy_statement(table, publication.pk), file)
