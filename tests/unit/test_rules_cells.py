"""Does a cell read as its column asks, and is everything else refused by the right rule?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.filing.layout import FUNDING, KPI
from supplychain.filing.rules.cells import CodeBook, Judged, judge_for
from supplychain.filing.rules.personal import likely_name, personal_data
from supplychain.filing.rules.rows import party_keys
from supplychain.filing.rules.unseen import first_unseen

BOOK = CodeBook({"C01"}, ["dorset", "essex"], ["SL001R"])


def read(column: str, cell: str, table=FUNDING) -> str | None:
    """What is kept of a cell, or the rule that it breaks."""
    answer = judge_for(table.column(column), BOOK)(cell)
    return answer.faults[0].rule if isinstance(answer, Judged) else answer


@pytest.mark.parametrize(
    ("column", "cell", "kept"),
    [
        ("amount_paid_gbp", "1500", "1500"),
        ("amount_paid_gbp", "-0.5", "-0.5"),
        ("amount_paid_gbp", "-0.00", "0.00"),
        ("amount_paid_gbp", "999999999999.99", "999999999999.99"),
        ("amount_paid_gbp", "1000000000000", "V03"),
        ("amount_paid_gbp", "1,500", "V02"),
        ("amount_paid_gbp", "£1", "V02"),
        ("amount_paid_gbp", "1e3", "V02"),
        ("amount_paid_gbp", "NaN", "V02"),
        ("amount_paid_gbp", "1_000", "V02"),
        ("amount_paid_gbp", "1.005", "V02"),
        ("amount_paid_gbp", "١٢", "V02"),
        ("amount_paid_gbp", "²", "V02"),
        ("amount_paid_gbp", "1" * 41, "V09"),
        ("agreement_value_gbp", "-1", "V02"),
        ("results_share_pct", "100.00", "100.00"),
        ("results_share_pct", "100.01", "V02"),
        ("results_share_pct", "25%", "V02"),
        ("start_date", "2018-02-30", "V05"),
        ("start_date", "2016-02-29", "2016-02-29"),
        ("end_date", "31/03/2019", "V02"),
        ("end_date", "2018-4-1", "V02"),
        ("quarter", "2018-19-q1", "2018-19 Q1"),
        ("quarter", "2018-20 Q1", "V02"),
        ("reporting_body", "C01", "C01"),
        ("reporting_body", "c01", "V06"),
        ("agreement_ref", "A-1/2_b.c", "A-1/2_b.c"),
        ("agreement_ref", "-A1", "V02"),
        ("agreement_ref", "A 1", "V02"),
        ("agreement_ref", "é1", "V02"),
        ("agreement_ref", "a" * 61, "V09"),
        ("tier", "2", "2"),
        ("tier", "1", "V02"),
        ("tier", "2.0", "V02"),
        ("specialist", "yes", "t"),
        ("specialist", "Yes", "V02"),
        ("notice_days", "-1", "V02"),
        ("area", "essex; dorset", "{dorset,essex}"),
        ("area", "ALL", "{ALL}"),
        ("area", "ALL;dorset", "V06"),
        ("area", "dorset;dorset", "V06"),
        ("area", "dorset;", "V06"),
        ("area", "{dorset}", "V06"),
        ("funding_type", "grant", "grant"),
        ("funding_type", "Grant", "V06"),
        ("charity_number", "226171", "226171"),
        ("charity_number", "nic 100019", "NIC100019"),
        ("charity_number", "NI100019", "NIC100019"),
        ("company_number", "1234567", "O01"),
        ("company_number", "sc123456", "SC123456"),
        ("other_id", "GB-MPR-235C", "GB-MPR-235C"),
        ("other_id", "235C", "O01"),
        ("reverses_ref", "2018-19-q1/A-17", "2018-19 Q1/A-17"),
        ("reverses_ref", "A-17", "V02"),
        ("provider_name", "=cmd", "V07"),
        ("provider_name", "＋44", "V07"),
        ("provider_name", "@Home", "V07"),
        ("provider_name", "Tŷ Newydd", "Tŷ Newydd"),
        ("provider_name", "A\nB", "V10"),
        ("provider_name", "A\u00adB", "V10"),
        ("provider_name", "x" * 201, "V09"),
        ("service_summary", "one\r\ntwo", "one\ntwo"),
        ("service_summary", "one\ttwo", "V10"),
        ("service_summary", "Ring 0191 498 0000", "V08"),
        ("service_summary", "Led by Mrs Example", "V08"),
    ],
)
def test_a_cell_reads_in_one_way(column, cell, kept) -> None:
    assert read(column, cell) == kept


def test_numbers_of_kpis_may_be_negative_here_and_are_judged_by_their_rule() -> None:
    assert read("numerator", "-1", KPI) == "-1"
    assert read("kpi_code", "SL999", KPI) == "V06"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("write to a.b@example.org", "an e-mail address"),
        ("A＠example.org", "an e-mail address"),
        ("(0191) 498 0000", "a telephone number"),
        ("+44 (0)191 498 0000", "a telephone number"),
        ("07700 900123 any time", "a telephone number"),
        ("tel 02079460000.", "a telephone number"),
        ("0800 1111", "a telephone number"),
        ("NI QQ 12 34 56 C", None),
        ("NI AB 12 34 56 C", "a National Insurance number"),
        ("ab123456c", "a National Insurance number"),
        ("From 01-04-2018 to 31-03-2019", None),
        ("2018-04-01 - 2019-03-31", None),
        ("12 places, 0.5 posts, 1,000 hours", None),
        ("company 01234567", None),
        ("lot 2018/001/0045", None),
        ("24/7 helpline @ the gate", None),
        ("Section 90 Orders 100000 to 200000", None),
    ],
)
def test_personal_data_is_told_from_figures(text, what) -> None:
    assert personal_data(text) == what


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mentoring by Mr J Smith", "Mr J Smith"),
        ("Contact: Jane Example", "Jane Example"),
        ("Run by Nova Wellbeing in Dorset", None),
        ("Led by women with lived experience", None),
        ("Housing advice in Great Yarmouth", None),
    ],
)
def test_a_likely_name_is_told_from_a_service(text, name) -> None:
    assert likely_name(text) == name


@pytest.mark.parametrize("text", ["plain", "Tŷ – “Newydd” £5", "a\u00a0b", "ﷺ"])
def test_what_can_be_seen_is_left_alone(text) -> None:
    assert first_unseen(text, line_breaks=False) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a\u200bb", "an invisible character"),
        ("a\u202eb", "a bidirectional control character"),
        ("a\u200fb", "a bidirectional control character"),
        ("a\x07b", "a control character"),
        ("a\u2028b", "a line break"),
        ("a\u3164b", "an invisible character"),
        ("a\ufeffb", "an invisible character"),
    ],
)
def test_what_can_not_be_seen_is_named(text, what) -> None:
    found = first_unseen(text, line_breaks=False)
    assert found and (found["what"], found["place"]) == (what, 2)


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        (("Name", "226171", "01234567", ""), ("GB-CHC-226171", "GB-COH-01234567", "GB-CHC-226171")),
        (("Name", "", "01234567", "GB-CHC-226171"), ("", "GB-COH-01234567", "GB-CHC-226171")),
        (("Name", "", "", "GB-MPR-235C"), ("", "", "GB-MPR-235C")),
        (("The  Náme", "", "", ""), ("", "", "name:the náme")),
    ],
)
def test_a_payee_is_its_first_known_number_or_its_name(given, keys) -> None:
    assert party_keys(*given) == keys


def test_a_number_that_can_not_be_read_leaves_the_payee_open() -> None:
    assert party_keys("Name", "", "", "", certain=False) == ("", "", "")


def test_cells_judged_together_hide_nothing() -> None:
    judge = judge_for(FUNDING.column("provider_name"), BOOK)
    cells = ["Part 01234 567", "0191 498 0000", "Plain"]
    assert not judge.all_good(cells, "|".join(cells))
    assert judge.all_good(cells[::2], "|".join(cells[::2]))


@given(
    st.sampled_from(["amount_paid_gbp", "agreement_ref", "upstream_ref", "agreement_value_gbp"]),
    st.lists(st.text("0129.-|A_/ ", max_size=9), min_size=1, max_size=3),
)
def test_what_is_kept_by_its_form_alone_would_be_kept_one_by_one(name, cells) -> None:
    judge = judge_for(FUNDING.column(name), BOOK)
    if judge.keep_all(cells):
        assert all(judge(cell) == cell if cell else not FUNDING.column(name).needed for cell in cells)


def test_usual_amounts_and_references_are_kept_by_their_form_alone() -> None:
    amounts, references = (judge_for(FUNDING.column(name), BOOK) for name in ("amount_paid_gbp", "agreement_ref"))
    assert amounts.keep_all(["1", "", "2.50", "0", "120000.5"])
    assert references.keep_all(["A-1", "b_2/3.4"])
    assert not references.keep_all(["A-1", ""])
