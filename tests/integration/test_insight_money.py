"""Do the pound's way and the largest shares follow from the published files, with nothing counted twice?"""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.test import Client

from portal.quarters import Quarter
from supplychain.analysis import concentration, money, pounds_way
from supplychain.analysis.pounds_way import INCOME, NEITHER, OWN_DELIVERY, PAYEE, TIER_2
from supplychain.models import Publication
from tests import world
from tests.integration.disclosure_builder import Q1, World

pytestmark = pytest.mark.django_db

ADDRESS = "/demonstration/insight"
LAST = world.QUARTERS[7]


def valid(quarter: Quarter) -> Publication:
    return Publication.objects.of(world.SERIES, quarter).current().get()


def lines(files: Path, quarter: Quarter) -> list[dict[str, str]]:
    return world.published(files, quarter, valid(quarter).version, "supply-chain")


@pytest.mark.parametrize("quarter", [world.Q1, world.Q2, LAST])
def test_every_stop_follows_from_the_published_file(world_files: Path, quarter: Quarter) -> None:
    """Each line's amount less that of the lines right below it; in Q2 something is taken back at tier 3."""
    expected: dict[tuple[int, str | None], Decimal] = defaultdict(Decimal)
    found = lines(world_files, quarter)
    for line in found:
        if line["amount_paid_gbp"]:
            below = [
                Decimal(other["amount_paid_gbp"] or 0)
                for other in found
                if (other["body_code"], other["upstream_ref"]) == (line["body_code"], line["agreement_ref"])
            ]
            key = int(line["tier"]), line["sector"] or None
            expected[key] += Decimal(line["amount_paid_gbp"]) - sum(below)
    told = {(stop.tier, stop.sector): stop.amount for stop in pounds_way.stops(valid(quarter)) if stop.basis == TIER_2}
    assert told == expected
    tier_2 = sum(Decimal(line["amount_paid_gbp"] or 0) for line in found if line["tier"] == "2")
    assert sum(told.values()) == tier_2, "no pound is counted twice, and none is lost"


def test_tiers_over_the_quarters_are_those_of_the_stops(client: Client) -> None:
    publications = [valid(quarter) for quarter in world.QUARTERS]
    for body in ("", "D09", "D10"):
        told = pounds_way.by_tier(publications, body)
        for publication in publications:
            expected: dict[int | None, Decimal] = defaultdict(Decimal)
            for stop in pounds_way.stops(publication, body):
                if stop.basis == TIER_2:
                    expected[stop.tier] += stop.amount
            assert told.get(publication.period, {}) == expected
    missing = client.get(f"{ADDRESS}/pounds-way/?body=D05").context["over_time"]
    assert [bar.words for bar in missing.bars if bar.value is None] == [
        "no return is part of the disclosure although one was required"
    ]


def test_one_body_worked_by_hand() -> None:
    """D10 in 2018-19 Q4, from the table of docs/demonstration.md."""
    stops = [stop for stop in pounds_way.stops(valid(LAST), "D10") if stop.basis == TIER_2]
    by_tier: dict[int | None, Decimal] = defaultdict(Decimal)
    for stop in stops:
        by_tier[stop.tier] += stop.amount
    assert by_tier == {
        2: Decimal("127611.00"),  # 194,811 less 33,000, 13,100 and 21,100
        3: Decimal("57800.00"),  # 67,200 less 9,400
        4: Decimal("9000.00"),  # 9,400 less 400
        5: Decimal("400.00"),
    }


def test_the_income_is_that_of_open_books_alone() -> None:
    publication = valid(world.Q1)
    told = {stop.stop: stop for stop in pounds_way.stops(publication) if stop.basis == INCOME}
    bodies = [body for body in money.trace_all(publication) if body.neither is not None]
    assert told[OWN_DELIVERY].amount == sum(body.own_delivery for body in bodies)
    assert told[NEITHER].amount == sum(body.neither for body in bodies)
    assert told[PAYEE].amount == sum(body.passed_down.amount for body in bodies)
    assert told[NEITHER].lacking == sum(body.passed_down.lines_without_amount for body in bodies)
    followed = pounds_way.followed(publication)
    assert (followed.bodies_with_income, followed.below_unknown) == (len(bodies), 0)
    assert followed.bodies == 12
    assert {stop.basis for stop in pounds_way.stops(publication, "D02")} == {TIER_2}, "D02 discloses no income"


def test_what_is_below_an_unknown_amount_is_left_out_and_what_is_above_one_is_at_most() -> None:
    built = World()
    built.body("D91", owner="Owner Ltd")
    filed = built.filed("D91", Q1)
    built.line(filed, "A-1", "Alpha", "100.00")
    built.line(filed, "A-1/1", "Beta", None, above="A-1", amount_status="not-disclosed")
    built.line(filed, "A-1/1/1", "Gamma", "7.00", above="A-1/1")
    publication = built.published(Q1)
    (stop,) = pounds_way.stops(publication)
    assert (stop.amount, stop.lacking, stop.tier) == (Decimal("100.00"), 1, 2)
    assert pounds_way.followed(publication).below_unknown == 1


@pytest.mark.parametrize("quarter", [world.Q2, LAST])
def test_shares_follow_from_the_published_file(world_files: Path, quarter: Quarter) -> None:
    paid: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines(world_files, quarter):
        if line["tier"] == "2":
            paid[line["body_code"]][line["provider_id"] or line["agreement_ref"]] += Decimal(
                line["amount_paid_gbp"] or 0
            )
    told = {row.code: row for row in concentration.concentrations(valid(quarter), "body")}
    assert set(told) == set(paid)
    for code, payees in paid.items():
        above = [max(amount, Decimal(0)) for amount in payees.values()]
        whole = sum(above)
        assert told[code].paid == whole
        assert told[code].largest == tenth(100 * max(above) / whole)
        assert told[code].largest_three == tenth(100 * sum(sorted(above)[-3:]) / whole)
        assert abs(told[code].herfindahl - sum((100 * one / whole) ** 2 for one in above)) <= Decimal("0.5")
        assert told[code].below_zero == sum(amount < 0 for amount in payees.values())
    assert any(row.below_zero for row in told.values()) == (quarter == world.Q2), "R-706 was taken back in Q2"


def tenth(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def test_an_area_has_the_money_that_names_it_alone() -> None:
    """Gullmere in Q4: S-105 13,400.00 and S-107 5,600.00, and S-103 which is unpaid."""
    (gullmere,) = [row for row in concentration.concentrations(valid(LAST), "area") if row.code == "gullmere"]
    assert (gullmere.payees, gullmere.paid, gullmere.largest) == (3, Decimal("19000.00"), Decimal("70.5"))


def test_how_many_have_one_payer_is_counted_over_all(world_files: Path) -> None:
    payers = defaultdict(set)
    for line in lines(world_files, LAST):
        if line["provider_id"] and line["payer_id"]:
            payers[line["provider_id"]].add(line["payer_id"])
    counted = [min(len(found), 3) for found in payers.values()]
    told = concentration.reliance(valid(LAST))
    assert (told.one, told.two, told.more) == (counted.count(1), counted.count(2), counted.count(3))


def test_pages_say_what_they_hold(client: Client) -> None:
    page = client.get(f"{ADDRESS}/pounds-way/?body=D10").text
    assert "£127,611.00" not in page, "by sector, not by tier alone"
    assert "34.5%" in page, "67,200 of 194,811 went on to tier 3 or deeper"
    assert "does not disclose both" in client.get(f"{ADDRESS}/pounds-way/?body=D02&quarter=2018-19-q1").text
    assert "“body” has to be one of" in client.get(f"{ADDRESS}/pounds-way/?body=Z9").text
    shares = client.get(f"{ADDRESS}/concentration/?by=street").text
    assert "“by” has to be one of body, area" in shares
    assert "providers are reported by one payer alone" in shares
