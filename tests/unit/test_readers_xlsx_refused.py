"""XLSX workbooks that are damaged, hostile or too large: is each refused in words, and in bounded memory?"""

import tracemalloc

import pytest

from supplychain.filing.readers import ReturnPaths, Unreadable, faults, open_return, shared_strings
from tests.workbooks import xlsx, xlsx_row, zipped

NAMES = ("reporting_body", "quarter", "kpi_code", "agreement_ref", "numerator", "denominator", "note")
HEADER = xlsx_row(*NAMES)
STYLES = (
    '<numFmts><numFmt numFmtId="170" formatCode="dd\\ mmm\\ yyyy"/><numFmt numFmtId="171" formatCode="0.0%"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>'
    "<cellStyles><cellStyle/></cellStyles><dxfs><dxf/></dxfs>"
)


@pytest.fixture
def refused(tmp_path):
    """The finding with which a workbook is refused as a whole."""

    def refusing(content):
        path = tmp_path / "return.xlsx"
        path.write_bytes(content)
        with pytest.raises(Unreadable) as caught, open_return(ReturnPaths(funding=path)) as opened:
            for reader in opened.tables.values():
                list(reader.rows())
        return caught.value.finding

    return refusing


def sheet(*rows, header=HEADER):
    return f"<sheetData>{header}{''.join(rows)}</sheetData>"


def test_merged_cells_are_refused_with_their_place(refused):
    finding = refused(xlsx({"kpi": sheet() + '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'}))
    assert (finding.rule, finding.table) == ("F11", "kpi")
    assert "A1:B1" in finding.message


@pytest.mark.parametrize(
    "package",
    [
        {"content_type": "application/vnd.ms-excel.sheet.macroEnabled.main+xml"},
        {"more": {"xl/vbaProject.bin": b"x"}},
        {"more": {"xl/macrosheets/sheet1.xml": b"x"}},
    ],
)
def test_macros_are_refused(refused, package):
    finding = refused(xlsx({"kpi": sheet()}, **package))
    assert finding.rule == "F11"
    assert "macros" in finding.message


def test_a_binary_workbook_is_named(refused):
    kind = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    finding = refused(zipped({"[Content_Types].xml": kind, "xl/workbook.bin": b"x"}))
    assert ".xlsb" in finding.message


def test_two_sheets_for_one_table_are_refused(refused):
    assert refused(xlsx({"kpi": sheet(), " KPI": sheet()})).rule == "F11"


def test_a_nul_in_a_cell_is_refused(refused):
    assert refused(xlsx({"kpi": sheet(xlsx_row("a_x0000_b"))})).rule == "F04"
    shared = xlsx({"kpi": sheet()}, strings="<si><t>a_x0000_b</t></si>")
    assert refused(shared).rule == "F04"


@pytest.mark.parametrize(
    "data",
    [
        '<sheetData><row r="2"/><row r="1"/></sheetData>',
        '<sheetData><row r="1"><c r="B1"/><c r="A1"/></row></sheetData>',
        '<sheetData><row r="x"/></sheetData>',
        f'<sheetData><row r="{"9" * 5000}"/></sheetData>',
        '<sheetData><row><c r="ZZZZ1"/></row></sheetData>',
        '<sheetData><row><c t="s"><v>7</v></c></row></sheetData>',
        '<sheetData><row><c t="s"><v>-1</v></c></row></sheetData>',
        "<sheetData><row>",
        "<sheetData>&undefined;</sheetData>",
    ],
)
def test_damaged_sheets_are_refused_in_words(refused, data):
    finding = refused(xlsx({"kpi": data}))
    assert finding.rule == "F11"
    assert finding.message.endswith(".")


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"]
)
def test_a_document_type_is_refused_wherever_it_stands(refused, part):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    finding = refused(xlsx({"kpi": sheet()}, more={part: bomb}))
    assert finding.rule == "F11"
    assert "document type" in finding.message


def test_broken_packages_are_refused(refused):
    whole = xlsx({"kpi": sheet(xlsx_row("C01"))})
    for content in (whole[: len(whole) // 2], whole[:-30], b"PK\x03\x04" + bytes(100)):
        assert refused(content).rule == "F11"
    for part in ("xl/_rels/workbook.xml.rels", "_rels/.rels", "xl/workbook.xml"):
        assert refused(xlsx({"kpi": sheet()}, more={part: "<x/>"})).rule == "F11"


@pytest.mark.parametrize("place", range(40))
def test_flipped_bytes_never_end_in_a_trace(tmp_path, place):
    content = bytearray(
        xlsx({"kpi": sheet(xlsx_row("C01", "<c><v>12</v></c>"))}, styles=STYLES, strings="<si><t>x</t></si>")
    )
    content[len(content) * place // 40] ^= 0xFF
    path = tmp_path / "return.xlsx"
    path.write_bytes(content)
    try:
        with open_return(ReturnPaths(funding=path)) as opened:
            for reader in opened.tables.values():
                list(reader.rows())
    except Unreadable as refusal:
        assert refusal.sentence.endswith(".")


def test_too_many_rows_give_both_numbers(refused, monkeypatch):
    monkeypatch.setattr(faults, "WORKBOOK_ROWS", 5)
    finding = refused(
        xlsx({"kpi": sheet(xlsx_row("C01", number=4), xlsx_row("C01", number=7), xlsx_row("C01", number=99))})
    )
    assert finding.rule == "F07"
    assert "98 rows" in finding.message
    assert "limit is 5" in finding.message


def test_the_packed_and_the_unpacked_size_are_limited(refused, monkeypatch):
    bomb = xlsx({"kpi": sheet()}, more={"xl/media/zeros.bin": bytes(301_000_000)})
    finding = refused(bomb)
    assert finding.rule == "F07"
    assert "300,000,000" in finding.message
    assert "301," in finding.message
    monkeypatch.setattr(faults, "WORKBOOK_BYTES", 1_000)
    assert "1,000" in refused(xlsx({"kpi": sheet()})).message


def test_a_bomb_that_lies_about_its_size_is_refused(refused):
    content = bytearray(xlsx({"kpi": sheet()}, more={"xl/worksheets/sheet1.xml": bytes(50_000_000)}))
    place = content.rindex(b"PK\x01\x02")
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.rindex(signature, 0, content.rindex(b"PK\x05\x06"))
        content[place + offset : place + offset + 4] = (1_000).to_bytes(4, "little")
    assert refused(bytes(content)).rule == "F11"


def test_too_many_parts_are_refused(refused, monkeypatch):
    monkeypatch.setattr(faults, "WORKBOOK_PARTS", 3)
    assert refused(xlsx({"kpi": sheet()})).rule == "F07"


def test_a_tag_without_end_is_refused(refused):
    finding = refused(xlsx({"kpi": '<sheetData><row r="' + "1" * 3_000_000}))
    assert finding.rule == "F11"
    assert "tag" in finding.message


def test_one_long_text_named_often_does_not_fill_memory(tmp_path):
    text = "x" * shared_strings.LONGEST_TEXT
    rows = [xlsx_row(*['<c t="s"><v>0</v></c>'] * 7) for _row in range(3_000)]
    path = tmp_path / "return.xlsx"
    path.write_bytes(xlsx({"kpi": sheet(*rows)}, strings=f"<si><t>{text}</t></si>"))
    tracemalloc.start()
    try:
        with open_return(ReturnPaths(funding=path)) as opened:
            assert sum(1 for _row in opened.tables["kpi"].rows()) == 3_000
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_a_text_longer_than_the_format_allows_is_refused(refused):
    assert refused(xlsx({"kpi": sheet()}, strings=f"<si><t>{'x' * 32_768}</t></si>")).rule == "F11"
    row = xlsx_row(*["y" * 400_000] * 3)
    assert refused(xlsx({"kpi": sheet(row)})).rule == "F11"
