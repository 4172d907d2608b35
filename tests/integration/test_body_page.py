"""Does a body's page tell what it filed, corrected, promised and changed, with the figures of the demonstration?"""

from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from portal.money import share
from portal.quarters import Quarter
from portal.templatetags.portal import percentage
from supplychain.analysis.movements import moved
from supplychain.analysis.promises import promises
from supplychain.models import Body, Publication
from supplychain.public import published
from tests import world
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
    built = World()
    built.body("D91")
    built.line(built.filed("D91", Q1), "A-1", "Alpha", "10.00")
    built.published(Q1)
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
    page = client.get(f"{BODIES}/D02/?with=D05")
    rows = dict(page.context["compared_rows"])
    assert rows["Paid to tier 2"][:2] == ["£89,650.00", "£56,500.00"]
    filed = [row for row in version(LAST).frozenbody_rows.all() if row.filing_status in {"published", "nil"}]
    assert page.context["compared"][2].title == f"All {len(filed)} that filed, together"
    known = [row.income_received_gbp for row in filed if row.income_received_gbp is not None]
    assert rows["Income received"][2].startswith(f"£{sum(known, Decimal(0)):,.2f}")
    assert "cannot be told" in rows["Income received"][1], "D05 discloses no income"
    assert rows["Returns"][1] == "on time: 6, late: 1, missing: 1"
    drawn = {chart.title: chart for chart in page.context["compared_bars"]}
    assert [bar.value is None for bar in drawn["Paid to tier 2, of income"].bars] == [False, True, False]
    withheld = dict(client.get(f"{BODIES}/D09/?with=all").context["compared_rows"])
    assert withheld["Paid to tier 2, of income"][0].startswith("at least "), "D09 withholds an amount"
    everybody = client.get(f"{BODIES}/D02/?with=all")
    assert len(everybody.context["compared"]) == 2
    for nonsense in ("D99", "C01", "%00", "D02", "x" * 300):
        assert client.get(f"{BODIES}/D02/?with={nonsense}").status_code == 200


def test_shares_side_by_side_follow_from_the_published_file(world_files: Path, client: Client) -> None:
    lines = [line for line in published_lines(world_files, "supply-chain") if line["amount_paid_gbp"]]
    page = client.get(f"{BODIES}/D01/?with=all")
    rows = dict(page.context["compared_rows"])
    for place, codes in enumerate(({"D01"}, {line["body_code"] for line in lines})):
        mine = [line for line in lines if line["body_code"] in codes]
        second = [line for line in mine if line["tier"] == "2"]
        for row, part in (
            ("As grants, of shown payments to tier 2", [one for one in second if one["funding_type"] == "grant"]),
            ("To voluntary organisations, of shown payments to tier 2",
             [one for one in second if one["sector"] == "voluntary"]),
            ("Passed on to tier 3, of shown payments to tier 2", [one for one in mine if one["tier"] == "3"]),
        ):  # fmt: skip
            assert rows[row][place] == percentage(paid(part), paid(second)), row
    assert rows["Providers, at any tier"][0] == str(len({line["provider_id"] for line in mine_of(world_files, "D01")}))


def published_lines(files: Path, name: str) -> list[dict[str, str]]:
    return world.published(files, world.QUARTERS[7], version(LAST).version, name)


def mine_of(files: Path, body: str) -> list[dict[str, str]]:
    return [line for line in published_lines(files, "supply-chain") if line["body_code"] == body]


def paid(lines: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(line["amount_paid_gbp"]) for line in lines), Decimal(0))


def test_quarters_without_figures_look_different_and_say_why(client: Client) -> None:
    (tier_2, _) = client.get(f"{BODIES}/D05/").context["payments"]
    found = {str(point.quarter): point for point in tier_2.points}
    assert (found["2018-19 Q2"].value, found["2018-19 Q2"].status) == (None, "missing")
    assert found["2018-19 Q4"].value == Decimal("56500.00")
    nil = client.get(f"{BODIES}/D04/").context["payments"][0]
    assert "nil" in {point.status for point in nil.points}
    assert client.get("/bodies/R-A/").context["payments"] == [], "compiled lines hold no amounts"


def test_a_real_body_without_returns_has_no_figure_and_no_word_of_lateness(client: Client) -> None:
    page = client.get("/bodies/C06/?with=all").text
    assert "Nothing can be compared" in page
    assert "£" not in page and "late:" not in page


def test_results_go_on_from_quarter_to_quarter_and_nobody_is_added_up(client: Client) -> None:
    built = World()
    built.body("D91")
    kpi = built.kpi()
    for quarter, total in ((Q1, "90/100"), (Q1.next, "45/50")):
        filed = built.filed("D91", quarter)
        built.line(filed, "A-1", "Alpha", "10.00")
        built.line(filed, "A-2", "Beta", "10.00")
        built.figures(filed, kpi, total, A_1="30", A_2="2")
        built.published(quarter)
    page = client.get(f"{BODIES}/D91/")
    (measure,) = page.context["measured"]
    assert [(cell.numerator, cell.denominator, cell.percent) for cell in measure["cells"]] == [
        (90, 100, Decimal("90.0")), (45, 50, Decimal("90.0")),
    ]  # fmt: skip
    assert len(page.context["contributions"]) == 2 and "suppressed [c]" in page.text
    mix = client.get(f"{BODIES}/D01/").context["kpi_mix"]
    assert sum(bar.value for bar in mix.bars) == len({entry["row"].kpi_id for entry in
                                                      client.get(f"{BODIES}/D01/").context["kpis"]})  # fmt: skip
    missing = client.get(f"{BODIES}/D05/").context["measured"][0]["cells"]
    assert [cell.why for cell in missing if cell.why] == ["no return"]


def test_the_chain_begins_with_what_is_paid_to_tier_2(client: Client) -> None:
    pages = {code: client.get(f"{BODIES}/{code}/").context for code in ("D01", "D09")}
    first = {code: page["sankey"].drawn["nodes"][0]["shown"] for code, page in pages.items()}
    assert first == {"D01": "£156,290.00", "D09": "at least £76,930.00"}, "D09 withholds an amount"
    assert [row[-1] for row in pages["D09"]["sankey"].table.rows if row[-1].startswith("not")] == ["not shown"]


def test_the_pound_of_a_body_is_told_with_its_amounts(client: Client) -> None:
    page = client.get(f"{BODIES}/D01/").context
    shares = {part.words: part.value for part in page["income_bars"].bars[0].parts}
    income, traced = page["money"].income, page["money"]
    assert shares["paid to tier 2"] == share(traced.passed_down.amount, income)
    assert shares["own delivery"] == share(traced.own_delivery, income)
    whole, *tiers = page["bars"].bars
    assert abs(sum(part.value for part in whole.parts) - 100) <= Decimal("0.3")
    assert abs(sum(bar.value for bar in tiers) - 100) <= Decimal("0.3")
    assert client.get(f"{BODIES}/D05/").context["income_bars"] is None, "it discloses no income"
    withheld = client.get(f"{BODIES}/D09/").context["income_bars"].table.rows
    assert withheld[0][:2] == ("Paid to tier 2", "at least £76,930.00")
    assert withheld[2][1].startswith("at most ")
