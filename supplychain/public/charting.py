"""Which pages may make their pictures interactive, which may stand inside other sites, and what does each allow?

Policy and page go together: the policy is widened by exactly what Plotly needs, on the views that say so, and pictures
bring their numbers for it there alone.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace, csp_update
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_exempt

from supplychain.public.series import View

# Of the empty text: it lets in an empty style element, which Plotly fills by itself, and no other.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
# Of the rules for maps that Plotly puts into every page; they change with its version, and test_charts tells.
MAP_STYLE = "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='"


def interactive(view: View) -> View:
    """A public page whose pictures can be made interactive. Goes outermost, so that a kept page has the policy too."""

    @csp_update({"style-src": [EMPTY_STYLE, MAP_STYLE], "img-src": ["blob:"]})  # a saved image is a blob
    @wraps(view)
    def answer(request: HttpRequest, **parts: Any) -> HttpResponseBase:
        request.interactive_charts = True
        return view(request, **parts)

    return answer


def embeddable(view: View) -> View:
    """A public page that any site may show in a frame. Goes outermost."""
    anywhere: Callable[[View], View] = csp_replace({"frame-ancestors": ["*"]})
    return anywhere(xframe_options_exempt(view))
