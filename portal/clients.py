"""From which network does a request come?"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

SUBSCRIBER = 64  # bits of an IPv6 address by which networks of one subscriber are known


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
