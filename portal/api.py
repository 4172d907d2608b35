"""How does the API say that something was refused? One shape for everything below /api/.

``{"code": "no-such-body", "title": "Not found", "sentence": "There is no reporting body with the code Z99."}``: the
code is stable and for programs, the sentence is for people and says what to do.
"""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.response import Response

from portal.errors import NotAllowed, NotFound, Refusal, TooOften

PREFIXES = ("/api/", "/demonstration/api/")
# What is said where the framework refuses, before any of our own code was asked: status, code, sentence.
WORDS = {
    400: ("not-readable", "The request can't be read. Nothing was changed."),
    401: ("not-signed-in", "This address needs a token: send the header Authorization: Bearer and the token."),
    403: ("not-allowed", "You may not see or do this."),
    404: ("no-such-address", "There is nothing at this address; /api/v1/ lists what there is."),
    405: ("no-such-method", "This address does not answer that method; the header Allow lists those that it does."),
    406: ("not-acceptable", "The API answers JSON only."),
    415: ("wrong-content-type", "What was sent is of a type that this address does not read."),
    429: ("too-many-requests", "That were too many requests. Try again after the seconds in the header Retry-After."),
    500: ("fault", "Something went wrong here. It was noted; try again later."),
}
TITLES = {401: "Not signed in", 403: NotAllowed.title, 404: NotFound.title, 429: "Too many requests", 500: "Fault"}


class ProblemSerializer(serializers.Serializer):
    """What every refused request is answered with."""

    code = serializers.CharField(help_text="Stable, for programs.")
    title = serializers.CharField(help_text="The family of refusals.")
    sentence = serializers.CharField(help_text="For people: what is wrong, and what to do.")


class AlwaysJson(BaseContentNegotiation):
    """Answers JSON whatever a client says it accepts, so that no address needs two forms."""

    def select_parser(self, request, parsers):
        return next((parser for parser in parsers if _takes(parser, request.content_type)), None)

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


def _takes(parser: Any, content_type: str | None) -> bool:
    return (content_type or "").partition(";")[0].strip().lower() == parser.media_type


def is_api(path: str) -> bool:
    """Is it an address for programs?"""
    return path.startswith(PREFIXES)


def problem(status: int, title: str, code: str, sentence: str) -> dict[str, str]:
    """A refusal as the API tells it."""
    return {"code": code, "title": title, "sentence": sentence}


def refused(status: int, title: str = "", code: str = "", sentence: str = "") -> JsonResponse:
    """A refusal outside the REST framework; words that are not given are those of the status."""
    own_code, own_sentence = WORDS.get(status, WORDS[400] if status < 500 else WORDS[500])
    words = problem(
        status, title or TITLES.get(status, HTTPStatus(status).phrase), code or own_code, sentence or own_sentence
    )
    return JsonResponse(words, status=status)


def in_one_shape(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer as it is, or, where it is an error that speaks no JSON below /api/, the same as JSON."""
    if response.status_code < 400 or not is_api(request.path) or response.get("Content-Type") == "application/json":
        return response
    other = refused(response.status_code)
    for name in ("Allow", "Retry-After"):
        if response.has_header(name):
            other[name] = response[name]
    return other


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """The REST framework's exceptions, Django's and our own refusals in the one shape; ``None`` for a fault."""
    if isinstance(exception, Refusal):
        words = problem(exception.status, exception.title, exception.code, exception.sentence)
        wait = {"Retry-After": str(exception.seconds)} if isinstance(exception, TooOften) else {}
        return Response(words, status=exception.status, headers=wait)
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    if not isinstance(exception, exceptions.APIException):
        return None
    code, sentence = WORDS.get(exception.status_code, WORDS[400])
    title = TITLES.get(exception.status_code, HTTPStatus(exception.status_code).phrase)
    headers = {}
    if getattr(exception, "auth_header", ""):
        headers["WWW-Authenticate"] = exception.auth_header
    if getattr(exception, "wait", None):
        headers["Retry-After"] = str(int(exception.wait) + 1)
    return Response(
        problem(exception.status_code, title, code, sentence), status=exception.status_code, headers=headers
    )
