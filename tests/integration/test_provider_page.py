"""Does a provider's page show the chain both ways, what is known and what is not, and nothing of its dependence?"""

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from django.test import Client

from portal.quarters import Quarter
from supplychain.analysis import paths, quality
from tests.integration.disclosure_builder import Q1, World
from tests.integration.test_coverage import valid
from tests.world import HARBOUR_LANTERN

pytestmark = pytest.mark.django_db
PROVIDERS = "/demonstration/providers"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def chain() -> World:
    """Two quarters of a chain of three tiers; in the second the middle one passes on to two."""
    world = World()
    world.body("D91")
    for place, amount in enumerate(("100.00", "120.00")):
        filed = world.filed("D91", Q1.plus(place), income_gbp="1000.00")
        world.line(filed, "A", "Prime", amount)
        world.line(filed, "A/1", "Middle", "60.00", above="A")
        world.line(filed, "A/1/x", "Small", "10.00", above="A/1")
        if place:
            world.line(filed, "A/1/y", "Other", None, above="A/1", amount_status="not-disclosed")
        world.published(Q1.plus(place))
    return world


def org(world: World, name: str) -> str:
    return world.organisations[name].public_id


def test_paths_lead_up_to_the_body_and_down_to_the_last(chain: World) -> None:
    (path,) = paths.paths("demonstration", [org(chain, "Small")])
    assert (path.body_code, path.names, path.tier) == ("D91", ("Prime", "Middle"), 4)
    assert path.ids == (org(chain, "Prime"), org(chain, "Middle"))
    assert (path.quarters, path.first, path.last) == (2, Q1, Q1.next)
    first, second = valid(Q1), valid(Q1.next)
    steps = paths.below("demonstration", [org(chain, "Prime")], second)
    assert [(step.name, step.depth, step.payer_name, step.paid, step.paid_status) for step in steps] == [
        ("Middle", 1, "Prime", Decimal("60.00"), ""), ("Small", 2, "Middle", Decimal("10.00"), ""),
        ("Other", 2, "Middle", None, "[x]"),
    ]  # fmt: skip
    assert [step.name for step in paths.below("demonstration", [org(chain, "Prime")], first)] == ["Middle", "Small"]
    assert paths.below("demonstration", [org(chain, "Small")], second) == []
    assert paths.paths("real", [org(chain, "Small")]) == []


def test_what_a_payer_passed_down_is_told_over_all_whom_it_pays(chain: World) -> None:
    (row,) = paths.passed_down("demonstration", [org(chain, "Small")], valid(Q1.next))
    assert (row.payer_name, row.received, row.passed_down, row.to_provider) == (
        "Middle", Decimal("60.00"), Decimal("10.00"), Decimal("10.00"),
    )  # fmt: skip
    assert (row.agreements, row.lacking, row.passed_share) == (2, 1, Decimal("16.7"))
    (row,) = paths.passed_down("demonstration", [org(chain, "Small")], valid(Q1))
    assert (row.passed_down, row.lacking, row.own_agreements, row.own_lacking) == (Decimal("10.00"), 0, 1, 0)
    (row,) = paths.passed_down("demonstration", [org(chain, "Prime")], valid(Q1.next))
    assert (row.received, row.passed_down, row.passed_share) == (Decimal("1000.00"), Decimal("120.00"), Decimal("12.0"))


def test_every_quarter_can_be_chosen_and_all_of_them_stand_over_time(client: Client, chain: World) -> None:
    address = f"{PROVIDERS}/{org(chain, 'Middle')}/"
    newest, before = client.get(address).context, client.get(address, {"quarter": Q1.slug}).context
    assert [(row.received, row.passed_down) for row in newest["passed"]] == [(Decimal("120.00"), Decimal("60.00"))]
    assert [(row.received, row.passed_down) for row in before["passed"]] == [(Decimal("100.00"), Decimal("60.00"))]
    assert [row["name"] for row in newest["payees"]] == ["Other", "Small"]
    assert [row["name"] for row in before["payees"]] == ["Small"]
    assert [(one.quarter, one.funded, one.funds) for one in newest["over_time"]] == [(Q1.next, 1, 2), (Q1, 1, 1)]
    assert [one.money.not_passed_on for one in newest["over_time"]] == [Decimal("50.00"), Decimal("50.00")]
    funded = [(one.name, one.first, one.last, len(one.quarters)) for one in newest["funded_over_time"]]
    assert funded == [("Other", Q1.next, Q1.next, 1), ("Small", Q1, Q1.next, 2)]
    assert "Nothing is published here for 2031-32 Q1." in client.get(address, {"quarter": "2031-32-q1"}).text


def test_a_provider_that_is_always_named_is_covered_throughout(client: Client) -> None:
    context = client.get(f"{PROVIDERS}/{HARBOUR_LANTERN}/").context
    assert context["coverage"] == (
        "Reported in 8 of the 8 quarters for which the bodies that name it filed or had to file."
    )
    points = {str(point.quarter): point for point in context["chart"].points}
    assert points["2018-19 Q2"].prefix == "at least", "the return of D05 is missing"
    assert "is missing for 2018-19 Q2" in " ".join(context["chart"].notes)
    assert points["2018-19 Q4"].value == Decimal("43400.00"), "20,900 + 14,500 + 8,000"


def test_the_chart_shows_the_amounts_of_explore_and_frames_where_there_is_none(client: Client) -> None:
    world = World()
    world.body("D91")
    for place, amount in enumerate(("10.00", None)):
        status = {} if amount else {"amount_status": "not-disclosed"}
        world.line(world.filed("D91", Q1.plus(place)), "A-1", "Alpha", amount, **status)
        world.published(Q1.plus(place))
    world.line(world.filed("D91", Q1.plus(2)), "B-1", "Beta", "1.00")
    world.published(Q1.plus(2))
    world.published(Q1.plus(3))
    context = client.get(f"{PROVIDERS}/{org(world, 'Alpha')}/").context
    assert [(point.quarter, point.value, point.status) for point in context["chart"].points] == [
        (Q1, Decimal("10.00"), ""), (Q1.next, None, "[x]"), (Q1.plus(2), None, "not-named"),
        (Q1.plus(3), None, "missing"),
    ]  # fmt: skip
    assert context["coverage"].startswith("Reported in 2 of the 4 quarters")
    assert "in 1 of the others a return of one of them is missing" in context["coverage"]


def test_findings_name_their_rule_and_come_from_frozen_rows() -> None:
    found = quality.flags("demonstration", ["XP-900003"])
    assert all(flag.first <= flag.last and flag.lines > 0 for flag in found)
    assert [flag.rule for flag in found if "without a number" in flag.words] == ["O05"]
    assert quality.flags("real", ["XP-900003"]) == []


def test_corrections_of_its_lines_are_shown_also_where_it_was_taken_out(client: Client) -> None:
    found = client.get(f"{PROVIDERS}/?q=Cobble").context["providers"]
    (cobble,) = [entry["row"].public_id for entry in found if entry["row"].name == "Cobble and Thread CIC"]
    (correction,) = client.get(f"{PROVIDERS}/{cobble}/").context["corrections"]
    assert [(entry["row"].key, entry["row"].change) for entry in correction.changes] == [("D01/S-106", "removed")]
    assert correction.publication.quarter == Quarter(2018, 1)


def test_no_share_of_its_income_and_no_largest_payer_is_ever_named(client: Client) -> None:
    for address in (f"{PROVIDERS}/{HARBOUR_LANTERN}/", f"{PROVIDERS}/GB-COH-99001007/"):
        text = " ".join(client.get(address).text.split())
        for word in ("largest", "depend", "of its income", "share of what it received"):
            assert word not in text, f"{address}: {word}"


def test_the_feed_of_a_provider_has_an_entry_for_each_version_that_names_it(client: Client, chain: World) -> None:
    address = f"{PROVIDERS}/{org(chain, 'Prime')}/feed.atom"
    answer = client.get(address)
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    entries = ET.fromstring(answer.content).findall(f"{ATOM}entry")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert len(titles) == 2 and all(title.startswith("Demonstration: ") for title in titles)
    assert "paid on 1 agreement and pays others on 1, in the chains of 1 body" in entries[0].findtext(f"{ATOM}summary")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 2
    assert client.get(f"{PROVIDERS}/GB-CHC-0000000/feed.atom").status_code == 404
    assert address in client.get(f"{PROVIDERS}/{org(chain, 'Prime')}/").text


def test_a_compiled_provider_has_paths_and_no_money(client: Client) -> None:
    page = client.get("/providers/XP-000006/")
    assert page.status_code == 200 and "£" not in page.text


def test_a_welsh_name_is_said_to_be_welsh(client: Client) -> None:
    """WCAG 3.1.2: a voice that reads the page takes the right sounds."""
    name = '<span lang="cy">Hafan Cymru</span>'
    page = client.get("/providers/XP-000066/").text
    assert f"{name}</h1>" in page and page.count(name) == 2, "in the heading and in the way to the page"
    assert f'/providers/XP-000066/">{name}</a>' in client.get("/search/", {"q": "hafan"}).text
    assert 'lang="cy"' not in client.get("/providers/XP-000006/").text
