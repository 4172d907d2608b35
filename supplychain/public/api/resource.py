"""What do all addresses of the API have in common? Whom they answer, for how long, how often, and what they refuse.

Everything is read only and of one series. Answers may be kept for a minute and are then asked for by their ETag, which
stands for everything that is published; so a reader who has the newest answer is told so before anything is read.
"""

import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.api import AlwaysJson, ProblemSerializer, refused
from portal.clients import network_of
from portal.errors import NotFound, Refusal
from supplychain.analysis.selection import shown
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
    429: "Too many requests in this minute; Retry-After says when to go on.",
    503: "The records can't be reached at the moment.",
}


class Resource(APIView):
    """One address; ``parameters`` are those of its query, all others are refused."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = AlwaysJson
    http_method_names = READING
    parameters: tuple[OpenApiParameter, ...] = ()
    for_good = False  # does the answer never change?

    def dispatch(self, request: HttpRequest, *args: Any, series: str, **parts: Any) -> HttpResponseBase:
        """Answer for one series."""
        self.world = World(series)
        return super().dispatch(request, *args, **parts)

    def initial(self, request: Request, *args: Any, **parts: Any) -> None:
        """Refuse what nobody would answer."""
        super().initial(request, *args, **parts)
        if self.world.demonstration and not has_demonstration():
            raise NotFound("no-demonstration", "This portal runs without the demonstration.")
        self.refuse_unknown(request.query_params)

    def refuse_unknown(self, names: Iterable[str]) -> None:
        """Raise a :class:`Refusal` that names every parameter that this address does not know."""
        known = [parameter.name for parameter in self.parameters]
        unknown = sorted(f"“{shown(name)}”" for name in names if name not in known)
        if unknown:
            taken = f"It takes {', '.join(known)}." if known else "It takes none."
            raise Refusal("unknown-parameter", f"This address has no parameter {', '.join(unknown)}. {taken}")


def operation(name: str, summary: str, answer: Any, tag: str, text: str = "") -> Callable[[type], type]:
    """How a resource is described in the schema: its name for programs, what it gives, and what it may refuse."""
    refusals = {
        status: OpenApiResponse(ProblemSerializer if status >= 400 else None, description=words)
        for status, words in REFUSALS.items()
    }

    def describe(resource: type[Resource]) -> type[Resource]:
        described = extend_schema(
            operation_id=name,
            summary=summary,
            description=text or resource.__doc__,
            parameters=list(resource.parameters),
            responses={200: OpenApiResponse(answer, description="As asked for."), **refusals},
            tags=[tag],
        )
        return extend_schema_view(get=described)(resource)

    return describe


def one_value(request: Request, name: str) -> str | None:
    """The value of a parameter that stands once; ``None`` where it is absent. Raises :class:`Refusal`."""
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise Refusal("repeated-parameter", f"“{name}” stands {len(values)} times; give it once.")
    return values[0] if values else None


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
        return response

    return answer


def conditional(
    request: HttpRequest, resource: type[Resource], draw: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """The drawn answer with its ETag, or 304 where the reader has it; what is refused is never kept."""
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
    if response.status_code == 200:
        return valid(response, etag, resource)
    if response.status_code >= 400:
        response["Cache-Control"] = "no-store"
    return response


def valid(response: HttpResponseBase, etag: str, resource: type[Resource]) -> HttpResponseBase:
    """The answer with its ETag and how long it is good."""
    response["ETag"] = etag
    patch_cache_control(response, **(FOR_GOOD if resource.for_good else MINUTE))
    return response
