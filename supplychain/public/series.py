"""In which of the two worlds is a page, and what do all public pages share?

Every public address exists twice: for the real world, and below ``/demonstration/`` for the invented one. A view gets
the world it is in and asks for rows of that world only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.errors import NotFound
from providers.models import Series
from supplychain.models import Body, series_prefix
from supplychain.public import published
from supplychain.public.caching import kept_or_drawn

PAGE, CSV = "", "csv"


@dataclass(frozen=True, slots=True)
class World:
    """One series as pages know it: its name in the database and what stands before its addresses."""

    name: str

    @property
    def prefix(self) -> str:
        """Nothing, or ``/demonstration``."""
        return series_prefix(self.name)

    @property
    def demonstration(self) -> bool:
        return self.name == Series.DEMONSTRATION

    @property
    def file_prefix(self) -> str:
        """What the names of extracts begin with, so that an invented file is never taken for a real one."""
        return "demonstration-" if self.demonstration else ""


REAL, DEMONSTRATION = World(Series.REAL), World(Series.DEMONSTRATION)
View = Callable[..., HttpResponseBase]


def public_page(view: View) -> View:
    """A view that anyone may read: no cookie, a minute in caches, and 404 where its world is not loaded.

    The view is called with ``series`` (a :class:`World`) and the parts of the address.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *, series: str, **parts: Any) -> HttpResponseBase:
        world = World(series)

        def draw() -> HttpResponseBase:
            if world.demonstration and not has_demonstration():
                return no_demonstration(request)
            return view(request, series=world, **parts)

        return kept_or_drawn(request, draw)

    return answer


def has_demonstration() -> bool:
    """Whether the demonstration may be shown here and anything of it is loaded."""
    return settings.PORTAL_DEMONSTRATION and Body.objects.in_series(Series.DEMONSTRATION).exists()


def no_demonstration(request: HttpRequest) -> HttpResponse:
    """The page that says so, as part of the real site."""
    context = {
        "series": REAL,
        "title": "No demonstration here",
        "sentence": "This portal runs without the demonstration, so there is nothing at addresses below it.",
        "code": "no-demonstration",
    }
    return render(request, "error.html", context, status=404)


def show(
    request: HttpRequest, template: str, world: World, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page of a world, with the moment up to which its data goes."""
    shared = {"series": world, "data_as_of": published.data_as_of(world.name)}
    return render(request, template, {**shared, **context}, status=status)


def wanted_format(request: HttpRequest) -> str:
    """``csv`` where the address asks for it, empty for the page. Raises :class:`NotFound` for any other format."""
    asked = request.GET.get("format", "").strip().lower()
    if asked in {"", "html"}:
        return PAGE
    if asked == CSV:
        return CSV
    raise NotFound(
        "no-such-format", "This selection comes as a page or as CSV: leave “format” out, or ask for format=csv."
    )
