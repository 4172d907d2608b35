"""Which bytes does an address of a published file give? Those that were frozen, for good, or a tombstone.

The name in the address only chooses a row; the path comes from that row and our own folder.
"""

import logging
import re
import threading
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from portal.errors import NotFound
from portal.quarters import Quarter
from supplychain.disclosure import chain as chain_text
from supplychain.models import Publication, PublishedFile, Tombstone
from supplychain.public import files, published
from supplychain.public.caching import FOR_GOOD
from supplychain.public.csv_export import NoPlace, later
from supplychain.public.series import World, public_page

log = logging.getLogger(__name__)
LARGE = 2_000_000  # bytes; less than that waits in buffers until it is read, and its thread is free
# Slow readers of large files leave threads for pages.
places = threading.BoundedSemaphore(settings.FILES_AT_ONCE)
ONE_RANGE = re.compile(r"bytes=(\d{1,15})?-(\d{1,15})?", re.ASCII)


class LargeFile(FileResponse):
    """A file that keeps its thread for as long as somebody reads it, and so has a place until it is closed."""

    has_place = True

    def close(self) -> None:
        super().close()
        if self.has_place:
            self.has_place = False
            places.release()


@public_page
def file(request: HttpRequest, series: World, quarter: Quarter, number: int, name: str) -> HttpResponseBase:
    """One file of one version: the same bytes for ever, 410 where it was taken down, 404 where there never was one."""
    publication = published.version(series.name, quarter, number)
    found = recorded(request, series, publication, name)
    if isinstance(found, HttpResponse):
        return found
    headers = {
        "ETag": f'"{found.sha256}"',
        "Last-Modified": http_date(publication.published_at.timestamp()),
        "Accept-Ranges": "bytes",
    }
    if not publication.is_current:
        headers["Link"] = f'<{successor(publication, name)}>; rel="successor-version"'
    unchanged = HttpResponse(headers=headers)
    patch_cache_control(unchanged, **FOR_GOOD)
    conditional = get_conditional_response(
        request, headers["ETag"], int(publication.published_at.timestamp()), response=unchanged
    )
    if conditional is not unchanged:
        return conditional
    try:
        return sent(request, found, publication, headers)
    except NoPlace:
        return later(request, series)
    except FileNotFoundError:
        log.exception("%s of %s is not in its folder", name, publication)
        return away(request, series)


def recorded(request: HttpRequest, series: World, publication: Publication, name: str) -> PublishedFile | HttpResponse:
    """A file of a version as it was recorded, or the page in its place where it was taken down.

    Raises :class:`NotFound` where there never was one.
    """
    grave = published.tombstones(publication).filter(name=name).first()
    if grave is not None:
        return gone(request, series, publication, grave)
    found = published.files(publication).filter(name=name).first()
    if found is None:
        raise NotFound("no-such-file", f"Version {publication.version} of this disclosure has no file called {name}.")
    return found


def sent(
    request: HttpRequest, found: PublishedFile, publication: Publication, headers: dict[str, str]
) -> HttpResponseBase:
    """The file from its folder, whole or the one range that was asked for. Raises ``FileNotFoundError``, and
    :class:`NoPlace` for a large one where this process sends enough of them already.
    """
    wanted = asked_range(request, found, headers["ETag"])
    if wanted and (wanted[0] > wanted[1] or wanted[0] >= found.bytes):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.bytes}"})
    handle = (Path(settings.PORTAL_FILES) / publication.folder / found.name).open("rb")
    kind = files.content_type(found.name)
    of_its_size = LargeFile if found.bytes > LARGE else FileResponse
    if of_its_size is LargeFile and not places.acquire(blocking=False):
        handle.close()
        raise NoPlace
    response = of_its_size(handle, as_attachment=True, filename=found.name, headers=headers, content_type=kind)
    patch_cache_control(response, **FOR_GOOD)
    if wanted is None:
        return response
    first, last = wanted
    handle.seek(first)
    response.streaming_content = pieces(handle, last - first + 1)
    response.status_code = 206
    response["Content-Length"] = str(last - first + 1)
    response["Content-Range"] = f"bytes {first}-{last}/{found.bytes}"
    return response


def pieces(handle, remaining: int):
    """So many bytes of an open file, in pieces of 64 KB."""
    while remaining > 0:
        piece = handle.read(min(remaining, 65_536))
        if not piece:
            return
        remaining -= len(piece)
        yield piece


def asked_range(request: HttpRequest, found: PublishedFile, etag: str) -> tuple[int, int] | None:
    """First and last byte that were asked for; ``None`` where the whole file is meant (RFC 9110, 14.2)."""
    match = ONE_RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not match or not any(match.groups()) or request.method != "GET":
        return None
    if request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if first is None:
        return max(found.bytes - int(last), 0), found.bytes - 1 if int(last) else -1
    return int(first), min(int(last) if last else found.bytes - 1, found.bytes - 1)


def successor(publication: Publication, name: str) -> str:
    """Where the valid version has the same file; its page where it has none of that name."""
    valid = published.valid_version(publication.series, publication.quarter)
    same = published.files(valid).filter(name=name).exists()
    return valid.address + (name if same else "")


def gone(request: HttpRequest, series: World, publication: Publication, grave: Tombstone) -> HttpResponse:
    """What stands where a file was removed."""
    context = {"series": series, "publication": publication, "grave": grave}
    response = render(request, "public/gone.html", context, status=410)
    patch_cache_control(response, public=True, max_age=60)
    return response


def away(request: HttpRequest, series: World) -> HttpResponse:
    """The file is recorded and can't be read: nothing that the reader did, and to be tried again."""
    context = {
        "series": series,
        "title": "This file can't be read at the moment",
        "sentence": "The file is published and recorded, but the portal can't reach it just now. Try again in some "
        "minutes.",
        "code": "file-away",
    }
    response = render(request, "error.html", context, status=503)
    response["Retry-After"] = "300"
    response["Cache-Control"] = "no-store"
    return response


@public_page
def chain(request: HttpRequest, series: World) -> HttpResponse:
    """The chain of digests over all versions, as chain.csv."""
    text = chain_text.text(published.chain(series.name))
    response = HttpResponse(text, content_type=files.content_type("chain.csv"))
    response["Content-Disposition"] = f'attachment; filename="{series.file_prefix}chain.csv"'
    return response
