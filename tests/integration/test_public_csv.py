"""Does a selection leave as CSV at once, complete or visibly broken, in constant memory, and without a trace after it?

Everything here needs rows that other connections see, so each test has a database of its own.
"""

import csv
import hashlib
import http.client
import io
import os
import threading
import time
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.db import connection
from django.test import Client

from portal.templatetags.portal import gbp
from supplychain.models import FrozenLine, Publication
from supplychain.public import csv_export, extracts
from supplychain.public.csv_export import Export, Interrupted, Sink
from tests.integration.public_site import frozen, publish
from tests.integration.web_server import web_server
from tests.world import PUBLISHED, QUARTERS

MANY = 60_000
EXPORTING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'portal-export' AND datname = current_database()"


def asked(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def until(condition, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def nobody_exports() -> bool:
    return asked(EXPORTING) == []


def table(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.streaming
    text = answer.getvalue().decode("utf-8")
    assert not text.startswith("\ufeff") and "\r" not in text
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def large(own_database) -> Publication:
    """A published version with so many lines that no buffer between database and reader holds them."""
    publication = frozen(state="building", amounts=("1.00",))
    columns = [field.column for field in FrozenLine._meta.fields if field.column not in {"id", "agreement_ref"}]
    with connection.cursor() as cursor:
        # A cleaner at work on it could not be sent away when the database is dropped.
        cursor.execute("ALTER TABLE supplychain_frozenline SET (autovacuum_enabled = false)")
        cursor.execute(
            f"INSERT INTO supplychain_frozenline (agreement_ref, {', '.join(columns)}) "
            f"SELECT 'N-' || number, {', '.join(columns)} "
            "FROM supplychain_frozenline, generate_series(1, %s) AS number WHERE publication_id = %s",
            [MANY, publication.pk],
        )
    publish(publication)
    return publication


def test_lists_and_their_csv_agree(own_database) -> None:
    client = Client()
    versions = table(client, "/demonstration/disclosures/?format=csv")
    page = client.get("/demonstration/disclosures/").content.decode()
    assert len(versions) == len(PUBLISHED) and {version["status"] for version in versions} == {"valid", "superseded"}
    assert all(f'href="{version["address"]}"' in page for version in versions)
    providers = table(client, "/demonstration/providers/?format=csv")
    assert f"{len(providers)} providers." in client.get("/demonstration/providers/").content.decode()
    mentors = [row["name"] for row in table(client, "/demonstration/providers/?q=mentor&format=csv")]
    assert {row["name"] for row in providers if "mentor" in row["name"].lower()} <= set(mentors) != set()
    bodies = table(client, "/bodies/?format=csv")
    assert [row["code"] for row in bodies if row["kind"] == "crc"] == [f"C{number:02d}" for number in range(1, 22)]
    assert {row["series"] for row in bodies} == {"real"}
    merseyside = next(row for row in bodies if row["code"] == "C06")
    assert (merseyside["owner_name"], merseyside["owner_to"]) == ("Purple Futures", "2021-06-25")


def test_a_provider_page_gives_the_lines_that_it_shows(own_database) -> None:
    client = Client()
    valid = dict(PUBLISHED.keys())  # the newest version of each quarter
    every = [
        row
        for quarter, version in valid.items()
        for row in table(client, f"/demonstration/disclosures/{quarter.slug}/v{version}/?format=csv")
    ]
    ids = {row["payer_id"] for row in every} & {row["provider_id"] for row in every}
    assert ids, "somebody in the demonstration is paid and pays"
    for public_id in sorted(ids)[:6]:
        rows = table(client, f"/demonstration/providers/{public_id}/?format=csv")
        assert rows == [row for row in every if public_id in (row["provider_id"], row["payer_id"])]
        assert 'href="?format=csv"' in client.get(f"/demonstration/providers/{public_id}/").content.decode()


def test_a_filter_means_the_same_on_page_and_in_csv(own_database) -> None:
    client = Client()
    for query in ("mentor", "MENTOR", "9901", "%", "_", "'", "\\", "no such name"):
        found = len(table(client, f"/demonstration/providers/?format=csv&q={quote(query)}"))
        page = client.get("/demonstration/providers/", {"q": query}).content.decode()
        said = f"{found} provider{'' if found == 1 else 's'} with" if found else "No provider in a published disclosure"
        assert said in page, query


def test_totals_of_a_page_are_those_of_its_csv(own_database) -> None:
    client = Client()
    address = "/demonstration/disclosures/2018-19-q1/v2/"
    rows, page = table(client, f"{address}?format=csv"), client.get(address).content.decode()
    for tier in {row["tier"] for row in rows}:
        amounts = [row["amount_paid_gbp"] for row in rows if row["tier"] == tier]
        assert gbp(sum((Decimal(amount) for amount in amounts if amount), Decimal(0))) in page
    quarters = table(client, "/demonstration/bodies/D01/?format=csv")
    assert {row["quarter"] for row in quarters} == set(map(str, QUARTERS))
    assert {row["version"] for row in quarters if row["quarter"] == "2018-19 Q1"} == {"2"}
    assert [row for row in quarters if row["quarter"] == "2018-19 Q1"] == [
        row for row in rows if row["body_code"] == "D01"
    ]


def test_the_extract_is_the_file(own_database, published_files: Path) -> None:
    """Byte for byte: the live extract of a version and its frozen supply-chain.csv."""
    publication = Publication.objects.get(series="demonstration", period="2018-19 Q2")
    answer = Client().get(f"{publication.address}?format=csv")
    assert answer["Content-Disposition"] == 'attachment; filename="demonstration-supply-chain-2018-19-q2-v1.csv"'
    assert answer["Content-Type"].startswith("text/csv; charset=utf-8")
    digest = publication.files.get(name="supply-chain.csv").sha256
    assert hashlib.sha256(answer.getvalue()).hexdigest() == digest


def test_a_head_request_runs_nothing(own_database) -> None:
    answer = Client().head("/bodies/?format=csv")
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert nobody_exports()


def test_the_public_role_exports(own_database) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE portal_public")
    connection.settings_dict["OPTIONS"]["options"] = "-c role=portal_public -c statement_timeout=1"
    try:
        assert len(table(Client(), "/bodies/?format=csv")) == 40
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            Export("SELECT * FROM supplychain_return", [])
        assert until(nobody_exports)
    finally:
        del connection.settings_dict["OPTIONS"]["options"]


def test_first_bytes_come_before_the_rest_is_read(large: Publication) -> None:
    answer = Client().get(f"{large.address}?format=csv")
    pieces = iter(answer.streaming_content)
    assert next(pieces).startswith(b"quarter,version,")
    assert asked(EXPORTING), "the statement is still running while the reader holds the first piece"
    size = sum(map(len, pieces))
    assert size > 10_000_000
    assert until(nobody_exports)


def test_memory_does_not_grow_with_the_rows(large: Publication) -> None:
    def memory() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    client = Client()
    client.get("/bodies/?format=csv").getvalue()
    before = memory()
    most = 0
    for _ in client.get(f"{large.address}?format=csv").streaming_content:
        most = max(most, memory())
    assert most - before < 8_000_000


def test_everything_ends_when_the_reader_goes_away(large: Publication) -> None:
    answer = Client().get(f"{large.address}?format=csv")
    next(iter(answer.streaming_content))
    answer.close()
    assert until(nobody_exports)
    assert not [thread for thread in threading.enumerate() if "_copy" in thread.name]


def test_a_statement_that_gives_nothing_is_stopped_too(own_database, monkeypatch) -> None:
    monkeypatch.setattr(csv_export, "FIRST_SECONDS", 0.3)
    monkeypatch.setattr(extracts, "bodies", lambda series: ("SELECT 1 AS one FROM pg_sleep(60)", []))
    begun = time.monotonic()
    answer = Client().get("/bodies/?format=csv")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert until(nobody_exports) and time.monotonic() - begun < 10


def test_who_stops_reading_loses_the_place(large: Publication, monkeypatch) -> None:
    monkeypatch.setattr(csv_export, "STALLED_SECONDS", 0.2)
    answer = Client().get(f"{large.address}?format=csv")
    pieces = iter(answer.streaming_content)
    next(pieces)
    assert until(nobody_exports), "connection and place are free again although the response is still open"
    with pytest.raises(Interrupted):
        list(pieces)


def test_an_error_in_the_middle_never_looks_like_an_end(own_database) -> None:
    export = Export("SELECT 1 / (100000 - number) AS share FROM generate_series(1, 100000) AS number", [])
    with pytest.raises(Interrupted) as broken:
        b"".join(export)
    assert isinstance(broken.value.__cause__, psycopg2.errors.DivisionByZero)
    assert until(nobody_exports)


def test_no_more_exports_than_allowed_run_at_once(large: Publication) -> None:
    client, address = Client(), f"{large.address}?format=csv"
    running = [client.get(address) for _ in range(csv_export.settings.EXPORTS_AT_ONCE)]
    for answer in running:
        next(iter(answer.streaming_content))
    refused = client.get(address)
    assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (503, "10", "no-store")
    assert "Too many downloads" in refused.content.decode()
    assert client.get(large.address).status_code == 200, "pages answer meanwhile"
    for answer in running:
        answer.close()
    assert until(nobody_exports)
    assert client.get(address).getvalue()


def test_rows_wait_for_a_full_piece_but_the_first_does_not() -> None:
    reading, writing = os.pipe()
    sink = Sink(writing)
    sink.write(b"header\n")
    assert os.read(reading, 100) == b"header\n"
    sink.write(b"row\n")
    os.set_blocking(reading, False)
    with pytest.raises(BlockingIOError):
        os.read(reading, 100)
    sink.flush()
    assert os.read(reading, 100) == b"row\n"
    os.close(reading)
    with pytest.raises(BrokenPipeError):
        sink.flush() or sink.write(b"x" * csv_export.CHUNK)
    os.close(writing)


def test_a_real_server_passes_on_that_an_export_broke_off(large: Publication, own_database) -> None:
    with web_server(own_database.environment) as port:
        site = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        site.request("GET", f"{large.address}?format=csv")
        whole = site.getresponse().read()
        assert whole.count(b"\n") == MANY + 2
        site.request("GET", f"{large.address}?format=csv")
        answer = site.getresponse()
        assert answer.read(1000)
        ((backend,),) = asked(EXPORTING)
        asked(f"SELECT pg_terminate_backend({backend})")
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            answer.read()
        site.close()
        leaving = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        leaving.request("GET", f"{large.address}?format=csv")
        assert leaving.getresponse().read(1000)
        leaving.sock.close()
        leaving.close()
        assert until(lambda: asked(EXPORTING) == []), "nothing is left of the reader who went away"
