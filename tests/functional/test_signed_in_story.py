"""A contract manager's story: being asked at the door, coming in, and going; and a door that works for everybody."""

from collections.abc import Callable

import html5lib
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.models import Token
from supplychain.demonstration.people import password_of

pytestmark = pytest.mark.browser
PAGES = ("/filing/", "/filing/matching/?series=demonstration", "/filing/matching/decisions/")


def comes_in(page: Page, username: str, password: str | None = None) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password or password_of(username))
    page.get_by_role("button", name="Sign in").click()


def follows_the_error(page: Page, sentence: str, scripts: bool) -> None:
    """From the summary of errors to the field; with scripts the summary is focused as soon as it has come to life."""
    if scripts:
        expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name=sentence).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_coming_in_letting_a_program_in_and_going(open_page, live_site: Callable[[], str], scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto(f"{live_site()}/filing/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    comes_in(page, "preparer", "not the password")
    expect(page.get_by_role("alert")).to_contain_text("The user name or the password is not right.")
    assert page.title().startswith("Error: Sign in")
    follows_the_error(page, "The user name or the password is not right.", scripts)
    expect(page.get_by_label("User name")).to_be_focused()
    comes_in(page, "preparer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Filing and review")
    expect(page.get_by_text("prepares returns: all bodies")).to_be_visible()
    page.get_by_role("link", name="Tokens").click()
    page.get_by_role("button", name="Issue").click()
    follows_the_error(page, "Say in at most 60 characters what the token is for.", scripts)
    expect(page.get_by_label("What it is for")).to_be_focused()
    page.get_by_label("What it is for").fill("Finance system")
    page.get_by_role("button", name="Issue").click()
    text = page.locator("#token").inner_text()
    assert Token.objects.usable(text, timezone.now()).get().name == "Finance system"
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("row", name="Finance system")).to_contain_text("revoked")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_question_is_put_off_and_taken_up_again(open_page, live_site: Callable[[], str], scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    page.goto(f"{live_site()}/filing/")
    comes_in(page, "admin")
    page.get_by_role("link", name="Who is who").click()
    page.get_by_role("link", name="The demonstration’s providers").click()
    name = page.locator("#questions th[scope=row] a").first.text_content() or ""
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name}: who is it?")
    page.get_by_role("button", name="Decide later").click()
    expect(page.get_by_role("alert")).to_contain_text(f"Decided: {name} to be decided later.")
    page.get_by_role("link", name="Put off").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()
    page.get_by_role("link", name="Decided", exact=True).click()
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Taken back:")
    page.get_by_role("button", name="Decide again").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Decided again:")


def test_pages_behind_the_door_are_sound_wide_and_narrow(
    open_page, live_site: Callable[[], str], assert_axe_clean, assert_fits
) -> None:
    page = open_page()
    home = live_site()
    page.goto(f"{home}/filing/sign-in/")
    judged(page, assert_axe_clean, assert_fits)
    comes_in(page, "preparer", "not the password")
    judged(page, assert_axe_clean, assert_fits)
    comes_in(page, "admin")
    for address in PAGES:
        page.goto(home + address)
        judged(page, assert_axe_clean, assert_fits)
    page.goto(f"{home}/filing/matching/?series=demonstration")
    page.locator("#questions th[scope=row] a").first.click()
    judged(page, assert_axe_clean, assert_fits)
    page.get_by_role("link", name="Split").click()
    judged(page, assert_axe_clean, assert_fits)
    page.get_by_role("button", name="Sign out").click()
    comes_in(page, "preparer")
    page.goto(f"{home}/filing/tokens/")
    page.get_by_role("button", name="Issue").click()
    judged(page, assert_axe_clean, assert_fits)
    page.get_by_label("What it is for").fill("A system with a longer name than usual")
    page.get_by_role("button", name="Issue").click()
    expect(page.get_by_text("Copy this token now")).to_be_visible()
    judged(page, assert_axe_clean, assert_fits)


def judged(page: Page, assert_axe_clean, assert_fits) -> None:
    """The same judges as of public pages."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page.request.get(page.url).text())
    assert parser.errors == []
    expect(page.locator("h1")).to_have_count(1)
    page.set_viewport_size({"width": 1100, "height": 900})
    assert_axe_clean(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert_fits(page)
