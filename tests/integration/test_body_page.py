"""Does a body's page tell what it filed, corrected, promised and changed, with the figures of the demonstration?"""

from decimal import Decimal

import pytest
from django.test import Client

from portal.quarters import Quarter
from supplychain.analysis.movements import moved
from supplychain.analysis.promises import promises
from supplychain.models import Body, Publication
from supplychain.public import published
from tests.integration.disclosure_builder import Q1, World

pytestmark = pytest.mark.django_db
BODIES = "/demonstration/bodies"
LAST = Quarter(2018, 4)


def version(quarter: Quarter) -> Publication:
    return published.valid_version("demonstration", quarter)


def test_the_record_tells_late_missing_and_on_time_apart(client: Client) -> None:
    page = client.get(f"{BODIES}/D05/")
    assert page.context["counts"] == ["on time: 6", "late: 1", "missing: 1"]
    nil = client.get(f"{BODIES}/D04/").context["counts"]
    assert "nil: 1" in nil
    ended = client.get(f"{BODIES}/D11/").context["counts"]
    assert "no return was required: 1" in ended and not any(word.startswith("missing") for word in ended)


def test_a_correction_shows_what_stood_before_beside_what_stands_now(client: Client) -> None:
    page = client.get(f"{BODIES}/D01/")
    (correction,) = page.context["corrections"]
    assert (str(correction.publication.quarter), correction.publication.version) == ("2018-19 Q1", 2)
    found = {(entry["row"].file, entry["row"].key, entry["row"].column): entry["row"] for entry in correction.changes}
    paid = found["supply-chain.csv", "D01/S-105", "amount_paid_gbp"]
    assert (paid.old, paid.new) == ("14300.00", "13400.00")
    assert found["supply-chain.csv", "D01/S-106", ""].change == "removed"
    assert found["supply-chain.csv", "D01/S-107", ""].change == "added"
    assert all(entry["row"].key.startswith("D01") for entry in correction.changes)
    assert 'href="#corrected-2018-19-q1-v2"' in page.text and 'id="corrected-2018-19-q1-v2"' in page.text
    assert client.get(f"{BODIES}/D10/").context["corrections"] == []


def test_who_is_no_longer_named_and_who_moved_up_a_tier() -> None:
    gained, lost = moved(version(LAST), version(LAST.previous), "D06")
    assert gained == [], "who was at tier 3 and is at tier 2 now is not new"
    assert [(entry.name, entry.tiers, entry.services) for entry in lost] == [("Slipway Mentors", (2,), ("mentoring",))]
    gained, lost = moved(version(Quarter(2018, 3)), version(Quarter(2018, 2)), "D04")
    assert [entry.name for entry in gained] == ["Fallowmarch Advice Rooms"] and lost == []


def test_nothing_is_called_new_after_a_quarter_without_a_return(client: Client) -> None:
    world = World()
    world.body("D91")
    world.line(world.filed("D91", Q1), "A-1", "Alpha", "10.00")
    world.published(Q1)
    page = client.get(f"{BODIES}/D91/")
    assert "moved" not in page.context
    assert "it can’t be told who is new" in page.text


def test_promises_are_funded_none_reported_or_cannot_be_told() -> None:
    ids = dict(Body.objects.get(code="D01").bid_commitments.values_list("pk", "organisation__name"))
    found = {ids[one.commitment]: one for one in promises("demonstration", "D01")}
    assert {name: one.verdict for name, one in found.items()} == {
        "Kestrelbank Resettlement Ltd": "funded",
        "Fernhollow Women's Centre": "funded",
        "Beaconholm Trust": "none reported",
    }
    centre = found["Fernhollow Women's Centre"]
    assert (centre.funded_quarters, centre.quarters) == (6, 8)
    assert (str(centre.first), str(centre.last)) == ("2017-18 Q3", "2018-19 Q4")
    every = promises("demonstration")
    assert len(every) == 17 and [one for one in every if one.body_code == "D01"] == list(found.values())
    real = promises("real")
    assert real and {one.verdict for one in real} == {"cannot be told"}


def test_bodies_of_one_kind_are_set_side_by_side(client: Client) -> None:
    page = client.get(f"{BODIES}/D02/?with=D03")
    rows = dict(page.context["compared_rows"])
    assert rows["Paid to tier 2"][:2] == ["£89,650.00", "£66,718.80"]
    filed = [row for row in version(LAST).frozenbody_rows.all() if row.filing_status in {"published", "nil"}]
    assert page.context["compared"][2].title == f"All {len(filed)} that filed, together"
    known = [row.income_received_gbp for row in filed if row.income_received_gbp is not None]
    assert rows["Income received"][2].startswith(f"£{sum(known, Decimal(0)):,.2f}")
    everybody = client.get(f"{BODIES}/D02/?with=all")
    assert len(everybody.context["compared"]) == 2
    for nonsense in ("D99", "C01", "%00", "D02", "x" * 300):
        assert client.get(f"{BODIES}/D02/?with={nonsense}").status_code == 200


def test_a_real_body_without_returns_has_no_figure_and_no_word_of_lateness(client: Client) -> None:
    page = client.get("/bodies/C06/?with=all").text
    assert "Nothing can be compared" in page
    assert "£" not in page and "late:" not in page


def test_results_say_how_many_agreements_contributed_and_add_nobody_up(client: Client) -> None:
    world = World()
    world.body("D91")
    filed = world.filed("D91", Q1)
    world.line(filed, "A-1", "Alpha", "10.00")
    world.line(filed, "A-2", "Beta", "10.00")
    world.figures(filed, world.kpi(), "90/100", A_1="30", A_2="2")
    world.published(Q1)
    (result,) = client.get(f"{BODIES}/D91/").context["results"]
    assert (result["numerator"], result["denominator"], result["shares"]["agreements"]) == (90, 100, 2)
    mix = client.get(f"{BODIES}/D01/").context["kpi_mix"]
    assert sum(bar.value for bar in mix.bars) == len({entry["row"].kpi_id for entry in
                                                      client.get(f"{BODIES}/D01/").context["kpis"]})  # fmt: skip


def test_the_bands_start_with_the_income_or_with_at_least_what_is_passed_on(client: Client) -> None:
    first = {code: client.get(f"{BODIES}/{code}/").context["sankey"].drawn["nodes"][0] for code in ("D01", "D05")}
    assert first["D01"]["shown"] == "£1,258,500.00"
    assert first["D05"]["shown"] == "at least £56,500.00", "its income is not disclosed"
    withheld = client.get(f"{BODIES}/D09/").context
    assert withheld["bars"].table.rows[1] == ("Paid to tier 2", "at least £76,930.00")
    assert [row[-1] for row in withheld["sankey"].table.rows if row[-1].startswith("not")] == ["not shown"]
