"""What do programs ask for at fixed places? Rules for robots, and whom to tell about a weakness (RFC 9116)."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

DAY = 86_400
GOOD_FOR = dt.timedelta(days=180)  # RFC 9116 advises less than a year
ROBOTS = """\
User-agent: *
Disallow: /*?*format=
Disallow: /*?*q=
"""


@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read and kept, but not every search; demonstration pages ask not to be listed themselves."""
    found = f"{ROBOTS}Sitemap: {request.build_absolute_uri('/sitemap.xml')}\n"
    return HttpResponse(found, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=DAY)
def security(request: HttpRequest) -> HttpResponse:
    """The operator's own text elsewhere, our own with the operator's contact, or 404 that says what is missing."""
    if settings.SECURITY_TXT_AT:
        return HttpResponseRedirect(settings.SECURITY_TXT_AT)
    if not settings.SECURITY_CONTACT:
        sentence = "The operator of this portal has not named a contact for security reports.\n"
        return HttpResponse(sentence, status=404, content_type="text/plain; charset=utf-8")
    expires = (timezone.now() + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Policy: {request.build_absolute_uri('/about/contact/')}",
        f"Canonical: {request.build_absolute_uri('/.well-known/security.txt')}",
        "Preferred-Languages: en",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
