"""How does the OpenAPI document describe the filing of returns?"""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from portal.api import ProblemSerializer
from supplychain.filing.layout import TABLES
from supplychain.filing.said import AMOUNTS, COUNTS, FIELDS, LONGEST_CODE, LONGEST_REASON, NO, YES
from supplychain.models import FilingState, ReturnKind
from supplychain.states import ReturnState

TAG = "filing"
BY_TOKEN: list[Any] = [{"token": []}]  # as settings describe it
REFUSALS = {
    400: "The request can't be read, or has no Idempotency-Key.",
    401: "No token, or one that can't be used.",
    403: "The token or its person may not do this.",
    404: "There is no such filing, or not for this token; or nobody files here.",
    429: "Too many requests in this minute, or too much that waits; Retry-After says when to go on.",
    503: "The records can't be reached at the moment.",
}
REFUSALS_OF_FILES = {
    411: "The request does not say how long it is.",
    413: "More was sent than is read.",
    415: "What was sent is no form.",
    422: "A field or file is not right, or the key came with other content before.",
}
HELP = {
    "funding": "The funding table as CSV, or a workbook of all tables; may be left out with nil=yes.",
    "kpi": "KPI contributions as CSV.",
    "own_delivery": "What the body delivers itself, as CSV.",
    "control": "Control figures as CSV: name and value.",
    "body": "Code of the reporting body; if left out, that of the token or of the files.",
    "quarter": "Such as 2018-19 Q1; if left out or empty, that of the files.",
    "nil": "yes for a nil return: nobody was funded.",
    "rows": "Number of funding rows.",
    "total_tier_2": "Total paid to tier 2, in pounds.",
    "income": "Received from the Ministry in the quarter, in pounds.",
    "expected_caseload": "People expected on the caseload.",
    "actual_caseload": "People on the caseload.",
    "reason": "For a correction of what is published: what changed and why; public.",
}
FORMS: dict[str, dict[str, Any]] = {
    "body": {"maxLength": LONGEST_CODE},
    "quarter": {"pattern": "^([0-9]{4}-[0-9]{2}[ -][Qq][1-4])?$", "examples": ["2018-19 Q1"]},
    "nil": {"enum": [*YES, *NO]},
    "reason": {"maxLength": LONGEST_REASON},
    **{name: {"pattern": "^[0-9]{0,10}$"} for name in COUNTS},
    **{name: {"pattern": "^(-?[0-9]{1,12}(\\.[0-9]{1,2})?)?$", "examples": ["1234.50"]} for name in AMOUNTS},
}


class ReceivedSerializer(serializers.Serializer):
    """The same for every request with the same key."""

    id = serializers.CharField(help_text="Nobody guesses it; it is a part of the status address.")
    status_url = serializers.URLField(help_text="Where to ask what became of it.")
    received_at = serializers.DateTimeField(help_text="As of this moment the return is judged.")


class SentFileSerializer(serializers.Serializer):
    """A file as it was sent."""

    table = serializers.ChoiceField(choices=list(TABLES))
    name = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class ReturnVersionSerializer(serializers.Serializer):
    """The version of the return that says what was sent."""

    body = serializers.CharField()
    quarter = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ReturnState.values, help_text="As it is now.")
    digest = serializers.CharField(help_text="SHA-256 of the canonical content; empty where that can't be told.")
    already_received = serializers.BooleanField(help_text="A version that stood already says the same.")


class FilingSerializer(serializers.Serializer):
    """What became of a filing."""

    id = serializers.CharField()
    series = serializers.ChoiceField(choices=["real", ReturnKind.DEMONSTRATION.value])
    status = serializers.ChoiceField(choices=FilingState.values)
    received_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    files = SentFileSerializer(many=True)
    refusal = ProblemSerializer(allow_null=True, help_text="Why nothing was stored.")
    report = serializers.DictField(allow_null=True, help_text="The report of check_return --json, format 1.")


# “return” is a word of Python, so this one field can't be written like the others.
FilingSerializer._declared_fields["return"] = ReturnVersionSerializer(allow_null=True)


def _form() -> dict[str, Any]:
    """The form as a schema: files, then fields."""
    files = {name: {"type": "string", "format": "binary", "description": HELP[name]} for name in TABLES}
    fields = {name: {"type": "string", "description": HELP[name], **FORMS[name]} for name in FIELDS}
    return {"type": "object", "properties": files | fields, "additionalProperties": False}


def _answers(refusals: dict[int, str]) -> dict[int, OpenApiResponse]:
    return {status: OpenApiResponse(ProblemSerializer, description=words) for status, words in refusals.items()}


filing = extend_schema(
    operation_id="file_return",
    summary="File a return",
    description="Takes the files in and answers at once; a worker checks and files them. "
    "With the same Idempotency-Key the same request may be repeated for 7 days: it files once, and always gets the "
    "same answer. Returns of the demonstration are filed below its own addresses.",
    request={"multipart/form-data": _form()},
    parameters=[
        OpenApiParameter(
            "Idempotency-Key",
            {"type": "string", "minLength": 8, "maxLength": 255, "pattern": "^[!-~]+$"},
            OpenApiParameter.HEADER,
            required=True,
            description="Chosen by the sender, new for each return that is filed, such as a UUID.",
        )
    ],
    responses={
        202: OpenApiResponse(ReceivedSerializer, description="Received."),
        **_answers(REFUSALS | REFUSALS_OF_FILES),
    },
    auth=BY_TOKEN,
    tags=[TAG],
)
status = extend_schema(
    operation_id="filing_status",
    summary="What became of a filing",
    description="For the person in whose name it was filed. A filing is over when finished_at is there.",
    parameters=[OpenApiParameter("id", OpenApiTypes.STR, OpenApiParameter.PATH, description="As it was answered.")],
    responses={200: OpenApiResponse(FilingSerializer, description="As it stands."), **_answers(REFUSALS)},
    auth=BY_TOKEN,
    tags=[TAG],
)
