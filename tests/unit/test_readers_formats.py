"""The same return as CSV, XLSX and ODS: are its cells the same texts?"""

import csv
import datetime as dt
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplychain.filing.readers import ReturnPaths, open_return
from tests.workbooks import saved_ods, saved_xlsx

HEADER = ["note", "reporting_body", "quarter", "kpi_code", "agreement_ref", "numerator", "denominator"]
# What XML can hold; workbooks can't hold more. A carriage return is left out, because XML reads it as a line feed.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=60,
).filter(lambda text: not text.startswith("=") and "_x" not in text)
NUMBER = st.one_of(st.integers(-(10**12), 10**12), st.decimals(-(10**9), 10**9, places=2).map(float))
DAY = st.dates(min_value=dt.date(1900, 3, 1), max_value=dt.date(9999, 12, 31))
CELL = st.one_of(st.none(), TEXT, NUMBER, DAY)


def plain(cell: object) -> str:
    """A cell as it stands in a CSV file."""
    if isinstance(cell, float):
        return f"{cell:.2f}".rstrip("0").rstrip(".") if cell else "0"
    return "" if cell is None else str(cell)


def as_csv(rows: list[list[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([plain(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def read(folder, name: str, content: bytes):
    path = folder / name
    path.write_bytes(content)
    with open_return(ReturnPaths(kpi=path)) as opened:
        reader = opened.tables["kpi"]
        rows = list(reader.rows())
        return rows, [finding.as_json() for finding in reader.findings.listed], reader.filled, reader.empty


@given(st.lists(st.lists(CELL, min_size=7, max_size=7), max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_three_formats_read_alike(tmp_path, rows):
    # A row that holds something at the end, because sheets end with their last filled row and CSV files need not.
    rows = [HEADER, *rows, ["end", "C01", "q", "k", None, 1, 2]]
    expected = read(tmp_path, "kpi.csv", as_csv(rows))
    assert read(tmp_path, "kpi.xlsx", saved_xlsx({"kpi": rows})) == expected
    assert read(tmp_path, "kpi.ods", saved_ods({"kpi": rows})) == expected


@pytest.mark.parametrize("name", ["kpi.csv", "kpi.dat", "kpi"])
def test_files_are_known_by_content_and_not_by_name(tmp_path, name):
    rows = [HEADER, ["a note", "C01", "2018-19 Q1", "k", None, 1, 2]]
    first = read(tmp_path, name, as_csv(rows))
    assert read(tmp_path, name, saved_xlsx({"kpi": rows})) == first
    assert read(tmp_path, name, saved_ods({"kpi": rows})) == first
