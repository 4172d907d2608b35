"""How long may a copy of a public answer be kept, and how is it known to be still good?

Pages may be kept for a minute and are then asked for again by their ETag; published files never change, so they may be
kept for good. A process keeps pages that it has drawn in memory, too: each as long as the database says that nothing
which the public may read has changed, no announced moment has come and no new day has begun.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control

MINUTE = {"public": True, "max_age": 60}
FOR_GOOD = {"public": True, "max_age": 31_536_000, "immutable": True}
MEGABYTE = 1024 * 1024
LONGEST_QUERY = 500
# What pages are drawn from: rows (portal.database_roles), announced moments that have come, and the day.
STATE = """
    SELECT count(*), max(id), (SELECT count(*) FROM supplychain_release WHERE goes_public_at <= now()),
           (now() AT TIME ZONE 'Europe/London')::date
    FROM portal_publicchange
"""
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it was drawn."""

    content: bytes
    headers: Mapping[str, str]


class KeptPages:
    """Pages in memory, those used last, up to a number of bytes. Safe for threads."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.pages: OrderedDict[Key, Kept] = OrderedDict()
        self.used = 0
        self.lock = threading.Lock()

    def get(self, key: Key) -> Kept | None:
        """The page, where it is there."""
        with self.lock:
            found = self.pages.get(key)
            if found is not None:
                self.pages.move_to_end(key)
            return found

    def put(self, key: Key, page: Kept) -> None:
        """Keep a page, and forget those that were not used for longest; none that takes half the room is kept."""
        if len(page.content) > self.room // 2:
            return
        with self.lock:
            replaced = self.pages.pop(key, None)
            self.pages[key] = page
            self.used += len(page.content) - (len(replaced.content) if replaced else 0)
            while self.used > self.room:
                self.used -= len(self.pages.popitem(last=False)[1].content)


pages = KeptPages(settings.PAGES_IN_MEMORY_MB * MEGABYTE)


def kept_or_drawn(request: HttpRequest, draw: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """A public answer from memory where it was drawn before, else what ``draw`` gives; 304 where the reader has it.

    The key is the whole address, what is public (read before anything is drawn), and nothing else: public pages depend
    on no cookie and no other header, and requests that carry a session pass by.
    """
    if not pages.room or request.method != "GET" or settings.SESSION_COOKIE_NAME in request.COOKIES:
        return for_a_minute(request, draw())
    query = request.META.get("QUERY_STRING", "")
    if len(query) > LONGEST_QUERY:
        return for_a_minute(request, draw())
    key = (request.scheme, request.get_host(), request.path, query, *state())
    kept = pages.get(key)
    if kept is not None:
        return conditional(request, HttpResponse(kept.content, headers=kept.headers))
    response = with_validity(draw())
    if whole_page(response) and not response.cookies:
        pages.put(key, Kept(response.content, dict(response.items())))
    return conditional(request, response)


def state() -> Key:
    """By what the state of everything public is told from every other. One query."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return cursor.fetchone()


def for_a_minute(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A page with its ETag (of its own bytes) and Cache-Control, or 304 where the reader has that page already."""
    return conditional(request, with_validity(response))


def with_validity(response: HttpResponseBase) -> HttpResponseBase:
    """The same answer with how long it is good; a whole page gets an ETag, unless it says for how long by itself."""
    if response.has_header("Cache-Control"):
        return response
    patch_cache_control(response, **MINUTE)
    if isinstance(response, HttpResponse) and response.status_code == 200:
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return response


def conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer, or 304 where its ETag is the one that the reader has."""
    if not whole_page(response):
        return response
    return get_conditional_response(request, etag=response["ETag"], response=response)


def whole_page(response: HttpResponseBase) -> bool:
    """Is it a page with an ETag, all of it at hand?"""
    return isinstance(response, HttpResponse) and response.status_code == 200 and response.has_header("ETag")
