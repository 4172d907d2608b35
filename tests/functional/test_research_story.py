"""A researcher's story: choose lines, cite what they add up to, and put the chart on another site."""

import html

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

ARTICLE = "http://127.0.0.1/article/"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_chart_is_chosen_cited_and_embedded(open_page, site, assert_axe_clean, assert_fits, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    home = site(page)
    page.goto(f"{home}/demonstration/explore/")
    page.get_by_label("Break down by").select_option("service")
    page.get_by_text("Choose by tier, service").click()
    page.locator("summary").get_by_text("Tier", exact=True).click()
    page.get_by_role("checkbox", name="Tier 3").check()
    page.get_by_role("button", name="Show", exact=True).click()
    chart = page.get_by_role("img", name="Paid, by service")
    expect(chart).to_be_visible()
    shown = chart.locator("text").all_text_contents()
    page.get_by_text("Cite it").click()
    citation = page.locator("#citation").inner_text()
    assert "invented figures" in citation and "Tier: 3" in citation and "2018-19 Q1 version 2" in citation
    assert f"{home}/demonstration/explore/?tier=3&by=service" in citation
    page.get_by_text("Put the chart on your site").click()
    code = page.locator("#embed-code").inner_text()

    article = f"<!DOCTYPE html><html lang=en><title>An article</title><h1>Who is paid</h1>{code}"
    page.route(ARTICLE, lambda route: route.fulfill(body=article, content_type="text/html"))
    page.goto(ARTICLE)
    frame = page.frame_locator("iframe")
    framed = frame.get_by_role("img", name="Paid, by service")
    expect(framed).to_be_visible()
    assert framed.locator("text").all_text_contents() == shown, "the same chart"
    expect(frame.get_by_role("link", name="These figures on the portal")).to_be_visible()
    assert page.context.cookies() == []

    page.goto(html.unescape(code.split('src="')[1].split('"')[0]))
    page.set_viewport_size({"width": 320, "height": 700})
    assert_fits(page)
    if scripts:
        assert_axe_clean(page)
