"""XLSX returns: which rows and texts are read from a sound workbook?"""

import tracemalloc

import pytest

from supplychain.filing.readers import ReturnPaths, faults, open_return
from supplychain.filing.readers.cells import NO_RESULT
from tests.workbooks import saved_xlsx, xlsx, xlsx_row

NAMES = ("reporting_body", "quarter", "kpi_code", "agreement_ref", "numerator", "denominator", "note")
HEADER = xlsx_row(*NAMES)
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
STYLES = (
    '<numFmts><numFmt numFmtId="170" formatCode="dd\\ mmm\\ yyyy"/><numFmt numFmtId="171" formatCode="0.0%"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>'
    "<cellStyles><cellStyle/></cellStyles><dxfs><dxf/></dxfs>"
)


@pytest.fixture
def read(tmp_path):
    """Write a workbook, open it as the funding file, and read one of its tables: rows, reader, opened return."""

    def reading(content, table="kpi"):
        path = tmp_path / "return.xlsx"
        path.write_bytes(content)
        with open_return(ReturnPaths(funding=path)) as opened:
            reader = opened.tables[table]
            return list(reader.rows()), reader, opened

    return reading


def sheet(*rows, header=HEADER):
    return f"<sheetData>{header}{''.join(rows)}</sheetData>"


def cells_of(read, *cells, **package):
    """The texts of one row with these cells."""
    (row,), reader, _opened = read(xlsx({"kpi": sheet(xlsx_row(*cells))}, **package))
    return row.cells, reader


def test_texts_shared_inline_and_rich(read):
    cells, _reader = cells_of(
        read,
        '<c t="s"><v>0</v></c>',
        "inline",
        '<c t="s"><v>1</v></c>',
        '<c t="str"><f>A2</f><v>result</v></c>',
        '<c t="inlineStr"><is><r><t>in </t></r><r><t>two</t></r></is></c>',
        strings='<si><t xml:space="preserve"> C01 </t></si>'
        "<si><r><t>rich</t></r><rPh sb='0' eb='1'><t>spoken</t></rPh><r><t> text_x000D_\n&amp;</t></r></si>",
    )
    assert cells == (" C01 ", "inline", "rich text\r\n&", "result", "in two", "", "")


def test_numbers_dates_and_errors(read):
    cells, _reader = cells_of(
        read,
        "<c><v>0.30000000000000004</v></c>",
        '<c s="1"><v>43191</v></c>',
        '<c s="2"><v>43191.25</v></c>',
        '<c t="d"><v>2018-04-01T00:00:00Z</v></c>',
        '<c t="e"><v>#REF!</v></c>',
        '<c s="1"><v>-3</v></c>',
        '<c s="99"><v>1E3</v></c>',
        styles=STYLES,
    )
    assert cells == ("0.3", "2018-04-01", "2018-04-01 06:00:00", "2018-04-01", "#REF!", "-3", "1000")


def test_days_since_1904(read):
    cells, _reader = cells_of(read, '<c s="1"><v>41729</v></c>', styles=STYLES, properties='<workbookPr date1904="1"/>')
    assert cells[0] == "2018-04-01"


def test_what_is_no_number_is_left_to_the_rules(read):
    cells, _reader = cells_of(read, "<c><v>1.#INF</v></c>")
    assert cells[0] == "1.#INF"


def test_true_false_and_percentages_read_as_their_column_asks(read):
    header = xlsx_row("specialist", "results_share_pct", "service_summary", "tier", "reporting_body")
    true, share = '<c t="b"><v>1</v></c>', '<c s="3"><v>0.125</v></c>'
    content = xlsx({"funding": sheet(xlsx_row(true, share, true, share, "C01"), header=header)}, styles=STYLES)
    (row,), reader, _opened = read(content, "funding")
    by_name = dict(zip(reader.table.names, row.cells, strict=True))
    assert by_name["specialist"] == "yes"
    assert by_name["results_share_pct"] == "12.5"
    assert by_name["service_summary"] == "TRUE"
    assert by_name["tier"] == "0.125"
    assert {type(cell) for cell in row.cells} == {str}


def test_a_false_nil_in_the_control_sheet_reads_no(read):
    header = xlsx_row("name", "value")
    content = xlsx({"control": sheet(xlsx_row("nil", '<c t="b"><v>0</v></c>'), header=header)})
    rows, _reader, _opened = read(content, "control")
    assert rows == [(2, ("nil", "no"))]


def test_formulas_read_by_their_result_are_said_once_a_column(read):
    row = xlsx_row("C01", "<c><f>1+1</f><v>2</v></c>", '<c t="str"><f>""</f><v></v></c>', "x")
    rows, reader, _opened = read(xlsx({"kpi": sheet(row, row)}))
    assert rows[0].cells[:4] == ("C01", "2", "", "x")
    assert [(f.rule, f.row, f.column, f.letter) for f in reader.findings.listed] == [
        ("F06", 2, "quarter", "B"),
        ("F06", 2, "kpi_code", "C"),
    ]
    assert "2 formulas" in reader.findings.listed[0].message


@pytest.mark.parametrize("cell", ["<c><f>1+1</f></c>", "<c><f>1+1</f><v></v></c>", '<c t="str"><f>1+1</f></c>'])
def test_a_formula_without_result_is_told_from_a_blank_cell(read, cell):
    rows, reader, _opened = read(xlsx({"kpi": sheet(xlsx_row("C01", "q", "k", "", cell))}))
    assert rows[0].cells[4] == NO_RESULT
    assert [(f.rule, f.row, f.column) for f in reader.findings.listed] == [("F06", 2, "numerator")]


def test_row_numbers_gaps_hidden_and_empty_rows(read):
    data = "".join(
        [
            xlsx_row("C01", "q", number=3),
            '<row r="4"><c s="1"/></row>',
            xlsx_row(" ", number=5),
            '<row r="7" hidden="1"><c r="A7" t="str"><v>C02</v></c><c r="C7" t="str"><v>k</v></c></row>',
            xlsx_row(number=9),
        ]
    )
    rows, reader, _opened = read(xlsx({"kpi": sheet(data)}))
    assert [(row.number, row.cells[:3]) for row in rows] == [(3, ("C01", "q", "")), (7, ("C02", "", "k"))]
    assert (reader.filled, reader.empty) == (2, 4)


def test_cells_beyond_the_header(read):
    more = ["C01", "q", "k", "", "1", "", "", "", "secret"]
    blank = ["C01", "q", "k", "", "1", "", "", " "]
    rows, reader, _opened = read(xlsx({"kpi": sheet(xlsx_row(*more), xlsx_row(*blank))}))
    assert [row.number for row in rows] == [3]
    (finding,) = reader.findings.listed
    assert (finding.rule, finding.row) == ("F03", 2)
    assert "9 cells" in finding.message
    assert "secret" not in str(finding.as_json())


def test_sheets_in_any_case_and_the_others_named(read):
    content = saved_xlsx(
        {
            "Notes": [["hello"]],
            "Own Delivery": [["reporting_body"]],
            "KPI": [NAMES, ["C01", "q", "k", None, 1.5]],
        }
    )
    rows, _reader, opened = read(content)
    assert rows[0].cells[4] == "1.5"
    assert list(opened.tables) == ["kpi", "own_delivery"]
    (finding,) = opened.findings.listed
    assert (finding.rule, finding.severity) == ("F06", "information")
    assert '"Notes"' in finding.message
    assert "KPI" not in finding.message.replace("KPIs", "")
    (missing,) = opened.missing_rows(nil=False)
    assert '"Notes", "Own Delivery", "KPI"' in missing.message
    assert opened.missing_rows(nil=True) == []


def test_a_file_of_its_own_goes_before_the_sheet_and_is_said(tmp_path):
    (tmp_path / "all.xlsx").write_bytes(
        saved_xlsx({"funding": [["tier"], [2]], "control": [["name", "value"], ["rows", 9]]})
    )
    (tmp_path / "control.csv").write_text("name,value\nrows,1\n")
    paths = ReturnPaths(funding=tmp_path / "all.xlsx", control=tmp_path / "control.csv")
    with open_return(paths) as opened:
        assert [row.cells for row in opened.tables["control"].rows()] == [("rows", "1")]
        (finding,) = opened.findings.listed
    assert (finding.rule, finding.severity) == ("F06", "warning")
    assert "control" in finding.message


def test_an_empty_sheet_has_no_header(read):
    rows, reader, opened = read(saved_xlsx({"funding": []}), "funding")
    assert (rows, reader.header) == ([], None)
    assert "empty" in opened.missing_rows(nil=False)[0].message


def test_the_strict_dialect_and_a_prefix_read_the_same(read):
    data = sheet(xlsx_row("C01"))
    strict, _reader, _opened = read(xlsx({"kpi": data}, namespace=STRICT, relations=STRICT_RELATIONS))
    plain, _reader, _opened = read(xlsx({"kpi": data}))
    assert strict == plain
    prefixed = zipped_with_prefix()
    assert read(prefixed)[0] == plain


def zipped_with_prefix():
    data = sheet(xlsx_row("C01")).replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return xlsx({"kpi": ""}, more={"xl/worksheets/sheet1.xml": f'<x:worksheet xmlns:x="{main}">{data}</x:worksheet>'})


def test_merged_cells_of_other_sheets_do_not_matter(read):
    other = '<sheetData/><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    rows, _reader, _opened = read(xlsx({"Cover": other, "kpi": sheet(xlsx_row("C01"))}))
    assert len(rows) == 1


def test_the_full_number_of_rows_is_read(read, monkeypatch):
    monkeypatch.setattr(faults, "WORKBOOK_ROWS", 5)
    rows, _reader, _opened = read(xlsx({"kpi": sheet(xlsx_row("C01", number=6), xlsx_row(number=60))}))
    assert [row.number for row in rows] == [6]


def test_memory_does_not_grow_with_the_number_of_rows(tmp_path):
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.xlsx"
        strings = "".join(f"<si><t>text number {number} of many</t></si>" for number in range(count))
        rows = [
            xlsx_row(f'<c t="s"><v>{number}</v></c>', "q", "k", "", f"<c><v>{number}</v></c>")
            for number in range(count)
        ]
        path.write_bytes(xlsx({"kpi": sheet(*rows)}, strings=strings))
        tracemalloc.start()
        try:
            with open_return(ReturnPaths(funding=path)) as opened:
                assert sum(1 for _row in opened.tables["kpi"].rows()) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < peak(4_000) + 16_000 * 16 + 500_000
