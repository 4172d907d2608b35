"""Can a reader see what is released when, what changed row by row, and what is in a file before it is downloaded?"""

import csv
import datetime as dt
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from portal.models import User
from supplychain.models import FrozenChange, Publication, Release, Tombstone
from supplychain.public.icalendar import Event, calendar_response
from tests.integration.public_site import frozen

pytestmark = pytest.mark.django_db
CORRECTED = "/demonstration/disclosures/2018-19-q1/v2/"


@pytest.fixture
def announced() -> Release:
    """A release of the demonstration that lies ahead."""
    keeper = User.objects.create(username="test-announcer")
    return Release.objects.create(
        series="demonstration", kind="disclosure", period="2019-20 Q1", version=1, announced_by=keeper,
        goes_public_at=timezone.now() + dt.timedelta(days=9), announced_at=timezone.now(),
        note="Later, by a week; sorry",
    )  # fmt: skip


def test_the_calendar_says_what_comes_and_what_came(client: Client, announced: Release) -> None:
    page = client.get("/demonstration/calendar/").content.decode()
    coming, past = page.split('id="released"')
    assert "April to June 2019 (2019-20 Q1), version 1" in coming and "Later, by a week; sorry" in coming
    versions = Publication.objects.disclosures().in_series("demonstration").public()
    assert {version.address for version in versions} == set(
        re.findall(r'href="(/demonstration/disclosures/\d[^"]*)"', past)
    )
    assert "2019-20 Q1" not in client.get("/calendar/").content.decode()
    answer = client.get("/demonstration/calendar/?format=csv")
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    assert len(rows) == versions.count(), "what is announced is not committed here, and files are read apart"
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert {row["status"] for row in rows} == {"published"} and {row["series"] for row in rows} == {"demonstration"}


def test_calendars_can_subscribe(client: Client, announced: Release) -> None:
    answer = client.get("/demonstration/calendar/feed.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    lines = answer.content.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    unfolded = answer.content.decode().replace("\r\n ", "")
    assert "DESCRIPTION:Later\\, by a week\\; sorry" in unfolded
    assert f"DTSTART:{announced.goes_public_at:%Y%m%dT%H%M%SZ}" in unfolded
    uids = re.findall(r"UID:(\S+)", unfolded)
    assert len(uids) == len(set(uids)) == unfolded.count("BEGIN:VEVENT") > 9
    assert answer.content == client.get("/demonstration/calendar/feed.ics").content


def test_lines_of_a_calendar_are_folded_between_characters() -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    answer = calendar_response("ŵŷ" * 60, [Event("a@b", now, now, "x\ny", "https://b/")])
    for line in answer.content.split(b"\r\n"):
        assert len(line) <= 75 and line.decode() is not None
    assert "SUMMARY:x\\ny" in answer.content.decode()


def test_changes_are_chosen_by_file_and_kind_and_can_be_taken_away(client: Client) -> None:
    publication = Publication.objects.get(series="demonstration", period="2018-19 Q1", version=2)
    every = FrozenChange.objects.filter(publication=publication)
    chosen = every.filter(basis="version", file="supply-chain.csv", change="changed")
    assert 0 < chosen.count() < every.count()
    query = {"basis": "version", "file": "supply-chain.csv", "change": "changed"}
    page = client.get(f"{CORRECTED}changes/", query).content.decode()
    assert f"{chosen.count()} value" in page
    rows = re.search(r'id="rows".*?</table>', page, re.DOTALL)[0]
    assert rows.count("<tr") == chosen.count() + 1 and all(row.key in rows for row in chosen)
    answer = client.get(f"{CORRECTED}changes/", query | {"format": "csv"})
    given = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    assert [(row["key"], row["column"], row["old"], row["new"]) for row in given] == [
        (row.key, row.column, row.old, row.new) for row in sorted(chosen, key=lambda row: (row.key, row.column))
    ]
    odd = client.get(f"{CORRECTED}changes/?basis=year&colour=red&file=\x00").content.decode()
    assert "There is no filter “colour”" in odd and odd.count("has to be one of") == 2
    assert client.get(f"{CORRECTED}changes/?page=9999").status_code == 404
    assert client.get("/demonstration/disclosures/2018-19-q1/v9/changes/").status_code == 404


def test_a_file_can_be_looked_at_before_it_is_downloaded(client: Client, world_files: Path) -> None:
    page = client.get(f"{CORRECTED}preview/supply-chain.csv/").content.decode()
    with next(world_files.rglob("2018-19-q1/v2/supply-chain.csv")).open(encoding="utf-8", newline="") as file:
        header, first, *_rest = csv.reader(file)
    table = re.search(r'id="preview".*?</table>', page, re.DOTALL)[0]
    assert re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table) == header
    assert table.count("<tr") == 21 and first[6] in table
    assert "&quot;format&quot;" in client.get(f"{CORRECTED}preview/manifest.json/").content.decode()
    assert "supply-chain.csv" in client.get(f"{CORRECTED}preview/SHA256SUMS/").content.decode()
    listed = client.get(CORRECTED).content.decode()
    for href in re.findall(rf'href="({CORRECTED}preview/[^"]*)"', listed):
        assert client.get(href).status_code == 200, href
    for name in ("2018-19-q1-v2.zip", "nothing.csv", ".hidden", "..%2fmanifest.json"):
        assert client.get(f"{CORRECTED}preview/{name}/").status_code == 404, name


def test_what_was_taken_down_is_neither_previewed_nor_compared(client: Client) -> None:
    publication = frozen()
    assert client.get(f"{publication.address}preview/supply-chain.csv/").status_code == 503, "it is not in its folder"
    Publication.objects.filter(pk=publication.pk).update(redacted_at=timezone.now())
    Tombstone.objects.create(
        publication=publication, name="supply-chain.csv", bytes=9, sha256="e" * 64, reason="safety",
        removed_at=timezone.now(),
    )  # fmt: skip
    assert client.get(f"{publication.address}preview/supply-chain.csv/").status_code == 410
    assert client.get(f"{publication.address}changes/").status_code == 404
    assert "sha256sum --check" not in client.get(publication.address).content.decode()
