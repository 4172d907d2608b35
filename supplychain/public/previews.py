"""What is in a published file? Its first rows, to look at before it is downloaded."""

import csv
import logging
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal.errors import NotFound
from portal.quarters import Quarter
from supplychain.public import files, published
from supplychain.public.downloads import away, recorded
from supplychain.public.series import World, public_page, show

log = logging.getLogger(__name__)
ROWS = 20
CHARACTERS = 4000
READ_AS_TEXT = (".json", "")  # SHA256SUMS has no ending


@public_page
def preview(request: HttpRequest, series: World, quarter: Quarter, number: int, name: str) -> HttpResponse:
    """The first rows of a table, or the beginning of another text; 410 where the file was taken down."""
    publication = published.version(series.name, quarter, number)
    found = recorded(request, series, publication, name)
    if isinstance(found, HttpResponse):
        return found
    if not previewed(name):
        raise NotFound("no-preview", f"{name} is no text that could be shown here; it can be downloaded.")
    try:
        shown = beginning(Path(settings.PORTAL_FILES) / publication.folder / found.name)
    except FileNotFoundError:
        log.exception("%s of %s is not in its folder", name, publication)
        return away(request, series)
    context = {
        "publication": publication,
        "quarter": quarter,
        "file": found,
        "description": files.described(name),
        **shown,
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Disclosures", f"{series.prefix}/disclosures/"),
            (f"{quarter} version {number}", publication.address),
            (name, ""),
        ],
    }
    return show(request, "public/preview.html", series, context)


def previewed(name: str) -> bool:
    """Whether a file is text that people can look at."""
    return name.endswith(".csv") or Path(name).suffix in READ_AS_TEXT


def beginning(path: Path) -> dict:
    """Header and first rows of a CSV, or the first characters of another text. Raises ``FileNotFoundError``."""
    with path.open(encoding="utf-8-sig", newline="") as text:
        if path.suffix != ".csv":
            start = text.read(CHARACTERS + 1)
            return {"text": start[:CHARACTERS], "more": len(start) > CHARACTERS}
        header, *rows = islice(csv.reader(text), ROWS + 1)
        return {"header": header, "rows": rows}
