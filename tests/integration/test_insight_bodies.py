"""Do the pages of owners, of promises and of filing say what reference data and published files say, and no more?"""

import csv
import datetime as dt
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from supplychain.analysis import filing_record, promises, reliance
from supplychain.analysis.rows import rows_of
from supplychain.models import BidCommitment, Publication
from tests import world
from tests.integration.disclosure_builder import Q1, World
from tests.integration.public_site import frozen

pytestmark = pytest.mark.django_db

ADDRESS = "/demonstration/insight"
COPPERBECK, HOLLOWCREST = "GB-COH-99002001", "GB-COH-99002003"
FAILED = dt.date(2019, 1, 31)
LAST = world.QUARTERS[7]


def test_who_relied_on_the_failing_owner_follows_from_the_published_file(world_files: Path) -> None:
    """On its last day: what runs then, so neither K-611 (from the day after) nor what had ended."""
    codes = [world.D01, world.D06, world.D07]
    lines = [
        line
        for line in world.published(world_files, LAST, 1, "supply-chain")
        if line["body_code"] in codes and line["start_date"] <= "2019-01-31" <= (line["end_date"] or "9999")
    ]
    found = rows_of(reliance.lines_statement(world.SERIES, codes, FAILED))
    assert {(row["body_code"], row["agreement_ref"]) for row in found} == {
        (line["body_code"], line["agreement_ref"]) for line in lines
    }
    whole, each = reliance.behind(world.SERIES, codes, FAILED)
    assert whole.agreements == len(lines)
    assert whole.providers == len({line["provider_id"] for line in lines})
    assert whole.areas == len({area for line in lines for area in line["area_codes"].split(";")}) == 5
    assert whole.services == len({line["service_category"] for line in lines})
    paid = sum(Decimal(line["amount_paid_gbp"]) for line in lines if line["tier"] == "2" and line["amount_paid_gbp"])
    assert whole.paid == paid
    assert sum(one.agreements for one in each) == whole.agreements
    refs = {line["agreement_ref"] for line in lines}
    assert "K-601" in refs and "K-611" not in refs


def test_the_page_of_the_failing_owner_begins_with_its_last_day(client: Client) -> None:
    page = client.get(f"{ADDRESS}/owners/{COPPERBECK}/")
    assert page.context["day"] == FAILED
    assert "K-601" in page.text and "K-611" not in page.text
    assert [entry["body"].code for entry in page.context["then"]] == [world.D01, world.D06, world.D07]
    later = client.get(f"{ADDRESS}/owners/{COPPERBECK}/?day=2019-02-01").text
    assert "owned no reporting body on 1 February 2019" in later
    heir = client.get(f"{ADDRESS}/owners/{HOLLOWCREST}/?day=2019-02-01").text
    assert "K-611" in heir and "K-601/1/A" not in heir
    rows = csv.DictReader(io.StringIO(b"".join(client.get(f"{ADDRESS}/owners/{COPPERBECK}/?format=csv")).decode()))
    assert len(list(rows)) == page.context["whole"].agreements
    assert "if it failed" not in page.text


def test_a_real_owner_has_sourced_facts_and_no_figure(client: Client) -> None:
    page = client.get("/insight/owners/XP-000044/")
    assert page.context["day"] == dt.date(2019, 2, 14)
    assert "which agreements and providers stood behind this owner is not known" in page.text
    assert "goes into administration" in page.text and "S-BLOG-WL" in page.text
    assert "app-headline-figure" not in page.text and "£" not in page.text
    assert client.get("/insight/owners/XP-999999/").status_code == 404
    assert client.get(f"/insight/owners/{COPPERBECK}/").status_code == 404, "of the other series"


def test_a_promise_that_is_named_without_an_amount_cannot_be_told() -> None:
    built = World()
    body = built.body("D91", owner="Owner Ltd")
    for name in ("Alpha", "Beta", "Gamma"):
        given = {"source": "TEST", "confidence": "solid"}
        BidCommitment.objects.create(body=body, organisation=built.organisation(name), **given)
    filed = built.filed("D91", Q1)
    built.line(filed, "A-1", "Alpha", "0.00", funding_type="unpaid")
    built.line(filed, "A-2", "Beta", None, amount_status="not-disclosed")
    built.published(Q1)
    told = {row["organisation_name"]: row["verdict"] for row in rows_of(promises.statement("demonstration", "D91"))}
    assert told == {"Alpha": "none reported", "Beta": "cannot be told", "Gamma": "none reported"}


def test_promises_by_owner_and_body(client: Client) -> None:
    page = client.get(f"{ADDRESS}/promises/?owner={COPPERBECK}")
    assert dict(page.context["counts"]) == {"funded": 5, "none reported": 4, "cannot be told": 0}
    rows = list(csv.DictReader(io.StringIO(b"".join(client.get(f"{ADDRESS}/promises/?format=csv")).decode())))
    assert Counter(row["verdict"] for row in rows) == {"funded": 12, "none reported": 5}
    assert {row["reported_paid_gbp"] for row in rows if row["organisation_name"] == "Oxbarrow Family Link"} == {
        "27000.00"
    }
    real = client.get("/insight/promises/")
    assert dict(real.context["counts"]) == {
        "funded": 0,
        "none reported": 0,
        "cannot be told": len(real.context["rows"]),
    }
    assert "Ministry of Justice" not in real.text, "the owner is the one that bid"


def test_the_record_is_that_of_the_demonstration() -> None:
    found = {(row["quarter"], row["body_code"]): row for row in rows_of(filing_record.statement(world.SERIES))}

    def those(name: str, value: str) -> set:
        return {key for key, row in found.items() if row[name] == value}

    def keys(pairs: set) -> set:
        return {(str(quarter), body) for quarter, body in pairs}

    assert those("standing", "late") == keys(world.LATE)
    assert those("standing", "missing") == keys(world.MISSING)
    assert those("standing", "not-required") <= keys(world.NOT_REQUIRED)
    assert those("nil", "yes") == keys(world.NIL)
    assert those("corrected", "yes") == keys(world.CORRECTED)
    assert len({row["body_code"] for row in found.values()}) == 12


def test_no_real_body_is_late_where_no_date_was_set(client: Client) -> None:
    frozen()
    (row,) = rows_of(filing_record.statement("real", "C01"))
    assert row["standing"] == "no-date-set"
    assert Publication.objects.filter(series="real").exists()
    page = client.get("/insight/filing/")
    assert "filed, no date was set" in page.text
    assert ">Late<" not in page.text and ">Missing<" not in page.text
