"""Two readers' stories, with scripts and without: who helps women in Northumbria today, and what a court prints."""

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from supplychain.compiled import local
from tests.functional.conftest import axe_clean, fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def who_helps_women(page: Page, home: str) -> None:
    """A charity on a telephone: one tap on the map of the home page leads to who provides what and who funds whom."""
    page.goto(home)
    page.get_by_role("link", name="Northumbria: ").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Northumbria")
    expect(page.locator("main").get_by_text("Compiled", exact=True).first).to_be_visible()
    fits(page)
    services = page.locator("#services").get_by_role("row")
    expect(services.filter(has_text="Services for women")).to_contain_text("Changing Lives")
    expect(services.filter(has_text="Personal wellbeing")).to_contain_text(
        "Ingeus UK Limited, which funds Change Grow Live (CGL) Services Ltd, PACT Futures"
    )
    page.locator("#services").get_by_role("link", name="Services for women").click()
    found = page.locator("#lines tbody tr")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Changing Lives")
    expect(found).to_contain_text("Tier 2, prime")
    expect(found).to_contain_text("funded by North East Probation Region")
    expect(page.get_by_text("1 agreement in this choice.")).to_be_visible()
    page.get_by_role("link", name="show all").click()


def who_is_whose_subcontractor(page: Page) -> None:
    """The same reader goes on: whom does the prime for wellbeing pay in turn?"""
    page.locator("#services").get_by_role("link", name="Personal wellbeing").click()
    below = page.locator("#lines tbody tr").filter(has_text="Tier 3")
    expect(below).to_have_count(2)
    for provider in ("PACT Futures", "Change Grow Live"):
        expect(below.filter(has_text=provider)).to_contain_text("funded by Ingeus UK Limited")


def in_words(page: Page, home: str) -> None:
    """Or the same asked in words, in the box at the head of any page."""
    page.goto(f"{home}/bodies/")
    page.get_by_role("searchbox").fill("women northumbria")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Services for women in Northumbria").click()
    expect(page.locator("#lines tbody tr")).to_contain_text("Changing Lives")


@WITH_AND_WITHOUT
def test_a_charity_finds_who_helps_women_in_northumbria_today(open_page, site, scripts: bool) -> None:
    local.load(now=NOW, tell=nothing, progress=nothing)
    page = open_page(width=320, java_script_enabled=scripts)
    home = site(page)
    who_helps_women(page, home)
    who_is_whose_subcontractor(page)
    in_words(page, home)
    if scripts:
        page.set_viewport_size({"width": 1280, "height": 900})
        for address in (
            "/areas/",
            "/areas/gaps/",
            "/areas/northumbria/",
            "/areas/northumbria/sheet/",
            "/services/women/",
        ):
            page.goto(home + address)
            axe_clean(page)


def nothing(*said: object) -> None:
    """Whoever loads the map tells how far it is; nobody listens here."""


@WITH_AND_WITHOUT
def test_a_court_prints_one_sheet(open_page: Callable[..., Page], site, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    home = site(page)
    page.goto(f"{home}/demonstration/areas/gullmere/")
    page.get_by_role("link", name="One sheet to print").click()
    page.emulate_media(media="print")
    expect(page.get_by_text("Reported as available, as at 31 March 2019.")).to_be_visible()
    expect(page.get_by_role("navigation", name="Menu")).to_be_hidden()
    expect(page.locator("#sheet").get_by_role("row").filter(has_text="Fernhollow")).to_contain_text("Women")
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1, "it is one sheet of paper"
