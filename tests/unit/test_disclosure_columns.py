"""Is every published column defined whole, once, and in the order that was promised?"""

import re

import pytest

from supplychain.disclosure.columns import TABLES
from supplychain.disclosure.tables import KINDS, STATUSES, Table
from supplychain.disclosure.writers import WRITERS, datapackage
from supplychain.disclosure.writers.for_excel import safe

# The contract: further columns stand behind these.
PROMISED = {
    "supply-chain": """quarter version body_code body_name body_kind owner_name agreement_ref upstream_ref tier role
        payer_id payer_name provider_id provider_name charity_number company_number sector service_category
        service_summary cohorts specialist area_codes area_scope funding_type start_date end_date shown_from shown_to
        agreement_value_gbp agreement_value_gbp_status amount_paid_gbp amount_paid_gbp_status amount_to_date_gbp
        amount_to_date_gbp_status people_supported people_supported_status referrals_received
        referrals_received_status explanation_code return_kind""",
    "kpi-contributions": """quarter body_code kpi_code kpi_kind agreement_ref provider_id numerator numerator_status
        denominator body_numerator body_denominator return_kind""",
    "flows": """quarter body_code tier payer_id payer_name payee_id payee_name agreements amount_paid_gbp
        amount_paid_gbp_status return_kind""",
    "providers": "id name charity_number company_number other_ids sector income_band",
    "bodies": """code name kind owner_name filing_status due_at submitted_at late income_received_gbp
        income_received_gbp_status return_kind""",
    "changes": "basis file key change column old new",
}
tables = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def test_all_tables_are_there() -> None:
    assert [table.name for table in TABLES] == list(PROMISED)


@tables
def test_promised_columns_come_first_and_in_order(table: Table) -> None:
    promised = PROMISED[table.name].split()
    assert [column.name for column in table.columns][: len(promised)] == promised


@tables
def test_every_column_is_described(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names) and table.title and table.description.endswith(".")
    for column in table.columns:
        assert re.fullmatch(r"[a-z][a-z_0-9]*", column.name) and column.kind in KINDS
        assert column.title and len(column.description) > 15 and column.description.endswith(".")
        if column.name.endswith("_status") and column.name != "filing_status":
            assert column.enum == STATUSES and column.name.removesuffix("_status") in names


@tables
def test_keys_name_columns_that_exist(table: Table) -> None:
    by_name = {other.name: other for other in TABLES}
    for name in table.primary_key:
        assert table.column(name).required
    for key in table.foreign_keys:
        assert all(table.column(name) for name in key.fields)
        assert all(by_name[key.table].column(name) for name in key.reference)


@tables
def test_schema_says_what_the_columns_say(table: Table) -> None:
    schema = datapackage.schema(table)
    assert [field["name"] for field in schema["fields"]] == [column.name for column in table.columns]
    assert schema["missingValues"] == [""]
    for field, column in zip(schema["fields"], table.columns, strict=True):
        assert field.get("constraints", {}).get("enum", []) == list(column.enum)


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(KeyError):
        TABLES[0].column("none")


def test_every_table_has_both_files() -> None:
    names = [writer.name for writer in WRITERS]
    assert len(set(names)) == len(names)
    assert {f"{name}.csv" for name in PROMISED} | {f"{name}-excel.csv" for name in PROMISED} == set(names)


@pytest.mark.parametrize("text", ["=1+1", "+44", "-5", "@sum", "\tx", "\rx", "＝1", "－1"])
def test_text_that_would_run_is_quoted(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Alpha", "a=b", "'=1", "5-a-day"])
def test_other_text_stays(text: str) -> None:
    assert safe(text) == text
