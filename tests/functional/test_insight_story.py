"""A journalist's story: whose reported payments fell most over four quarters, on a page and as exactly that file."""

import csv
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from portal.templatetags.portal import gbp

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_journalist_finds_whose_payments_fell_and_takes_that_list(live_site, open_page, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts, accept_downloads=True)
    page.goto(live_site())
    page.get_by_role("link", name="See a demonstration").click()
    page.get_by_role("link", name="Continuity").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Continuity")
    table = page.locator("#changes")
    names = table.locator("tbody th a").all_inner_texts()
    changes = table.locator("tbody td:last-child").all_inner_texts()
    assert (names[0], changes[0]) == ("Copperbeck Pathways Ltd", "−£52,900.00")
    expect(page.get_by_text("may be timing").first).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="This list as CSV").click()
    assert started.value.suggested_filename == "demonstration-continuity-fell-2018-19-q4.csv"
    rows = list(csv.DictReader(started.value.path().read_text(encoding="utf-8").splitlines()))
    assert [row["provider_name"] for row in rows] == names
    assert [gbp(Decimal(row["change_gbp"])) for row in rows] == changes
    page.get_by_label("Compare").select_option("1")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("January 2019 to March 2019, held against October 2018 to December 2018")).to_be_visible()
