"""Which page of a list is asked for?"""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from portal.errors import NotFound


def page_of(paginator: Paginator, request: HttpRequest) -> Page:
    """The page that the address names, the first one where it names none. Raises :class:`NotFound` for no page."""
    asked = request.GET.get("page")
    if asked is None:
        return paginator.page(1)
    if asked.isascii() and asked.isdecimal() and len(asked) < 9 and int(asked) in paginator.page_range:
        return paginator.page(int(asked))
    raise NotFound("no-such-page", f"This list has {paginator.num_pages} pages, and that is none of them.")
