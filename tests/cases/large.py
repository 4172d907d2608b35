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
HEADER = ",".join(COLUMNS) + "\n"
LINE = as_csv(table([row(2)])[1:])
AT_ONCE = 2_000  # rows that are written at once
Pieces = Callable[[], Iterable[str]]


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


def table_of(name: str, planted: str, pieces: Pieces, code: int, rules: Mapping[str, int], says: str = "") -> Case:
    """A case of one CSV file that is written piece by piece."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            for piece in pieces():
                file.write(piece.encode(errors="surrogateescape"))

    return large(name, planted, write, code, rules, says)


def book_of(name: str, planted: str, rows: Pieces, code: int, rules: Mapping[str, int], says: str = "") -> Case:
    """A case of one .xlsx workbook whose sheet funding is written piece by piece."""
    return large(name, planted, lambda path: write_sheet(path, rows()), code, rules, says, "return.xlsx")


def again(text: str, times: int, *, header: str = "") -> Iterable[str]:
    """The same text over and over, about a megabyte at once."""
    yield header
    at_once = max(MEGABYTE // len(text), 1)
    for _piece in range(times // at_once):
        yield text * at_once
    yield text * (times % at_once)


def good_rows(count: int, *, end: str = "", **given: str) -> Iterable[str]:
    """A funding table of good rows, and what stands at its end."""
    names = (*COLUMNS, *(name for name in given if name not in COLUMNS))
    yield ",".join(names) + "\n"
    for first in range(0, count, AT_ONCE):
        made = (row(number, **given) for number in range(first, min(first + AT_ONCE, count)))
        yield as_csv([one.get(name, "") for name in names] for one in made)
    yield end


def good_sheet(count: int) -> Iterable[str]:
    """The same as rows of a sheet."""
    yield xlsx_row(*COLUMNS)
    for number in range(count):
        yield xlsx_row(*table([row(number)])[1])


def endless(path: Path) -> None:
    """A hundred gigabytes of nothing, which no disk has to hold."""
    with path.open("wb") as file:
        file.write(HEADER.encode())
        file.truncate(100_000 * MEGABYTE)


def write_part(path: Path, package: bytes, name: str, pieces: Iterable[str]) -> None:
    """A package with one of its parts written piece by piece."""
    with zipfile.ZipFile(io.BytesIO(package)) as small, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for one in small.namelist():
            if one != name:
                made.writestr(one, small.read(one))
        with made.open(name, "w") as part:
            for piece in pieces:
                part.write(piece.encode())


def within(start: str, pieces: Iterable[str], end: str) -> Iterable[str]:
    """Pieces between their first and last words."""
    yield start
    yield from pieces
    yield end


def write_sheet(path: Path, rows: Iterable[str]) -> None:
    """An .xlsx workbook with these rows in its sheet funding."""
    content = within(f'<worksheet xmlns="{MAIN}"><sheetData>', rows, "</sheetData></worksheet>")
    write_part(path, xlsx({"funding": ""}), "xl/worksheets/sheet1.xml", content)


def shared_texts(path: Path, texts: int = 190_000, characters: int = 1_400) -> None:
    """A workbook that names every one of so many shared texts."""
    cells = (f'<row><c t="s"><v>{number}</v></c></row>' for number in range(texts))
    write_sheet(path, within(xlsx_row(*COLUMNS), cells, ""))
    strings = (f"<si><t>{number:07}{'x' * (characters - 7)}</t></si>" for number in range(texts))
    write_part(path, path.read_bytes(), "xl/sharedStrings.xml", within(f'<sst xmlns="{MAIN}">', strings, "</sst>"))


def padded_tables(path: Path) -> None:
    """An .ods workbook with four tables of ours behind 250 MB of another sheet."""
    names = " ".join(f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text"))
    ours = (("kpi", ["kpi_code"]), ("own_delivery", ["area"]), ("control", ["name"]), ("funding", COLUMNS))
    tables = "".join(f'<table:table table:name="{name}">{ods_row(*cells)}</table:table>' for name, cells in ours)
    start = f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="padding">'
    end = f"</table:table>{tables}</office:spreadsheet></office:body></office:document-content>"
    write_part(path, ods({}), "content.xml", within(start, again("<table:table-row/>", 14_000_000), end))


NOTE = "noted " * 159 + "noted"
MANY_CELLS = ",".join(f"{number:x}" for number in range(600_000)) + "\n"
SEVEN = {
    "tier": "zwei",
    "service_category": "help",
    "area": "here",
    "start_date": "1/4/18",
    "amount_paid_gbp": "£1",
    "amount_to_date_gbp": "NaN",
    "charity_number": "123",
}
SEVEN_FOUND = {"O01": 143, "V02": 428, "V05": 143, "V06": 286}
UNKNOWN = HEADER.strip() + ",x" * 9_984 + "\n"
UNKNOWN_ROW = f",{SECRET}" * 9_999 + "\n"
COMMAS = "," * 19_999 + "\n"

CASES = (
    table_of("200 MB", "a good file, long notes", lambda: good_rows(172_000, explanation_note=NOTE), 0, {}),
    table_of("over 200 MB", "far too many rows", lambda: again(LINE, 2_200_000), 2, {"F07": 1}, "200,000,000"),
    large("100 GB", "a file without end", endless, 2, {"F07": 1}, "100,000,000,000"),
    table_of("line of 199 MB", "no line end", lambda: again("x", LIMIT - 1000), 2, {"F11": 1}, "4,000,000"),
    table_of("every row bad", "seven cells in each", lambda: good_rows(100_000, **SEVEN), 1, SEVEN_FOUND),
    book_of("elements in each other", "99 million", lambda: again("<a>", 99_000_000), 2, {"F11": 1}, "deep"),
)
SLOW = (
    table_of("1,000,000 rows", "a good file of 150 MB", lambda: good_rows(1_000_000), 0, {}),
    table_of("1,000,001 rows", "a row too many", lambda: good_rows(1_000_001), 2, {"F07": 1}, "1,000,001 rows"),
    table_of("open in 199 MB", "a quotation mark", lambda: again(LINE, 10**6, header=f'{HEADER}"'), 2, {"F11": 1}),
    table_of("blank rows", "199 MB", lambda: again("\n", LIMIT - 1000, header=HEADER), 2, {"F07": 1}, "or more"),
    table_of("blank rows only", "200 MB", lambda: again("\n", LIMIT), 2, {"F07": 1}, "or more"),
    table_of("every row broken", "two cells", lambda: again("D91,x\n", 500_000, header=HEADER), 1, {"F03": 1000}),
    table_of("rows of 3.9 MB", "600,000 cells", lambda: again(MANY_CELLS, 50, header=HEADER), 1, {"F03": 50}),
    table_of("commas", "199 MB", lambda: again(COMMAS, 9_900, header=f"area{COMMAS}"), 1, {"F01": 1, "F02": 11}),
    table_of("unknown columns", "filled", lambda: again(UNKNOWN_ROW, 500, header=UNKNOWN), 1, {"F02": 1000}),
    table_of("bad byte at the end", "£", lambda: good_rows(700_000, end="\udca3\n"), 2, {"F04": 1}, "0xA3"),
    book_of("blank cells", "70 million", lambda: again(f"<row>{'<c/>' * 10_000}</row>", 7_000), 2, {"F11": 1}),
    book_of("blank rows in a sheet", "45 million", lambda: again("<row/>", 45_000_000), 2, {"F11": 1}),
    book_of("200,000 rows in a sheet", "a good workbook", lambda: good_sheet(199_000), 0, {}),
    large("shared texts", "260 MB", shared_texts, 1, {"V01": 923, "V09": 77}, "", "return.xlsx"),
    large("large .ods", "tables behind 250 MB", padded_tables, 1, {"F01": 1, "F02": 8, "F06": 1}, "", "return.ods"),
)
