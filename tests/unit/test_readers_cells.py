"""Typed cells of workbooks: which text do they become?"""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.filing.readers.cells import (
    Percentage,
    column_index,
    column_letter,
    date_text,
    format_kind,
    iso_text,
    plain_number,
    unescaped,
)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("0.30000000000000004", "0.3"),
        ("1234.5", "1234.5"),
        ("1500.00", "1500"),
        ("1500.10", "1500.1"),
        ("226171", "226171"),
        ("226171.0", "226171"),
        ("1E-3", "0.001"),
        ("1.5e+3", "1500"),
        ("123456789012345678", "123456789012346000"),
        ("1E+20", "100000000000000000000"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("-12.30", "-12.3"),
        ("+7", "7"),
        (".5", "0.5"),
        ("007", "7"),
        ("99999999999.99", "99999999999.99"),
        ("8.2500000000000007", "8.25"),
    ],
)
def test_numbers_are_plain_to_15_significant_digits(stored, text):
    assert plain_number(stored) == text


@pytest.mark.parametrize(
    "text", ["", " 1", "1,5", "NaN", "Infinity", "1_000", "٣", "²", "1e5000", "0x10", "--1", "1" * 500]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError):
        plain_number(text)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_pounds_survive_the_float_that_a_workbook_keeps(amount):
    assert Decimal(plain_number(repr(float(amount)))) == amount


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("43191", "2018-04-01"),
        ("43191.0", "2018-04-01"),
        ("43191.5", "2018-04-01 12:00:00"),
        ("43190.999999999", "2018-04-01"),
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("61", "1900-03-01"),
        ("0.25", "06:00:00"),
        ("2958465", "9999-12-31"),
    ],
)
def test_day_numbers_become_iso_dates(stored, text):
    assert date_text(stored) == text


def test_day_numbers_since_1904():
    assert date_text("0", since_1904=True) == "1904-01-01"
    assert date_text("41729", since_1904=True) == "2018-04-01"


@pytest.mark.parametrize("stored", ["-1", "60", "2958466.5", "9" * 30, "x", "1e300"])
def test_impossible_day_numbers_are_refused(stored):
    with pytest.raises(ValueError):
        date_text(stored)


@given(st.dates(min_value=dt.date(1900, 3, 1)))
def test_every_day_is_read_back(day):
    assert date_text(str((day - dt.date(1899, 12, 30)).days)) == day.isoformat()


def test_iso_cells_lose_a_midnight_and_keep_other_times():
    assert iso_text("2018-04-01T00:00:00") == "2018-04-01"
    assert iso_text("2018-04-01T09:30:00.000Z") == "2018-04-01 09:30:00"
    with pytest.raises(ValueError):
        iso_text("1 April 2018")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "number"),
        ("0.00", "number"),
        ("#,##0.00;[Red]-#,##0.00", "number"),
        ('0 "days"', "number"),
        ("0.00E+00", "number"),
        ("[$£-809]#,##0.00", "number"),
        ("yyyy-mm-dd", "date"),
        ("[$-809]dd/mm/yyyy;@", "date"),
        ("[h]:mm", "date"),
        ("0%", "percent"),
        ("0.00%", "percent"),
        ('"%"0', "number"),
        ("@", "number"),
    ],
)
def test_number_formats(code, kind):
    assert format_kind(code) == kind


def test_percentages_as_they_are_shown():
    assert Percentage("0.25").shown == "25"
    assert Percentage("0.125").shown == "12.5"
    assert Percentage("1").shown == "100"


def test_escapes_of_workbook_text():
    assert unescaped("a_x000D_b_x005F_x") == "a\rb_x"
    assert unescaped("_xD83D_") == "_xD83D_"
    assert unescaped("plain_text") == "plain_text"


@given(st.integers(min_value=0, max_value=16_383))
def test_letters_and_indexes_agree(index):
    assert column_index(column_letter(index)) == index


def test_letters():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert column_index("AB12") == 27


@pytest.mark.parametrize("reference", ["1", "a1", "A!", "ZZZZ1", "Ä1"])
def test_what_is_no_reference_is_refused(reference):
    with pytest.raises(ValueError):
        column_index(reference)
