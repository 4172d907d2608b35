"""Header rows: are our columns found, and is everything else refused without being read?"""

import pytest

from supplychain.filing.layout import CONTROL, FUNDING, KPI
from supplychain.filing.readers.headers import read_header

GOOD = [column.name for column in FUNDING.columns if column.core]


def rules(header):
    return [finding.rule for finding in header.findings]


def test_a_good_header_has_no_findings():
    header = read_header(FUNDING, 1, GOOD)
    assert header.findings == ()
    assert header.letter("reporting_body") == "A"
    assert header.letter("amount_to_date_gbp") == "P"
    assert header.letter("amount_status") is None
    assert "amount_status" in header.absent


def test_order_is_free():
    header = read_header(FUNDING, 1, GOOD[::-1])
    assert header.findings == ()
    assert header.index("amount_to_date_gbp") == 0


@pytest.mark.parametrize("spelling", ["Kpi_Code", "KPI CODE", " kpi_code ", "kpi\xa0code", "kpicode", "\ufeffkpi_code"])
def test_case_spaces_and_underscores_are_normalised_and_said(spelling):
    header = read_header(KPI, 1, ["reporting_body", "quarter", spelling, "numerator"])
    assert header.index("kpi_code") == 2
    (finding,) = header.findings
    assert (finding.rule, finding.severity, finding.column, finding.letter) == ("F06", "warning", "kpi_code", "C")
    assert finding.value == spelling


def test_a_hyphen_is_another_name():
    assert rules(read_header(CONTROL, 1, ["name", "value", "no-te"])) == ["F02"]


def test_an_unknown_column_is_refused_by_name_and_letter():
    (finding,) = read_header(FUNDING, 1, [*GOOD, "bank_account"]).findings
    assert (finding.rule, finding.severity, finding.letter, finding.value) == ("F02", "error", "Q", "bank_account")
    assert finding.fix == "Remove the column."


def test_a_near_miss_is_suggested():
    cells = ["providers_name" if name == "provider_name" else name for name in GOOD]
    by_letter = {finding.letter: finding for finding in read_header(FUNDING, 1, cells).findings}
    assert "provider_name" in by_letter["F"].fix
    assert by_letter[None].column == "provider_name"


def test_every_missing_required_column_is_named():
    header = read_header(FUNDING, 1, ["reporting_body", "quarter"])
    missing = {finding.column for finding in header.findings}
    assert missing == {column.name for column in FUNDING.columns if column.required} - {"reporting_body", "quarter"}
    assert header.usable


def test_numbers_upstream_and_end_date_may_be_absent():
    free = {"upstream_ref", "charity_number", "company_number", "end_date"}
    assert read_header(FUNDING, 1, [name for name in GOOD if name not in free]).findings == ()


def test_a_repeated_column_names_both_letters():
    findings = read_header(CONTROL, 1, ["name", "value", "Name"]).findings
    (finding,) = [finding for finding in findings if finding.rule == "F02"]
    assert (finding.column, finding.letter) == ("name", "C")
    assert "in A and C" in finding.message


@pytest.mark.parametrize(("delimiter", "called"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_a_wrong_delimiter_is_named_with_its_fix_and_nothing_else(delimiter, called):
    header = read_header(FUNDING, 1, [delimiter.join(GOOD)])
    (finding,) = header.findings
    assert finding.rule == "F02"
    assert called in finding.message
    assert "CSV UTF-8" in finding.fix
    assert not header.usable


def test_a_wrong_delimiter_is_seen_although_a_heading_holds_a_comma():
    header = read_header(CONTROL, 1, ["name;value;a", "b"])
    assert "semicolons" in header.findings[0].message


def test_a_first_row_of_data_is_not_echoed():
    (finding,) = read_header(FUNDING, 1, ["Jane Example", "07700 900123"]).findings
    assert finding.rule == "F02"
    assert "Jane" not in str(finding.as_json())
    assert "07700" not in str(finding.as_json())


def test_the_hint_for_a_delimiter_in_the_first_line_is_told():
    (finding,) = read_header(CONTROL, 1, ["sep=;"]).findings
    assert "sep=" in finding.fix


def test_blank_headings_are_remembered():
    header = read_header(CONTROL, 1, ["name", "", "value", " "])
    assert header.unnamed == (1, 3)
    assert header.findings == ()
