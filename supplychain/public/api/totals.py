"""What do selected lines add up to, over all and by one or two of their properties?"""

from collections.abc import Sequence

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.errors import Refusal
from supplychain.analysis import breakdown
from supplychain.analysis.breakdown import ABSENCES, DIMENSIONS, MOST_DIMENSIONS, MOST_ROWS, Figures
from supplychain.disclosure.columns.everywhere import RETURN_KINDS
from supplychain.disclosure.tables import STATUSES
from supplychain.public.api.resource import Resource, operation
from supplychain.public.api.rows import FILTER_PARAMETERS, selection_of

NAMED = [name for name, one in DIMENSIONS.items() if one.name]
BY = OpenApiParameter(
    "by",
    {
        "type": "array",
        "items": {"type": "string", "enum": list(DIMENSIONS)},
        "minItems": 1,
        "maxItems": MOST_DIMENSIONS,
    },
    description=f"What to break the totals down by: one or two of these, each as a parameter of its own. There are at "
    f"most {MOST_ROWS} rows; more are refused.",
    explode=True,
    style="form",
)


class FiguresSerializer(serializers.Serializer):
    """Sums over lines of one kind of return."""

    return_kind = serializers.ChoiceField(RETURN_KINDS, help_text="Kind of return of these lines; never mixed.")
    lines = serializers.IntegerField(min_value=0, help_text="Agreements, counted once in each quarter.")
    agreements = serializers.IntegerField(min_value=0, help_text="Agreements, counted once over all quarters.")
    providers = serializers.IntegerField(min_value=0, help_text="Different providers whose id is not withheld.")
    amount_paid_gbp = serializers.DecimalField(
        max_digits=18, decimal_places=2, allow_null=True,
        help_text="Pounds: the sum of the amounts that lines show; null where none of them shows one.",
    )  # fmt: skip
    amount_paid_gbp_status = serializers.ChoiceField(
        STATUSES, allow_null=True, help_text="[e] where estimates are in the sum; why there is none; else null."
    )
    lines_without_amount = serializers.IntegerField(min_value=0, help_text="Lines that the sum lacks.")
    without_amount = serializers.DictField(
        child=serializers.IntegerField(min_value=1), help_text=f"These lines by status ({', '.join(ABSENCES)})."
    )


class RowSerializer(FiguresSerializer):
    """Sums of one row of a breakdown: those properties stand in it that were asked for, null where not stated."""


for _name, _dimension in DIMENSIONS.items():
    if _name != "return_kind":
        _kind = serializers.IntegerField if _name == "tier" else serializers.CharField
        RowSerializer._declared_fields[_name] = _kind(required=False, allow_null=True, help_text=_dimension.description)
for _name in NAMED:
    RowSerializer._declared_fields[f"{_name}_name"] = serializers.CharField(
        required=False, allow_null=True, help_text=f"Name that goes with {_name}, in the newest line."
    )


class SelectedFromSerializer(serializers.Serializer):
    """A version that lines were looked for in."""

    quarter = serializers.CharField()
    version = serializers.IntegerField(min_value=1)
    manifest_sha256 = serializers.CharField(help_text="SHA-256 of its manifest.json, as in chain.csv.")


class TotalsSerializer(serializers.Serializer):
    """Totals of a selection."""

    series = serializers.ChoiceField(["real", "demonstration"], help_text="demonstration: everything is invented.")
    selection = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="The filters as they were understood."
    )
    page = serializers.URLField(help_text="The same selection as a page, with links to its rows as CSV.")
    versions = SelectedFromSerializer(many=True, help_text="The valid versions that lines were selected from.")
    totals = FiguresSerializer(many=True, help_text="One for each kind of return of which there are lines.")
    by = serializers.ListField(child=serializers.ChoiceField(list(DIMENSIONS)))
    rows = RowSerializer(many=True, help_text="The breakdown; empty where none was asked for.")


def dimensions_of(values: Sequence[str]) -> list[str]:
    """What a breakdown is by. Raises :class:`Refusal`."""
    if len(values) > MOST_DIMENSIONS or not set(values) <= DIMENSIONS.keys():
        raise Refusal("not-a-dimension", f"“by” takes one or two of {', '.join(DIMENSIONS)}.")
    return list(dict.fromkeys(values))


def as_row(figures: Figures) -> dict:
    """Figures as the API tells them."""
    return {
        **figures.keys,
        **{f"{name}_name": words for name, words in figures.names.items()},
        "return_kind": figures.return_kind,
        "lines": figures.lines,
        "agreements": figures.agreements,
        "providers": figures.providers,
        "amount_paid_gbp": None if figures.amount is None else f"{figures.amount:.2f}",
        "amount_paid_gbp_status": figures.amount_status or None,
        "lines_without_amount": figures.lines_without_amount,
        "without_amount": figures.without_amount,
    }


@operation("totals", "Totals of selected lines, and a breakdown", TotalsSerializer, "lines")
class Totals(Resource):
    """Sums of what the selected lines show, for each kind of return apart, and how many lines lack an amount and why.
    People are never added up: one person may be in several agreements.
    """

    parameters = (*FILTER_PARAMETERS, BY)

    def get(self, request: Request) -> Response:
        """Totals and breakdown."""
        by = dimensions_of(request.query_params.getlist("by"))
        selection = selection_of(self, request)
        query = "?" + selection.query if selection.query else ""
        return Response(
            {
                "series": self.world.name,
                "selection": {name: list(values) for name, values in selection.chosen.items()},
                "page": request.build_absolute_uri(f"{self.world.prefix}/explore/{query}"),
                "versions": [
                    {"quarter": one["quarter"], "version": one["version"], "manifest_sha256": one["digest"]}
                    for one in breakdown.versions(selection)
                ],
                "totals": [as_row(figures) for figures in breakdown.totals(selection)],
                "by": by,
                "rows": [as_row(figures) for figures in breakdown.breakdown(selection, by)] if by else [],
            }
        )
