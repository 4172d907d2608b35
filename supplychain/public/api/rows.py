"""Which agreements, flows and contributions are there? Rows of published tables, chosen by a selection."""

from dataclasses import replace

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from portal.errors import Refusal
from supplychain.analysis import breakdown
from supplychain.analysis.selection import ALL_FILTERS, LONGEST, MOST_VALUES, Filter, Selection
from supplychain.disclosure.columns import FLOWS, KPI_CONTRIBUTIONS, SUPPLY_CHAIN
from supplychain.disclosure.columns.agreements import flow_rows
from supplychain.disclosure.columns.everywhere import PUBLICATION
from supplychain.disclosure.tables import Table
from supplychain.public.api import pages
from supplychain.public.api.columns import serializer_of
from supplychain.public.api.resource import Resource, operation


def parameter(one: Filter) -> OpenApiParameter:
    """A filter as the schema describes it."""
    value: dict = {"type": "string", "maxLength": LONGEST, "pattern": f"^({one.pattern})$"}
    if one.choices:
        value = {"type": "string", "enum": list(one.choices)}
    if not one.single:
        value = {"type": "array", "items": value, "minItems": 1, "maxItems": MOST_VALUES}
    more = "" if one.single else " Give it several times for any of several values."
    return OpenApiParameter(one.name, value, description=one.description + more, explode=True, style="form")


FILTER_PARAMETERS = tuple(parameter(one) for one in ALL_FILTERS)


def selection_of(resource: Resource, request: Request) -> Selection:
    """The selection of a request. Raises :class:`Refusal` for what of it is not understood."""
    others = [parameter.name for parameter in resource.parameters]
    selection = Selection.parse(resource.world.name, dict(request.query_params.lists()), others)
    if selection.notices:
        raise Refusal("not-understood", " ".join(notice.sentence for notice in selection.notices[:10]))
    return selection


class Rows(Resource):
    """A list of rows of one table, chosen by a selection."""

    name: str
    table: Table
    parameters = (*FILTER_PARAMETERS, *pages.PARAMETERS)

    def get(self, request: Request) -> Response:
        """The rows of a page."""
        selection = selection_of(self, request)
        table, condition = self.chosen(selection)
        versions = [(one["id"], one["quarter"]) for one in breakdown.versions(selection)]
        found = pages.page_of_rows(request, table, versions, condition)
        return Response(found | {"results": serializer_of(self.table)(found["results"], many=True).data})

    def chosen(self, selection: Selection) -> tuple[Table, tuple[str, list]]:
        """The table as it is asked, and the condition on its rows."""
        return self.table, selection.where


def of_table(table: Table, summary: str):
    """Makes a list of the rows of a table, described as the table is."""

    def make(rows: type[Rows]) -> type[Rows]:
        rows.table = table
        page = pages.described(serializer_of(table))
        return operation(rows.name, summary, page, "lines", table.description)(rows)

    return make


@of_table(SUPPLY_CHAIN, "Agreements, quarter by quarter")
class Agreements(Rows):
    """The lines themselves."""

    name = "agreements"


@of_table(FLOWS, "Flows of money between payers and payees")
class Flows(Rows):
    """The network that the selected lines make up."""

    name = "flows"

    def chosen(self, selection: Selection) -> tuple[Table, tuple[str, list]]:
        condition, values = selection.where
        lines = f"(SELECT r.* FROM {SUPPLY_CHAIN.rows} WHERE {condition})"  # noqa: S608 (no input)
        return replace(FLOWS, rows=f"{flow_rows(lines)} {PUBLICATION}"), ("true", values)


@of_table(KPI_CONTRIBUTIONS, "What agreements contributed to measures")
class KpiContributions(Rows):
    """The contributions of the selected lines."""

    name = "kpi-contributions"

    def chosen(self, selection: Selection) -> tuple[Table, tuple[str, list]]:
        return self.table, of_selected(selection)


def of_selected(selection: Selection) -> tuple[str, list]:
    """The condition that the line of a row ``r`` is selected, looked up by its key; with its values."""
    condition, values = selection.where
    statement = f"""EXISTS (
        SELECT FROM (
            SELECT r.publication_id AS publication, r.body_code AS body, r.agreement_ref AS agreement
        ) AS own JOIN supplychain_frozenline AS r ON (r.publication_id, r.body_code, r.agreement_ref)
            = (own.publication, own.body, own.agreement) {PUBLICATION} WHERE {condition}
    )"""
    return statement, values
