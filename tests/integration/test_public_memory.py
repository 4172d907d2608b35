"""Is a page that is kept in memory given out only while nothing public has changed, and to nobody else?

What is kept depends on what is committed, so each test has a database of its own.
"""

import threading
from collections.abc import Iterator
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal import database_roles
from providers.models import Organisation
from supplychain.models import Publication, Release
from supplychain.public import caching
from supplychain.public.caching import KeptPages
from tests.integration.public_site import PAGES, QUARTER, frozen, publish

ASK = 1  # what a page from memory asks the database: whether anything has changed


@pytest.fixture
def memory(own_database, monkeypatch) -> Iterator[KeptPages]:
    """Room for pages in this process, empty at the start."""
    pages = KeptPages(16 * caching.MEGABYTE)
    monkeypatch.setattr(caching, "pages", pages)
    return pages


pytestmark = pytest.mark.usefixtures("memory")


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_every_page_is_drawn_once_then_the_same_until_the_next_day(client: Client, monkeypatch) -> None:
    for page in PAGES:
        drawn, kept = client.get(page), client.get(page)
        assert (kept.content, dict(kept.items())) == (drawn.content, dict(drawn.items()) | {"X-Request-ID": mock.ANY})
        assert queries(client, page) == ASK, page
    etag = client.get("/bodies/")["ETag"]
    answer = client.get("/bodies/", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get("/bodies/").status_code == 200
    monkeypatch.setattr(caching, "STATE", caching.STATE.replace("(now() AT", "((now() + interval '1 day') AT"))
    assert queries(client, "/bodies/") > ASK


def test_what_is_published_shows_at_once(client: Client) -> None:
    publication = frozen(state="building")
    assert client.get(publication.address).status_code == 404
    assert QUARTER.label not in client.get("/disclosures/").content.decode()
    publish(publication)
    assert QUARTER.label in client.get("/disclosures/").content.decode()
    assert client.get(publication.address).status_code == 200
    Publication.objects.filter(pk=publication.pk).update(redacted_at=timezone.now())
    assert "Provider 1" not in client.get("/providers/").content.decode()


def test_a_change_counts_once_a_transaction_when_that_is_committed_and_never_else(client: Client) -> None:
    name, before = "Another Name Altogether", caching.state()
    changed, seen = threading.Event(), threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                Organisation.objects.filter(public_id="GB-CHC-9901001").update(name=name)
                Organisation.objects.filter(public_id="GB-CHC-9901001").update(income_band="test")
                changed.set()
                assert seen.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=change)
    writer.start()
    assert changed.wait(20)
    page = "/demonstration/providers/GB-CHC-9901001/"
    assert caching.state() == before and name not in client.get(page).content.decode()
    seen.set()
    writer.join()
    assert caching.state()[0] == before[0] + 1
    assert name in client.get(page).content.decode()

    before = caching.state()
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Organisation.objects.filter(public_id="GB-CHC-9901001").update(name="Never")
            raise ZeroDivisionError
        Organisation.objects.filter(public_id="GB-CHC-9901001").update(name="For good")
    assert caching.state()[0] == before[0] + 1, "the note of the part that was taken back went with it"


def test_every_public_table_notes_its_changes_and_a_moment_that_comes_is_one() -> None:
    assert "supplychain_publication" in database_roles.noting_tables()
    for table in database_roles.noting_tables():
        before = caching.state()
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE false")
        assert caching.state() != before, table
    publisher = frozen().published_by
    now = timezone.now()
    Release.objects.create(
        series="real", kind="disclosure", period="2018-19 Q2", version=1, announced_at=now, announced_by=publisher,
        goes_public_at=now + timezone.timedelta(hours=1),
    )  # fmt: skip
    before = caching.state()
    Release.objects.update(goes_public_at=now - timezone.timedelta(hours=1))
    assert caching.state()[2] == before[2] + 1


def test_addresses_hosts_and_series_are_kept_apart_and_what_is_no_page_passes_by(
    client: Client, memory: KeptPages
) -> None:
    pages = ("/bodies/", "/demonstration/bodies/", "/demonstration/providers/", "/demonstration/providers/?q=mentor")
    assert len({client.get(page).content for page in pages}) == 4 == len(memory.pages)
    assert (
        client.get("/disclosures/feed.atom").content
        != client.get("/disclosures/feed.atom", HTTP_HOST="localhost").content
    )


def test_tables_errors_and_people_with_a_session_pass_by(client: Client, memory: KeptPages) -> None:
    assert client.get("/bodies/?format=csv").getvalue()
    assert client.head("/bodies/?format=csv").status_code == 200
    assert client.get("/bodies/NONE/").status_code == 404
    assert client.get("/bodies/?x=" + "x" * caching.LONGEST_QUERY).status_code == 200
    client.cookies["sessionid"] = "somebody"
    assert client.get("/bodies/").status_code == 200
    assert not memory.pages
