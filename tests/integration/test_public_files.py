"""Are published files given out byte for byte, for ever, and are they gone once they were taken down?"""

import datetime as dt
import hashlib
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from portal.models import Role, RoleGrant, User
from supplychain.actions.takedowns import confirm_takedown, request_takedown
from supplychain.disclosure import chain
from supplychain.models import Publication, PublishedFile, Tombstone
from supplychain.public import downloads
from tests.integration.disclosure_builder import Q1, World, folder
from tests.integration.public_site import frozen

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def publication() -> Publication:
    """A small published version with its files on disk."""
    world = World()
    world.body("D91")
    filed = world.filed("D91", Q1)
    world.line(filed, "A-1", "Alpha", "600.10")
    world.line(filed, "A-1/1", "Beta", "200.05", above="A-1")
    return world.published(Q1)


@pytest.fixture
def corrected(publication: Publication) -> tuple[Publication, Publication]:
    """Version 1 and the version 2 that took its place."""
    second = World().published(Q1)
    publication.refresh_from_db()
    return publication, second


def got(client: Client, address: str, **headers: str):
    answer = client.get(address, headers=headers)
    return answer, answer.getvalue()


def test_every_listed_file_is_given_out_as_it_was_recorded(client: Client, publication: Publication) -> None:
    page = client.get(publication.address).content.decode()
    files = list(PublishedFile.objects.filter(publication=publication))
    assert len(files) > 10
    for file in files:
        assert f'href="{publication.address}{file.name}"' in page and file.sha256 in page
        answer, body = got(client, publication.address + file.name)
        assert answer.status_code == 200
        assert (hashlib.sha256(body).hexdigest(), len(body)) == (file.sha256, file.bytes)
        assert answer["Content-Length"] == str(file.bytes)
        assert answer["ETag"] == f'"{file.sha256}"'
        assert answer["Cache-Control"] == YEAR
        assert answer["Content-Disposition"] == f'attachment; filename="{file.name}"'
        assert not answer.cookies and not answer.has_header("Link")


def test_types_say_what_a_file_is(client: Client, publication: Publication) -> None:
    types = {
        "supply-chain.csv": "text/csv; charset=utf-8; header=present",
        "manifest.json": "application/json; charset=utf-8",
        "SHA256SUMS": "text/plain; charset=utf-8",
        "2014-15-q1-v1.zip": "application/zip",
    }
    assert {name: client.get(publication.address + name)["Content-Type"] for name in types} == types


def test_the_archive_and_the_sums_agree_with_the_files(client: Client, publication: Publication) -> None:
    _, packed = got(client, f"{publication.address}2014-15-q1-v1.zip")
    _, sums = got(client, f"{publication.address}SHA256SUMS")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for line in sums.decode().splitlines():
            digest, name = line.split("  ")
            assert (
                hashlib.sha256(archive.read(name)).hexdigest()
                == digest
                == (hashlib.sha256(got(client, publication.address + name)[1]).hexdigest())
            )


def test_who_has_a_file_is_not_sent_it_again(client: Client, publication: Publication) -> None:
    address = f"{publication.address}supply-chain.csv"
    first, _ = got(client, address)
    for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        answer, body = got(client, address, **headers)
        assert (answer.status_code, body) == (304, b"")
        assert (answer["ETag"], answer["Cache-Control"]) == (first["ETag"], YEAR)
    assert got(client, address, **{"If-None-Match": '"other"'})[0].status_code == 200
    head = client.head(address)
    assert (head.status_code, head["Content-Length"], head["ETag"]) == (200, first["Content-Length"], first["ETag"])


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=10-", 10, None), ("bytes=-7", -7, None), ("bytes=5-99999999", 5, None)],
)
def test_a_download_can_be_resumed(
    client: Client, publication: Publication, wanted: str, first: int, last: int | None
) -> None:
    address = f"{publication.address}supply-chain.csv"
    _, whole = got(client, address)
    answer, part = got(client, address, Range=wanted)
    assert answer.status_code == 206
    assert part == whole[first : None if last is None else last + 1]
    start = first if first >= 0 else len(whole) + first
    assert answer["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{len(whole)}"
    assert answer["Content-Length"] == str(len(part))


def test_ranges_that_make_no_sense(client: Client, publication: Publication) -> None:
    address = f"{publication.address}supply-chain.csv"
    _, whole = got(client, address)
    beyond, _ = got(client, address, Range=f"bytes={len(whole)}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    for ignored in ("bytes=", "bytes=-", "lines=1-2", "bytes=0-1,3-4", "bytes=a-b"):
        assert got(client, address, Range=ignored)[1] == whole
    changed, body = got(client, address, **{"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (changed.status_code, body) == (200, whole)


def test_only_recorded_names_are_files(client: Client, publication: Publication) -> None:
    (folder(publication) / "secret.txt").write_text("not listed", encoding="utf-8")
    names = (
        "secret.txt",
        ".hidden",
        "nothing.csv",
        "..%2fv1%2fsupply-chain.csv",
        "%2e%2e/manifest.json",
        "a%00b",
        "x" * 200,
    )
    for name in names:
        assert client.get(publication.address + name).status_code == 404, name
    assert client.get(publication.address.replace("/demonstration", "") + "manifest.json").status_code == 404


def test_a_superseded_file_stays_and_names_its_successor(client: Client, corrected) -> None:
    first, second = corrected
    old, body = got(client, f"{first.address}supply-chain.csv")
    assert old.status_code == 200 and body
    assert old["Link"] == f'<{second.address}supply-chain.csv>; rel="successor-version"'
    archive, _ = got(client, f"{first.address}2014-15-q1-v1.zip")
    assert archive["Link"] == f'<{second.address}>; rel="successor-version"', "the archive's name holds the version"
    assert not got(client, f"{second.address}supply-chain.csv")[0].has_header("Link")


def test_a_file_that_was_taken_down_leaves_a_tombstone(client: Client, publication: Publication) -> None:
    now = timezone.now()
    asking, confirming = (User.objects.create_user(f"test-publisher-{number}") for number in (1, 2))
    for person in (asking, confirming):
        RoleGrant.objects.create(user=person, role=Role.PUBLISHER, during=(dt.date(2014, 1, 1), None))
    asked = {"series": "demonstration", "body_code": "D91", "agreement_ref": "A-1", "part": "provider", "now": now}
    request_takedown(**asked, reason="safety", by=asking)
    confirm_takedown(**asked, by=confirming)
    answer = client.get(f"{publication.address}supply-chain.csv")
    text = answer.content.decode()
    assert answer.status_code == 410
    assert "the safety of people" in text and Tombstone.objects.get(name="supply-chain.csv").sha256 in text
    assert "immutable" not in answer["Cache-Control"]
    assert client.get(f"{publication.address}manifest.json").status_code == 200, "digests stay"
    page = client.get(publication.address).content.decode()
    assert "Files of this version were removed" in page and "£600.10" in page
    assert "Alpha" not in page and f'href="{publication.address}supply-chain.csv"' not in page
    assert client.get(f"{publication.address}?format=csv").status_code == 404
    for address in ("bodies/D91/", "providers/?q=Alpha"):
        assert "£600.10" not in client.get(f"/demonstration/{address}").content.decode()
    assert "A-1" not in client.get("/demonstration/bodies/D91/").content.decode()


def test_a_recorded_file_that_cannot_be_read_is_no_missing_page(client: Client, publication: Publication) -> None:
    (folder(publication) / "flows.csv").unlink()
    answer = client.get(f"{publication.address}flows.csv")
    assert (answer.status_code, answer["Cache-Control"], answer["Retry-After"]) == (503, "no-store", "300")
    assert not list(Path("/proc/self/fd").glob("*flows*"))


def test_large_files_leave_threads_for_pages(client: Client, publication: Publication, monkeypatch) -> None:
    """Whoever reads one slowly keeps a thread, so that not all of them may be kept."""
    monkeypatch.setattr(downloads, "LARGE", 100)
    address, settings = f"{publication.address}supply-chain.csv", downloads.settings
    reading = [client.get(address) for _ in range(settings.FILES_AT_ONCE)]
    refused = client.get(address)
    assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (503, "10", "no-store")
    assert "Too many downloads" in refused.content.decode()
    assert client.get(publication.address).status_code == 200, "pages answer meanwhile"
    assert client.get(address, headers={"Range": "bytes=0-9"}).status_code == 503
    reading.pop().getvalue()
    assert client.get(address, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert got(client, address)[0].status_code == 200, "each place is free again"
    for answer in reading:
        answer.close()


def test_totals_agree_between_page_manifest_and_file(client: Client, publication: Publication) -> None:
    manifest = json.loads(got(client, f"{publication.address}manifest.json")[1])
    page = client.get(publication.address).content.decode()
    for pence in manifest["totals_pence"].values():
        assert f"£{Decimal(pence) / 100:,.2f}" in page
    assert manifest["totals_pence"] == {"2": 60010, "3": 20005}


def test_the_chain_of_each_series_holds_by_itself(client: Client, corrected) -> None:
    answer, body = got(client, "/demonstration/disclosures/chain.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert chain.verify(body.decode()) == []
    assert corrected[1].digest in body.decode()
    assert corrected[1].digest not in got(client, "/disclosures/chain.csv")[1].decode()


def test_the_feed_has_an_entry_for_every_version(client: Client, corrected) -> None:
    frozen(version=1, state="superseded")
    frozen(version=2)
    answer = client.get("/disclosures/feed.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    entries = {entry.findtext(f"{ATOM}id"): entry for entry in feed.findall(f"{ATOM}entry")}
    assert {address for address in entries if "2018-19-q1" in address} == {
        "http://testserver/disclosures/2018-19-q1/v1/", "http://testserver/disclosures/2018-19-q1/v2/",
    }  # fmt: skip
    assert "Corrected." in entries["http://testserver/disclosures/2018-19-q1/v2/"].findtext(f"{ATOM}summary")
    assert not any("demonstration" in address for address in entries)
    demonstration = ElementTree.fromstring(client.get("/demonstration/disclosures/feed.atom").content)
    titles = [entry.findtext(f"{ATOM}title") for entry in demonstration.findall(f"{ATOM}entry")]
    assert titles and all(title.startswith("Demonstration: ") for title in titles)
