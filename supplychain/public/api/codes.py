"""What do codes, measures, rules and dates mean, that agreements and disclosures speak of?"""

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter, FilterSet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from supplychain.filing.rules.catalogue import InForce, in_force
from supplychain.filing.rules.rule import GROUPS
from supplychain.models import Code, CodeList, Kpi, KpiKind, Release, Source
from supplychain.public.api.forms import Fact, Moment, Period, Text
from supplychain.public.api.lists import List, listing
from supplychain.public.api.resource import Resource, operation

DEMONSTRATION_SOURCE = "DEMO"  # of nothing real


class CodeSerializer(Fact):
    """A code with its words."""

    list = serializers.ChoiceField(CodeList.values)
    code = serializers.CharField()
    title = serializers.CharField()
    description = Text()
    group = Text()


class CodeFilters(FilterSet):
    """By list."""

    list = ChoiceFilter(choices=CodeList.choices, help_text="The list that codes are of.")


@listing("codes", "Codes of services, cohorts, funding types and explanations", "words")
class Codes(List):
    """Every code that a return may use and that is kept as data, with its words. The same in both series."""

    serializer, order, filters = CodeSerializer, ("list", "code"), CodeFilters

    def rows(self) -> QuerySet:
        return Code.objects.all()


@listing("services", "Services", "words")
class Services(List):
    """The codes of services. The same in both series."""

    serializer, order = CodeSerializer, ("code",)

    def rows(self) -> QuerySet:
        return Code.objects.filter(list=CodeList.SERVICE)


class SourceSerializer(serializers.Serializer):
    """A document or data set that facts were read in."""

    code = serializers.CharField()
    document = serializers.CharField()
    publisher = Text()
    where = Text()


@listing("sources", "Sources of facts", "words")
class Sources(List):
    """The documents that facts name as their source."""

    serializer, order = SourceSerializer, ("code",)

    def rows(self) -> QuerySet:
        invented = [] if self.world.demonstration else [DEMONSTRATION_SOURCE]
        return Source.objects.exclude(code__in=invented)


class NationalSerializer(Fact):
    """The value published for all contracts together."""

    quarter = serializers.CharField()
    value = serializers.DecimalField(5, 1, help_text="Percent.")


class KpiSerializer(Fact):
    """A measure of a body's contract."""

    code = serializers.CharField()
    title = serializers.CharField()
    counted = Text(help_text="What is counted.")
    kind = serializers.ChoiceField(KpiKind.values)
    counts_people = serializers.BooleanField(help_text="Whether the numerator counts people: 1 to 4 is suppressed.")
    target = serializers.DecimalField(6, 2, allow_null=True, help_text="Percent.")
    in_force = Period()
    national = NationalSerializer(many=True, source="national_values")


class KpiFilters(FilterSet):
    """By kind."""

    kind = ChoiceFilter(choices=KpiKind.choices, help_text="What a measure counts.")


@listing("kpis", "Performance measures", "words")
class Kpis(List):
    """The measures of bodies' contracts with their national values, by code."""

    serializer, order, filters = KpiSerializer, ("code",), KpiFilters

    def rows(self) -> QuerySet:
        return Kpi.objects.filter(series=self.world.name).prefetch_related("national_values")


class RuleSerializer(serializers.Serializer):
    """A rule that returns are checked by."""

    code = serializers.CharField(source="rule.code")
    group = serializers.ChoiceField(list(GROUPS.values()), source="rule.group_title")
    title = serializers.CharField(source="rule.title")
    severity = serializers.ChoiceField(["error", "warning", "information"], help_text="As it is in force today.")
    asks = serializers.CharField(source="rule.plain", help_text="What it asks, in plain words.")
    why = serializers.CharField(source="rule.why")
    example = serializers.CharField(source="rule.example")
    fix = serializers.CharField(source="rule.fix")


@operation("rules", "Rules for returns", RuleSerializer(many=True), "words")
class Rules(Resource):
    """All rules as they are in force today, by code, in one list. The same in both series."""

    def get(self, request: Request) -> Response:
        """All of them."""
        today: dict[str, InForce] = in_force(timezone.localdate())
        return Response(RuleSerializer([today[code] for code in sorted(today)], many=True).data)


class ReleaseSerializer(serializers.Serializer):
    """An announced moment at which something goes public."""

    kind = serializers.ChoiceField(["disclosure", "audit"])
    period = serializers.CharField(help_text="A quarter, or a financial year for an audit.")
    version = serializers.IntegerField(min_value=1)
    goes_public_at = Moment()
    note = Text(help_text="Why a date was changed.")


@listing("calendar", "Release calendar", "disclosures")
class Calendar(List):
    """Announced moments, past and to come, the latest first."""

    serializer, order = ReleaseSerializer, ("-goes_public_at", "-pk")

    def rows(self) -> QuerySet:
        return Release.objects.filter(series=self.world.name).defer("announced_by")
