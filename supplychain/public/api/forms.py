"""In which form do facts leave that are not out of a return? Each with where it comes from and how well it is known.

Empty text is null. Days are inclusive: ``to`` is the last day. Codes of sources are those of ``/api/v1/sources/``.
"""

import datetime as dt
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from providers.models import Confidence
from supplychain.public.periods import last_day
from supplychain.public.provenance import listed


class Text(serializers.CharField):
    """Text that may be absent."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**{"allow_null": True} | words)

    def to_representation(self, value: Any) -> str | None:
        return str(value) or None


class Moment(serializers.DateTimeField):
    """A moment in UTC, as in published files."""

    def __init__(self, **words: Any) -> None:
        super().__init__(default_timezone=dt.UTC, **words)


class PeriodSerializer(serializers.Serializer):
    """A span of days; null where an end is open or not known."""


PeriodSerializer._declared_fields |= {
    "from": serializers.DateField(allow_null=True, help_text="The first day."),
    "to": serializers.DateField(allow_null=True, help_text="The last day."),
}


@extend_schema_field(PeriodSerializer)
class Period(serializers.Field):
    """A range of days of the database."""

    def to_representation(self, value: DateRange) -> dict[str, str | None]:
        first, last = value.lower, last_day(value)
        return {"from": first and first.isoformat(), "to": last and last.isoformat()}


class Sources(serializers.ListField):
    """Codes of sources, which are stored with ``;`` between."""

    child = serializers.CharField()

    def to_representation(self, value: str) -> list[str]:
        return list(listed(value))


class Address(serializers.URLField):
    """The whole address of a page of the same series; ``{}`` stands for a field of the record."""

    def __init__(self, template: str, of: str, **words: Any) -> None:
        self.template, self.of = template, of
        super().__init__(source="*", **words)

    def to_representation(self, value: Any) -> str:
        path = self.template.format(getattr(value, self.of))
        return self.context["request"].build_absolute_uri(self.context["world"].prefix + path)


class Fact(serializers.Serializer):
    """Something with a source."""

    source = Sources(help_text="Codes of the sources.")
    confidence = serializers.ChoiceField(Confidence.values, help_text="How well it is known.")
