"""Do the two series never meet, and does the public database role see every page and nothing else?

A reader follows every link from both home pages, as the public role, over a world in which both series have published
disclosures: today's real map and the demonstration. Pages, feeds, selections as CSV, and every published file.
"""

import datetime as dt
import io
import re
import zipfile
from collections import Counter, deque
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import resolve

from providers.models import Organisation
from supplychain.compiled import local
from supplychain.models import Area, Body, FrozenLine, Kpi, PublishedFile, Return
from tests.integration.public_site import PAGES, frozen
from tests.world import BODIES

PREFIX = "/demonstration/"
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
MOST_BODIES = 50  # more than there are
MOST_OF_A_KIND = 10  # pages of one kind are made by one view and template
OUTSIDE = ("/static/", "/filing/")  # neither belongs to a series
IN_AN_ARCHIVE = re.compile(r"/v\d+/(?:preview/[^/]+/|[^/]+(?<!\.zip))$")


class Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag in {"a", "link"} and name == "href" and value]


@pytest.fixture
def public_reader(own_database, world_files) -> Client:
    """A client whose database connection has the rights of the public role only."""
    local.load(now=NOW)
    frozen(body="C01")
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE portal_public")
    return Client()


def crawl(client: Client, start: str) -> dict[str, str]:
    """Every kind of page, feed, selection and archive of one series that its home page leads to, with its text."""
    demonstration = start.startswith(PREFIX)
    waiting, seen, visited = deque([start]), {}, Counter()
    while waiting:
        address = waiting.popleft()
        route = resolve(address.partition("?")[0]).url_name or ""
        kind = route + address.partition("?")[2].partition("=")[0]
        if address in seen or visited[kind] == (MOST_BODIES if route == "body" else MOST_OF_A_KIND):
            continue
        visited[kind] += 1
        answer = client.get(address)
        assert answer.status_code in {200, 301, 302}, f"{address} answers {answer.status_code}"
        seen[address] = text_of(answer)
        if answer.status_code != 200:
            waiting.append(answer["Location"])
        if not answer["Content-Type"].startswith("text/html"):
            continue
        for link in Links(seen[address]).found:
            parts = urlsplit(urljoin(f"http://testserver{address}", link))
            inside = parts.path.startswith(PREFIX) == demonstration and not parts.path.startswith(OUTSIDE)
            if parts.netloc == "testserver" and inside and not IN_AN_ARCHIVE.search(parts.path):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return seen


def text_of(answer) -> str:
    """What an answer says, streamed or not, unpacked where it is an archive."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer["Content-Type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist())
    return content.decode()


def named(series: str) -> set[str]:
    """The names, ids, codes, references and summaries that belong to one series only."""
    other = "real" if series == "demonstration" else "demonstration"

    def of(one: str) -> set[str]:
        organisations = Organisation.objects.filter(series=one)
        names = {name for pair in organisations.values_list("name", "public_id") for name in pair}
        return (
            names
            | set(Body.objects.filter(series=one).values_list("name", flat=True))
            | set(FrozenLine.objects.filter(publication__series=one).values_list("agreement_ref", flat=True))
            | set(FrozenLine.objects.filter(publication__series=one).values_list("service_summary", flat=True))
            | set(Kpi.objects.filter(series=one, code__contains="-").values_list("code", flat=True))
            | {area for area in Area.objects.filter(series=one).values_list("code", flat=True) if "-" in area}
        )

    # Harbour stands in names of both and A-1 in examples of rules; whatever is called so has an id that does not.
    return {name for name in of(series) - of(other) if len(name) > 4 and re.search(r"[ /-]", name)}


def mixed(pages: dict[str, str], foreign: set[str]) -> list[str]:
    # One pattern for all names; a name inside a longer word is another word.
    pattern = re.compile(
        r"(?<![\w-])(" + "|".join(sorted(map(re.escape, foreign), key=len, reverse=True)) + r")(?![\w-])"
    )
    return [f"{address}: {match[0]}" for address, text in pages.items() if (match := pattern.search(unescape(text)))]


def test_nothing_of_one_series_is_in_a_page_of_the_other(public_reader: Client) -> None:
    real, invented = crawl(public_reader, "/"), crawl(public_reader, PREFIX)
    assert len(real) > 200 and len(invented) > 150, "the reader got around"
    assert {f"/bodies/{code}/" for code in ("C21", "N07", "R-L")} <= real.keys() and "/rules/F01/" in real
    assert {f"{PREFIX}bodies/{code}/" for code in BODIES} <= invented.keys()
    assert {"/disclosures/2026-27-q2/v1/2026-27-q2-v1.zip", "/bodies/R-A/?format=csv"} <= real.keys()
    assert {f"{PREFIX}disclosures/2018-19-q1/v2/2018-19-q1-v2.zip", f"{PREFIX}providers/?format=csv"} <= invented.keys()
    assert mixed(real, named("demonstration")) == []
    assert mixed(invented, named("real")) == []
    marked = re.compile(r"/bodies/D\d|GB-(CHC|COH)-(RS)?99\d{5}|XP-9\d{5}|return_kind.demonstration")
    assert [address for address, text in real.items() if marked.search(text)] == []
    leading_out = [a for a, text in real.items() if PREFIX in text and a not in {"/", "/about/"}]
    assert leading_out == [], "one plain link from home, and one from the page about the data"
    pages = [address for address, text in invented.items() if "<!DOCTYPE html>" in text]
    assert all("app-demonstration" in invented[address] for address in pages), "the banner is on every page"
    assert all('<meta name="robots" content="noindex">' in invented[address] for address in pages)


def test_nobody_is_found_in_the_other_series(public_reader: Client) -> None:
    for own, other in (("/", "demonstration"), (PREFIX, "real")):
        for line in FrozenLine.objects.filter(publication__series=other).order_by("pk")[:5]:
            for asked in (line.provider_name, line.provider_id):
                for address in ("providers/", "search/"):
                    page = unescape(public_reader.get(f"{own}{address}", {"q": asked}).content.decode())
                    assert f"/providers/{line.provider_id}/" not in page
            assert public_reader.get(f"{own}providers/{line.provider_id}/").status_code == 404
            assert public_reader.get(f"{own}bodies/{line.body_code}/").status_code == 404


def test_links_of_one_series_stay_in_it(public_reader: Client) -> None:
    for page in PAGES:
        answer = public_reader.get(page)
        if not page.startswith(PREFIX) or not answer["Content-Type"].startswith("text/html"):
            continue
        own = [link for link in Links(answer.content.decode()).found if link.startswith("/")]
        outside = {link for link in own if not link.startswith((PREFIX, "/static/"))}
        assert outside <= {"/", "/.well-known/security.txt", "/filing/"}, page


def test_the_public_role_sees_every_page_and_nothing_private(public_reader: Client) -> None:
    assert {page: public_reader.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 200)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Return.objects.count()


def test_the_public_role_sees_no_row_of_an_unpublished_version(own_database) -> None:
    publication = frozen(state="building")
    assert FrozenLine.objects.filter(publication=publication).count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE portal_public")
    assert not FrozenLine.objects.filter(publication=publication).exists()
    assert not PublishedFile.objects.filter(publication=publication).exists()
    assert Client().get(publication.address).status_code == 404
