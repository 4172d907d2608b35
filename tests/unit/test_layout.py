"""The columns of the return: are they those of the published form, in its order, each described?"""

import csv
import io

import pytest

from supplychain.filing.codes import (
    CODE_LISTS,
    CONTROL_NAMES,
    DATABASE_CODE_LISTS,
    EXPLANATION_CODES,
    SERVICE_CATEGORIES,
)
from supplychain.filing.layout import (
    CONTROL,
    CONTROL_KINDS,
    FUNDING,
    KPI,
    OWN_DELIVERY,
    TABLES,
    Kind,
    template_csv,
)

CORE = """
    reporting_body quarter agreement_ref upstream_ref tier provider_name charity_number company_number service_category
    service_summary area funding_type start_date end_date amount_paid_gbp amount_to_date_gbp
""".split()  # noqa: SIM905 - as in the form
REQUIRED = set(CORE) - {"upstream_ref", "charity_number", "company_number", "end_date"}
FURTHER = """
    amount_status agreement_value_gbp opening_to_date_gbp prior_period_adjustment_gbp adjustment_kind reverses_ref
    variation_ref no_number_reason other_id role other_categories cohorts specialist led_by setting funding_stream
    contract_form results_share_pct notice_days payment_days owed_gbp overdue_gbp co_funder co_funded_gbp continues_from
    people_supported referrals_received explanation_code explanation_note
""".split()  # noqa: SIM905 - as in the form


def header(text: str) -> list[str]:
    return next(csv.reader(io.StringIO(text)))


def test_basic_template_has_the_core_columns_in_order():
    assert header(template_csv("funding")) == CORE


def test_full_template_appends_the_further_columns():
    assert header(template_csv("funding", full=True)) == CORE + FURTHER


def test_template_ends_in_one_line_end():
    assert template_csv("control") == "name,value\r\n"


def test_unknown_table_has_no_template():
    with pytest.raises(KeyError):
        template_csv("payments")


def test_required_columns_of_funding():
    assert {column.name for column in FUNDING.columns if column.required} == REQUIRED


def test_amounts_are_required_columns_that_a_row_may_leave_blank():
    for name in ("amount_paid_gbp", "amount_to_date_gbp"):
        assert FUNDING.column(name).required
        assert not FUNDING.column(name).needed


def test_what_every_row_needs_is_always_a_required_column():
    assert all(column.required for table in TABLES.values() for column in table.columns if column.needed)


def test_small_tables():
    assert KPI.names == ("reporting_body", "quarter", "kpi_code", "agreement_ref", "numerator", "denominator", "note")
    assert OWN_DELIVERY.names == (
        "reporting_body",
        "quarter",
        "service_category",
        "area",
        "amount_gbp",
        "amount_status",
    )
    assert CONTROL.names == ("name", "value")
    assert tuple(TABLES) == ("funding", "kpi", "own_delivery", "control")


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_is_named_once_and_described(table):
    assert len(set(table.names)) == len(table.names)
    for column in table.columns:
        assert column.help.endswith("."), column.name
        assert column.max_length > 0, column.name


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_code_columns_name_a_list_that_exists(table):
    for column in table.columns:
        if column.kind in (Kind.CODE, Kind.CODES):
            assert column.codes in CODE_LISTS or column.codes in DATABASE_CODE_LISTS, column.name
            assert (column.choices is None) == (column.codes in DATABASE_CODE_LISTS)
        else:
            assert column.codes is None, column.name


def test_codes_fit_their_columns_and_stand_once():
    for table in TABLES.values():
        for column in table.columns:
            for code in column.choices or ():
                assert len(code) <= column.max_length
    for name, codes in CODE_LISTS.items():
        assert len(set(codes)) == len(codes), name
    assert len(SERVICE_CATEGORIES) == 23
    assert len(EXPLANATION_CODES) == 14


def test_lived_experience_leads_and_is_no_cohort_served():
    assert "lived-experience" in FUNDING.column("led_by").choices
    assert "lived-experience" not in FUNDING.column("cohorts").choices


def test_text_limits_of_the_form():
    assert FUNDING.column("agreement_ref").max_length == 60
    assert FUNDING.column("provider_name").max_length == 200
    assert FUNDING.column("service_summary").max_length == 500


def test_line_breaks_only_in_summary_and_notes():
    allowed = {column.name for table in TABLES.values() for column in table.columns if column.line_breaks}
    assert allowed == {"service_summary", "explanation_note", "note"}


def test_an_amount_too_large_reaches_the_rule_for_large_amounts():
    assert FUNDING.column("amount_paid_gbp").max_length > len("-9999999999999.99")


def test_every_control_figure_has_a_kind():
    assert tuple(CONTROL_KINDS) == CONTROL_NAMES
