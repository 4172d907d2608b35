"""What do readers notice when the web process or a server is killed? At worst that they have to ask again."""

import hashlib
import socket
from http.client import HTTPConnection, HTTPResponse

import psycopg2
import pytest

from portal.models import User
from supplychain.actions.disclosures import publish_disclosure
from supplychain.models import Publication
from tests.faults import builds
from tests.faults.processes import Portal
from tests.integration.disclosure_builder import SERIES

QUARTER = builds.LAST
NAME = "supply-chain.csv"


@pytest.fixture
def published(portal: Portal, publisher: User) -> Publication:
    """A published version, and a site that shows it."""
    portal.start_web()
    current = Publication.objects.of(SERIES, QUARTER).current().first()
    if current is None:
        builds.built(portal, builds.begin(QUARTER, publisher))
        current = publish_disclosure(series=SERIES, quarter=QUARTER, by=publisher, now=builds.now())
    return current


def ask(portal: Portal, address: str, **headers: str) -> HTTPResponse:
    site = HTTPConnection(portal.environment["BIND"], timeout=30)
    site.request("GET", address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return site.getresponse()


def check_every_file(portal: Portal, publication: Publication) -> None:
    """Fetch all files of the version, and compare their digests."""
    for file in publication.files.all():
        answer = ask(portal, publication.address + file.name)
        assert (answer.status, hashlib.sha256(answer.read()).hexdigest()) == (200, file.sha256), file.name


def test_a_download_that_broke_off_is_continued(portal: Portal, published: Publication) -> None:
    answer = ask(portal, published.address + NAME)
    etag, begun = answer.headers["ETag"], answer.read(1000)
    portal.kill("web")
    answer.close()
    portal.start_web()
    rest = ask(portal, published.address + NAME, Range=f"bytes={len(begun)}-", If_Range=etag)
    assert rest.status == 206
    whole = begun + rest.read()
    assert hashlib.sha256(whole).hexdigest() == published.files.get(name=NAME).sha256
    check_every_file(portal, published)


def test_web_killed_while_it_answers(portal: Portal, published: Publication) -> None:
    """The request waits for a locked table when everything is killed; nothing of it is left at the server."""
    host, port = portal.environment["BIND"].split(":")
    other = psycopg2.connect(portal.environment["DATABASE_URL"])
    with other.cursor() as cursor, socket.create_connection((host, int(port)), timeout=30) as reader:
        cursor.execute("LOCK TABLE supplychain_publishedfile IN ACCESS EXCLUSIVE MODE")
        reader.sendall(f"GET {published.address}{NAME} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        portal.until(lambda: sessions(portal, "wait_event_type = 'Lock'"), "the request waits")
        portal.kill("web")
        assert reader.recv(1) == b""
    other.close()
    portal.until(lambda: not sessions(portal, "true"), "the server has ended the sessions")
    portal.start_web()
    check_every_file(portal, published)


def sessions(portal: Portal, which: str) -> int:
    """How many sessions of the web process there are of a sort."""
    other = psycopg2.connect(portal.environment["DATABASE_URL"])
    with other.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'portal-web' AND {which}")
        return cursor.fetchone()[0]


def test_readers_do_not_notice_that_redis_is_away(portal: Portal, published: Publication) -> None:
    portal.redis.kill()
    assert ask(portal, published.address).status == 200
    check_every_file(portal, published)
    portal.redis.start()


def test_the_site_comes_back_with_postgresql(portal: Portal, published: Publication) -> None:
    """Without being started again; as long as the database is away it says so and is never wrong."""
    assert ask(portal, published.address).status == 200
    portal.kill("postgres")
    assert ask(portal, "/readyz").status == 503
    assert ask(portal, "/livez").status == 200
    assert ask(portal, published.address).status == 503
    portal.bring_back("postgres")
    portal.until(lambda: portal.answers("readyz"), "the site is ready")
    for _ in range(32):  # as many connections as there are threads
        assert ask(portal, published.address).status == 200
    check_every_file(portal, published)
