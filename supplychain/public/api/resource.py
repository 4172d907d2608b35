"""What do all addresses of the API have in common? Whom they answer, for how long, how often, and what they refuse.

Everything is read only and of one series. Answers may be kept for a minute and are then asked for by their ETag, which
stands for everything that is published; so a reader who has the newest answer is told so before anything is read.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.api import AlwaysJson, ProblemSerializer, refused
from portal.clients import network_of
from portal.errors import NotFound, Refusal
from supplychain.analysis.selection import is_text, shown
from supplychain.public.api.limits import counts
from supplychain.public.caching import FOR_GOOD, MINUTE, state
from supplychain.public.series import World, has_demonstration

VERSION = "1.0.0"  # of the API; a part of every ETag, so that no answer outlives its form
READING = ("get", "head", "options")
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Deprecation, Sunset, RateLimit-Limit, RateLimit-Remaining, "
    "RateLimit-Reset, Retry-After, X-Request-ID",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, If-None-Match, Content-Type, X-Request-ID",
    "Access-Control-Max-Age": "86400",
    "Allow": "GET, HEAD, OPTIONS",
}
REFUSALS = {
    304: "The reader has the newest answer already (If-None-Match).",
    400: "The query is not understood: an unknown parameter, or a value that is not of its form.",
    404: "There is no such thing in this series.",
    405: "The address does not answer this method; Allow lists those that it does.",
    429: "Too many requests in this minute; Retry-After says when to go on.",
    503: "The records can't be reached at the moment.",
}


class Resource(APIView):
    """One address; ``parameters`` are those of its query, all others are refused; ``parts`` those of its path."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = AlwaysJson
    http_method_names = READING
    parameters: tuple[OpenApiParameter, ...] = ()
    parts: tuple[OpenApiParameter, ...] = ()
    for_good = False  # does the answer never change?
    moves: int | None = None  # the status with which it leads on, where it may

    def dispatch(self, request: HttpRequest, *args: Any, series: str, **parts: Any) -> HttpResponseBase:
        """Answer for one series."""
        self.world = World(series)
        return super().dispatch(request, *args, **parts)

    def initial(self, request: Request, *args: Any, **parts: Any) -> None:
        """Refuse what nobody would answer."""
        super().initial(request, *args, **parts)
        if self.world.demonstration and not has_demonstration():
            raise NotFound("no-demonstration", "This portal runs without the demonstration.")
        self.refuse_unreadable(request)

    def refuse_unreadable(self, request: Request) -> None:
        """Raise a :class:`Refusal` that names what of the query nobody would answer."""
        known = {parameter.name: parameter for parameter in self.parameters}
        unknown = sorted(f"“{shown(name)}”" for name in request.query_params if name not in known)
        if unknown:
            taken = f"It takes {', '.join(known)}." if known else "It takes none."
            raise Refusal("unknown-parameter", f"This address has no parameter {', '.join(unknown[:10])}. {taken}")
        for name, values in request.query_params.lists():
            if not all(is_text(value) for value in values):
                raise Refusal("not-text", f"“{name}” has to hold text; leave it out where nothing is asked.")
            if len(values) > 1 and known[name].type["type"] != "array":
                raise Refusal("repeated-parameter", f"“{name}” stands {len(values)} times; give it once.")


def operation(name: str, summary: str, answer: Any, tag: str, text: str = "") -> Callable[[type], type]:
    """How a resource is described in the schema: its name for programs, what it gives, and what it may refuse."""
    refusals: dict[Any, OpenApiResponse] = {
        status: OpenApiResponse(ProblemSerializer if status >= 400 else None, description=words)
        for status, words in REFUSALS.items()
    }
    refusals[414, "text/html"] = OpenApiResponse(OpenApiTypes.STR, description="The address is too long to be read.")

    def describe(resource: type[Resource]) -> type[Resource]:
        answers = {200: OpenApiResponse(answer, description="As asked for.")} if answer else {}
        if resource.moves:
            answers[resource.moves] = OpenApiResponse(None, description="It is at the address in Location.")
        described = extend_schema(
            operation_id=name,
            summary=summary,
            description=text or resource.__doc__,
            parameters=[*resource.parts, *resource.parameters],
            responses=answers | refusals,
            tags=[tag],
        )
        return extend_schema_view(get=described)(resource)

    return describe


def at(resource: type[Resource]) -> Callable[..., HttpResponseBase]:
    """The view of a resource, as addresses need it."""
    drawn = resource.as_view()

    @wraps(drawn)
    def answer(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=CORS | PREFLIGHT)
        place = counts.take(network_of(request))
        response = refused(429) if place.exceeded else conditional(request, resource, lambda: drawn(request, **parts))
        for name, value in CORS.items():
            response[name] = value
        place.note(response)
        if response.status_code >= 400:
            response["Cache-Control"] = "no-store"
        return response

    return answer


def conditional(
    request: HttpRequest, resource: type[Resource], draw: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """The drawn answer with its ETag, or 304 where the reader has it."""
    if request.method not in {"GET", "HEAD"}:
        return draw()
    known = (VERSION, request.scheme, request.get_host(), request.path, request.META.get("QUERY_STRING", ""), *state())
    etag = f'"{hashlib.sha256(repr(known).encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match", "*").strip() != "*":
        unchanged = valid(HttpResponse(), etag, resource)
        found = get_conditional_response(request, etag=etag, response=unchanged)
        if found is not unchanged:
            return found
    response = draw()
    return valid(response, etag, resource) if response.status_code == 200 else response


def valid(response: HttpResponseBase, etag: str, resource: type[Resource]) -> HttpResponseBase:
    """The answer with its ETag and how long it is good."""
    response["ETag"] = etag
    patch_cache_control(response, **(FOR_GOOD if resource.for_good else MINUTE))
    return response


@csrf_exempt
def nothing(request: HttpRequest, **parts: Any) -> HttpResponseBase:
    """What answers at every other address below /api/, without drawing a page first."""
    if request.method.lower() in READING:
        return refused(404)
    response = refused(405)
    response["Allow"] = PREFLIGHT["Allow"]
    return response
