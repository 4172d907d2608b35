"""What do readers have to know about the data, the site and the people behind it?"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from supplychain.public import published
from supplychain.public.glossary import GLOSSARY
from supplychain.public.methods import EXAMPLE, GROUPS
from supplychain.public.provenance import named
from supplychain.public.series import World, has_demonstration, public_page, show

COMPILED_FROM = ("S-GH-CRS",)  # the contracts of commissioned rehabilitative services


@public_page
def about(request: HttpRequest, series: World) -> HttpResponse:
    """About the data: tiers, money, kinds of return, suppression, corrections."""
    context = {
        "nothing_filed": published.newest_with_returns(series.name) is None,
        "offers_demonstration": not series.demonstration and has_demonstration(),
        "compiled_from": [] if series.demonstration else named(series, COMPILED_FROM),
    }
    return show(request, "about/data.html", series, context | crumbs(series, "About the data"))


@public_page
def methods(request: HttpRequest, series: World) -> HttpResponse:
    """How each published figure is defined, with one small example worked through."""
    context = {"groups": GROUPS, "example": EXAMPLE}
    return show(request, "about/methods.html", series, context | crumbs(series, "Methods"))


@public_page
def glossary(request: HttpRequest, series: World) -> HttpResponse:
    """What the words and letters mean."""
    return show(request, "about/glossary.html", series, {"words": GLOSSARY.items()} | crumbs(series, "Glossary"))


@public_page
def accessibility(request: HttpRequest, series: World) -> HttpResponse:
    """How accessible the site is, and what to do where it is not."""
    context = {"contact": settings.PORTAL_CONTACT}
    return show(request, "about/accessibility.html", series, context | crumbs(series, "Accessibility statement"))


@public_page
def privacy(request: HttpRequest, series: World) -> HttpResponse:
    """Which personal data the site holds, and which cookies it sets: none on public pages."""
    context = {"contact": settings.PORTAL_CONTACT}
    return show(request, "about/privacy.html", series, context | crumbs(series, "Privacy and cookies"))


@public_page
def contact(request: HttpRequest, series: World) -> HttpResponse:
    """Whom to ask, and how to have something put right or taken down."""
    context = {"contact": settings.PORTAL_CONTACT, "security_contact": settings.SECURITY_CONTACT}
    return show(request, "about/contact.html", series, context | crumbs(series, "Contact and corrections"))


def crumbs(series: World, title: str) -> dict:
    """Where an about page stands."""
    middle = [] if title == "About the data" else [("About", f"{series.prefix}/about/")]
    return {"crumbs": [("Home", f"{series.prefix}/"), *middle, (title, "")]}
