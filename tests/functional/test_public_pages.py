"""Can every kind of public page be read by everybody: with assistive technology, on a small screen, without scripts?"""

from itertools import pairwise

import brotli
import html5lib
import pytest
from playwright.sync_api import expect

from tests.functional.conftest import scrolls_with_arrow_key
from tests.integration.public_site import frozen

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# Every kind of page once, the fullest that there is of it, and the emptiest where that looks different.
PAGES = (
    "/insight/", "/insight/continuity/?span=7", "/demonstration/insight/continuity/",
    "/demonstration/insight/pounds-way/", "/demonstration/insight/concentration/", "/demonstration/insight/cliff-edge/",
    "/insight/promises/", "/demonstration/insight/promises/", "/insight/owners/", "/insight/owners/XP-000044/",
    "/demonstration/insight/owners/GB-COH-99002001/", "/insight/filing/", "/demonstration/insight/filing/",
    "/", "/demonstration/", "/disclosures/", "/demonstration/disclosures/", "/demonstration/disclosures/2018-19-q1/v1/",
    "/demonstration/disclosures/2018-19-q2/v1/", "/bodies/", "/bodies/C06/", "/demonstration/bodies/D01/",
    "/demonstration/explore/?by=provider&then=quarter&area=gullmere&zz=1", "/explore/?q=nobody",
    "/explore/?by=service", "/explore/lines/", "/demonstration/explore/lines/?tier=2&order=x&zz=1",
    "/demonstration/explore/?by=tier&then=quarter&body=D05&body=D09",
    "/demonstration/bodies/D04/", "/demonstration/bodies/D06/?with=all",
    "/demonstration/providers/", "/demonstration/providers/?q=nobody",
    "/demonstration/providers/GB-COH-99001007/", "/providers/XP-000006/", "/rules/", "/rules/M01/", "/data/", "/about/",
    "/demonstration/areas/", "/demonstration/areas/gaps/?by=cohort", "/areas/northumbria/",
    "/demonstration/areas/gullmere/?tier=3&zz=1", "/demonstration/areas/gullmere/sheet/",
    "/demonstration/services/mentoring/?quarter=2018-19-q1", "/kpis/", "/kpis/SL001R/",
    "/demonstration/kpis/DK-ACCOMMODATION/",
    "/demonstration/data/api/", "/search/?service=women&zz=1", "/demonstration/search/?q=trust&sort=paid",
    "/demonstration/search/?tier=3&sector=public", "/calendar/", "/demonstration/calendar/",
    "/demonstration/services/accommodation/?quarter=2018-19-q4&tier=3&zz=1", "/data/dictionary/",
    "/data/changes/", "/about/methods/", "/about/glossary/",
    "/demonstration/disclosures/2018-19-q1/v2/changes/?basis=version",
    "/about/accessibility/", "/about/privacy/", "/about/contact/", "/bodies/Z99/", "/demonstration/nothing/",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_page_is_sound_wide_and_narrow(open_page, site, assert_axe_clean, assert_fits, address: str) -> None:
    page = open_page()
    home = site(page)
    source = page.goto(home + address).text()
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(source)
    assert parser.errors == []
    assert page.locator("h1").count() == 1
    assert len(page.title()) > 20
    levels = [int(tag[1]) for tag in page.locator("h1,h2,h3,h4").evaluate_all("found => found.map(h => h.tagName)")]
    assert all(after - before <= 1 for before, after in pairwise(levels)), "no level is left out"
    assert_axe_clean(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert_fits(page)


def test_page_of_a_real_disclosure_is_sound_too(open_page, site, assert_axe_clean, assert_fits) -> None:
    """One with a long name and the emptiest rows that there can be."""
    publication = frozen(amounts=(None, "0.00"))
    page = open_page(width=320)
    home = site(page)
    for address in (
        publication.address,
        "/bodies/C01/",
        "/providers/GB-CHC-0000001/",
        "/",
        "/demonstration/bodies/D01/",
    ):
        page.goto(home + address)
        assert_fits(page)
        assert_axe_clean(page)


@pytest.mark.parametrize("address", ["/", "/demonstration/bodies/D01/", "/demonstration/providers/", "/data/"])
def test_page_works_without_scripts(open_page, site, assert_fits, address: str) -> None:
    page = open_page(width=320, java_script_enabled=False)
    home = site(page)
    page.goto(home + address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    navigation = page.get_by_role("navigation", name="Menu")
    expect(navigation.get_by_role("link", name="Disclosures")).to_be_visible()


def test_a_file_is_previewed_for_everybody(world_files, open_page, site, assert_axe_clean, assert_fits) -> None:
    page = open_page(width=320)
    home = site(page)
    for name in ("supply-chain.csv", "manifest.json"):
        page.goto(f"{home}/demonstration/disclosures/2018-19-q1/v2/preview/{name}/")
        assert_axe_clean(page)
        assert_fits(page)


@pytest.mark.parametrize(
    "address", ["/", "/search/", "/demonstration/disclosures/2018-19-q1/v2/", "/demonstration/bodies/D01/", "/about/"]
)
def test_a_first_view_is_small(open_page, site, address: str) -> None:
    """Page, stylesheet, scripts and icon as a browser gets them for the first time, compressed: below 60 kB."""
    page, weights = open_page(), {}
    home = site(page)
    page.on("response", lambda response: weights.setdefault(response.url, len(brotli.compress(response.body()))))
    page.goto(home + address, wait_until="networkidle")
    assert any(url.endswith(".css") for url in weights) and sum(weights.values()) < 60_000, weights


def test_details_open_and_filters_work_without_scripts(open_page, site) -> None:
    page = open_page(java_script_enabled=False)
    home = site(page)
    page.goto(f"{home}/demonstration/providers/")
    page.get_by_label("Name or number").fill("mentor")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Tidewrack Mentoring")).to_be_visible()
    expect(page.get_by_role("link", name="Marram Debt Advice")).to_have_count(0)
    page.get_by_text("What tier and role mean").click()
    expect(page.get_by_text("whoever it pays is tier 2")).to_be_visible()


def test_the_first_key_leads_past_the_menu(open_page, site) -> None:
    page = open_page()
    home = site(page)
    for address in ("/", "/demonstration/disclosures/2018-19-q2/v1/"):
        page.goto(home + address)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to main content")
        expect(skip).to_be_focused()
        skip.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main-content"


def test_a_wide_table_is_scrolled_with_the_keyboard(open_page, site) -> None:
    page = open_page(width=320)
    home = site(page)
    page.goto(f"{home}/demonstration/areas/gaps/")
    table = page.locator("#matrix")
    table.focus()
    expect(table).to_be_focused()
    assert scrolls_with_arrow_key(table)


def test_every_demonstration_page_says_that_it_is_one(open_page, site) -> None:
    page = open_page()
    home = site(page)
    for address in [address for address in PAGES if address.startswith("/demonstration/")]:
        page.goto(home + address)
        expect(page.get_by_role("region", name="Demonstration", exact=True)).to_be_visible()
        assert page.title().startswith("Demonstration: ")
    captions = page.goto(f"{home}/demonstration/bodies/D01/") and page.locator("figcaption").all_inner_texts()
    assert captions and all("invented figures" in caption for caption in captions)
