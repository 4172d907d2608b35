"""Which questions are answered here?"""

from django.http import HttpRequest, HttpResponse

from supplychain.public.insight.frame import PAGES
from supplychain.public.series import World, public_page, show


@public_page
def index(request: HttpRequest, series: World) -> HttpResponse:
    """The pages of this room."""
    context = {
        "pages": PAGES,
        "crumbs": [("Home", f"{series.prefix}/"), ("Insight", "")],
    }
    return show(request, "public/insight/index.html", series, context)
