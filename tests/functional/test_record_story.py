"""A reader's story: which body filed late, what did another one correct, and what stood there before?"""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_late_return_and_a_correction_are_found(open_page, site, scripts: bool) -> None:
    page = open_page(width=320, java_script_enabled=scripts)
    home = site(page)
    page.goto(f"{home}/demonstration/bodies/")
    page.get_by_role("link", name="Larkmere Rehabilitation Company").click()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Returns and corrections").click()
    returns = page.get_by_role("table", name="Returns and corrections, by quarter")
    late = returns.get_by_role("row").filter(has_text="Late")
    expect(late).to_have_count(1)
    expect(late).to_contain_text("April to June 2018 (2018-19 Q1)")
    expect(returns.get_by_role("row").filter(has_text="Missing")).to_contain_text("2018-19 Q2")
    expect(page.get_by_text("Late: 1").or_(page.get_by_text("late: 1"))).to_be_visible()

    page.goto(f"{home}/demonstration/bodies/D01/")
    page.get_by_role("link", name="corrected in version 2").click()
    assert page.url.endswith("#corrected-2018-19-q1-v2")
    expect(page.get_by_text("one amount, one agreement taken out")).to_be_visible()
    changed = page.get_by_role("row").filter(has_text="S-105").filter(has_text="Paid in the quarter")
    expect(changed.get_by_role("cell").nth(1)).to_have_text("14300.00")
    expect(changed.get_by_role("cell").nth(2)).to_have_text("13400.00")
