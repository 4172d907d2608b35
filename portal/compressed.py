"""How do answers that anybody may read travel with fewer bytes?

Pages, feeds and JSON are compressed as the client asks: brotli before gzip, at levels that take a millisecond a page.
What stands behind a sign-in is sent as it is, for a page that repeats what was sent and holds a secret could be guessed
from its compressed length. Published files and streams are sent as they are, too: their sizes and digests are those of
the record.
"""

import gzip
import re
from collections.abc import Callable

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from portal.signed_in import ADDRESSES

SMALLEST = 1000  # bytes: below, nothing is won
TYPES = ("text/", "application/json", "application/xml", "application/atom+xml", "application/vnd.oai.openapi")
REFUSED = re.compile(r"q=0(\.0*)?")
COMPRESSORS = {
    "br": lambda content: brotli.compress(content, quality=5),
    "gzip": lambda content: gzip.compress(content, compresslevel=6, mtime=0),
}


class Compressed:
    """Compresses whole public answers. Their ETag becomes a weak one, for it names the page and not these bytes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(ADDRESSES) or not compressible(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        encoding = wanted(request.headers.get("Accept-Encoding", ""))
        if encoding:
            response.content = COMPRESSORS[encoding](response.content)
            response["Content-Encoding"] = encoding
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
            if response.get("ETag", "").startswith('"'):
                response["ETag"] = f"W/{response['ETag']}"
        return response


def compressible(response: HttpResponse) -> bool:
    """Is it all at hand, text, and large enough?"""
    return (
        not response.streaming
        and not response.has_header("Content-Encoding")
        and response.get("Content-Type", "").startswith(TYPES)
        and len(response.content) >= SMALLEST
    )


def wanted(accepted: str) -> str:
    """Which of our encodings an ``Accept-Encoding`` lets us use, the best first; empty for none of them."""
    given = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        given[name.strip()] = weight.replace(" ", "")
    return next((name for name in COMPRESSORS if name in given and not REFUSED.fullmatch(given[name])), "")
