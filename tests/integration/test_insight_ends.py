"""Are the agreements that end soon those of the published files, and can calendar and feed be read?"""

import csv
import datetime as dt
import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client

from supplychain.analysis import cliff_edge
from supplychain.analysis.rows import rows_of
from supplychain.analysis.selection import Selection
from tests import world

pytestmark = pytest.mark.django_db

ADDRESS = "/demonstration/insight/cliff-edge/"
DAY = dt.date(2019, 3, 31)
EVERYTHING = Selection.parse(world.SERIES, {})


def refs(rows: list[dict]) -> set[tuple[str, str]]:
    return {(row["body_code"], row["agreement_ref"]) for row in rows}


def as_reported(files: Path) -> dict[tuple[str, str], dict[str, str]]:
    """The lines of each body's newest return, out of the published files; D12's is that of the quarter before."""
    found: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    for quarter in world.QUARTERS:
        version = max(number for known, number in world.PUBLISHED if known == quarter)
        lines = world.published(files, quarter, version, "supply-chain")
        for body in world.PUBLISHED[quarter, version]:
            found[body] = {(body, line["agreement_ref"]): line for line in lines if line["body_code"] == body}
    return {key: line for lines in found.values() for key, line in lines.items()}


@pytest.mark.parametrize(("months", "until"), [(3, "2019-06-30"), (6, "2019-09-30"), (12, "2020-03-31")])
def test_what_ends_follows_from_the_published_files(world_files: Path, months: int, until: str) -> None:
    expected = {key for key, line in as_reported(world_files).items() if "2019-03-31" <= line["end_date"] <= until}
    assert refs(rows_of(cliff_edge.ending_statement(EVERYTHING, DAY, months))) == expected
    (totals,) = rows_of(cliff_edge.totals_statement(EVERYTHING, DAY))
    assert totals[f"within_{months}"] == len(expected)


def test_by_area_and_cohort_each_that_is_named_counts(world_files: Path) -> None:
    ending = [line for line in as_reported(world_files).values() if "2019-03-31" <= line["end_date"] <= "2020-03-31"]
    for by, column in (("area", "area_codes"), ("cohort", "cohorts")):
        told = {row["code"]: row["within_12"] for row in rows_of(cliff_edge.grouped_statement(EVERYTHING, DAY, by))}
        named = [code for line in ending for code in (line[column].split(";") if line[column] else ["none"])]
        assert told == {code: named.count(code) for code in set(named)}


def test_a_successor_is_the_same_work_that_goes_on() -> None:
    """As of March 2018: what went on under new references, also where the price rose (A-803, A-813)."""
    rows = rows_of(cliff_edge.ending_statement(EVERYTHING, dt.date(2018, 3, 31), 3))
    told = {row["agreement_ref"]: row["followed"] for row in rows}
    assert {ref for ref, followed in told.items() if followed == "yes"} == {
        "S-095",
        "T-193",
        "T-193/1",
        "W-293",
        "A-803",
    }
    assert told["S-096"] == "no", "mentoring went on, with somebody else"


def test_months_are_those_of_the_calendar() -> None:
    assert cliff_edge.months_after(dt.date(2019, 11, 30), 3) == dt.date(2020, 2, 29)
    assert cliff_edge.months_after(dt.date(2019, 3, 31), 3) == dt.date(2019, 6, 30)
    assert cliff_edge.months_after(dt.date(2019, 3, 31), 12) == dt.date(2020, 3, 31)


def test_page_file_calendar_and_feed_are_of_one_selection(client: Client) -> None:
    query = "area=gullmere&months=6&day=2019-03-31"
    answer = client.get(f"{ADDRESS}?{query}&format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))
    assert {row["agreement_ref"] for row in rows} == {"S-101/2", "S-102", "S-107"}
    page = client.get(f"{ADDRESS}?{query}").text
    assert all(row["agreement_ref"] in page for row in rows)
    assert "by an earlier one for D11 (2018-19 Q3), D12 (2018-19 Q3)" in page
    calendar = client.get(f"{ADDRESS}calendar.ics?{query}")
    assert calendar["Content-Type"] == "text/calendar; charset=utf-8"
    assert calendar.text.count("BEGIN:VEVENT") == len(rows)
    feed = ElementTree.fromstring(client.get(f"{ADDRESS}feed.atom?{query}").content)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == len(rows)


def test_nonsense_is_left_out_with_a_notice(client: Client) -> None:
    page = client.get(f"{ADDRESS}?day=31.3.2019&months=7&by=moon&area=!!&colour=red").text
    for part in ("“day” has to be a date", "“months” has to be", "“by” has to be", "“area” has to be", "colour"):
        assert part in page
    assert client.get(f"{ADDRESS}?colour=red&format=csv").status_code == 400
    assert "so nothing is known of that day" in client.get(f"{ADDRESS}?day=2015-01-01").text
    assert "has to lie between" in client.get(f"{ADDRESS}?day=0001-01-01").text
