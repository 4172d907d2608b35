"""Blocks of lines: are the rows the same wherever the text is cut?"""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplychain.filing.layout import KPI
from supplychain.filing.readers import ReturnPaths, Unreadable, open_return, sources
from supplychain.filing.readers.lines import Lines

PIECES = [
    "C01",
    "a b",
    "",
    " ",
    ",",
    ",",
    ",,,,,,",
    '"',
    '""',
    '"x\ny"',
    '"x\r\ny,"',
    "\n",
    "\n",
    "\r\n",
    "\r",
    "ŵ",
    "\x0b",
    "\u2028",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.integers(1, 40))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_are_the_same_wherever_the_text_is_cut(tmp_path, pieces, size):
    content = ",".join(KPI.names) + "\n" + "".join(pieces)
    (tmp_path / "kpi.csv").write_bytes(content.encode())
    try:
        expected = list(csv.reader(io.StringIO(content, newline=""), strict=True))[1:]
    except csv.Error:
        expected = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "CHUNK_BYTES", size)
        try:
            with open_return(ReturnPaths(kpi=tmp_path / "kpi.csv")) as opened:
                reader = opened.tables["kpi"]
                rows = list(reader.rows())
        except Unreadable as refusal:
            assert expected is None and refusal.finding.rule == "F11"
            return
    assert expected is not None
    filled = [(number, tuple(cells)) for number, cells in enumerate(expected, 2) if any(map(str.strip, cells))]
    assert rows == [(number, cells) for number, cells in filled if len(cells) == 7]
    assert (reader.filled, reader.empty) == (len(filled), len(expected) - len(filled))
    assert [finding.row for finding in reader.findings.listed] == [n for n, cells in filled if len(cells) != 7]


@given(st.lists(st.sampled_from(["a", '"', "\n", "\r\n", "\r", "\x0b"])), st.integers(1, 9), st.booleans())
def test_lines_end_where_spreadsheets_end_them(pieces, size, singly):
    text = "".join(pieces)
    rest = iter([text[start : start + size] for start in range(0, len(text), size)])
    lines = Lines(lambda: next(rest, ""), 1000)
    found: list[str] = []
    if singly:
        found = list(lines)
    while block := lines.block():
        found += block
    assert found == io.StringIO(text, newline="").readlines()


def test_a_line_without_end_comes_in_pieces():
    lines = Lines(iter(["x" * 7] * 4 + ["\n", ""]).__next__, 20)
    assert lines.block() == ["x" * 21]
    lines.again(["x" * 21])
    assert list(lines) == ["x" * 21, "x" * 7 + "\n"]


def test_a_character_across_two_chunks_is_no_fault(tmp_path):
    start = ",".join(KPI.names) + "\nC01,q,k,,1,,"
    (tmp_path / "kpi.csv").write_text(f"{start}{'x' * (sources.CHUNK_BYTES - len(start) - 1)}ŵ\n", encoding="utf-8")
    with open_return(ReturnPaths(kpi=tmp_path / "kpi.csv")) as opened:
        (row,) = opened.tables["kpi"].rows()
    assert row.cells[-1].endswith("xŵ")
