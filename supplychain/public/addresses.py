"""What may stand in a public address? Quarters, versions, codes and identifiers, in one spelling each.

Whatever is not of the form is no address at all: 404 before any row is asked for.
"""

from django.urls import register_converter

from portal.quarters import QuarterConverter


class VersionConverter:
    """``v<version:number>``: a number without leading zeros."""

    regex = "[1-9][0-9]{0,3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class _Text:
    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FileConverter(_Text):
    """Name of a published file: never a path, never hidden."""

    regex = "[A-Za-z0-9][A-Za-z0-9._-]{0,79}"


class CodeConverter(_Text):
    """Code of a reporting body."""

    regex = "[A-Za-z0-9-]{1,8}"


class OrgIdConverter(_Text):
    """Public id of an organisation."""

    regex = "[A-Za-z0-9-]{4,40}"


class SlugConverter(_Text):
    """Code of an area or a service."""

    regex = "[a-z0-9-]{1,40}"


class KpiConverter(_Text):
    """Code of a measure."""

    regex = "[A-Za-z0-9-]{1,20}"


class RuleConverter(_Text):
    """Code of a rule."""

    regex = "[A-Za-z][0-9]{2}"


def register() -> None:
    """Make the converters known to Django; doing it twice changes nothing."""
    converters = {
        "quarter": QuarterConverter,
        "version": VersionConverter,
        "file": FileConverter,
        "body": CodeConverter,
        "org_id": OrgIdConverter,
        "rule": RuleConverter,
        "code": SlugConverter,
        "kpi": KpiConverter,
    }
    for name, converter in converters.items():
        register_converter(converter, name)
