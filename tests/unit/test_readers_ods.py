"""ODS returns: typed cells, repeats, and workbooks that are refused."""

import odswriter.formula
import pytest

from supplychain.filing.readers import ReturnPaths, Unreadable, faults, open_return
from supplychain.filing.readers.cells import NO_RESULT
from tests.workbooks import ods, ods_row, saved_ods, zipped

NAMES = ("reporting_body", "quarter", "kpi_code", "agreement_ref", "numerator", "denominator", "note")
HEADER = ods_row(*NAMES)
BLANK = "<table:table-cell/>"


@pytest.fixture
def read(tmp_path):
    """Write a workbook, open it as the funding file, and read one of its tables: rows, reader, opened return."""

    def reading(content, table="kpi"):
        path = tmp_path / "return.ods"
        path.write_bytes(content)
        with open_return(ReturnPaths(funding=path)) as opened:
            reader = opened.tables[table]
            return list(reader.rows()), reader, opened

    return reading


@pytest.fixture
def refused(tmp_path):
    """The finding with which a workbook is refused as a whole."""

    def refusing(content):
        path = tmp_path / "return.ods"
        path.write_bytes(content)
        with pytest.raises(Unreadable) as caught, open_return(ReturnPaths(funding=path)) as opened:
            for reader in opened.tables.values():
                list(reader.rows())
        return caught.value.finding

    return refusing


def cell(kind: str, attributes: str = "", shown: str = "shown") -> str:
    return f'<table:table-cell office:value-type="{kind}" {attributes}><text:p>{shown}</text:p></table:table-cell>'


def texts(read, *cells):
    (row,), _reader, _opened = read(ods({"kpi": HEADER + ods_row(*cells)}))
    return row.cells


def test_typed_cells(read):
    assert texts(
        read,
        cell("float", 'office:value="0.30000000000000004"'),
        cell("currency", 'office:value="1500.50" office:currency="GBP"'),
        cell("date", 'office:date-value="2018-04-01"'),
        cell("date", 'office:date-value="2018-04-01T00:00:00"'),
        cell("percentage", 'office:value="0.25"'),
        cell("boolean", 'office:boolean-value="true"'),
        cell("time", 'office:time-value="PT10H30M00S"', "10:30:00"),
    ) == ("0.3", "1500.5", "2018-04-01", "2018-04-01", "0.25", "TRUE", "10:30:00")


def test_texts_with_everything_that_may_stand_in_them(read):
    assert texts(
        read,
        "<table:table-cell><office:annotation><text:p>a comment</text:p></office:annotation>"
        "<text:p>one<text:s/><text:s text:c='2'/>two</text:p>"
        "<text:p><text:span>three</text:span></text:p></table:table-cell>",
        "<table:table-cell office:value-type='string' office:string-value='stored'/>",
        "<table:table-cell><text:p>a<text:tab/>b<text:line-break/>c</text:p></table:table-cell>",
        "<table:table-cell><text:p><text:a>link</text:a></text:p>"
        "<draw:frame><text:p>picture</text:p></draw:frame></table:table-cell>",
    )[:4] == ("one   two\nthree", "stored", "a\tb\nc", "link")


def test_a_value_that_is_not_what_its_kind_says_reads_as_shown(read):
    assert texts(read, cell("float", 'office:value="x"', "12 apples"), cell("date", "", "soon"))[:2] == (
        "12 apples",
        "soon",
    )


def test_true_false_and_percentages_read_as_their_column_asks(read):
    rows = ods_row("specialist", "results_share_pct") + ods_row(
        cell("boolean", 'office:boolean-value="false"'), cell("percentage", 'office:value="0.125"')
    )
    (row,), reader, _opened = read(ods({"Funding": rows}), "funding")
    by_name = dict(zip(reader.table.names, row.cells, strict=True))
    assert (by_name["specialist"], by_name["results_share_pct"]) == ("no", "12.5")


def test_repeated_cells_and_rows_expand_and_blank_ones_do_not(read):
    content = ods(
        {
            "kpi": HEADER
            + '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="1024"/>'
            "</table:table-row>"
            + ods_row(
                '<table:table-cell table:number-columns-repeated="3"><text:p>x</text:p></table:table-cell>',
                '<table:table-cell table:number-columns-repeated="2"/>',
                "y",
                '<table:table-cell table:number-columns-repeated="16378"/>',
                repeats=2,
            )
            + '<table:table-row table:number-rows-repeated="1048570"><table:table-cell'
            ' table:number-columns-repeated="16384"/></table:table-row>'
        }
    )
    rows, reader, _opened = read(content)
    assert rows == [(4, ("x", "x", "x", "", "", "y", "")), (5, ("x", "x", "x", "", "", "y", ""))]
    assert (reader.filled, reader.empty) == (2, 2)


def test_rows_in_groups_and_headings_count(read):
    content = ods(
        {
            "kpi": f"<table:table-header-rows>{HEADER}</table:table-header-rows>"
            f"<table:table-row-group><table:table-row-group>{ods_row('C01')}</table:table-row-group></table:table-row-group>"
        }
    )
    assert [row.number for row in read(content)[0]] == [2]


def test_each_table_is_found_wherever_its_sheet_stands(read):
    content = saved_ods(
        {
            "control": [["name", "value"], ["rows", 1]],
            "Notes": [["kpi"]],
            "KPI": [NAMES, ["C01", "q", "k", None, 1.5]],
        }
    )
    rows, _reader, opened = read(content)
    assert rows == [(2, ("C01", "q", "k", "", "1.5", "", ""))]
    assert list(opened.tables) == ["kpi", "control"]
    assert '"Notes"' in opened.findings.listed[0].message


def test_a_formula_without_result_is_named(read):
    rows, reader, _opened = read(saved_ods({"kpi": [NAMES, ["C01", "q", "k", None, odswriter.formula.Formula("1+1")]]}))
    assert rows[0].cells[4] == NO_RESULT
    assert [(f.rule, f.row, f.column, f.letter) for f in reader.findings.listed] == [("F06", 2, "numerator", "E")]


def test_a_formula_is_read_by_its_result(read):
    rows, reader, _opened = read(
        ods({"kpi": HEADER + ods_row("C", cell("float", 'table:formula="of:=1+1" office:value="2"'))})
    )
    assert rows[0].cells[1] == "2"
    assert [finding.rule for finding in reader.findings.listed] == ["F06"]


def test_cells_beyond_the_header(read):
    _rows, reader, _opened = read(ods({"kpi": HEADER + ods_row(*"abcdefg", BLANK, "secret")}))
    (finding,) = reader.findings.listed
    assert (finding.rule, finding.row) == ("F03", 2)
    assert "9 cells" in finding.message


@pytest.mark.parametrize(
    "merged",
    [
        "<table:covered-table-cell/>",
        '<table:table-cell table:number-columns-spanned="2"/>',
        '<table:table-cell table:number-rows-spanned="3" table:number-columns-spanned="1"/>',
    ],
)
def test_merged_cells_are_refused_with_their_row(refused, merged):
    finding = refused(ods({"kpi": HEADER + ods_row("C01", merged)}))
    assert (finding.rule, finding.row) == ("F11", 2)


def test_a_span_of_one_is_no_merged_cell(read):
    assert (
        texts(read, '<table:table-cell table:number-columns-spanned="1"><text:p>x</text:p></table:table-cell>')[0]
        == "x"
    )


def test_encrypted_workbooks_are_refused(refused):
    locked = '<manifest:file-entry><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
    assert "password" in refused(ods({"kpi": HEADER}, manifest=locked)).message
    assert "password" in refused(ods({"kpi": HEADER}, more={"encrypted-package": b"x"})).message


@pytest.mark.parametrize("name", ["Basic/Standard/Module1.xml", "Scripts/python/run.py"])
def test_macros_are_refused(refused, name):
    assert "macros" in refused(ods({"kpi": HEADER}, more={name: "x"})).message


def test_a_list_of_no_macros_is_no_macro(read):
    read(ods({"kpi": HEADER}, more={"Basic/script-lc.xml": "x", "Basic/Standard/script-lb.xml": "x"}))


def test_a_text_document_is_an_archive_to_us(refused):
    content = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})
    assert "archive" in refused(content).message


@pytest.mark.parametrize("repeats", ["0", "-1", "1e3", "²", "9" * 5000])
@pytest.mark.parametrize("what", ["rows", "columns"])
def test_impossible_repeats_are_refused(refused, what, repeats):
    row = "<table:table-row {rows}><table:table-cell {columns}><text:p>x</text:p></table:table-cell></table:table-row>"
    given = {"rows": "", "columns": ""} | {what: f'table:number-{what}-repeated="{repeats}"'}
    assert refused(ods({"kpi": HEADER + row.format(**given)})).rule == "F11"


def test_a_filled_row_repeated_a_million_times_stops_at_the_limit(refused):
    finding = refused(ods({"kpi": HEADER + ods_row("C01", repeats=1_000_000)}))
    assert finding.rule == "F07"
    assert "1,000,000 rows" in finding.message
    assert "200,000" in finding.message


def test_a_filled_cell_repeated_beyond_any_sheet_is_refused(refused):
    wide = '<table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p></table:table-cell>'
    assert refused(ods({"kpi": HEADER + ods_row(wide)})).rule == "F11"


def test_spaces_by_the_million_are_refused(refused):
    spaces = "<table:table-cell><text:p>" + '<text:s text:c="999999999"/>' * 9 + "</text:p></table:table-cell>"
    assert refused(ods({"kpi": HEADER + ods_row(spaces)})).rule == "F11"


def test_a_document_type_is_refused(refused):
    assert "document type" in refused(ods({}, more={"content.xml": "<!DOCTYPE x><x/>"})).message


def test_too_many_rows_give_both_numbers(refused, monkeypatch):
    monkeypatch.setattr(faults, "WORKBOOK_ROWS", 5)
    blank = ods_row(BLANK, repeats=6)
    finding = refused(ods({"kpi": HEADER + blank + ods_row("C01")}))
    assert finding.rule == "F07"
    assert "7 rows" in finding.message


@pytest.mark.parametrize("place", range(40))
def test_flipped_bytes_never_end_in_a_trace(tmp_path, place):
    content = bytearray(ods({"kpi": HEADER + ods_row("C01", cell("float", 'office:value="2"'))}))
    content[len(content) * place // 40] ^= 0xFF
    path = tmp_path / "return.ods"
    path.write_bytes(content)
    try:
        with open_return(ReturnPaths(funding=path)) as opened:
            for reader in opened.tables.values():
                list(reader.rows())
    except Unreadable as refusal:
        assert refusal.sentence.endswith(".")
