"""What was published, in which versions and files, and what does each version say, row by row?"""

from django.db.models import QuerySet
from django.http import HttpResponseRedirect
from django_filters import CharFilter, ChoiceFilter, FilterSet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.errors import NotFound, Refusal
from portal.quarters import Quarter
from supplychain.disclosure.columns import TABLES
from supplychain.disclosure.tables import Table
from supplychain.models import Publication, PublishedFile, TakedownReason
from supplychain.public import disclosures, files, published
from supplychain.public.api import pages
from supplychain.public.api.columns import serializer_of
from supplychain.public.api.forms import Moment, Text
from supplychain.public.api.lists import List, listing
from supplychain.public.api.resource import Resource, operation

QUARTER = OpenApiParameter(
    "quarter", {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-q[1-4]$"}, OpenApiParameter.PATH, True,
    "The quarter, such as 2018-19-q1.",
)  # fmt: skip
NUMBER = OpenApiParameter(
    "number",
    {"type": "string", "pattern": "^[1-9][0-9]{0,3}$"},
    OpenApiParameter.PATH,
    True,
    "The number of the version.",
)


class VersionSerializer(serializers.Serializer):
    """One version of a disclosure."""

    quarter = serializers.CharField(source="period")
    version = serializers.IntegerField(min_value=1)
    status = serializers.SerializerMethodField(help_text="valid, or superseded by a later version.")
    published_at = Moment()
    manifest_sha256 = serializers.CharField(source="digest", help_text="SHA-256 of its manifest.json, as in chain.csv.")
    rules_version = Text()
    correction_notice = Text(help_text="What was corrected and why.")
    taken_down_at = Moment(source="redacted_at", allow_null=True)
    page = serializers.SerializerMethodField(help_text="Its page.")

    def get_page(self, publication: Publication) -> str:
        return self.context["request"].build_absolute_uri(publication.address)

    def get_status(self, publication: Publication) -> str:
        return "valid" if publication.is_current else "superseded"


class DisclosureFilters(FilterSet):
    """By quarter and status."""

    quarter = CharFilter(method="of_quarter", max_length=10, help_text="The quarter, such as 2018-19 Q1.")
    status = ChoiceFilter(
        field_name="state", method="with_status", choices=[("valid", "valid"), ("superseded", "superseded")],
        help_text="Valid or superseded.",
    )  # fmt: skip

    def of_quarter(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Versions of one quarter; none for what is no quarter."""
        return rows.filter(period=quarter_of(value))

    def with_status(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Valid or superseded versions."""
        return rows.filter(state="published" if value == "valid" else "superseded")


def quarter_of(text: str) -> str:
    """A quarter in its one spelling. Raises :class:`Refusal`."""
    try:
        return str(Quarter.parse(text))
    except ValueError as error:
        raise Refusal("not-a-quarter", f"“quarter”: {error}") from None


@listing("disclosures", "Versions of disclosures", "disclosures")
class Disclosures(List):
    """Every public version of every quarter, newest first."""

    serializer, order, filters = VersionSerializer, ("-period", "-version"), DisclosureFilters

    def rows(self) -> QuerySet:
        return published.versions(self.world.name)


class FileSerializer(serializers.Serializer):
    """A published file."""

    quarter = serializers.CharField(source="publication.period")
    version = serializers.IntegerField(source="publication.version", min_value=1)
    name = serializers.CharField()
    bytes = serializers.IntegerField(min_value=0)
    rows = serializers.IntegerField(min_value=0, allow_null=True, help_text="Null for what is no table.")
    sha256 = serializers.CharField()
    description = serializers.SerializerMethodField(help_text="What it is for.")
    address = serializers.SerializerMethodField(help_text="Where it is, for good; null where it was taken down.")

    def get_description(self, file: PublishedFile) -> str:
        return files.described(file.name)

    def get_address(self, file: PublishedFile) -> str | None:
        if file.name in {grave.name for grave in file.publication.tombstones.all()}:
            return None
        return self.context["request"].build_absolute_uri(file.publication.address + file.name)


class FileFilters(FilterSet):
    """By quarter and name."""

    quarter = CharFilter(method="of_quarter", max_length=10, help_text="The quarter, such as 2018-19 Q1.")
    name = CharFilter(max_length=80, help_text="The whole name, such as supply-chain.csv.")

    def of_quarter(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Files of one quarter."""
        return rows.filter(publication__period=quarter_of(value))


@listing("files", "Published files", "disclosures")
class Files(List):
    """Every file of every public version, with size and digest, in the order in which they were recorded."""

    serializer, order, filters = FileSerializer, ("pk",), FileFilters

    def rows(self) -> QuerySet:
        found = PublishedFile.objects.filter(publication__in=published.versions(self.world.name).order_by())
        return found.select_related("publication").prefetch_related("publication__tombstones")


class TierSerializer(serializers.Serializer):
    """What was paid to one tier."""

    tier = serializers.IntegerField(min_value=2)
    amount_paid_gbp = serializers.DecimalField(
        18, 2, source="amount", allow_null=True, help_text="Sum of shown amounts."
    )
    lines_without_amount = serializers.IntegerField(source="lacking", min_value=0, help_text="Lines that it lacks.")


class TakenDownSerializer(serializers.Serializer):
    """What stands where a file was taken down."""

    name = serializers.CharField()
    sha256 = serializers.CharField()
    bytes = serializers.IntegerField(min_value=0)
    reason = serializers.ChoiceField(TakedownReason.values)
    removed_at = Moment()


class DisclosureSerializer(VersionSerializer):
    """One version with what it holds."""

    totals = TierSerializer(many=True, help_text="By tier, as in manifest.json.")
    filing_status = serializers.DictField(child=serializers.IntegerField(), help_text="Number of bodies by status.")
    files = FileSerializer(many=True)
    taken_down = TakenDownSerializer(many=True)
    rows = serializers.DictField(child=serializers.URLField(), help_text="Where the rows of each table are.")


@operation("disclosure-newest", "The valid version of a quarter", None, "disclosures")
class Newest(Resource):
    """Redirects (302) to the valid version of a quarter."""

    parts = (QUARTER,)
    moves = 302

    def get(self, request: Request, quarter: Quarter) -> HttpResponseRedirect:
        """Where the valid version is."""
        found = published.valid_version(self.world.name, quarter)
        return HttpResponseRedirect(f"{self.world.prefix}/api/v1/disclosures/{quarter.slug}/v{found.version}/")


@operation("disclosure", "One version of a disclosure", DisclosureSerializer, "disclosures")
class Disclosure(Resource):
    """One version: totals by tier, what became of the returns, files, and where its rows are."""

    parts = (QUARTER, NUMBER)

    def get(self, request: Request, quarter: Quarter, number: int) -> Response:
        """The version."""
        publication = published.version(self.world.name, quarter, number)
        recorded = published.files(publication).select_related("publication").order_by("name")
        here = request.build_absolute_uri(request.path)
        context = {"request": request, "world": self.world}
        return Response(
            {
                **VersionSerializer(publication, context=context).data,
                "totals": TierSerializer(disclosures.totals(publication), many=True).data,
                "filing_status": published.status_counts([publication]).get(publication.pk, {}),
                "files": FileSerializer(
                    recorded.prefetch_related("publication__tombstones"), many=True, context=context
                ).data,
                "taken_down": TakenDownSerializer(published.tombstones(publication), many=True).data,
                "rows": {} if publication.redacted_at else {table.name: f"{here}{table.name}/" for table in TABLES},
            }
        )


class VersionRows(Resource):
    """The rows of one table of one version, which never change, page by page."""

    table: Table
    parts = (QUARTER, NUMBER)
    parameters = pages.PARAMETERS
    for_good = True

    def get(self, request: Request, quarter: Quarter, number: int) -> Response:
        """A page of rows."""
        publication = published.version(self.world.name, quarter, number)
        if publication.redacted_at:
            raise NotFound("taken-down", "The rows of this version were taken down; see the valid version.")
        found = pages.page_of_rows(request, self.table, [(publication.pk, publication.period)], ("true", []))
        return Response(found | {"results": serializer_of(self.table)(found["results"], many=True).data})


def rows_of(table: Table) -> type[VersionRows]:
    """The resource of the rows of one table."""
    name = f"disclosure-{table.name}"
    own = type(VersionRows.__name__, (VersionRows,), {"table": table, "__doc__": VersionRows.__doc__})
    page = pages.described(serializer_of(table))
    return operation(name, f"{table.title} of one version", page, "disclosures", table.description)(own)
