"""How does a published table look in JSON? The same columns, names and meanings as in its CSV file.

Amounts and measures are strings, so that no program rounds them; codes are lists; what is not there is null.
"""

from functools import cache

from rest_framework import serializers

from portal.quarters import WRITTEN
from supplychain.disclosure.tables import STATUSES, Column, Table


class Codes(serializers.ListField):
    """Codes, which the database gives as in the file: with ``;`` between."""

    child = serializers.CharField()

    def to_representation(self, value: str) -> list[str]:
        return value.split(";")


class Plain(serializers.CharField):
    """An exact figure in plain digits, as a string."""


class YesNo(serializers.BooleanField):
    """``yes`` or ``no`` of the file as true or false."""


def field(column: Column) -> serializers.Field:
    """The field of a column. Raises ``KeyError`` for a kind of column that has no form in JSON yet."""
    words = {"help_text": column.description, "allow_null": not column.required}
    if column.kind == "status" or column.enum:
        choices = [(choice, choice) for choice in column.enum or STATUSES]
        if column.kind != "codes":
            return serializers.ChoiceField(choices=choices, **words)
    kinds = {
        "text": lambda: serializers.CharField(**words),
        "code": lambda: serializers.CharField(**words),
        "codes": lambda: Codes(**words | {"allow_null": True}),
        "quarter": lambda: serializers.RegexField(WRITTEN, **words),
        "money": lambda: serializers.DecimalField(max_digits=18, decimal_places=2, **words),
        "measure": lambda: Plain(**words),
        "count": lambda: serializers.IntegerField(**words, min_value=column.minimum),
        "date": lambda: serializers.DateField(**words),
        "moment": lambda: serializers.DateTimeField(**words),
        "yes-no": lambda: YesNo(**words),
    }
    return kinds[column.kind]()


@cache
def serializer_of(table: Table) -> type[serializers.Serializer]:
    """The serializer of a published table."""
    name = "".join(part.capitalize() for part in table.name.split("-"))
    fields = {column.name: field(column) for column in table.columns}
    return type(f"{name}Row", (serializers.Serializer,), {"__doc__": table.description, **fields})
