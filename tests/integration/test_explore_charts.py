"""Do the pictures of a selection show the figures of its breakdown, say what they lack, and go into other sites?"""

import re
from decimal import Decimal

import pytest
from django.test import Client

from portal.templatetags.portal import gbp
from supplychain.analysis import breakdown
from supplychain.analysis.selection import Selection
from tests.integration.public_site import QUARTER, frozen
from tests.world import HARBOUR_LANTERN

pytestmark = pytest.mark.django_db
DEMONSTRATION = "/demonstration/explore/"


def charts(client: Client, address: str) -> list:
    return client.get(address).context["charts"]


def test_bars_are_the_rows_of_the_breakdown_from_the_largest(client: Client) -> None:
    (chart,) = charts(client, f"{DEMONSTRATION}?by=sector&tier=2")
    rows = breakdown.breakdown(Selection.parse("demonstration", {"tier": ["2"]}), ["sector"])
    assert [bar.value for bar in chart.bars] == sorted((row.amount for row in rows), reverse=True)
    total = sum(row.amount for row in rows)
    lacking = sum(row.lines_without_amount for row in rows)
    assert f"{gbp(total)} is shown as paid" in chart.takeaway and f"{lacking} of them show none" in chart.takeaway
    assert {bar.label: bar.prefix for bar in chart.bars}["voluntary"] == "at least"


def test_a_second_property_makes_parts_that_come_to_the_bar(client: Client) -> None:
    (chart,) = charts(client, f"{DEMONSTRATION}?by=service&then=funding_type&tier=2")
    chosen = Selection.parse("demonstration", {"tier": ["2"]})
    rows = breakdown.breakdown(chosen, ["service"])
    whole = {row.keys["service"]: row for row in rows}
    assert len(chart.bars) == min(len(whole), 20)
    assert (
        sorted((bar.value for bar in chart.bars if bar.value is not None), reverse=True)
        == sorted((row.amount for row in rows if row.amount is not None), reverse=True)[: len(chart.bars)]
    )
    assert all(sum(part.value for part in bar.parts) == (bar.value or 0) for bar in chart.bars)
    assert len({part.colour for bar in chart.bars for part in bar.parts if part.value}) == len(chart.legend) <= 6
    assert not charts(client, f"{DEMONSTRATION}?by=service&then=sector&measure=providers")[0].legend, "no sum of people"


def test_what_is_chosen_can_be_taken_off_one_by_one(client: Client) -> None:
    page = client.get(f"{DEMONSTRATION}?by=service&tier=2&tier=3&area=gullmere")
    found = {one["words"]: one["href"] for one in page.context["removable"]}
    assert list(found) == ["Tier: 2", "Tier: 3", "Area: Gullmere"]
    assert found["Tier: 2"] == "/demonstration/explore/?tier=3&area=gullmere&by=service"


def test_quarters_without_a_line_are_gaps_and_pictures_beside_each_other_share_a_scale(client: Client) -> None:
    (chart,) = charts(client, f"{DEMONSTRATION}?by=quarter&body=D05")
    values = {str(point.quarter): (point.value, point.status) for point in chart.points}
    assert values["2018-19 Q2"] == (None, "no-line")
    assert values["2018-19 Q1"][0] == Decimal("64500.00")
    tiers = charts(client, f"{DEMONSTRATION}?by=tier&then=quarter")
    assert [chart.title.rpartition(": ")[2] for chart in tiers] == ["Tier 2", "Tier 3", "Tier 4", "Tier 5"]
    scales = {mark["height"] / Decimal(point.value) for chart in tiers[:2]
              for mark, point in zip(chart.drawn["marks"], chart.filled, strict=True)}  # fmt: skip
    assert max(scales) - min(scales) < Decimal("0.00001")


def test_kinds_of_return_never_share_a_picture_and_compiled_ones_count_agreements(client: Client) -> None:
    frozen(amounts=("100.25", None))
    frozen(body="C02", quarter=QUARTER.next, amounts=(None,), kind="compiled")
    found = charts(client, f"/explore/?by=body&to={QUARTER.next.slug}")
    assert [(chart.id, chart.unit, [bar.value for bar in chart.bars]) for chart in found] == [
        ("chart-compiled", "agreements", [1]),
        ("chart-filed", "pounds", [Decimal("100.25")]),
    ]


def test_no_largest_is_named_where_organisations_are_compared(client: Client) -> None:
    for by in ("payer", "provider", "body", "owner"):
        (chart,) = charts(client, f"{DEMONSTRATION}?by={by}&provider={HARBOUR_LANTERN}")
        assert "largest" not in chart.takeaway
    assert "largest" in charts(client, f"{DEMONSTRATION}?by=service")[0].takeaway


def test_a_sum_over_tiers_is_not_taken_for_money_spent(client: Client) -> None:
    warned = "counted at each"
    assert warned in " ".join(charts(client, f"{DEMONSTRATION}?by=service")[0].all_notes)
    for apart in ("by=service&tier=2", "by=tier", "by=service&measure=agreements"):
        assert warned not in " ".join(charts(client, f"{DEMONSTRATION}?{apart}")[0].all_notes)


def test_only_the_largest_are_drawn_and_all_are_in_the_table(client: Client) -> None:
    page = client.get(f"{DEMONSTRATION}?by=provider&measure=lines")
    (chart,) = page.context["charts"]
    assert len(chart.bars) == 20 < len(page.context["rows"])
    assert "20 largest of" in " ".join(chart.notes)


def test_an_unknown_measure_is_left_out_and_said(client: Client) -> None:
    page = client.get(f"{DEMONSTRATION}?measure=profit&by=colour")
    assert page.status_code == 200
    assert [notice.parameter for notice in page.context["notices"]] == ["by", "measure"]


def test_a_selection_is_cited_with_its_versions_and_digests(client: Client) -> None:
    page = client.get(f"{DEMONSTRATION}?by=service&area=gullmere&quarter=2018-19-q1")
    text = " ".join(page.text.split())
    citation = re.search(r'id="citation">(.*?)</p>', text)[1]
    assert "Demonstration, invented figures" in citation
    assert "Area: Gullmere" in citation and "2018-19 Q1 version 2" in citation
    assert "http://testserver/demonstration/explore/?quarter=2018-19+Q1&amp;area=gullmere&amp;by=service" in citation
    (version,) = page.context["versions"]
    assert len(version["digest"]) == 64 and version["digest"] in text
    assert '&lt;iframe src="http://testserver/demonstration/explore/embed/?quarter=' in text


def test_a_frame_may_stand_anywhere_and_leaves_nothing_behind(client: Client) -> None:
    page = client.get("/demonstration/explore/embed/?by=service&tier=3")
    policy = page.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "script-src 'self'" in policy
    assert "X-Frame-Options" not in page.headers
    assert not page.cookies
    assert "<script" not in page.text and "everything is invented" in page.text
    assert 'href="http://testserver/demonstration/explore/?tier=3&amp;by=service"' in page.text
    other = client.get(DEMONSTRATION)
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
    assert other.headers["X-Frame-Options"] == "DENY"
    assert client.get("/explore/embed/?q=nobody-at-all&zz=1").status_code == 200
