"""Whom or what does a name or number mean? The portal's one search, for programs."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.errors import Refusal
from providers.search import KINDS
from supplychain.analysis.selection import TEXT
from supplychain.public import places, search
from supplychain.public.api.resource import Resource, operation

AT_MOST = 100
Q = OpenApiParameter(
    "q", {"type": "string", "maxLength": search.QUESTION_LIMIT, "pattern": f"^{TEXT}$"}, required=True,
    description="A name, part of a name, or a number; typing errors are forgiven.",
)  # fmt: skip
REGISTERS = OpenApiParameter(
    "registers", {"type": "string", "enum": ["yes", "no"], "default": "no"},
    description="Whether organisations count that no disclosure names and only a register has.",
)  # fmt: skip


class HitSerializer(serializers.Serializer):
    """An organisation that was found."""

    id = serializers.CharField(source="public_id", help_text="Its id, or its number in a register.")
    name = serializers.CharField(help_text="Today's name.")
    met = serializers.CharField(help_text="The name or number that was met.")
    met_kind = serializers.ChoiceField(KINDS, source="kind", help_text="What that is of it.")
    score = serializers.FloatField(min_value=0, max_value=1, help_text="How well it was met, 0 to 1.")
    known = serializers.BooleanField(help_text="Whether /api/v1/organisations/ has it; else only a register has.")


class NamedSerializer(serializers.Serializer):
    """Something else that was found."""

    code = serializers.CharField()
    name = serializers.CharField()


class FoundSerializer(serializers.Serializer):
    """What was found."""

    organisations = HitSerializer(many=True, help_text=f"The best first, {AT_MOST} at most.")
    bodies = NamedSerializer(many=True)
    areas = NamedSerializer(many=True)
    services = NamedSerializer(many=True)


@operation("search", "Search by name or number", FoundSerializer, "parties")
class Search(Resource):
    """Organisations by today's, former and working names and by numbers; bodies, areas and services by their words."""

    parameters = (Q, REGISTERS)

    def get(self, request: Request) -> Response:
        """What the question names."""
        asked = request.query_params.get("q", "")
        if not asked or len(asked) > search.QUESTION_LIMIT:
            limit = search.QUESTION_LIMIT
            raise Refusal(
                "no-question", f"Say in “q” what is looked for: a name or number of {limit} characters at most."
            )
        registers = request.query_params.get("registers", "no")
        if registers not in {"yes", "no"}:
            raise Refusal("not-understood", "“registers” has to be yes or no.")
        asked = search.question(asked)
        hits = search.organisations(self.world, asked, limit=AT_MOST, registers=registers == "yes")
        return Response(
            {
                "organisations": HitSerializer(hits, many=True).data,
                "bodies": [{"code": body.code, "name": body.name} for body in places.bodies(self.world, asked)],
                "areas": [{"code": area.code, "name": area.name} for area in places.areas(self.world, asked)],
                "services": [{"code": code.code, "name": code.title} for code in places.services(asked)],
            }
        )
