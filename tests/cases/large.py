"""What is large enough to fill memory or to take for ever, if a reader lets it?

Each is tried in a process of its own, whose memory and time are measured. Files are written when they are needed.
"""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tests.workbooks import MAIN, OASIS, ods, ods_row, xlsx, xlsx_row

from .case import SECRET, Case
from .returns import COLUMNS, as_csv, row, table

MEGABYTE = 1_000_000
LIMIT = 200 * MEGABYTE
HEADER = ",".join(COLUMNS)
NOTED = (*COLUMNS, "explanation_note")
LINES = as_csv(table([row(2)])[1:])
PIECE = 2_000  # rows that are written at once


def large(
    name: str,
    planted: str,
    write: Callable[[Path], None],
    code: int,
    rules: Mapping[str, int],
    says: str = "",
    file: str = "funding.csv",
) -> Case:
    """A case of one large file."""

    def make(folder: Path) -> list[str]:
        write(folder / file)
        return [str(folder / file)]

    return Case(name, planted, make, code, rules, says)


def text_of(pieces: Iterable[str], *, until: int | None = None) -> Callable[[Path], None]:
    """A writer of pieces of text, cut after ``until`` bytes."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece.encode())
                if until and file.tell() >= until:
                    file.truncate(until)
                    break

    return write


def good_rows(count: int, **given: str) -> Iterable[str]:
    """A funding table of good rows, piece by piece."""
    names = (*COLUMNS, *(name for name in given if name not in COLUMNS))
    yield ",".join(names) + "\n"
    for first in range(0, count, PIECE):
        made = (row(number, **given) for number in range(first, min(first + PIECE, count)))
        yield as_csv([one.get(name, "") for name in names] for one in made)


def again(text: str, times: int) -> Iterable[str]:
    """The same text over and over, a megabyte at once."""
    at_once = max(MEGABYTE // len(text), 1)
    for _piece in range(times // at_once):
        yield text * at_once
    yield text * (times % at_once)


def with_header(pieces: Iterable[str], header: str = HEADER) -> Iterable[str]:
    """Pieces below a header row."""
    yield header + "\n"
    yield from pieces


def endless(path: Path) -> None:
    """A hundred gigabytes of nothing, which no disk has to hold."""
    with path.open("wb") as file:
        file.write(HEADER.encode())
        file.truncate(100_000 * MEGABYTE)


def unclosed(path: Path) -> None:
    """Good rows below a cell that never ends."""
    text_of(with_header(again('"' + LINES, 1)))(path)
    with path.open("ab") as file:
        for piece in again(LINES, 1_600_000):
            file.write(piece.encode())


def bad_byte_at_the_end(path: Path) -> None:
    """A good file of 199 MB whose last summary is in another encoding."""
    text_of(good_rows(400_000, explanation_note="n" * 330), until=199 * MEGABYTE)(path)
    with path.open("ab") as file:
        file.write(b"\xa3")


def packed(parts: bytes, name: str, pieces: Iterable[str]) -> Callable[[Path], None]:
    """A workbook with one part of it written piece by piece."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(io.BytesIO(parts)) as small, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for one in small.namelist():
                if one != name:
                    made.writestr(one, small.read(one))
            with made.open(name, "w") as part:
                for piece in pieces:
                    part.write(piece.encode())

    return write


def worksheet(rows: Iterable[str]) -> Iterable[str]:
    """A sheet of rows in XML."""
    yield f'<worksheet xmlns="{MAIN}"><sheetData>'
    yield from rows
    yield "</sheetData></worksheet>"


def sheet_rows(count: int) -> Iterable[str]:
    """Good rows as rows of a sheet."""
    yield xlsx_row(*COLUMNS)
    for number in range(count):
        yield xlsx_row(*table([row(number)])[1])


def in_sheet(rows: Iterable[str], **more: str) -> Callable[[Path], None]:
    """An .xlsx workbook with these rows in its sheet funding."""
    return packed(xlsx({"funding": ""}, **more), "xl/worksheets/sheet1.xml", worksheet(rows))


def shared(texts: int, characters: int) -> Callable[[Path], None]:
    """A workbook that names every one of so many shared texts."""
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in COLUMNS)
    rows = (f'<row><c t="s"><v>{number}</v></c></row>' for number in range(texts))
    strings = (f"<si><t>{number:07}{'x' * (characters - 7)}</t></si>" for number in range(texts))
    sheet = packed(xlsx({"funding": ""}), "xl/worksheets/sheet1.xml", worksheet([f"<row>{names}</row>", *rows]))

    def write(path: Path) -> None:
        sheet(path)
        content = path.read_bytes()
        packed(content, "xl/sharedStrings.xml", [f'<sst xmlns="{MAIN}">', *strings, "</sst>"])(path)

    return write


def in_content(tables: Iterable[str]) -> Callable[[Path], None]:
    """An .ods workbook with these tables."""
    names = f'xmlns:office="{OASIS}:office:1.0" xmlns:table="{OASIS}:table:1.0" xmlns:text="{OASIS}:text:1.0"'

    def pieces() -> Iterable[str]:
        yield f"<office:document-content {names}><office:body><office:spreadsheet>"
        yield from tables
        yield "</office:spreadsheet></office:body></office:document-content>"

    return packed(ods({}), "content.xml", pieces())


def padded_tables() -> Iterable[str]:
    """Four tables of ours behind 250 MB of another sheet."""
    yield '<table:table table:name="padding">'
    yield from again("<table:table-row/>", 14_000_000)
    yield "</table:table>"
    for name, cells in (("kpi", "kpi_code"), ("own_delivery", "area"), ("control", "name"), ("funding", HEADER)):
        yield f'<table:table table:name="{name}">{ods_row(*cells.split(","))}</table:table>'


CASES = (
    large(
        "200 MB",
        "a good file at the limit, long notes",
        text_of(good_rows(172_000, explanation_note="noted " * 159 + "noted")),
        0,
        {},
    ),
    large(
        "over 200 MB",
        "a byte too many",
        text_of(again(LINES, 2_000_000), until=LIMIT + 1),
        2,
        {"F07": 1},
        "200,000,001",
    ),
    large("100 GB", "a file without end", endless, 2, {"F07": 1}, "100,000,000,000"),
    large("line of 199 MB", "no line end", text_of(again("x", LIMIT - 1)), 2, {"F11": 1}, "4,000,000"),
    large("unclosed quotation mark in 199 MB", "in row 2", unclosed, 2, {"F11": 1}),
    large(
        "199 MB of line ends", "blank rows", text_of(with_header(again("\n", LIMIT - 1000))), 2, {"F07": 1}, "or more"
    ),
    large("line ends before the header", "blank rows", text_of(again("\n", LIMIT)), 2, {"F07": 1}, "or more"),
    large(
        "every row bad",
        "100,000 rows, seven wrong cells in each",
        text_of(
            good_rows(
                100_000,
                tier="zwei",
                service_category="help",
                area="here",
                start_date="1/4/18",
                amount_paid_gbp="£1",
                amount_to_date_gbp="NaN",
                charity_number="123",
            )
        ),
        1,
        {"O01": 143, "V02": 428, "V05": 143, "V06": 286},
    ),
    large(
        "every row broken",
        "500,000 rows of two cells",
        text_of(with_header(again("D91,x\n", 500_000))),
        1,
        {"F03": 1000},
    ),
    large(
        "cells without end",
        "a row of 3.9 MB, 50 times",
        text_of(with_header(again(",".join(f"{n:x}" for n in range(600_000)) + "\n", 50))),
        1,
        {"F03": 50},
    ),
    large(
        "20,000 blank columns",
        "199 MB of commas",
        text_of(with_header(again("," * 19_999 + "\n", 9_900), "area" + "," * 19_999)),
        1,
        {"F01": 1, "F02": 11},
    ),
    large(
        "20,000 unknown columns",
        "filled",
        text_of(with_header(again(f",{SECRET}" * 9_999 + "\n", 500), HEADER + ",x" * 9_984)),
        1,
        {"F02": 1000},
    ),
    large("bad byte at the end", "199 MB, and Windows-1252", bad_byte_at_the_end, 2, {"F04": 1}),
    large(
        "sheet of blank cells",
        "75 million",
        in_sheet(again("<row>" + "<c/>" * 10_000 + "</row>", 7_000)),
        2,
        {"F11": 1},
        "elements",
        "r.xlsx",
    ),
    large("sheet of blank rows", "40 million", in_sheet(again("<row/>", 45_000_000)), 2, {"F11": 1}, "", "r.xlsx"),
    large("elements in each other", "99 million", in_sheet(again("<a>", 99_000_000)), 2, {"F11": 1}, "deep", "r.xlsx"),
    large(
        "shared texts of 280 MB", "each of them named", shared(190_000, 1_400), 1, {"V01": 923, "V09": 77}, "", "r.xlsx"
    ),
    large(
        "large .ods",
        "four tables behind 250 MB",
        in_content(padded_tables()),
        1,
        {"F01": 1, "F02": 8, "F06": 1},
        "",
        "r.ods",
    ),
)
SLOW = (
    large("1,000,000 rows", "a good file of 150 MB", text_of(good_rows(1_000_000)), 0, {}),
    large("1,000,001 rows", "a row too many", text_of(good_rows(1_000_001)), 2, {"F07": 1}, "1,000,001 rows"),
    large("200,000 rows in a sheet", "good rows", in_sheet(sheet_rows(200_000)), 0, {}, "", "r.xlsx"),
)
