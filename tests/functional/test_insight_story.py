"""A journalist's story: whose reported payments fell most over four quarters, on a page and as exactly that file."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.templatetags.portal import gbp
from tests import world

pytestmark = pytest.mark.browser

MOST = "whose reported payments fell most"


def falls() -> list[tuple[str, Decimal]]:
    """(id, change) of everyone who got less in 2018-19 than in 2017-18, by the returns alone; the greatest fall first.

    Left out is who is named by a body that owes a return, or in any line without an amount.
    """
    paid: dict[str, Decimal] = defaultdict(Decimal)
    silent = {body for _, body in world.MISSING}
    untold = set()
    for quarter in world.QUARTERS:
        newest = max(version for found, version in world.PUBLISHED if found == quarter)
        for body, files in world.PUBLISHED[quarter, newest].items():
            for row in world.rows(world.FOLDER / "returns" / files / "funding.csv"):
                charity, company = row["charity_number"], row["company_number"]
                provider = f"GB-CHC-{charity}" if charity else f"GB-COH-{company}" if company else row["provider_name"]
                if body in silent or not row["amount_paid_gbp"] or row["amount_status"] == "withheld":
                    untold.add(provider)
                else:
                    paid[provider] += Decimal(row["amount_paid_gbp"]) * (1 if quarter.year == 2018 else -1)
    fell = [(one, change) for one, change in paid.items() if change < 0 and one not in untold]
    return sorted(fell, key=lambda one: one[1])


def shown(page: Page) -> list[tuple[str, str]]:
    """(id, change) of each row of the table, as they stand on the page."""
    table = page.locator("#changes")
    links = [link.get_attribute("href") for link in table.locator("tbody th a").all()]
    changes = table.locator("tbody td:last-child").all_inner_texts()
    return [(link.split("/")[-2], change) for link, change in zip(links, changes, strict=True)]


def taken(page: Page) -> list[tuple[str, str]]:
    """(id, change) of each row of the file that the page offers, written as on a page."""
    with page.expect_download() as started:
        page.get_by_role("link", name="This list as CSV").click()
    assert started.value.suggested_filename == "demonstration-continuity-fell-2018-19-q4.csv"
    rows = csv.DictReader(Path(started.value.path()).read_text(encoding="utf-8").splitlines())
    return [(row["provider_id"], gbp(Decimal(row["change_gbp"]))) for row in rows]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_journalist_finds_whose_payments_fell_and_takes_that_list(live_site, open_page, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts, accept_downloads=True)
    page.goto(live_site())
    page.get_by_role("link", name="See a demonstration").click()
    page.get_by_role("link", name="Continuity").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Continuity")
    fell = [(one, gbp(change)) for one, change in falls()]
    assert len(fell) >= 12 and len({change for _, change in fell}) == len(fell), "the ten are not well determined"
    expect(page.get_by_role("heading", name=f"The 10 providers {MOST}, of {len(fell)}")).to_be_visible()
    expect(page.get_by_text("may be timing").first).to_be_visible()
    assert shown(page) == fell[:10]
    assert taken(page) == fell[:10]

    page.get_by_label("How many").select_option("25")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name=f"Providers whose reported payments fell: all {len(fell)}")).to_be_visible()
    assert shown(page) == taken(page) == fell

    page.get_by_label("Compare").select_option("1")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("January 2019 to March 2019, held against October 2018 to December 2018")).to_be_visible()
    expect(page.get_by_label("How many")).to_have_value("25")
