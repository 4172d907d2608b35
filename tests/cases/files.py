"""What can be wrong with a CSV file as a whole: what it is, its encoding, its header, its rows."""

import gzip
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from .case import SECRET, Case
from .returns import COLUMNS, KPI_HEADER, OWN_HEADER, QUARTER, WHOSE, as_csv, good, row, rows, save, table, with_cell

GOOD = good()
HEADER, *LINES = GOOD.splitlines()
WELSH = as_csv(table(with_cell("provider_name", "Tŷ Newydd")))


def file(
    name: str,
    planted: str,
    content: bytes | str,
    code: int,
    rules: dict[str, int],
    says: str = "",
    at: tuple[int | None, str | None] | None = None,
    more: Sequence[str] = (),
) -> Case:
    """A case of one funding file with this content."""
    return Case(name, planted, lambda folder: [save(folder, content), *more], code, rules, says, at)


def beside(
    name: str, planted: str, option: str, content: str, code: int, rules: dict[str, int], says: str = ""
) -> Case:
    """A case of a good funding file and another table beside it, given with ``option``."""

    def make(folder: Path) -> list[str]:
        return [save(folder, GOOD), option, save(folder, content, f"{option.strip('-')}.csv")]

    return Case(name, planted, make, code, rules, says)


def shaped(cells: list[list[str]], **more: str) -> str:
    """A CSV file from lists of cells."""
    return as_csv(cells, **more)


def without(*names: str) -> str:
    """The good file without these columns."""
    header, *body = table(rows())
    kept = [index for index, name in enumerate(header) if name not in names]
    return shaped([[line[index] for index in kept] for line in [header, *body]])


def with_column(heading: str, value: str) -> str:
    """The good file with a further column at its end."""
    header, *body = table(rows())
    return shaped([[*header, heading], *([*line, value] for line in body)])


def zipped(name: str, content: str) -> bytes:
    """An ordinary archive with one file in it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return archive.getvalue()


def renamed(old: str, new: str) -> str:
    """The good file with another heading."""
    return GOOD.replace(old, new, 1)


TOTALS = shaped([*table(rows()), ["Total", *[""] * 13, "497.50", "497.50"]])
GRAND = shaped([*table(rows()), [*[""] * 13, "Total", "497.50", "497.50"]])
WHAT_IT_IS = (
    file("empty file", "0 bytes", b"", 2, {"F01": 1}, "0 bytes"),
    file("blank file", "line ends and spaces only", b" \n , ,\r\n\t\n", 2, {"F01": 1}, "all blank"),
    file("byte order mark only", "three bytes", b"\xef\xbb\xbf", 2, {"F01": 1}),
    file("header only", "no rows, and no word of a nil return", HEADER + "\n", 1, {"F01": 1}, "no rows"),
    file(
        "header only, nil",
        "no rows, declared nil",
        HEADER,
        0,
        {},
        more=["--nil", "--body", "D91", "--quarter", QUARTER],
    ),
    file("rows although nil", "rows in a return that is declared nil", GOOD, 1, {"F01": 1}, "5 rows", more=["--nil"]),
    file("no header", "the first row is data", "\n".join(LINES), 1, {"F02": 1}, "none is a column name"),
    file("title above the header", "a title in row 1", f"Return for Q2\n{GOOD}", 1, {"F02": 1}, "1 cells"),
    file("zip", "an archive with the file inside", zipped("funding.csv", GOOD), 2, {"F11": 1}, "archive (zip)"),
    file("gzip", "the file, packed", gzip.compress(GOOD.encode()), 2, {"F11": 1}, "gzip"),
    file("web page", "HTML named csv", f"<!DOCTYPE html><html><table><tr><td>{SECRET}", 2, {"F11": 1}, "HTML"),
    file("XML", "an XML document", f'<?xml version="1.0"?><rows>{SECRET}</rows>', 2, {"F11": 1}, "XML"),
    file("JSON", "JSON named csv", '{"reporting_body": "D91", "rows": []}\n', 1, {"F02": 1}),
    file("PDF", "a PDF document", b"%PDF-1.7\n%\xe2\xe3", 2, {"F11": 1}, "PDF"),
    file("picture", "a PNG picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 2, {"F11": 1}, "picture"),
    file("photograph", "a JPEG picture", b"\xff\xd8\xff\xe0\0\x10JFIF\0", 2, {"F11": 1}, "picture"),
    file("rich text", "an RTF document", b"{\\rtf1\\ansi Return}", 2, {"F11": 1}, "RTF"),
    file("old workbook", ".xls of 1997", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 2, {"F11": 1}, "old .xls"),
    file(
        "workbook with a password",
        "an encrypted .xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        2,
        {"F11": 1},
        "password",
    ),
)

ENCODING = (
    file("byte order mark", "UTF-8 with a mark", "\ufeff" + WELSH, 0, {}),
    file("UTF-16 LE with mark", "saved as “Unicode text”", WELSH.encode("utf-16"), 2, {"F04": 1}, "UTF-16"),
    file(
        "UTF-16 BE with mark",
        "big-endian",
        b"\xfe\xff" + WELSH.encode("utf-16-be"),
        2,
        {"F04": 1},
        "UTF-16",
    ),
    file("UTF-16 LE without mark", "no mark", GOOD.encode("utf-16-le"), 2, {"F04": 1}, "byte offset 1 "),
    file("UTF-16 BE without mark", "no mark", GOOD.encode("utf-16-be"), 2, {"F04": 1}, "byte offset 0 "),
    file("UTF-32", "four bytes a character", GOOD.encode("utf-32"), 2, {"F04": 1}, "UTF-32"),
    file(
        "Windows-1252",
        "a pound sign in the older Windows encoding",
        GOOD.replace("one to one", "at £5", 1).encode("cp1252"),
        2,
        {"F04": 1},
        '0xA3 (in the older Windows encoding it is "£")',
    ),
    file(
        "invalid UTF-8",
        "the byte 0xFF in line 3",
        GOOD.encode().replace(b"Provider 3", b"Provid\xffer"),
        2,
        {"F04": 1},
        "line 3",
    ),
    file("overlong UTF-8", "two bytes for one of ASCII", GOOD.encode() + b"\xc0\xaf", 2, {"F04": 1}),
    file("half of a surrogate pair", "CESU-8", GOOD.encode() + b"\xed\xa0\xbd", 2, {"F04": 1}),
    file("NUL", "a NUL byte in a name", GOOD.replace("Provider 3", "Prov\0ider"), 2, {"F04": 1}, "NUL"),
    file("NUL to the end", "a file that a full disk left", GOOD.encode() + bytes(5000), 2, {"F04": 1}, "NUL"),
)

SHAPE = (
    file("CR line ends", "an old Macintosh file", GOOD.replace("\n", "\r"), 0, {}),
    file("CRLF line ends", "as spreadsheets write it", GOOD.replace("\n", "\r\n"), 0, {}),
    file(
        "mixed line ends",
        "LF, CRLF and CR in turn",
        HEADER + "".join(end + line for end, line in zip(("\r\n", "\r", "\n", "\r\n", "\r"), LINES, strict=True)),
        0,
        {},
    ),
    file("no last line end", "the file ends with a cell", GOOD.rstrip("\n"), 0, {}),
    file("semicolons", "; between cells", as_csv(table(rows()), delimiter=";"), 1, {"F02": 1}, "semicolons"),
    file("tabs", "tabs between cells", as_csv(table(rows()), delimiter="\t"), 1, {"F02": 1}, "tabs"),
    file("bars", "| between cells", as_csv(table(rows()), delimiter="|"), 1, {"F02": 1}, "vertical bars"),
    file("sep=", "a first line sep=,", f"sep=,\n{GOOD}", 1, {"F02": 1}, "sep="),
    file("short row", "a cell too few", "\n".join([HEADER, LINES[0].rsplit(",", 1)[0], *LINES[1:]]), 1, {"F03": 1}),
    file("long row", "a cell too many", f"{GOOD.rstrip()},1.00\n", 1, {"F03": 1}, "17 cells", (6, None)),
    file(
        "comma in a name",
        "a name with a comma and without quotation marks",
        GOOD.replace("Provider 4", "Provider 4, Limited"),
        1,
        {"F03": 1},
        "quotation marks",
        (4, None),
    ),
    file(
        "cell beyond reading",
        "a million characters and one",
        GOOD.replace("one to one", "x" * 1_000_001, 1),
        2,
        {"F11": 1},
        "1,000,000",
    ),
    file("row beyond reading", "five million characters", f"{HEADER}\n{'x,' * 2_500_000}\n", 2, {"F11": 1}, "row"),
    file("line without end", "no comma, no line end", "x" * 5_000_000, 2, {"F11": 1}, "row"),
    file("formula after spaces", "\\t =1", GOOD.replace("Mentoring", "\t =1", 1), 1, {"F06": 1, "V07": 1}),
    file("blank lines", "blank lines and a row of commas", GOOD.replace("\n", f"\n\n{',' * 15}\n"), 0, {}),
    file(
        "unclosed quotation mark",
        "a cell that never ends",
        GOOD.replace("Provider 3", '"Provider 3'),
        2,
        {"F11": 1},
        "row 3",
    ),
    file("sign after a quotation mark", 'a"b', GOOD.replace("Provider 3", '"Provider" 3'), 2, {"F11": 1}, "row 3"),
    file("quotation mark inside", "a mark in the middle", GOOD.replace("Provider 3", 'Provider "3"'), 0, {}),
    file("doubled quotation marks", "as RFC 4180 has it", GOOD.replace("Provider 3", '"Provider ""3"""'), 0, {}),
    file("line break in a name", "a quoted line break", GOOD.replace("Provider 3", '"Prov\nider"'), 1, {"V10": 1}),
    file("line break in a summary", "as people write", GOOD.replace("Mentoring, one", "Mentoring,\r\none"), 0, {}),
    file("duplicate column", "area twice", with_column("area", SECRET), 1, {"F02": 1}, "there twice", (1, "area")),
    file("missing column", "no service_summary", without("service_summary"), 1, {"F02": 1}, "service_summary"),
    file("three missing columns", "tier, area and quarter", without("tier", "area", "quarter"), 1, {"F02": 3}),
    file("unknown column", "bank details came along", with_column("iban", SECRET), 1, {"F02": 1}, '"iban"'),
    file("column without heading", "values below no name", with_column("", SECRET), 1, {"F02": 1}, "no heading"),
    file("blank column", "a blank column at the end", with_column("", ""), 0, {}),
    file("heading of another kind", "Provider Name", renamed("provider_name", "Provider Name"), 0, {"F06": 1}),
    file("misspelt heading", "providername2", renamed("provider_name", "provider_nam"), 1, {"F02": 2}, "provider_name"),
    file("look-alike heading", "a Cyrillic а in area", renamed(",area", ",аrea"), 1, {"F02": 2}),
    file(
        "terminal codes in a heading",
        "an escape sequence",
        with_column("\x1b]0;x\x07\x1b[2Jnote\u202e", SECRET),
        1,
        {"F02": 1},
    ),
    file(
        "20,000 columns", "unknown headings", shaped([[f"c{n}" for n in range(20_000)], *table(rows())]), 1, {"F02": 1}
    ),
    file(
        "20,000 further columns",
        "unknown headings beside ours",
        shaped(
            [
                [*COLUMNS, *(f"c{n}" for n in range(20_000))],
                *([*line, *[SECRET] * 20_000] for line in table(rows())[1:]),
            ]
        ),
        1,
        {"F02": 1000},
    ),
    file("one column 3,000 times", "area", shaped([[*COLUMNS, *["area"] * 3000]]), 1, {"F01": 1, "F02": 999}),
    file("totals row", "Total at the foot", TOTALS, 1, {"V01": 10, "V06": 1}),
    file("totals row below", "Total beside the sums", GRAND, 1, {"V01": 11, "V02": 1}),
    file(
        "cut between rows",
        "the upload ended early, 5 rows were stated",
        "\n".join([HEADER, *LINES[:3]]),
        1,
        {"M10": 1},
        more=["--rows", "5"],
    ),
    file("cut in a cell", "the upload ended early", GOOD[:-20], 1, {"F03": 1}, at=(6, None)),
    file("cut in a quoted cell", "the upload ended early", GOOD[: GOOD.rindex(" one to")], 2, {"F11": 1}),
    file(
        "cut in a character", "the upload ended early", WELSH.encode()[: WELSH.encode().index(b"\xb7")], 2, {"F04": 1}
    ),
    file(
        "concatenated",
        "two files one after the other",
        GOOD + "\ufeff" + GOOD,
        1,
        {"F09": 5, "O01": 2, "T01": 1, "V02": 5, "V05": 1, "V06": 3, "V10": 1},
    ),
    file("two bodies", "a row of another body", as_csv(table([*rows(), row(9, reporting_body="D90")])), 1, {"F10": 1}),
)

OTHER_TABLES = (
    beside("KPI: empty", "0 bytes", "--kpi", "", 2, {"F01": 1}),
    beside("KPI: header only", "no rows", "--kpi", KPI_HEADER, 0, {}),
    beside(
        "KPI: unknown column",
        "bank details",
        "--kpi",
        f"{KPI_HEADER},iban\n{WHOSE},D-START,,40,50,,{SECRET}",
        1,
        {"F02": 1},
    ),
    beside("KPI: short row", "two cells", "--kpi", f"{KPI_HEADER}\n{WHOSE},D-START,,40,50,\n{WHOSE}\n", 1, {"F03": 1}),
    beside("KPI: semicolons", "wrong signs", "--kpi", KPI_HEADER.replace(",", ";"), 1, {"F02": 1}, "semicolons"),
    beside(
        "KPI: odd numbers",
        "1e3, ٣ and NaN",
        "--kpi",
        f"{KPI_HEADER}\n{WHOSE},D-START,,40,50,\n{WHOSE},D-START,R-2,1e3,,\n{WHOSE},D-START,R-3,٣,,\n{WHOSE},D-START,R-4,NaN,,\n",
        1,
        {"V02": 3},
    ),
    beside("KPI: formula in a note", "=1+1", "--kpi", f"{KPI_HEADER}\n{WHOSE},D-START,,40,50,=1+1\n", 1, {"V07": 1}),
    beside(
        "own delivery: every cell wrong",
        "other words",
        "--own-delivery",
        f"{OWN_HEADER}\nX,Q,help,here,much,maybe\n",
        1,
        {"V02": 2, "V06": 4},
    ),
    beside(
        "own delivery: withheld",
        "no agreement to ask for",
        "--own-delivery",
        f"{OWN_HEADER}\n{WHOSE},rar,ALL,,withheld\n",
        1,
        {"M16": 1},
    ),
    beside(
        "own delivery: UTF-16",
        "wrong encoding",
        "--own-delivery",
        OWN_HEADER.encode("utf-16").decode("latin-1"),
        2,
        {"F04": 1},
    ),
    beside("control: no header", "figures only", "--control", "rows,5\n", 1, {"F02": 1}),
    beside("control: no value column", "names only", "--control", "name\nrows\nincome\n", 1, {"F02": 1}),
    beside("control: unknown name", "total", "--control", "name,value\ntotal,5\n", 1, {"V06": 1}),
    beside(
        "control: odd figures",
        "5.0 rows, £ income, nil maybe",
        "--control",
        "name,value\nrows,5.0\nincome,£400\nnil,maybe\n",
        1,
        {"V02": 3},
    ),
    beside(
        "control: one figure twice", "two numbers of rows", "--control", "name,value\nrows,5\nrows,6\n", 1, {"M10": 1}
    ),
    beside("control: huge figure", "20 digits of rows", "--control", f"name,value\nrows,{'9' * 20}\n", 1, {"V02": 1}),
    beside("control: every row bad", "5,000 rows", "--control", "name,value\n" + "x,1\n" * 5000, 1, {"V06": 1000}),
)

CASES = (*WHAT_IT_IS, *ENCODING, *SHAPE, *OTHER_TABLES)
