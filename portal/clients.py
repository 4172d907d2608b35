"""From which network does a request come, and where does who asks stand within a limit?"""

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

SUBSCRIBER = 64  # bits of an IPv6 address by which networks of one subscriber are known


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands within the limit."""

    limit: int
    used: int
    seconds_left: int

    @property
    def exceeded(self) -> bool:
        return self.used > self.limit

    def note(self, response: HttpResponseBase) -> None:
        """Tell the reader, as headers (draft-ietf-httpapi-ratelimit-headers, in the form that clients know)."""
        response["RateLimit-Limit"] = str(self.limit)
        response["RateLimit-Remaining"] = str(max(self.limit - self.used, 0))
        response["RateLimit-Reset"] = str(self.seconds_left)
        if self.exceeded:
            response["Retry-After"] = str(self.seconds_left)


def network_of(request: HttpRequest) -> str:
    """The IPv4 address, or the IPv6 network of one subscriber, that asks; for counting, not for knowing people.

    Only as many entries of X-Forwarded-For are believed as there are proxies of our own (``PROXIES``), from the right.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        passed_on = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        given = passed_on[-settings.PROXIES].strip() if len(passed_on) >= settings.PROXIES else given
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.IPv6Network((int(address), SUBSCRIBER), strict=False))
    return str(address)
