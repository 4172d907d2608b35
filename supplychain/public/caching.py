"""How long may a copy of a public answer be kept, and how is it known to be still good?

Pages may be kept for a minute and are then asked for again by their ETag; published files never change, so they may be
kept for good.
"""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control

MINUTE = {"public": True, "max_age": 60}
FOR_GOOD = {"public": True, "max_age": 31_536_000, "immutable": True}


def for_a_minute(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A page with its ETag (of its own bytes) and Cache-Control, or 304 where the reader has that page already."""
    if response.has_header("Cache-Control"):
        return response
    patch_cache_control(response, **MINUTE)
    if isinstance(response, HttpResponse) and response.status_code == 200:
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        return get_conditional_response(request, etag=response["ETag"], response=response)
    return response
