"""Does the API answer everybody alike: page by page, cheaply again, in one shape when it refuses, and of one series?"""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from providers.models import Organisation, OrganisationAlias
from supplychain.disclosure.columns import TABLES
from supplychain.models import Publication
from supplychain.public.api import limits, schema
from supplychain.public.api.columns import serializer_of
from supplychain.public.api.limits import WINDOW, Counts
from supplychain.public.caching import FOR_GOOD
from tests.world import HARBOUR_LANTERN

pytestmark = pytest.mark.django_db

DEMONSTRATION, REAL = "/demonstration/api/v1/", "/api/v1/"
VERSION = f"{DEMONSTRATION}disclosures/2018-19-q1/v2/"
LISTS = (
    "agreements/?quarter=2018-19%20Q1", "flows/?quarter=2018-19%20Q1", "kpi-contributions/?quarter=2018-19%20Q1",
    "organisations/", "bodies/", "owners/", "areas/", "services/", "codes/", "kpis/", "sources/", "calendar/",
    "disclosures/", "files/?quarter=2018-19%20Q1",
    *(f"disclosures/2018-19-q1/v2/{table.name}/" for table in TABLES),
)  # fmt: skip
ALONE = (
    "", "schema/", "rules/", "totals/?by=tier", "search/?q=mentoring", "bodies/D01/", "disclosures/2018-19-q1/v2/",
    f"organisations/{HARBOUR_LANTERN}/",
)  # fmt: skip


def walked(client: Client, address: str, turn: str = "next") -> Iterator[dict]:
    """The pages of a list from an address on."""
    while address:
        page = client.get(address).json()
        yield page
        address = page[turn]


@pytest.mark.parametrize("address", LISTS)
def test_pages_of_a_list_miss_no_row_and_repeat_none(client: Client, address: str) -> None:
    size = f"{'&' if '?' in address else '?'}page_size="
    whole = [row for page in walked(client, f"{DEMONSTRATION}{address}{size}500") for row in page["results"]]
    assert whole
    small = max(len(whole) // 7, 1)
    pages = list(walked(client, f"{DEMONSTRATION}{address}{size}{small}"))
    assert [row for page in pages for row in page["results"]] == whole
    assert pages[0]["previous"] is None and pages[-1]["next"] is None
    if len(pages) > 1:
        back = list(walked(client, pages[-1]["previous"], "previous"))
        assert [row for page in reversed(back) for row in page["results"]] == whole[: -len(pages[-1]["results"])]


def test_a_row_that_comes_or_goes_moves_no_page(client: Client) -> None:
    first = client.get(f"{DEMONSTRATION}organisations/?page_size=3").json()
    following = client.get(first["next"]).json()["results"]
    Organisation.objects.create(
        series="demonstration", public_id="GB-CHC-9900000", name="Early", source="T", confidence="solid"
    )
    assert client.get(first["next"]).json()["results"] == following


@pytest.mark.parametrize("address", [*LISTS, *ALONE])
def test_answers_are_known_again_and_may_be_read_from_anywhere(client: Client, address: str) -> None:
    answer = client.get(f"{DEMONSTRATION}{address}", headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert not answer.cookies and "Cookie" not in answer.get("Vary", "")
    assert answer["Access-Control-Allow-Origin"] == "*" and "Access-Control-Allow-Credentials" not in answer
    assert "public" in answer["Cache-Control"]
    with CaptureQueriesContext(connection) as asked:
        again = client.get(f"{DEMONSTRATION}{address}", headers={"If-None-Match": f'"other", W/{answer["ETag"]}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert len(asked) == 1, "only whether anything has changed"
    head = client.head(f"{DEMONSTRATION}{address}")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])


def test_rows_of_a_version_are_for_good_until_they_are_taken_down(client: Client) -> None:
    answer = client.get(f"{VERSION}supply-chain/")
    assert answer["Cache-Control"] == f"public, max-age={FOR_GOOD['max_age']}, immutable"
    publication = Publication.objects.get(series="demonstration", period="2018-19 Q1", version=2)
    Publication.objects.filter(pk=publication.pk).update(redacted_at=timezone.now())
    assert client.get(f"{VERSION}flows/").json()["code"] == "taken-down"
    assert client.get(f"{VERSION}?").json()["rows"] == {}
    assert not client.get(f"{DEMONSTRATION}agreements/?quarter=2018-19-q1&page_size=3").json()["results"]


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("agreements/?colour=red", 400, "unknown-parameter"), ("agreements/?sector=red", 400, "not-understood"),
        ("agreements/?q=%00", 400, "not-text"), ("agreements/?q=%C0%AF&tier=9e9", 400, "not-understood"),
        ("agreements/?sector=%20", 400, "not-text"), ("agreements/?format=csv", 400, "unknown-parameter"),
        ("agreements/?page_size=0", 400, "not-a-page-size"), ("agreements/?page_size=501", 400, "not-a-page-size"),
        ("flows/?page_size=9" + "9" * 60, 400, "not-a-page-size"), ("bodies/?page_size=%D9%A3", 400, "not-a-page-size"),
        ("bodies/?page_size=1&page_size=2", 400, "repeated-parameter"), ("bodies/?cursor=%00", 400, "not-text"),
        ("agreements/?cursor=W2ZhbHNlLFtdXQ:x", 400, "not-a-cursor"),
        ("organisations/?name=%00", 400, "not-text"), ("organisations/?sector=red", 400, "not-understood"),
        ("disclosures/?quarter=2018-20", 400, "not-a-quarter"), ("totals/?by=colour", 400, "not-a-dimension"),
        ("totals/?by=tier&by=body&by=area", 400, "not-a-dimension"), ("nothing/", 404, "no-such-address"),
        ("disclosures/2018-20-q1/", 404, "no-such-address"), ("disclosures/2018-19-q1/v9/", 404, "no-such-version"),
        ("search/", 400, "no-question"), ("search/?q=a&registers=perhaps", 400, "not-understood"),
        ("bodies/Z99/", 404, "no-such-thing"), ("bodies/%E2%98%83/", 404, "no-such-address"),
        ("bodies/%0A/", 404, "no-such-address"), ("organisations/XP-000000/", 404, "no-such-thing"),
    ],
)  # fmt: skip
def test_whatever_is_refused_is_refused_in_one_shape(client: Client, address: str, status: int, code: str) -> None:
    answer = client.get(f"{DEMONSTRATION}{address}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    told = answer.json()
    assert told.keys() == {"code", "title", "sentence"} and told["code"] == code
    assert told["sentence"].endswith(".") and not answer.has_header("ETag")


def test_only_reading_is_answered(client: Client) -> None:
    for method in ("post", "put", "patch", "delete", "trace"):
        answer = getattr(client, method)(f"{DEMONSTRATION}agreements/")
        assert answer.status_code == 405 and answer.json()["code"] == "no-such-method"
        assert answer["Allow"] == "GET, HEAD, OPTIONS"
    asked = client.options(
        f"{DEMONSTRATION}agreements/", headers={"Origin": "https://x.example", "Access-Control-Request-Method": "POST"}
    )
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_a_cursor_that_somebody_changed_is_none(client: Client) -> None:
    following = client.get(f"{DEMONSTRATION}bodies/?page_size=1").json()["next"]
    assert client.get(following).status_code == 200
    assert client.get(following.replace("cursor=", "cursor=x")).json()["code"] == "not-a-cursor"


def test_readers_are_told_their_limit_and_refused_beyond_it(client: Client, settings, monkeypatch) -> None:
    settings.API_REQUESTS_A_MINUTE, settings.PROXIES = 3, 0
    now = dt.datetime(2026, 11, 26, 12, 0, 15, tzinfo=dt.UTC).timestamp()
    monkeypatch.setattr(limits.time, "time", lambda: now)
    address = f"{DEMONSTRATION}services/"
    answers = [client.get(address, REMOTE_ADDR="192.0.2.1") for _ in range(4)]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {(answer["RateLimit-Limit"], answer["RateLimit-Reset"]) for answer in answers} == {("3", "45")}
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused = answers[3]
    assert refused.json()["code"] == "too-many-requests" and refused["Retry-After"] == "45"
    assert refused["Access-Control-Allow-Origin"] == "*" and refused["Cache-Control"] == "no-store"
    assert client.get(address, REMOTE_ADDR="192.0.2.2").status_code == 200
    assert client.get("/bodies/", REMOTE_ADDR="192.0.2.1").status_code == 200, "pages are not counted"
    monkeypatch.setattr(limits.time, "time", lambda: now + WINDOW)
    assert client.get(address, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_nothing_is_kept_of_who_asked_beyond_the_minute(monkeypatch) -> None:
    counts, now = Counts(), 1_800_000_000.0
    monkeypatch.setattr(limits.time, "time", lambda: now)
    monkeypatch.setattr(limits, "MOST_ADDRESSES", 2)
    assert [counts.take(one).used for one in ("a", "a", "b", "c", "c")] == [1, 2, 1, 0, 0], (
        "who can't be counted is let in"
    )
    monkeypatch.setattr(limits.time, "time", lambda: now + WINDOW)
    counts.take("d")
    assert dict(counts.counts) == {"d": 1}


def test_former_ids_and_small_letters_lead_on(client: Client) -> None:
    organisation = Organisation.objects.get(public_id=HARBOUR_LANTERN)
    OrganisationAlias.objects.create(old_id="XP-999999", organisation=organisation, reason="Identified.")
    for old in ("XP-999999", HARBOUR_LANTERN.lower()):
        answer = client.get(f"{DEMONSTRATION}organisations/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, f"{DEMONSTRATION}organisations/{HARBOUR_LANTERN}/")
        assert client.get(f"{REAL}organisations/{old}/").status_code == 404
    found = client.get(f"{DEMONSTRATION}organisations/?any_id=xp-999999").json()["results"]
    assert [(one["id"], one["former_ids"]) for one in found] == [(HARBOUR_LANTERN, ["XP-999999"])]


def test_the_search_finds_by_name_with_errors_and_by_number_in_its_own_series(client: Client) -> None:
    def found(base: str, asked: str) -> list[str]:
        return [hit["id"] for hit in client.get(f"{base}search/", {"q": asked}).json()["organisations"]]

    assert found(DEMONSTRATION, "harbor lantern")[0] == found(DEMONSTRATION, "9901001")[0] == HARBOUR_LANTERN
    assert found(REAL, "harbour lantern") == found(REAL, "9901001") == []
    told = client.get(f"{DEMONSTRATION}search/", {"q": "mentoring"}).json()
    assert [service["code"] for service in told["services"]] == ["mentoring"]


def test_whoever_only_a_return_names_is_not_public_yet(client: Client) -> None:
    fact = {"series": "demonstration", "source": "RETURN", "confidence": "reported"}
    Organisation.objects.create(public_id="XP-999998", name="Not Yet Published", **fact)
    assert client.get(f"{DEMONSTRATION}organisations/XP-999998/").status_code == 404
    assert not client.get(f"{DEMONSTRATION}organisations/?name=Not").json()["results"]
    assert not client.get(f"{DEMONSTRATION}search/?q=not+yet+published").json()["organisations"]


@pytest.mark.parametrize("address", ["organisations/", "bodies/", "owners/", "areas/", "kpis/", "sources/", "files/"])
def test_nothing_invented_is_in_an_answer_of_the_real_series(client: Client, address: str) -> None:
    real = json.dumps([page["results"] for page in walked(client, f"{REAL}{address}?page_size=500")])
    assert "DEMO" not in real and "/demonstration/" not in real and "GB-CHC-99" not in real
    invented = json.dumps([page["results"] for page in walked(client, f"{DEMONSTRATION}{address}?page_size=500")])
    assert "demonstration" in invented.lower() or "DEMO" in invented


def test_without_the_demonstration_there_is_none(client: Client, settings) -> None:
    settings.PORTAL_DEMONSTRATION = False
    answer = client.get(f"{DEMONSTRATION}agreements/")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-demonstration")


def test_the_schema_is_valid_and_drawn_without_a_doubt() -> None:
    schema.document.cache_clear()
    GENERATOR_STATS.reset()
    document = schema.document()
    validate_schema(document)
    assert not GENERATOR_STATS, "drf-spectacular guessed nothing"
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert operation["summary"] and operation["description"], path
            for parameter in operation.get("parameters", ()):
                assert parameter["description"].endswith("."), f"{path} {parameter['name']}"
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_rows_have_the_published_columns_with_their_words(table) -> None:
    fields = serializer_of(table)().fields
    assert list(fields) == [column.name for column in table.columns]
    assert [field.help_text for field in fields.values()] == [column.description for column in table.columns]


def test_totals_of_a_version_are_those_of_its_manifest(client: Client, world_files) -> None:
    told = client.get(VERSION).json()
    publication = Publication.objects.get(series="demonstration", period="2018-19 Q1", version=2)
    manifest = json.loads((world_files / publication.folder / "manifest.json").read_text())
    assert told["manifest_sha256"] == publication.digest
    assert {str(one["tier"]): one["amount_paid_gbp"] for one in told["totals"]} == {
        tier: f"{pence / 100:.2f}" for tier, pence in manifest["totals_pence"].items()
    }
    assert {file["name"]: file["sha256"] for file in manifest["files"]}.items() <= {
        file["name"]: file["sha256"] for file in told["files"]
    }.items()
    assert client.get(told["files"][0]["address"]).status_code == 200
