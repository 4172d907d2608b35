"""CSV returns: rows, numbers of rows, and everything that can be wrong with a file."""

import csv
import gzip
import hashlib
import io
import os
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplychain.filing.layout import FUNDING, KPI
from supplychain.filing.readers import ReturnPaths, Unreadable, faults, measure, open_return
from supplychain.filing.readers.sources import CHUNK_BYTES

HEADER = "reporting_body,quarter,kpi_code,agreement_ref,numerator,denominator,note"
GOOD = f"{HEADER}\nC01,2018-19 Q1,SL001,,90,100,\nC01,2018-19 Q1,SL001,A-1,5,,through the gate\n"


@pytest.fixture
def read(tmp_path):
    """Write bytes or text as the KPI table and read it to its end: rows, reader, opened return."""

    def reading(content, name="kpi.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with open_return(ReturnPaths(kpi=path)) as opened:
            reader = opened.tables["kpi"]
            return list(reader.rows()), reader, opened.facts("kpi")

    return reading


@pytest.fixture
def refused(read):
    """The finding with which a content is refused as a whole."""

    def refusing(content):
        with pytest.raises(Unreadable) as caught:
            read(content)
        return caught.value.finding

    return refusing


def test_rows_come_in_our_order_with_their_numbers(read):
    shuffled = "note,numerator,kpi_code,reporting_body,quarter\nwell,3,SL001,C01,2018-19 Q1\n"
    rows, reader, _facts = read(shuffled)
    assert rows == [(2, ("C01", "2018-19 Q1", "SL001", "", "3", "", "well"))]
    assert reader.header.letters == {
        "note": "A",
        "numerator": "B",
        "kpi_code": "C",
        "reporting_body": "D",
        "quarter": "E",
    }
    assert len(reader.findings) == 0


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_any_line_end_and_a_byte_order_mark_read_the_same(read, line_end, mark):
    expected, _reader, _facts = read(GOOD)
    rows, reader, _facts = read(mark + GOOD.replace("\n", line_end))
    assert rows == expected
    assert len(reader.findings) == 0


def test_the_last_line_end_may_be_missing(read):
    rows, _reader, _facts = read(GOOD.rstrip("\n"))
    assert len(rows) == 2


def test_blank_rows_count_and_line_breaks_in_quotes_do_not(read):
    content = f'{HEADER}\n\nC01,q,k,,1,,"two\r\nlines"\n,,,,,,\n  ,,\nC01,q,k,,2,,\n\n'
    rows, reader, _facts = read(content)
    assert [row.number for row in rows] == [3, 6]
    assert rows[0].cells[-1] == "two\r\nlines"
    assert (reader.filled, reader.empty, reader.misshapen) == (2, 4, 0)


def test_blank_rows_above_the_header_count_too(read):
    rows, reader, _facts = read("\n,,\n" + GOOD)
    assert reader.header.row == 3
    assert [row.number for row in rows] == [4, 5]


def test_text_is_handed_on_as_it_is(read):
    rows, _reader, _facts = read(f'{HEADER}\nC01,q,k,,1,, =1+1 e\u0301 \\. "" Ŵ\n')
    assert rows[0].cells[-1] == ' =1+1 e\u0301 \\. "" Ŵ'


def test_a_row_with_the_wrong_number_of_cells_is_left_out_and_named(read):
    rows, reader, _facts = read(f"{HEADER}\nC01,q,k,,1,,\nC01,q,k,,1,,,\nC01,q,k\nC01,q,k,,2,,\n")
    assert [row.number for row in rows] == [2, 5]
    assert [(f.rule, f.severity, f.row) for f in reader.findings.listed] == [("F03", "error", 3), ("F03", "error", 4)]
    assert "8 cells" in reader.findings.listed[0].message
    assert "7" in reader.findings.listed[0].message
    assert "3 cells" in reader.findings.listed[1].message
    assert (reader.filled, reader.misshapen) == (4, 2)


def test_a_quotation_mark_that_swallows_lines_shows_in_the_row(read):
    _rows, reader, _facts = read(f'{HEADER}\nC01,q,k,,1,,"open\nC01,q,k,,1,,\nC01,q,k,,1,,",end\n')
    (finding,) = reader.findings.listed
    assert (finding.rule, finding.row) == ("F03", 2)
    assert "spans 3 lines" in finding.message


def test_values_of_unknown_columns_go_nowhere(read):
    rows, reader, _facts = read(f"{HEADER},iban\nC01,q,k,,1,,,GB00SECRET\n")
    assert "GB00SECRET" not in str(rows) + str([finding.as_json() for finding in reader.findings.listed])
    assert [finding.rule for finding in reader.findings.listed] == ["F02"]


def test_a_column_without_heading_may_be_blank_only(read):
    _rows, reader, _facts = read(f"{HEADER},,\nC01,q,k,,1,,,,\nC01,q,k,,1,,,,secret\n")
    (finding,) = reader.findings.listed
    assert (finding.rule, finding.letter) == ("F02", "I")
    assert "row 3" in finding.message
    assert "secret" not in str(finding.as_json())


def test_a_header_alone_reads_and_has_no_rows(read):
    rows, reader, _facts = read(HEADER)
    assert rows == []
    assert reader.filled == 0


def test_with_an_unusable_header_rows_are_counted_only(read):
    rows, reader, _facts = read(GOOD.replace(",", ";"))
    assert rows == []
    assert reader.filled == 2
    assert [finding.rule for finding in reader.findings.listed] == ["F02"]


def test_digest_and_size_are_those_of_the_file(read, tmp_path):
    content = ("\ufeff" + GOOD + "x" * 700_000 + ",\n").encode()
    _rows, _reader, facts = read(content)
    assert (facts.sha256, facts.bytes) == (hashlib.sha256(content).hexdigest(), len(content))


def test_digest_is_complete_although_reading_stopped(tmp_path):
    content = (GOOD + "C01,q,k,,1,,\n" * 60_000).encode()
    path = tmp_path / "kpi.csv"
    path.write_bytes(content)
    with open_return(ReturnPaths(kpi=path)) as opened:
        next(opened.tables["kpi"].rows())
        assert opened.facts("kpi").sha256 == hashlib.sha256(content).hexdigest()


def test_a_refused_file_can_still_be_measured(tmp_path):
    path = tmp_path / "kpi.csv"
    path.write_bytes(b"\xff\xfe\x00")
    assert measure(path, "kpi").bytes == 3
    assert measure(tmp_path / "missing.csv", "kpi") is None


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" , ,\n\r\n"])
def test_nothing_in_a_file(refused, content):
    finding = refused(content)
    assert (finding.rule, finding.severity, finding.table) == ("F01", "error", "kpi")


@pytest.mark.parametrize("place", [0, 100, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 700_000])
def test_a_byte_that_is_not_utf8_is_located(refused, place):
    content = (GOOD + "C01,q,k,,1,,\n" * 60_000).encode()
    finding = refused(content[:place] + b"\xa3" + content[place:])
    line = content[:place].count(b"\n") + 1
    assert finding.rule == "F04"
    assert f"byte offset {place:,} " in finding.message
    assert f"(byte {place + 1:,} of the file, line {line:,})" in finding.message
    assert "0xA3" in finding.message
    assert "£" in finding.message
    assert "UTF-8" in finding.fix


def test_a_broken_character_across_two_chunks_is_located(refused):
    content = f"{HEADER}\n".encode()
    content += b"x" * (CHUNK_BYTES - 1 - len(content)) + b"\xc5" + b"x\n"
    assert f"byte offset {CHUNK_BYTES - 1:,} " in refused(content).message


def test_a_character_cut_off_at_the_end_is_located(refused):
    content = GOOD.encode() + b"\xe2\x82"
    assert f"byte offset {len(content) - 2} " in refused(content).message


@pytest.mark.parametrize("content", [b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80"])
def test_surrogates_and_overlong_forms_are_not_utf8(refused, content):
    assert refused(GOOD.encode() + content).rule == "F04"


def test_nul_bytes_are_located(refused):
    finding = refused(GOOD.replace("A-1", "A\0-1"))
    assert finding.rule == "F04"
    assert f"byte offset {GOOD.index('A-1') + 1} " in finding.message
    assert "NUL" in finding.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_named(refused, encoding):
    finding = refused(GOOD.encode(encoding))
    assert finding.rule == "F04"
    assert "UTF-16" in finding.message or "UTF-32" in finding.message


@pytest.mark.parametrize(
    ("rest", "row", "line"),
    [
        ('C01,q,k,,1,,"never closed\nC01,q,k,,1,,\n', 4, 5),
        ('C01,q,k,,1,,"closed" and more\n', 4, 5),
        ('"C01,q', 4, 5),
    ],
)
def test_an_unclosed_quotation_mark_is_found_where_it_began(refused, rest, row, line):
    finding = refused(f'{HEADER}\nC01,q,k,,1,,"a\nb"\nC01,q,k,,1,,\n' + rest)
    assert (finding.rule, finding.row) == ("F11", row)
    assert f"line {line} " in finding.message


def test_an_unclosed_quotation_mark_in_a_huge_file_stops_early(refused):
    csv.field_size_limit(2**31 - 1)  # as other libraries set it for the whole process
    finding = refused(f'{HEADER}\n"' + "C01,q,k,,1,,\n" * 200_000)
    assert (finding.rule, finding.row, "1,000,000" in finding.message) == ("F11", 2, True)


@pytest.mark.parametrize("filler", ["x" * 5_000_000, "x," * 3_000_000, '"a\nb",' * 1_000_000])
def test_a_row_without_end_is_refused_in_bounded_memory(read, filler, tmp_path):
    path = tmp_path / "kpi.csv"
    path.write_text(f"{HEADER}\n{filler}\n", newline="")
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable) as caught, open_return(ReturnPaths(kpi=path)) as opened:
            list(opened.tables["kpi"].rows())
        assert tracemalloc.get_traced_memory()[1] < 160_000_000
    finally:
        tracemalloc.stop()
    assert (caught.value.finding.rule, caught.value.finding.row) == ("F11", 2)


def test_a_long_cell_below_the_bound_is_left_to_the_rules(read):
    rows, _reader, _facts = read(f"{HEADER}\nC01,q,k,,1,,{'x' * 200_000}\n")
    assert len(rows[0].cells[-1]) == 200_000


def test_too_many_rows_give_both_numbers(refused, monkeypatch):
    monkeypatch.setattr(faults, "CSV_ROWS", 5)
    finding = refused(HEADER + "\n" + "C01,q,k,,1,,\n" * 4 + "\n" * 3 + "C01,q,k,,1,,\n")
    assert finding.rule == "F07"
    assert "8 rows" in finding.message
    assert "5" in finding.message


def test_the_full_number_of_rows_is_read(read, monkeypatch):
    monkeypatch.setattr(faults, "CSV_ROWS", 5)
    rows, _reader, _facts = read(HEADER + "\n" + "C01,q,k,,1,,\n" * 5)
    assert len(rows) == 5


def test_too_many_bytes_give_both_numbers(tmp_path):
    path = tmp_path / "kpi.csv"
    with path.open("wb") as file:
        file.write(HEADER.encode())
        file.truncate(200_000_001)
    with pytest.raises(Unreadable) as caught:
        open_return(ReturnPaths(kpi=path))
    assert caught.value.finding.rule == "F07"
    assert "200,000,001" in caught.value.finding.message
    assert "200,000,000" in caught.value.finding.message


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("kpi.csv", GOOD)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (zipped(), "archive (zip)"),
        (gzip.compress(GOOD.encode()), "gzip"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(40), "7z"),
        (b"Rar!\x1a\x07\x01\x00", "rar"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"  <!DOCTYPE html><html><table><tr><td>reporting_body</td></tr></table></html>", "HTML"),
        (b"\xef\xbb\xbf<html>", "HTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
    ],
)
def test_other_kinds_of_file_are_named(refused, content, word):
    finding = refused(content)
    assert finding.rule == "F11"
    assert word in finding.message


def test_a_path_that_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("", "missing.csv", "pipe.csv", "nul\0.csv"):
        with pytest.raises(Unreadable) as caught:
            open_return(ReturnPaths(kpi=tmp_path / name))
        assert caught.value.finding.rule == "F11"
        assert str(tmp_path) not in caught.value.sentence


def test_findings_of_a_hopeless_file_stay_few_and_counted(read):
    _rows, reader, _facts = read(HEADER + "\n" + "C01\n" * 5_000)
    assert len(reader.findings.listed) == 1_000
    assert reader.findings.by_rule["F03"] == 5_000


def test_memory_does_not_grow_with_the_number_of_rows(tmp_path):
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(FUNDING.names)
            writer.writerows([f"cell {index}" for index in range(len(FUNDING.names))] for _row in range(rows))
        tracemalloc.start()
        try:
            with open_return(ReturnPaths(funding=path)) as opened:
                assert sum(1 for _row in opened.tables["funding"].rows()) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < peak(2_000) * 1.2


def test_tables_come_in_our_order_and_are_read_on_their_own(tmp_path):
    (tmp_path / "k").write_text(GOOD)
    (tmp_path / "c").write_text("name,value\nrows,2\n")
    with open_return(ReturnPaths(control=tmp_path / "c", kpi=tmp_path / "k")) as opened:
        assert list(opened.tables) == ["kpi", "control"]
        assert opened.tables["kpi"].table is KPI
        assert [row.cells for row in opened.tables["control"].rows()] == [("rows", "2")]
        assert opened.facts("funding") is None


@pytest.mark.parametrize(
    ("content", "nil", "found"),
    [
        (None, False, "no funding table"),
        (None, True, None),
        ("header", False, "no rows"),
        ("header", True, None),
        ("rows", False, None),
        ("rows", True, "1 row"),
    ],
)
def test_rows_and_the_declaration_of_a_nil_return_agree(tmp_path, content, nil, found):
    path = None
    if content:
        path = tmp_path / "funding.csv"
        names = ",".join(FUNDING.names)
        path.write_text(names + "\n" + ("x" + "," * names.count(",") + "\n" if content == "rows" else ""))
    with open_return(ReturnPaths(funding=path)) as opened:
        for reader in opened.tables.values():
            list(reader.rows())
        findings = opened.missing_rows(nil=nil)
    if found is None:
        assert findings == []
    else:
        assert [finding.rule for finding in findings] == ["F01"]
        assert found in findings[0].message


ANYTHING = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=6, max_size=6)))
@ANYTHING
def test_whatever_was_written_is_read(read, cells):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER.split(","), *(["x", *row] for row in cells)])
    rows, reader, _facts = read(text.getvalue())
    assert [list(row.cells[1:]) for row in rows] == cells
    assert len(reader.findings) == 0


@given(st.binary(max_size=200), st.integers(0, len(GOOD)))
@ANYTHING
def test_any_bytes_are_read_or_refused_in_words(read, noise, place):
    try:
        read(GOOD.encode()[:place] + noise)
    except Unreadable as refusal:
        assert refusal.sentence.endswith(".")
        assert refusal.finding.rule in ("F01", "F04", "F11")
