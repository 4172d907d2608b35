"""Can every component be read, reached and used, wide and narrow, with and without scripts?"""

import datetime as dt
import hashlib
from decimal import Decimal

import html5lib
import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path
from playwright.sync_api import Error

from portal.pictures.bars import Bar, Bars
from portal.pictures.sankey import Link, Node, Sankey
from portal.pictures.time_series import REASONS, Point, TimeSeries
from portal.quarters import Quarter
from tests.functional.conftest import scrolls_with_arrow_key

pytestmark = pytest.mark.browser

CHARTS = [
    Bars(
        id="bars",
        title="Most is reported as passed on",
        takeaway="It was £1.2 million.",
        bars=[
            Bar("Received from the Ministry of Justice in the quarter", Decimal(1200000)),
            Bar("Own delivery", None, "not-disclosed"),
            Bar("Clawed back", Decimal(-90000), colour="third"),
        ],
    ),
    TimeSeries(
        id="series",
        title="Paid, by quarter",
        points=[
            *(Point(Quarter(2016, 1).plus(place), Decimal(9650 * place)) for place in range(5)),
            *(Point(Quarter(2017, 2).plus(place), None, status) for place, status in enumerate(REASONS) if place < 6),
            Point(Quarter(2019, 1), Decimal("-2250.50")),
        ],
    ),
    Sankey(
        id="bands",
        title="From payer to payee",
        nodes=[
            Node("body", "A body with a rather long name that has to be cut", 0),
            Node("a", "Prime", 1),
            Node("end", "Not reported as passed on", 2, "end", "at most"),
            Node("others", "7 others at tier 3", 2, "others"),
        ],
        links=[
            Link("body", "a", Decimal("100.00")),
            Link("a", "others", Decimal("60.00"), "at least"),
            Link("a", "end", Decimal("40.00"), "at most"),
        ],
        columns=["Tier 1", "Tier 2", "Tier 3"],
    ),
]
PAGE = """{% extends "base.html" %}{% load portal components figures %}
{% block title %}Components{% endblock %}
{% block breadcrumbs %}{% include "components/breadcrumbs.html" with items=crumbs only %}{% endblock %}
{% block content %}
{% notification "corrected" "Correction" %}
<p class="govuk-notification-banner__heading">Version 2 replaces version 1.</p>
{% endnotification %}
{% include "components/error_summary.html" with errors=problems only %}
<h1 class="govuk-heading-l">{{ quarter|quarter_label }}</h1>
{% summary_list %}
{% summary_row "Owner" %}{% sources found %}{% endsummary_row %}
{% summary_row "Filing status" %}{% for word in words %}{% status_tag word %} {% endfor %}{% endsummary_row %}
{% endsummary_list %}
{% include "components/summary_list.html" with rows=pairs only %}
{% inset %}<p>Several areas.</p>{% endinset %}
{% include "components/inset.html" with text="Text" only %}
{% for chart in charts %}{% picture chart %}{% endfor %}
{% table "payments" "Reported payments by provider" %}
<thead class="govuk-table__head"><tr class="govuk-table__row">
<th scope="col" class="govuk-table__header">Provider</th>
{% for heading in headings %}
<th scope="col" class="govuk-table__header govuk-table__header--numeric">{{ heading }}</th>
{% endfor %}
</tr></thead>
<tbody class="govuk-table__body"><tr class="govuk-table__row">
<th scope="row" class="govuk-table__header">A provider</th>
{% for heading in headings %}
<td class="govuk-table__cell govuk-table__cell--numeric">{{ nothing|gbp_or_status:"[w]" }}</td>
{% endfor %}
</tr></tbody>
{% endtable %}
{% absent_values %}
{% pagination page %}
{% include "components/file_list.html" with id="files" caption="Files" files=files only %}
{% details "How this was counted" %}<p>Cash paid.</p>{% enddetails %}
{% endblock %}"""


def components(request: HttpRequest) -> HttpResponse:
    """Every component once, with the longest and the emptiest content that pages give them."""
    digest = hashlib.sha256(b"content").hexdigest()
    context = {
        "crumbs": [("Home", "/"), ("Components", "")],
        "problems": [
            ("Enter the number of rows", "payments"),
            ("Row 7, amount_paid_gbp (column N): write 12000.00", ""),
        ],
        "quarter": Quarter(2018, 1),
        "found": [
            {"text": "A report", "href": "/report/", "confidence": "solid"},
            {"text": "A paper", "confidence": "GK"},
        ],
        "words": [
            "published",
            "nil",
            "missing",
            "not-required",
            "compiled",
            "late",
            "withdrawn",
            "superseded",
            "unheard-of",
        ],
        "pairs": [("Paid to tier 2", "£1,234.50")],
        "charts": CHARTS,
        "headings": [f"A long heading, number {number}" for number in range(8)],
        "nothing": None,
        "page": Paginator(range(200), 10).page(10),
        "files": [
            {
                "name": "supply-chain.csv",
                "href": "supply-chain.csv",
                "bytes": 1_234_567,
                "rows": 3400,
                "sha256": digest,
            },
            {"name": "flows.csv", "href": "", "bytes": 0, "rows": None, "sha256": digest, "withdrawn": True},
        ],
        "data_as_of": dt.date(2018, 11, 28),
    }
    return HttpResponse(Template(PAGE).render(RequestContext(request, context)))


def broken(request: HttpRequest) -> HttpResponse:
    """A page with everything that a page of ours may not have."""
    return HttpResponse(
        "<!DOCTYPE html><html lang=en><title>Broken</title><p style='color: red'>A</p><script>1</script>"
        "<script src='/static/start.js' type=module></script><link rel=stylesheet href='/static/missing.css'>"
    )


@pytest.fixture
def address(settings) -> str:
    settings.ROOT_URLCONF = (
        path("components/", components),
        path("demonstration/components/", components),
        path("broken/", broken),
    )
    return "/demonstration/components/"


@pytest.mark.parametrize("width", [1100, 320])
def test_components_are_accessible_and_fit(width, address, site, open_page, assert_axe_clean, assert_fits):
    page = open_page(width)
    page.goto(site(page) + address)
    assert_axe_clean(page)
    assert_fits(page)


def test_components_are_valid_html_under_the_strict_policy(address, client, settings, site):
    response = client.get(address, SERVER_NAME="localhost")
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(response.content.decode())
    assert [error for _, error, _ in parser.errors] == []
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_menu_opens_by_keyboard_on_a_narrow_screen(address, site, open_page):
    page = open_page(320)
    page.goto(site(page) + address)
    bodies = page.get_by_role("link", name="Bodies", exact=True)
    assert not bodies.is_visible()
    page.get_by_role("button", name="Menu").press("Enter")
    assert bodies.is_visible()
    assert bodies.get_attribute("href") == "/demonstration/bodies/"


def test_menu_is_open_without_scripts(address, site, open_page, assert_fits):
    page = open_page(320, java_script_enabled=False)
    page.goto(site(page) + address)
    assert page.get_by_role("link", name="Bodies", exact=True).is_visible()
    assert not page.get_by_role("button", name="Menu").is_visible()


def test_skip_link_leads_to_the_content(address, site, checked_page):
    checked_page.goto(site(checked_page) + address)
    # An error summary takes the focus, so start anew from the top.
    checked_page.evaluate("document.activeElement.blur()")
    checked_page.keyboard.press("Tab")
    skip = checked_page.get_by_role("link", name="Skip to main content")
    skip.focus()
    skip.press("Enter")
    assert checked_page.evaluate("document.activeElement.id") == "main-content"


def test_wide_table_can_be_scrolled_by_keyboard(address, site, open_page):
    page = open_page(320)
    page.goto(site(page) + address)
    frame = page.get_by_role("region", name="Reported payments by provider")
    frame.focus()
    assert scrolls_with_arrow_key(frame)


def test_demonstration_says_so_on_every_page_and_links_back(address, site, checked_page):
    home = site(checked_page)
    checked_page.goto(home + address)
    banner = checked_page.get_by_role("region", name="Demonstration", exact=True)
    assert "invented bodies, owners, areas, providers and figures" in banner.inner_text()
    assert banner.get_by_role("link").get_attribute("href") == "/"
    checked_page.goto(home + address.removeprefix("/demonstration"))
    assert checked_page.get_by_role("region", name="Demonstration", exact=True).count() == 0


def test_the_watch_notices_what_breaks_a_page(address, site, watched_page):
    page, problems = watched_page()
    page.goto(site(page) + "/broken/")
    page.wait_for_load_state("networkidle")
    assert "security policy: style-src-attr inline" in problems
    assert "security policy: script-src-elem inline" in problems
    assert "404: http://localhost/static/missing.css" in problems
    assert any(problem.startswith("script: ") for problem in problems)
    with pytest.raises(Error, match="ERR_FAILED"):
        page.goto("https://elsewhere.example/")
    assert "foreign origin: https://elsewhere.example/" in problems
