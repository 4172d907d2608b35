"""Do amounts, quarters, moments, statuses and addresses look as people expect them?"""

import datetime as dt
from decimal import Decimal

import html5lib
import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from portal.pictures.bars import Bar, Bars
from portal.quarters import Quarter
from portal.templatetags import portal as looks


def render(source: str, path: str = "/", **context) -> str:
    loads = "{% load portal components figures %}"
    return Template(loads + source).render(Context({"request": RequestFactory().get(path), **context}))


def test_gbp_shows_pounds_and_pence_with_separators():
    assert looks.gbp(Decimal("1234567.5")) == "£1,234,567.50"
    assert looks.gbp(Decimal(0)) == "£0.00"
    assert looks.gbp(None) == ""


def test_gbp_puts_a_minus_sign_before_the_pound_and_never_on_nothing():
    assert looks.gbp(Decimal("-0.05")) == "−£0.05"
    assert looks.gbp(Decimal("-0.00")) == "£0.00"
    assert looks.gbp(Decimal("-0.001")) == "£0.00"


def test_gbp_refuses_floats():
    with pytest.raises(TypeError, match="float"):
        looks.gbp(0.1)


def test_a_stacked_table_stays_one_for_those_who_hear_it():
    shown = render(
        '{% table "t" "Caption" stacked=True %}<thead><tr><th scope="col">A</th></tr></thead>'
        '<tbody><tr><th scope="row">a</th><td data-label="B">b</td></tr></tbody>{% endtable %}'
    )
    for part in ('role="table"', '<thead role="rowgroup"', '<tr role="row"', '<th scope="col" role="columnheader"',
                 '<th scope="row" role="rowheader"', '<td role="cell" data-label="B"'):  # fmt: skip
        assert part in shown
    assert "role=" not in render('{% table "t" "Caption" %}<tr><td>b</td></tr>{% endtable %}').split("<table", 1)[1]


def test_pence_of_a_manifest_are_shown_as_pounds():
    assert looks.pence_as_gbp(123450) == "£1,234.50"
    assert looks.pence_as_gbp(None) == ""


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("[x]", "not available [x]"),
        ("x", "not available [x]"),
        ("[w]", "withheld [w]"),
        ("withheld", "withheld [w]"),
        ("[c]", "suppressed [c]"),
        ("[z]", "not applicable [z]"),
        ("not-disclosed", "not disclosed [x]"),
        ("", "not available [x]"),
    ],
)
def test_a_missing_value_is_told_in_words_with_its_letter(status, words):
    shown = looks.gbp_or_status(None, status)
    assert f">{words}</span>" in shown
    assert 'title="' in shown


def test_zero_and_negative_amounts_are_values():
    assert looks.gbp_or_status(Decimal(0), "") == "£0.00"
    assert looks.gbp_or_status(Decimal(-1), "known") == "−£1.00"
    assert looks.number_or_status(0, "") == "0"


def test_an_estimate_is_marked():
    assert looks.gbp_or_status(Decimal(5), "estimated") == "£5.00 (estimated)"


def test_an_unknown_status_is_escaped():
    assert "<script>" not in looks.gbp_or_status(None, "<script>")
    assert "<script>" not in render("{% status_tag word %}", word="<script>")


@pytest.mark.parametrize("given", [Quarter(2018, 1), dt.date(2018, 4, 1), "2018-19 Q1", "2018-19-q1"])
def test_a_quarter_is_named_for_people(given):
    assert looks.quarter_label(given) == "April to June 2018 (2018-19 Q1)"


def test_the_last_quarter_of_a_year_names_the_next_calendar_year():
    assert looks.quarter_label(Quarter(2018, 4)) == "January to March 2019 (2018-19 Q4)"


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (12_345, "12.3 kB"),
        (999_960, "1 MB"),
        (1_300_000, "1.3 MB"),
        (2_500_000_000_000, "2,500 GB"),
        (None, ""),
    ],
)
def test_file_sizes_use_decimal_units(size, shown):
    assert looks.filesize(size) == shown


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (dt.datetime(2018, 11, 28, 9, 30, tzinfo=dt.UTC), "28 November 2018, 9:30am"),
        (dt.datetime(2018, 6, 30, 23, 5, tzinfo=dt.UTC), "1 July 2018, 12:05am"),
        (dt.datetime(2018, 7, 2, 11, 0, tzinfo=dt.UTC), "2 July 2018, midday"),
        (dt.datetime(2018, 12, 2, 0, 0, tzinfo=dt.UTC), "2 December 2018, midnight"),
        (dt.datetime(2018, 12, 2, 17, 0, tzinfo=dt.UTC), "2 December 2018, 5pm"),
        (dt.date(2015, 2, 1), "1 February 2015"),
        (None, ""),
    ],
)
def test_moments_are_shown_in_london_time(moment, shown):
    assert looks.london(moment) == shown


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        looks.london(dt.datetime(2018, 6, 1, 9, 30))


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (Decimal(1), Decimal(8), "12.5%"),
        (Decimal(0), Decimal(8), "0.0%"),
        (Decimal(-1), Decimal(8), f"{looks.MINUS}12.5%"),
        (Decimal(1), Decimal(100000), "under 0.1%"),
        (Decimal(1), Decimal(0), ""),
        (None, Decimal(8), ""),
    ],
)
def test_shares_are_shown_with_one_place(part, whole, shown):
    assert looks.percentage(part, whole) == shown


def test_status_words_are_read_however_they_are_written():
    assert looks.status_of("NOT_REQUIRED") == looks.status_of("not-required") == looks.status_of("not required")
    assert looks.status_of("half-baked").label == "Half baked"


def test_query_with_keeps_the_rest_of_the_query():
    source = "{% query_with page=3 area=None %}"
    assert render(source, "/?q=a%26b&area=x&page=2") == "?q=a%26b&amp;page=3"


def test_pagination_leaves_out_the_middle_and_keeps_the_query():
    page = Paginator(range(200), 10).page(10)
    shown = render("{% pagination page %}", "/?kind=crc&page=10", page=page)
    assert 'href="?kind=crc&amp;page=11" rel="next"' in shown
    assert 'aria-label="Page 10" aria-current="page"' in shown
    assert "page=5&" not in shown
    assert shown.count("&ctdot;") == 2


def test_one_page_needs_no_pagination():
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_navigation_stays_in_the_demonstration():
    shown = render(
        '{% nav_item "/bodies/" "Bodies" %}', "/demonstration/bodies/D01/", series=looks.Series("/demonstration", True)
    )
    assert 'href="/demonstration/bodies/"' in shown
    assert 'aria-current="true"' in shown


def test_navigation_marks_home_on_the_home_page_only():
    assert 'aria-current="page"' in render('{% nav_item "/" "Home" %}', "/")
    assert "aria-current" not in render('{% nav_item "/" "Home" %}', "/bodies/")


def test_a_figure_in_the_demonstration_says_that_it_is_invented():
    chart = Bars(id="fig", title="Paid", bars=[Bar("A", Decimal(1))])
    assert "invented figures" in render("{% picture chart %}", "/demonstration/", chart=chart)
    assert "invented" not in render("{% picture chart %}", "/", chart=chart)


def test_an_unverified_source_is_marked():
    shown = render(
        "{% sources found %}", found=[{"text": "A report", "href": "https://example.org/r", "confidence": "GK"}]
    )
    assert "Unverified" in shown
    assert "Unverified" in render("{% sources found %}", found=[])


def test_the_legend_explains_every_letter():
    shown = render("{% absent_values %}")
    assert all(f"[{letter}]" in shown for letter in "cxwz")


@pytest.mark.parametrize("name", ["base", "error", "400", "403", "404", "500"])
@pytest.mark.parametrize("path", [None, "/nowhere/", "/demonstration/nowhere/"])
def test_frame_and_error_pages_are_valid_html_without_any_context(name, path, settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    request = RequestFactory().get(path) if path else None
    page = render_to_string(f"{name}.html", {"request": request} if request else {})
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page.lstrip())
    assert [error for _, error, _ in parser.errors] == []
    assert ("invented bodies" in page) == bool(path and path.startswith("/demonstration/"))
    assert "<style" not in page and " style=" not in page
