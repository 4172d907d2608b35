"""A journalist's story: from the home page to a file whose bytes are those that the page promises."""

import csv
import hashlib
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from portal.quarters import Quarter
from tests.integration.disclosure_builder import World

pytestmark = pytest.mark.browser
QUARTER = Quarter(2019, 4)  # later than anything that the demonstration holds, so that home shows it


@pytest.fixture
def served(own_database, live_site: Callable[[], str]) -> str:
    """A web server with one more disclosure; its address. Chromium downloads only from a real one."""
    world = World()
    world.body("D91", owner="Owner Ltd")
    filed = world.filed("D91", QUARTER)
    world.line(filed, "A-1", "Alpha", "1200.10")
    world.line(filed, "A-2", "Beta", "34.05")
    world.published(QUARTER)
    return live_site()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_home_to_a_file_that_verifies(open_page, served: str, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts, accept_downloads=True)
    page.goto(served)
    page.get_by_role("link", name="See a demonstration").click()
    expect(page.get_by_text("£1,234.15")).to_be_visible()
    page.get_by_role("link", name="January to March 2020").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("January to March 2020, version 1")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="supply-chain.csv", exact=True))
    promised = row.locator("code").inner_text()
    with page.expect_download() as started:
        row.get_by_role("link", name="supply-chain.csv", exact=True).click()
    assert started.value.suggested_filename == "supply-chain.csv"
    content = started.value.path().read_bytes()
    assert hashlib.sha256(content).hexdigest() == promised
    amounts = [Decimal(line["amount_paid_gbp"]) for line in csv.DictReader(io.StringIO(content.decode("utf-8")))]
    assert sum(amounts) == Decimal("1234.15"), "the file adds up to the figure on the home page"
    page.get_by_role("link", name="Body D91").click()
    page.get_by_role("link", name="Alpha", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alpha")
    expect(page.get_by_text("£1,200.10").first).to_be_visible()
