"""Can every pound be followed, to the penny, and is what cannot be told said so?"""

from decimal import Decimal

import pytest

from portal.errors import NotFound
from supplychain.analysis import money
from supplychain.analysis.money import Sum, TierSum
from supplychain.models import FrozenLine, Publication
from tests.integration.disclosure_builder import Q1, Q2, SERIES, World

pytestmark = pytest.mark.django_db


def pounds(text: str) -> Decimal:
    return Decimal(text)


@pytest.fixture
def world() -> World:
    r"""One body with three tiers and every kind of gap.

    D91 (income 1,000.00, own delivery 150.10)
        A-1 Alpha 500.00 -- A-2 Beta 200.05 -- A-3 Gamma 200.00
                         \- A-4 Gamma 99.95
        B-1 Beta 100.01  -- B-2 Alpha, not disclosed
        W-1 Gamma, withheld -- W-2 Beta 7.00
    """
    made = World()
    made.body("D91", owner="Owner Ltd")
    made.organisation("Gamma", sector="private")
    filed = made.filed("D91", Q1, income_gbp="1000.00")
    made.own_delivery(filed, "100.10", "50.00")
    made.line(filed, "A-1", "Alpha", "500.00")
    made.line(filed, "A-2", "Beta", "200.05", above="A-1")
    made.line(filed, "A-3", "Gamma", "200.00", above="A-2")
    made.line(filed, "A-4", "Gamma", "99.95", above="A-1")
    made.line(filed, "B-1", "Beta", "100.01")
    made.line(filed, "B-2", "Alpha", None, above="B-1", amount_status="not-disclosed")
    made.line(filed, "W-1", "Gamma", None, amount_status="withheld")
    made.line(filed, "W-2", "Beta", "7.00", above="W-1")
    made.withhold("D91", "W-1")
    return made


@pytest.fixture
def publication(world: World) -> Publication:
    return world.published()


def test_every_hop(publication: Publication) -> None:
    hops = {hop.agreement_ref: hop for hop in money.trace(publication, "D91").hops}
    assert list(hops) == ["A-1", "A-2", "A-3", "A-4", "B-1", "B-2", "W-1", "W-2"]
    found = {ref: (hop.received, hop.passed_down, hop.not_passed_on, hop.at_most) for ref, hop in hops.items()}
    assert found == {
        "A-1": (pounds("500.00"), Sum(pounds("300.00"), 2, 0), pounds("200.00"), False),
        "A-2": (pounds("200.05"), Sum(pounds("200.00"), 1, 0), pounds("0.05"), False),
        "A-3": (pounds("200.00"), Sum(pounds("0"), 0, 0), pounds("200.00"), False),
        "A-4": (pounds("99.95"), Sum(pounds("0"), 0, 0), pounds("99.95"), False),
        "B-1": (pounds("100.01"), Sum(pounds("0"), 1, 1), pounds("100.01"), True),
        "B-2": (None, Sum(pounds("0"), 0, 0), None, False),
        "W-1": (None, Sum(pounds("7.00"), 1, 0), None, False),
        "W-2": (pounds("7.00"), Sum(pounds("0"), 0, 0), pounds("7.00"), False),
    }
    assert hops["W-1"].cannot_tell == money.NO_AMOUNT and hops["A-1"].cannot_tell == ""
    assert (hops["A-3"].payer_name, hops["A-3"].payee_name, hops["A-3"].path) == (
        "Beta",
        "Gamma",
        ("A-1", "A-2", "A-3"),
    )


def test_the_body_as_the_first_hop(publication: Publication) -> None:
    body = money.trace(publication, "D91")
    assert body.passed_down == TierSum(pounds("600.01"), 3, 1, 2)
    assert (body.income, body.own_delivery) == (pounds("1000.00"), pounds("150.10"))
    assert (body.not_passed_on, body.at_most, body.neither) == (pounds("399.99"), True, pounds("249.89"))
    assert body.cannot_tell == ""


def test_no_penny_is_lost(publication: Publication) -> None:
    """Income is what stays at some hop, over all hops, but for money below a hop whose own amount is not shown."""
    body = money.trace(publication, "D91")
    stays = sum(hop.not_passed_on for hop in body.hops if hop.not_passed_on is not None)
    assert body.not_passed_on + stays - pounds("7.00") == body.income


def test_tiers_and_sectors(publication: Publication) -> None:
    body = money.trace(publication, "D91")
    assert body.by_tier == (
        TierSum(pounds("600.01"), 3, 1, 2), TierSum(pounds("307.00"), 4, 1, 3), TierSum(pounds("200.00"), 1, 0, 4)
    )  # fmt: skip
    assert body.by_sector == (
        TierSum(pounds("0"), 1, 1, 2, "private"), TierSum(pounds("600.01"), 2, 0, 2, "voluntary"),
        TierSum(pounds("99.95"), 1, 0, 3, "private"), TierSum(pounds("207.05"), 3, 1, 3, "voluntary"),
        TierSum(pounds("200.00"), 1, 0, 4, "private"),
    )  # fmt: skip
    for tier in body.by_tier:
        assert sum(part.amount for part in body.by_sector if part.tier == tier.tier) == tier.amount


def test_totals_are_those_of_the_manifest(publication: Publication) -> None:
    found = money.totals(publication)
    assert {str(tier.tier): int(tier.amount * 100) for tier in found} == publication.totals_pence
    assert {str(tier.tier): tier.lines_without_amount for tier in found} == publication.lines_without_amount


def test_the_way_of_one_agreement(publication: Publication) -> None:
    body = money.trace(publication, "D91")
    assert [hop.agreement_ref for hop in money.trace_agreement(body, "A-2")] == ["A-1", "A-2", "A-3"]
    assert [hop.agreement_ref for hop in money.trace_agreement(body, "A-1")] == ["A-1", "A-2", "A-3", "A-4"]
    with pytest.raises(NotFound):
        money.trace_agreement(body, "Z-9")


@pytest.mark.parametrize(
    ("values", "reason"),
    [({}, money.NO_INCOME), ({"kind": "compiled", "income_gbp": "5.00"}, money.COMPILED_ONLY)],
)
def test_why_it_cannot_be_told(values: dict[str, str], reason: str) -> None:
    world = World()
    world.body("D91")
    world.line(world.filed("D91", Q1, **values), "A-1", "Alpha")
    body = money.trace(world.published(), "D91")
    assert (body.not_passed_on, body.neither, body.cannot_tell) == (None, None, reason)


def test_a_missing_return_tells_nothing(world: World) -> None:
    world.body("D92")
    publication = world.published()
    bodies = {body.code: body for body in money.trace_all(publication)}
    assert bodies["D92"].cannot_tell == money.NO_RETURN and bodies["D92"].passed_down == Sum(pounds("0"), 0, 0)
    assert bodies["D91"].passed_down.amount == pounds("600.01") and bodies["D91"].hops == ()
    with pytest.raises(NotFound):
        money.trace(publication, "D99")


def test_a_provider_over_bodies_and_quarters(world: World) -> None:
    world.body("D92")
    other = world.filed("D92", Q1)
    world.line(other, "X-1", "Alpha", "0.99")
    world.published()
    later = world.filed("D91", Q2)
    world.line(later, "A-1", "Alpha", "10.00")
    world.line(later, "A-2", "Beta", "4.00", above="A-1")
    world.published(Q2)
    first, second = money.provider_money(world.organisations["Alpha"].public_id, SERIES)
    assert (first.period, first.received, first.passed_down) == (
        "2014-15 Q1", Sum(pounds("500.99"), 3, 1), Sum(pounds("300.00"), 2, 0)
    )  # fmt: skip
    assert first.not_passed_on is None and len(first.payers) == 3
    assert (second.received, second.not_passed_on, second.at_most) == (
        Sum(pounds("10.00"), 1, 0),
        pounds("6.00"),
        False,
    )
    assert money.provider_money(world.organisations["Alpha"].public_id, "real") == ()
    assert money.provider_money("XP-999999", SERIES) == ()


def test_a_body_that_is_a_provider_elsewhere_passes_nothing_down_as_a_body() -> None:
    """What it pays to its own tier 2 is told on its own page, not as money passed down by a provider."""
    world = World()
    world.body("D91")
    world.body("D92")
    own = world.organisations["Body D91 Ltd"]
    world.line(world.filed("D91", Q1), "A-1", "Alpha", "80.00")
    world.line(world.filed("D92", Q1), "B-1", "Body D91 Ltd", "30.00")
    world.published()
    (quarter,) = money.provider_money(own.public_id, SERIES)
    assert (quarter.received.amount, quarter.passed_down.lines) == (pounds("30.00"), 0)


def test_the_number_of_questions_does_not_grow(world: World, django_assert_num_queries) -> None:
    small = world.published()
    filed = world.filed("D91", Q2)
    for number in range(60):
        world.line(filed, f"L-{number}", "Alpha", above=f"L-{number - 1}" if number % 3 else None)
    large = world.published(Q2)
    assert FrozenLine.objects.filter(publication=large).count() == 60
    for publication in (small, large):
        with django_assert_num_queries(3):
            money.trace(publication, "D91")
        with django_assert_num_queries(2):
            money.trace_all(publication)
        with django_assert_num_queries(1):
            money.provider_money(world.organisations["Alpha"].public_id, SERIES)
