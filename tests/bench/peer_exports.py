"""How do others write the lines of a published version as CSV?"""

import csv
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import QuerySet

from supplychain.models import FrozenLine, Publication
from supplychain.public import csv_export, extracts

from .clock import seconds
from .exporting import Nowhere, copied

if TYPE_CHECKING:
    import sqlalchemy

Deed = Callable[[], object]


def prepared(name: str, rows: int, _folder: Path) -> tuple[Callable[[], float], Callable[[], float]]:
    """The limit and the peer of that name, each giving its seconds, for so many lines of the longest version.

    Imports are done here.
    """
    publication = max(Publication.objects.disclosures().public(), key=lambda found: found.frozenline_rows.count())
    statement, values = extracts.disclosure_lines(publication)
    statement = f"{statement} LIMIT {rows}"
    found = partial(lines, publication, rows)
    makers = {
        "export_portal": lambda: partial(by_portal, statement, values),
        "export_orm": lambda: lambda: by_orm(found()),
        "export_pandas": lambda: pandas(statement, values),
        "export_rest": lambda: rest(found),
        "export_import_export": lambda: import_export(found),
    }
    deed = makers[name]()
    return lambda: seconds(lambda: copied(statement, values)), lambda: seconds(deed)


def lines(publication: Publication, rows: int) -> QuerySet[FrozenLine]:
    """The same lines in the same order, as objects."""
    found = FrozenLine.objects.filter(publication=publication).select_related("publication")
    return found.order_by("body_code", "agreement_ref")[:rows]


def by_portal(statement: str, values: list[object]) -> None:
    """As the portal does it behind ``?format=csv``."""
    for _piece in csv_export.Export(statement, values):
        pass


def by_orm(found: QuerySet[FrozenLine]) -> None:
    """A writer over rows that the ORM fetches in batches."""
    names = ["publication__period", "publication__version", *(field.name for field in FrozenLine._meta.fields[2:])]
    writer = csv.writer(Text())
    writer.writerow(names)
    writer.writerows(found.values_list(*names).iterator(chunk_size=2000))


class Text:
    """Where text goes that nobody needs, as bytes."""

    def write(self, row: str) -> int:
        """Take a row."""
        return Nowhere().write(row.encode())


def engine() -> "sqlalchemy.Engine":
    """SQLAlchemy's way to the present database."""
    import sqlalchemy

    parts = connection.settings_dict
    account = parts["USER"], parts["PASSWORD"], parts["HOST"], parts["PORT"]
    return sqlalchemy.create_engine(sqlalchemy.URL.create("postgresql+psycopg2", *account, parts["NAME"]))


def pandas(statement: str, values: list[object]) -> Deed:
    """A frame of all rows, written whole."""
    import pandas
    import sqlalchemy

    database = engine()
    named = sqlalchemy.text(statement.replace("%s", ":publication"))

    def deed() -> None:
        with database.connect() as opened:
            frame = pandas.read_sql(named, opened, params={"publication": values[0]})
        frame.to_csv(io.StringIO(), index=False)

    return deed


def rest(found: Callable[[], QuerySet[FrozenLine]]) -> Deed:
    """A serializer over objects, and the CSV renderer."""
    from rest_framework import serializers
    from rest_framework_csv.renderers import CSVRenderer

    class LineSerializer(serializers.ModelSerializer):
        period = serializers.CharField(source="publication.period")

        class Meta:
            model = FrozenLine
            exclude = ("id", "publication")

    return lambda: CSVRenderer().render(LineSerializer(found(), many=True).data)


def import_export(found: Callable[[], QuerySet[FrozenLine]]) -> Deed:
    """A resource made from the model."""
    from import_export.resources import modelresource_factory

    resource = modelresource_factory(FrozenLine)
    return lambda: resource().export(found()).csv
