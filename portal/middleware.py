"""What happens around every request: an id, a log line, headers, and refusals turned into pages."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

import pghistory.middleware
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from portal.api import in_one_shape, is_api, refused
from portal.errors import Refusal, TooOften
from portal.signed_in import ADDRESSES, taken_on

log = logging.getLogger("portal.request")
request_id: ContextVar[str] = ContextVar("request_id", default="")
Respond = Callable[[HttpRequest], HttpResponse]

QUIET_PATHS = {"/livez", "/readyz"}
GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class RequestLog:
    """Gives every request an id (a proxy's own is kept), returns it as X-Request-ID and logs one line."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        identifier = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(identifier)
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = identifier
            if request.path not in QUIET_PATHS:
                # The path only: a query may hold what somebody searched for.
                milliseconds = round((time.perf_counter() - begun) * 1000, 1)
                line = {
                    "method": request.method,
                    "path": request.path,
                    "status": response.status_code,
                    "ms": milliseconds,
                }
                log.info("request", extra={"fields": line})
            return response
        finally:
            request_id.reset(token)


class PermissionsPolicy:
    """Tells browsers that no page uses their devices."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class SignedInSide:
    """Takes on the role ``portal_filing`` for addresses behind a sign-in or a token, and gives it back after each.

    Public addresses stay with the role of the process, so whatever carries a session there can read nothing with it.
    Where ``PORTAL_FILING`` is off, or the login may not take the role on, there is nothing at these addresses. Nothing
    that they answer stays in a cache, and no answer may read on from the database once it was begun.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ADDRESSES):
            return self.get_response(request)
        response = self._answer(request)
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Cookie"])
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if settings.PORTAL_FILING:
            try:
                with taken_on("portal_filing"):
                    return self.get_response(request)
            except (OperationalError, InterfaceError) as lost:
                return database_away(request, lost)
            except (ProgrammingError, DataError):
                log.exception("The login of this process may not act as portal_filing.")
        return refusal_page(
            request, 404, "Not found", "no-filing-here", "Nobody files or reviews returns at this address."
        )


class RowHistory(pghistory.middleware.HistoryMiddleware):
    """Writes next to every row's history who changed it, by which address and with which request.

    Public addresses change nothing, and may not even ask who somebody is.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ADDRESSES):
            return self.get_response(request)
        return super().__call__(request)

    def get_context(self, request: HttpRequest) -> dict:
        return super().get_context(request) | {"request": request_id.get()}


class Refusals:
    """Shows a refusal (portal.errors) as a page, or as JSON below /api/, and an absent database as 503; whatever else
    refuses something below /api/ does so in the same form.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return in_one_shape(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to an exception of a view; None leaves it to Django."""
        if isinstance(exception, Refusal):
            response = refusal_page(request, exception.status, exception.title, exception.code, exception.sentence)
            if isinstance(exception, TooOften):
                response["Retry-After"] = str(exception.seconds)
            return response
        if isinstance(exception, OperationalError | InterfaceError):
            return database_away(request, exception)
        return None


def database_away(request: HttpRequest, exception: Exception) -> HttpResponse:
    """503, because the database can't be reached or took too long."""
    log.error("database", exc_info=exception)
    response = refusal_page(
        request,
        503,
        "Not available at the moment",
        "database-away",
        "The portal can't reach its records at the moment, or took too long over them. Try again in a minute.",
    )
    response["Retry-After"] = "60"
    return response


def refusal_page(request: HttpRequest, status: int, title: str, code: str, sentence: str) -> HttpResponse:
    """A refusal for a browser (error.html) or a program (JSON)."""
    if is_api(request.path):
        return refused(status, title, code, sentence)
    context = {"title": title, "code": code, "sentence": sentence, "status": status}
    try:
        return HttpResponse(render_to_string("error.html", context, request), status=status)
    except (TemplateDoesNotExist, TemplateSyntaxError, ValueError):
        log.exception("error.html could not be rendered")
        return HttpResponse(f"{title}\n\n{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


class JsonFormatter(logging.Formatter):
    """A log record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request"] = request_id.get()
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
