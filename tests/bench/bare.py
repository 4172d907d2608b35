"""What does the same worker answer without the portal's own work? The limits of pages and files.

The portal as gunicorn serves it, with two addresses before it: ``/bare/page/PATH`` gives the bytes of a file from
memory by a view behind the same middleware, ``/bare/file/PATH`` sends it by the server's own means, before any code of
ours. Paths are below the folder of published files.
"""

from collections.abc import Iterable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from portal.wsgi import application as portal

BARE_FILE = "/bare/file/"


@cache
def kept(name: str) -> bytes:
    """The bytes of a file, read once."""
    return (settings.PORTAL_FILES / name).read_bytes()


def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page from memory."""
    return HttpResponse(kept(name))


def application(environ: dict, start_response) -> Iterable[bytes]:
    """The portal, and bare files before it."""
    address = environ["PATH_INFO"]
    if not address.startswith(BARE_FILE):
        return portal(environ, start_response)
    path_of_file = settings.PORTAL_FILES / address.removeprefix(BARE_FILE)
    size = path_of_file.stat().st_size
    start_response("200 OK", [("Content-Type", "text/csv"), ("Content-Length", str(size))])
    return environ["wsgi.file_wrapper"](path_of_file.open("rb"))


urlpatterns = [path("bare/page/<path:name>", page), path("", include("portal.urls"))]
settings.ROOT_URLCONF = __name__
