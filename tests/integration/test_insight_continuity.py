"""Are the providers whose reported payments fell those that follow from the published files, and no others?"""

import csv
import io
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from portal.quarters import Quarter
from supplychain.analysis import continuity
from tests import world
from tests.integration.disclosure_builder import Q1, Q2, World

pytestmark = pytest.mark.django_db

ADDRESS = "/demonstration/insight/continuity/"
LAST = world.QUARTERS[7]


def rows(client: Client, query: str) -> list[dict[str, str]]:
    answer = client.get(f"{ADDRESS}?{query}&format=csv")
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode())))


def from_the_files(files: Path) -> dict[str, Decimal | None]:
    """For each provider the change over four quarters, worked out of the published files alone; ``None``: not known."""
    paid: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    payers, unknown, silent = defaultdict(set), set(), set()
    began = {body["code"]: body["in_force_from"] for body in world.table("bodies")}
    for place, quarter in enumerate(world.QUARTERS):
        version = max(number for found, number in world.PUBLISHED if found == quarter)
        for line in world.published(files, quarter, version, "supply-chain"):
            provider = line["provider_id"]
            payers[provider].add(line["body_code"])
            if not line["amount_paid_gbp"]:
                unknown.add(provider)
            paid[provider][place // 4] += Decimal(line["amount_paid_gbp"] or 0)
        for body in world.published(files, quarter, version, "bodies"):
            exists = began[body["code"]] <= str(quarter.last_day)
            if body["filing_status"] == "missing" or (body["filing_status"] == "not-required" and exists):
                silent.add(body["code"])
    return {
        provider: None if provider in unknown or payers[provider] & silent else after - before
        for provider, (before, after) in paid.items()
        if provider
    }


def test_every_change_follows_from_the_published_files(client: Client, world_files: Path) -> None:
    told = {row["provider_id"]: row["change_gbp"] for row in rows(client, "list=all")}
    expected = from_the_files(world_files)
    assert {one: Decimal(change) if change else None for one, change in told.items()} == expected
    assert any(change is None for change in expected.values())


def test_the_list_is_the_greatest_falls_worked_by_hand(client: Client) -> None:
    """From the table of docs/demonstration.md; Greywether fell by more, and a return of D05 is missing."""
    assert [(row["provider_name"], row["change_gbp"]) for row in rows(client, "list=fell")] == [
        ("Copperbeck Pathways Ltd", "-52900.00"),
        ("Lexmoor Programmes Ltd", "-38600.00"),
        ("Tidewrack Mentoring", "-34500.00"),
        ("Drumlin Justice Ltd", "-27900.00"),
        ("Slipway Mentors", "-21300.00"),
        ("Tideline Tenancies Ltd", "-17700.00"),
        ("Second Ferry Mentors", "-13450.00"),
        ("Ashmoor Skills CIC", "-9500.00"),
        ("Cawderholm Women's Rooms", "-7950.00"),
        ("Amberlode Young Lodgings", "-6600.00"),
    ]
    assert [(row["provider_name"], row["change_gbp"]) for row in rows(client, "list=fell&most=all")[10:]] == [
        ("Late Harvest Circle", "-5500.00"),
        ("Whinhollow Care Farm CIC", "-4100.00"),
        ("Breakwater Debt Help", "-2480.25"),
    ]
    told = {row["provider_id"]: row for row in rows(client, "list=cannot-be-told")}
    assert told[world.GREYWETHER]["reason"] == "a return is missing of a body that names it"
    assert told[world.MARRAM]["reason"] == "11 payments without a shown amount"
    assert not any(row["change_gbp"] for row in told.values())


@pytest.mark.parametrize(
    ("chosen", "most"),
    [
        ("fell", ""), ("fell", "25"), ("fell", "all"), ("rose", ""), ("unchanged", ""), ("cannot-be-told", "10"),
        ("all", ""), ("all", "50"),
    ],
)  # fmt: skip
def test_page_and_file_hold_the_same_list(client: Client, chosen: str, most: str) -> None:
    """As many rows as were asked for, else ten or all of them, in one order; the title says how many of how many."""
    query = f"list={chosen}" + (f"&most={most}" if most else "")
    page = client.get(f"{ADDRESS}?{query}")
    in_file = rows(client, query)
    assert [one.provider_id for one, _ in page.context["rows"]] == [row["provider_id"] for row in in_file]
    counted = continuity.counts(world.SERIES, LAST, 4)
    total = counted.get(chosen, sum(counted.values()))
    asked = most or ("10" if chosen in ("fell", "rose") else "all")
    assert len(in_file) == min(total, int(asked) if asked != "all" else total)
    assert f"({len(in_file)} row" in page.text
    assert (f"all {total}</h2>" in page.text) == (len(in_file) == total)
    assert f"fell for <strong>{counted['fell']}</strong></a>" in page.text


def test_the_greatest_rise_stands_first(client: Client) -> None:
    changes = [Decimal(row["change_gbp"]) for row in rows(client, "list=rose&most=all")]
    assert changes == sorted(changes, reverse=True)
    assert changes[-1] > 0


def test_a_change_as_great_as_the_last_one_shown_is_told(client: Client) -> None:
    """Where ten would be a choice among equals, the page says so."""
    built = World()
    built.body("D91", owner="Owner Ltd")
    amounts = {f"Provider {number:02}": f"{100 + max(number, 3)}.00" for number in range(1, 13)}
    for quarter in (Q1, Q2):
        filed = built.filed("D91", quarter)
        for number, (name, amount) in enumerate(amounts.items()):
            built.line(filed, f"A-{number}", name, amount if quarter == Q1 else "0.00")
        built.published(quarter)
    query = f"?quarter={Q2.slug}&span=1"
    assert "equal changes stand in order of name" in client.get(f"{ADDRESS}{query}").text
    assert "equal changes" not in client.get(f"{ADDRESS}{query}&most=all").text


def test_agreements_that_ended_and_went_on() -> None:
    """K-601/1 ended with the failing owner, and K-611 goes on with the same work; K-601 itself was followed by none."""
    found = {row["agreement_ref"]: row for row in continuity.rows_of(_ends(LAST, 1))}
    assert (found["K-601/1"]["ended"], found["K-601/1"]["followed"]) == ("yes", "yes")
    assert (found["K-601"]["ended"], found["K-601"]["followed"]) == ("yes", "no")
    assert (found["K-611"]["started"], found["K-611"]["ended"], found["K-611"]["followed"]) == ("yes", "no", None)
    assert "S-101" not in found
    whole = {row["agreement_ref"]: row for row in continuity.rows_of(_ends(LAST, 4))}
    assert whole["A-803"]["followed"] == "yes", "the same work under a new reference"


def _ends(last: Quarter, span: int) -> continuity.Statement:
    return continuity.agreements_statement(world.SERIES, last, span)


def test_a_quarter_that_is_not_published_leaves_the_change_untold() -> None:
    built = World()
    built.body("D91", owner="Owner Ltd")
    for quarter in (Q1, Q1.plus(2)):
        built.line(built.filed("D91", quarter), "A-1", "Alpha", "10.00")
        built.published(quarter)
    (alpha,) = [one for one in continuity.changes("demonstration", Q1.plus(2), 2) if one.provider_name == "Alpha"]
    assert alpha.standing == "cannot-be-told"
    assert alpha.reason == "a quarter is not published"


def test_what_is_not_understood_is_said(client: Client) -> None:
    page = client.get(f"{ADDRESS}?list=rich&span=3&quarter=soon&most=12").text
    assert "“list” has to be one of" in page
    assert "“span” has to be one of" in page
    assert "“most” has to be one of" in page
    assert "is not a quarter" in page


def test_the_real_site_says_that_nothing_was_filed(client: Client) -> None:
    page = client.get("/insight/continuity/")
    assert page.status_code == 200
    assert "No return filed by a body" in page.text
    assert client.get("/insight/continuity/?format=csv").status_code == 404
