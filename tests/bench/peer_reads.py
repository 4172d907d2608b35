"""How do others read a funding table into the database, without a single rule?"""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, models, transaction

from .checking import bare_copy
from .clock import seconds
from .peer_exports import engine
from .synthetic import COLUMNS, write_return

Deed = Callable[[], object]
MONEY = {"amount_paid_gbp", "amount_to_date_gbp"}


class Row(models.Model):
    """A row of the table as the ORM knows it: texts, a tier, two days and two amounts; it lives for one transaction."""

    tier = models.PositiveSmallIntegerField()
    start_date = models.DateField()
    end_date = models.DateField(null=True)
    amount_paid_gbp = models.DecimalField(max_digits=14, decimal_places=2)
    amount_to_date_gbp = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_row"


for column in COLUMNS:
    if column not in {field.name for field in Row._meta.fields}:
        Row.add_to_class(column, models.CharField(max_length=500, blank=True))


def prepared(name: str, rows: int, folder: Path) -> tuple[Callable[[], float], Callable[[], float]]:
    """The limit and the peer of that name, each giving its seconds, for a return of so many rows.

    Imports are done here.
    """
    path = write_return(folder / "funding.csv", rows)
    deed = {"read_orm": orm, "read_pandas": pandas, "read_import_export": import_export}[name](path)
    return lambda: bare_copy(path), lambda: seconds(deed)


def orm(path: Path) -> Deed:
    """Rows of the csv module as objects, created in batches."""

    def deed() -> None:
        with path.open(newline="", encoding="utf-8") as file:
            found = [Row(**row | {"end_date": row["end_date"] or None}) for row in csv.DictReader(file)]
        with room():
            Row.objects.bulk_create(found, batch_size=1000)

    return deed


def import_export(path: Path) -> Deed:
    """A resource made from the model, in bulk."""
    import tablib
    from import_export import resources

    class RowResource(resources.ModelResource):
        class Meta:
            model = Row
            use_bulk = True
            batch_size = 1000
            skip_diff = True
            force_init_instance = True
            import_id_fields = ()

    def deed() -> None:
        with room():
            table = tablib.Dataset().load(path.read_text(encoding="utf-8"), format="csv")
            RowResource().import_data(table, raise_errors=True, use_transactions=False)

    return deed


def pandas(path: Path) -> Deed:
    """A frame of texts, written into a table of texts."""
    import pandas

    database = engine()

    def deed() -> None:
        with database.connect() as opened, opened.begin() as attempt:
            pandas.read_csv(path, dtype=str).to_sql("bench_row", opened, index=False, chunksize=1000)
            attempt.rollback()

    return deed


@contextmanager
def room() -> Iterator[None]:
    """A transaction in which the table is there, and after which nothing is left of it."""
    with transaction.atomic():
        with connection.schema_editor(atomic=False) as editor:
            editor.create_model(Row)
        yield
        transaction.set_rollback(True)
