"""How does a selection of any size leave as CSV, at once and in constant memory?

PostgreSQL's COPY runs on a connection of its own, in a thread that writes into an operating-system pipe; the response
reads from that pipe. The thread owns the connection, which ends when everything is read, when the reader goes away, or
when nothing was read for :data:`STALLED_SECONDS`. An error in the middle breaks the response off, so that a file which
is cut short never looks complete.

So many exports as may run at once have a place, whichever process answers them. A place is an advisory lock of the
export's connection, so none is ever lost; each process has threads enough for all of them and for pages beside.
"""

import csv
import logging
import os
import select
import threading
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import psycopg2
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a small name

from supplychain.public.caching import MINUTE
from supplychain.public.series import World

log = logging.getLogger(__name__)

CHUNK = 65_536
FIRST_SECONDS = 30
STALLED_SECONDS = 60
JOIN_SECONDS = 5
CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
Response = TypeVar("Response", bound=HttpResponseBase)
LOCK = 7711  # first key of the advisory locks that are places
TAKE_PLACE = "SELECT place FROM generate_series(1, %s) AS place WHERE pg_try_advisory_lock(%s, place) LIMIT 1"


class NoPlace(Exception):  # noqa: N818 - says what is the matter
    """As many exports as may run at once are running."""


class Interrupted(Exception):  # noqa: N818 - says what happened to the response
    """The rest of an export can't come; the response has to break off."""


def csv_response(
    request: HttpRequest, world: World, name: str, statement: str, values: Sequence[Any] = ()
) -> HttpResponseBase:
    """The rows of a SELECT (our own text, with %s for each of ``values``) as ``name``.csv.

    503 with Retry-After where as many exports as may run at once are running already, or nothing comes for too long.
    """
    filename = f"{world.file_prefix}{name}.csv"
    if request.method == "HEAD":
        return _headed(HttpResponse(content_type=CONTENT_TYPE), filename)
    try:
        export = Export(statement, values)
    except (NoPlace, TimeoutError):
        return later(request, world)
    except psycopg2.OperationalError as error:
        raise OperationalError(str(error)) from error  # as everywhere else; shown as 503
    return _headed(StreamingHttpResponse(export, content_type=CONTENT_TYPE), filename)


def csv_of_rows(world: World, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A few rows that are in no table of the database as ``name``.csv."""
    response = HttpResponse(content_type=CONTENT_TYPE)
    writer = csv.writer(response, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return _headed(response, f"{world.file_prefix}{name}.csv")


def _headed(response: Response, filename: str) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, **MINUTE)
    return response


def later(request: HttpRequest, world: World) -> HttpResponse:
    """The page in the place of a download that can't begin now: 503 with Retry-After."""
    context = {
        "series": world,
        "title": "Too many downloads at this moment",
        "sentence": "Others are downloading large selections or files just now. Try again in some seconds; pages are "
        "there all the time.",
        "code": "exports-busy",
    }
    response = render(request, "error.html", context, status=503)
    response["Retry-After"] = "10"
    response["Cache-Control"] = "no-store"
    return response


class Export:
    """The bytes of one export, in pieces of up to 64 KB.

    The first piece is waited for here, so that a statement that can't run at all is a plain error. Raises what
    psycopg2 raises then, :class:`NoPlace`, ``TimeoutError`` where no piece comes for :data:`FIRST_SECONDS`, and
    :class:`Interrupted` from the iteration later.
    """

    def __init__(self, statement: str, values: Sequence[Any]) -> None:
        self.failure: BaseException | None = None
        self.connection: Connection | None = None
        self.closed = False
        self.lock = threading.Lock()
        self.reading, writing = os.pipe()
        self.thread = threading.Thread(target=self._copy, args=(statement, values, writing), daemon=True)
        try:
            self.thread.start()
        except RuntimeError:
            os.close(writing)
            os.close(self.reading)
            raise
        poll = select.poll()
        poll.register(self.reading, select.POLLIN)
        if not poll.poll(FIRST_SECONDS * 1000):
            self.close()
            raise TimeoutError(f"Nothing came from the export for {FIRST_SECONDS} seconds.")
        self.first: bytes | None = os.read(self.reading, CHUNK)
        if not self.first:
            self.close()
            if self.failure is not None:
                raise self.failure

    def __iter__(self) -> "Export":
        return self

    def __next__(self) -> bytes:
        if self.first is not None:
            piece, self.first = self.first, None
        else:
            piece = b"" if self.closed else os.read(self.reading, CHUNK)
        if piece:
            return piece
        self.close()
        if self.failure is not None:
            raise Interrupted("The export broke off.") from self.failure
        raise StopIteration

    def close(self) -> None:
        """Stop the statement if it still runs, and wait for its thread; closing again does nothing."""
        with self.lock:
            if self.closed:
                return
            self.closed = True
            running = self.connection if self.thread.is_alive() else None
        os.close(self.reading)
        if running is not None:
            try:
                running.cancel()
            except psycopg2.Error:  # it ended by itself meanwhile
                log.debug("export had ended before it was cancelled")
        self.thread.join(JOIN_SECONDS)

    def _copy(self, statement: str, values: Sequence[Any], writing: int) -> None:
        """In the thread: run the statement into the pipe."""
        try:
            with open(writing, "wb", buffering=0) as pipe:
                sink = Sink(pipe.fileno())
                self._run(statement, values, sink)
                sink.flush()
        except BaseException as error:  # every reason to end early has to reach the reader
            with self.lock:
                self.failure = error
                gone = self.closed
            if not gone and not isinstance(error, NoPlace):
                log.exception("export failed")

    def _run(self, statement: str, values: Sequence[Any], sink: "Sink") -> None:
        opened = psycopg2.connect(**connection_parameters())
        try:
            with self.lock:
                if self.closed:
                    return
                self.connection = opened
            with opened.cursor() as cursor:
                cursor.execute(TAKE_PLACE, [settings.EXPORTS_AT_ONCE, LOCK])
                if not cursor.fetchone():
                    raise NoPlace
                rows = cursor.mogrify(statement, tuple(values)).decode()
                cursor.copy_expert(f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')", sink)
        finally:
            with self.lock:
                self.connection = None
            opened.close()


class Sink:
    """Collects rows to pieces and writes them into a pipe. Raises ``TimeoutError`` where nobody reads them."""

    def __init__(self, pipe: int) -> None:
        self.pipe = pipe
        self.pending = bytearray()
        self.begun = False
        os.set_blocking(pipe, False)
        self.poll = select.poll()
        self.poll.register(pipe, select.POLLOUT | select.POLLERR)

    def write(self, row: bytes) -> int:
        """Take one row; the first one leaves at once."""
        self.pending += row
        if len(self.pending) >= CHUNK or not self.begun:
            self.flush()
        return len(row)

    def flush(self) -> None:
        """Write everything that waits."""
        self.begun = True
        view = memoryview(bytes(self.pending))
        self.pending.clear()
        while view:
            if not self.poll.poll(STALLED_SECONDS * 1000):
                raise TimeoutError(f"Nobody read from the export for {STALLED_SECONDS} seconds.")
            try:
                view = view[os.write(self.pipe, view) :]
            except BlockingIOError:
                continue


def connection_parameters() -> dict[str, Any]:
    """How to connect as this process does, with the same role, but without its limit of time for a statement."""
    given = dict(connection.get_connection_params())
    given.pop("cursor_factory", None)
    given["options"] = f"{given.get('options', '')} -c statement_timeout=0".strip()
    given["application_name"] = "portal-export"
    return given
