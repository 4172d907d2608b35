"""Are register numbers read as the registers write them, in Python and in PostgreSQL alike?"""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from providers import identifiers
from providers.identifiers import (
    Identifier,
    InvalidNumber,
    parse_charity_number,
    parse_company_number,
    parse_org_id,
    public_id,
)

# Real numbers of every shape that occurs, with the file they were drawn from (Open Database Licence).
REGISTERS = list(
    csv.DictReader((Path(__file__).parent / "register_numbers.csv").read_text(encoding="utf-8").splitlines())
)
PARSERS = {"charity": parse_charity_number, "company": parse_company_number, "org_id": parse_org_id}

CHARITIES = {
    "226171": "GB-CHC-226171",
    " 1 001 957 ": "GB-CHC-1001957",
    "9900001": "GB-CHC-9900001",  # cannot exist, and is what the demonstration uses
    "sc042386": "GB-SC-SC042386",
    "NIC100019": "GB-NIC-100019",
    "NI 100019": "GB-NIC-100019",
}
COMPANIES = {
    "00002404": "GB-COH-00002404",
    "sc 123456": "GB-COH-SC123456",
    "NI012345": "GB-COH-NI012345",
    "CE000811": "GB-COH-CE000811",
    "OC300001": "GB-COH-OC300001",
    "IP031455": "GB-COH-IP031455",
    "NF003456": "GB-COH-NF003456",
    "R0000123": "GB-COH-R0000123",
}
REFUSED_CHARITIES = {
    "": None,
    "12345": None,
    "226171x": None,
    "２２６１７１": None,
    "226171\n": None,
    "19262026": None,
    "CE000811": None,
    "n/a": None,
    "SC42386": "SC042386",
    "SCO42386": "SC042386",
    "SC": None,
    "0801243": "801243",
    "226171.0": "226171",
    "226171-1": "226171",
    "100019": None,
}
REFUSED_COMPANIES = {
    "": None,
    "00000000": None,
    "123456789": None,
    "XX123456": None,
    "0123456a": None,
    "٠١٢٣٤٥٦٧": None,
    "NIC100019": None,
    "2404": "00002404",
    "7451584": "07451584",
    "7451584.0": "07451584",
    "SC12345": "SC012345",
    "IP1234R": "IP01234R",
    "O7451584": "07451584",
    "CEO00811": "CE000811",
}


@pytest.mark.parametrize("row", REGISTERS, ids=lambda row: row["written"])
def test_reads_numbers_as_registers_write_them(row):
    assert PARSERS[row["kind"]](row["written"]).org_id == row["org_id"]
    assert parse_org_id(row["org_id"]).org_id == row["org_id"]


def test_the_sample_holds_every_register():
    assert len(REGISTERS) > 200
    assert {parse_org_id(row["org_id"]).scheme for row in REGISTERS} == set(identifiers.SCHEMES)
    assert all(row["source"] for row in REGISTERS)


@pytest.mark.parametrize(("written", "org_id"), CHARITIES.items())
def test_charity_number(written, org_id):
    assert parse_charity_number(written).org_id == org_id


@pytest.mark.parametrize(("written", "org_id"), COMPANIES.items())
def test_company_number(written, org_id):
    assert parse_company_number(written).org_id == org_id


@pytest.mark.parametrize(("written", "suggestion"), REFUSED_CHARITIES.items())
def test_refuses_what_is_no_charity_number_and_suggests_the_likely_one(written, suggestion):
    with pytest.raises(InvalidNumber) as refused:
        parse_charity_number(written)
    assert refused.value.suggestion == suggestion
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize(("written", "suggestion"), REFUSED_COMPANIES.items())
def test_refuses_what_is_no_company_number_and_suggests_the_likely_one(written, suggestion):
    with pytest.raises(InvalidNumber) as refused:
        parse_company_number(written)
    assert refused.value.suggestion == suggestion
    assert refused.value.reason.endswith(".")


def test_a_number_in_the_wrong_column_is_told_so():
    with pytest.raises(InvalidNumber, match="column for company numbers"):
        parse_charity_number("CE000811")
    with pytest.raises(InvalidNumber, match="column for charity numbers"):
        parse_company_number("NIC100019")


def test_one_text_is_a_scottish_charity_in_one_column_and_a_scottish_company_in_the_other():
    assert parse_charity_number("SC042386").org_id == "GB-SC-SC042386"
    assert parse_company_number("SC042386").org_id == "GB-COH-SC042386"


@pytest.mark.parametrize(
    ("written", "suggestion"),
    {
        "226171": None,
        "GB-CHC-": None,
        "GB-CHC-SC042386": "GB-SC-SC042386",
        "GB-COH-2404": "GB-COH-00002404",
        "GB-SC-SC42386": "GB-SC-SC042386",
        "GB-NIC-226171.0": "GB-CHC-226171",
        "GB-MPR-HELLO": None,
        "GB-CHC-226171 OR 1=1": None,
    }.items(),
)
def test_refuses_org_ids_that_contradict_their_register(written, suggestion):
    with pytest.raises(InvalidNumber) as refused:
        parse_org_id(written)
    assert refused.value.suggestion == suggestion


def test_org_ids_of_other_registers_are_taken_by_form():
    assert parse_org_id("gb-nhs-RX3") == Identifier("GB-NHS", "RX3")
    assert parse_org_id("GB-PPON-PABC-1234-DEFG") == Identifier("GB-PPON", "PABC-1234-DEFG")


def test_the_public_id_follows_the_order_of_registers():
    numbers = [
        Identifier("GB-MPR", "235C"),
        Identifier("GB-COH", "01234567"),
        Identifier("GB-SC", "SC042386"),
        Identifier("GB-NHS", "RX3"),
    ]
    assert public_id(numbers) == "GB-SC-SC042386"
    assert public_id([*numbers, Identifier("GB-CHC", "1001957"), Identifier("GB-CHC", "226171")]) == "GB-CHC-1001957"
    assert (
        public_id(reversed([*numbers, Identifier("GB-CHC", "1001957"), Identifier("GB-CHC", "226171")]))
        == "GB-CHC-1001957"
    )
    assert public_id([Identifier("GB-NHS", "RX3")]) is None
    assert public_id([]) is None


def test_numbers_are_shown_as_people_write_them():
    assert parse_charity_number("NI100019").as_written == "NIC100019"
    assert parse_charity_number("226171").as_written == "226171"


def test_portal_ids_have_six_digits():
    assert re.match(identifiers.XP_PATTERN, "XP-000123")
    assert not re.match(identifiers.XP_PATTERN, "XP-123")


NUMBERISH = st.text(alphabet="0123456789OSCNIEPRXsc .-", max_size=12)


@given(NUMBERISH | st.text(max_size=12))
@example("ß1234567")
def test_never_anything_but_a_number_or_a_refusal(text):
    for parse in PARSERS.values():
        try:
            found = parse(text)
        except InvalidNumber as refused:
            if refused.suggestion is not None:
                assert parse(refused.suggestion)
        else:
            assert parse_org_id(found.org_id) == found
            if parse is not parse_org_id:
                assert parse(found.as_written) == found


def _accepted(parse, text):
    try:
        return parse(text).org_id
    except InvalidNumber:
        return None


@pytest.mark.django_db
def test_postgresql_judges_like_python():
    from django.db import connection

    texts = [row["written"] for row in REGISTERS] + [*CHARITIES, *COMPANIES, *REFUSED_CHARITIES, *REFUSED_COMPANIES]
    texts += ["ß1234567", "İC042386", "ſc042386", "sc\u00a0042386", "226171 ", "2261\t71", "x" * 300]
    # Near misses of real numbers: each with a character lost, doubled or changed.
    for row in REGISTERS[::5]:
        number = row["written"]
        texts += [
            number[1:],
            number[:-1],
            number + "0",
            number[0] + number,
            number.replace("0", "O"),
            number[:2] + number[3:],
        ]
    column = "candidate.text"
    query = f"""
        SELECT text, {identifiers.normalised_sql(column)},
               {identifiers.charity_org_id_sql(column)}, {identifiers.company_org_id_sql(column)},
               {identifiers.normalised_sql(column)} ~ %s, {identifiers.normalised_sql(column)} ~ %s,
               {identifiers.normalised_sql(column)} ~ %s, {identifiers.normalised_sql(column)} ~ %s
        FROM unnest(%s) AS candidate(text)
    """
    patterns = [
        identifiers.CHARITY_NUMBER_SQL,
        identifiers.COMPANY_NUMBER_SQL,
        identifiers.CHARITY_LOST_ZEROS_SQL,
        identifiers.COMPANY_LOST_ZEROS_SQL,
    ]
    with connection.cursor() as cursor:
        cursor.execute(query, [*patterns, texts])
        rows = cursor.fetchall()
    assert len(rows) == len(texts)
    for text, normalised, charity, company, *matches in rows:
        expected = identifiers.normalise(text)
        assert normalised == expected, text
        assert charity == _accepted(parse_charity_number, text), text
        assert company == _accepted(parse_company_number, text), text
        assert matches == [bool(re.search(pattern, expected)) and "\n" not in expected for pattern in patterns], text


@pytest.mark.parametrize("written", ["SC42386", "SC1"])
def test_lost_zeros_of_charities_have_a_pattern(written):
    assert re.search(identifiers.CHARITY_LOST_ZEROS_SQL, written)
    assert identifiers.suggest_charity_number(written) == f"SC{written[2:]:0>6}"


@given(st.integers(min_value=1, max_value=9_999_999))
def test_lost_zeros_of_companies_have_a_pattern(number):
    assert re.search(identifiers.COMPANY_LOST_ZEROS_SQL, str(number))
    assert identifiers.suggest_company_number(str(number)) == f"{number:08d}"
