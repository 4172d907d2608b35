"""Can a reader make a picture interactive, with nothing leaving the site and no policy broken, and do without?"""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

BODY = "/demonstration/bodies/D01/"
LIBRARY = "plotly.min.js"


def test_an_interactive_chart_stays_on_the_site(open_page, site, assert_axe_clean) -> None:
    """``open_page`` fails on any request elsewhere, any breach of the policy and any error of a script."""
    page = open_page()
    home = site(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(home + BODY)
    figure = page.locator("#chain-bands-figure")
    button = figure.get_by_role("button", name="Show interactive chart")
    expect(button).to_be_visible()
    assert not [url for url in asked if LIBRARY in url], "the library is asked for on demand only"
    button.click()
    expect(figure.locator(".sankey-node").first).to_be_visible(timeout=30_000)
    expect(figure.locator(".app-figure__still")).to_be_hidden()
    assert {url.rpartition("/")[2] for url in asked if LIBRARY in url} == {LIBRARY}
    titles = figure.locator(".modebar-btn").evaluate_all("found => found.map(b => b.dataset.title)")
    assert "Download plot as a PNG" in titles
    assert not [title for title in titles if "Share" in title or "Plotly" in title or "Cloud" in title]
    assert_axe_clean(page)
    figure.get_by_role("button", name="Show still picture").click()
    expect(figure.locator(".app-figure__still")).to_be_visible()


@pytest.mark.parametrize("address", [BODY, "/demonstration/explore/?by=quarter&then=tier&body=D05"])
def test_every_picture_of_a_page_can_be_drawn_by_the_library(open_page, site, address: str) -> None:
    page = open_page()
    home = site(page)
    page.goto(home + address)
    figures = page.locator("figure[data-chart]").all()
    assert len(figures) > 1
    for figure in figures:
        figure.get_by_role("button").click()
        expect(figure.locator(".main-svg").first).to_be_visible(timeout=30_000)
        expect(figure.get_by_role("button", name="Show still picture")).to_be_visible()


def test_without_scripts_the_picture_and_its_table_are_all_there_is(open_page, site) -> None:
    page = open_page(java_script_enabled=False)
    home = site(page)
    page.goto(home + BODY)
    figure = page.locator("#chain-bands-figure")
    expect(figure.get_by_role("img", name="From payer to payee")).to_be_visible()
    expect(figure.get_by_role("button")).to_have_count(0)
    figure.get_by_text("View these figures as a table").click()
    expect(figure.get_by_role("cell", name="Harbour Lantern Trust").first).to_be_visible()


def test_the_policy_is_widened_on_pages_with_charts_alone(client) -> None:
    with_charts = client.get(BODY).headers["Content-Security-Policy"]
    without = client.get("/demonstration/rules/").headers["Content-Security-Policy"]
    assert "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='" in with_charts
    assert "sha256" not in without
    assert "unsafe" not in with_charts + without
    assert "script-src 'self'" in with_charts
    assert "plotly" in client.get(BODY).text
    assert "plotly" not in client.get("/demonstration/rules/").text
