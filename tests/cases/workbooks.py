"""What can be wrong with a workbook: what it holds in its tables and beside them?"""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

from tests import workbooks
from tests.workbooks import ods_row, saved_ods, saved_xlsx, xlsx_row

from .case import SECRET, Case
from .returns import KPI_HEADER, rows, save, table

CELLS = table(rows())
HEADER, *LINES = CELLS
STYLES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'


def book(
    name: str,
    planted: str,
    content: bytes | Callable[[], bytes],
    code: int,
    rules: Mapping[str, int],
    says: str = "",
) -> Case:
    """A case of one workbook as the funding file, whatever it is called; made when it is needed, where it is large."""

    def make(folder: Path) -> list[str]:
        return [save(folder, content() if callable(content) else content, "return.xlsx")]

    return Case(name, planted, make, code, rules, says)


def sheet(*rows_of_xml: str, after: str = "") -> str:
    """The content of a worksheet from rows in XML."""
    return f"<sheetData>{''.join(rows_of_xml)}</sheetData>{after}"


def xlsx_rows(cells: list[list[str]] = CELLS) -> list[str]:
    """Lists of cells as rows in XML; a cell that begins with < is put in as it is."""
    return [xlsx_row(*line) for line in cells]


def xlsx(*rows_of_xml: str, after: str = "", more: Mapping[str, str | bytes] | None = None, **given: str) -> bytes:
    """A workbook with the sheet funding."""
    return workbooks.xlsx({"funding": sheet(*(rows_of_xml or xlsx_rows()), after=after)}, more=more, **given)


def ods(*rows_of_xml: str, more: Mapping[str, str | bytes] | None = None, manifest: str = "") -> bytes:
    """The same as .ods."""
    content = "".join(rows_of_xml or (ods_row(*line) for line in CELLS))
    return workbooks.ods({"funding": content}, more=more, manifest=manifest)


def typed(column: str, xml: str, of: object = xlsx) -> bytes:
    """A good workbook with one cell in row 3 as XML."""
    made = [list(line) for line in CELLS]
    made[2][HEADER.index(column)] = xml
    return xlsx(*xlsx_rows(made)) if of is xlsx else ods(*(ods_row(*line) for line in made))


def saved(sheets: Mapping[str, list[list[str]]]) -> bytes:
    """Sheets as an ordinary program saves them."""
    return saved_xlsx(sheets)


def real_cells() -> list[list[object]]:
    """The good rows with real dates and numbers, one of them a sum of binary floats."""
    made: list[list[object]] = [list(line) for line in CELLS]
    for line in made[1:]:
        line[HEADER.index("start_date")] = dt.date(2018, 4, 1)
        line[HEADER.index("tier")] = 2
        for name in ("amount_paid_gbp", "amount_to_date_gbp"):
            line[HEADER.index(name)] = 0.1 + 0.2
    return made


def with_macros_of_openpyxl() -> bytes:
    """A workbook saved as .xlsm."""
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    return xlsx(content_type=kind, more={"xl/vbaProject.bin": b"Sub Auto_Open()"})


GOOD_XLSX, GOOD_ODS = saved({"funding": CELLS}), saved_ods({"funding": CELLS})
FORMULA = '<c t="str"><f>A1</f><v>Provider 3</v></c>'
ODS_ERROR = (
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="">'
    "<text:p>#DIV/0!</text:p></table:table-cell>"
)
CASES = (
    book("real dates and floats", "0.1 + 0.2 in a number cell", saved_xlsx({"funding": real_cells()}), 0, {}),
    book("good .ods called .xlsx", "judged by content", GOOD_ODS, 0, {}),
    book("no sheet of ours", "Sheet1", saved({"Sheet1": CELLS}), 1, {"F01": 1, "F06": 1}, '"Sheet1"'),
    book("other sheets", "notes and a pivot", saved({"Notes": [[SECRET]], "Funding": CELLS}), 0, {"F06": 1}, '"Notes"'),
    book("empty sheet", "funding without a cell", saved({"funding": []}), 1, {"F01": 1}, "is empty"),
    book("sheet twice", "funding and FUNDING", saved({"funding": CELLS, "FUNDING ": CELLS}), 2, {"F11": 1}),
    book(
        "KPI sheet: unknown column",
        "bank details",
        saved(
            {
                "funding": CELLS,
                "kpi": [[*KPI_HEADER.split(","), "iban"], ["D91", "2018-19 Q2", "D-START", "", "40", "50", "", SECRET]],
            }
        ),
        1,
        {"F02": 1},
    ),
    book(
        "own delivery sheet: no header",
        "figures",
        saved({"funding": CELLS, "own_delivery": [["rar", "ALL", "90000"]]}),
        1,
        {"F02": 1},
    ),
    book(
        "control sheet: odd figures",
        "rows 5.5",
        saved_xlsx({"funding": CELLS, "control": [["name", "value"], ["rows", 5.5]]}),
        1,
        {"V02": 1},
    ),
    book(
        "hidden rows and sheet",
        "hidden rows count",
        workbooks.xlsx({"funding": sheet(*(line.replace("<row", '<row hidden="1"') for line in xlsx_rows()))}),
        0,
        {},
    ),
    book(
        "merged cells",
        "A2:A6",
        xlsx(after='<mergeCells count="1"><mergeCell ref="A2:A6"/></mergeCells>'),
        2,
        {"F11": 1},
        "A2:A6",
    ),
    book(
        "merged cells in .ods",
        "two rows",
        ods(ods_row(*HEADER), ods_row('<table:table-cell table:number-rows-spanned="2"/>')),
        2,
        {"F11": 1},
    ),
    book("formulas", "with stored results", typed("provider_name", FORMULA), 0, {"F06": 1}, "1 formula"),
    book(
        "formula without result",
        "written by a program",
        typed("amount_paid_gbp", "<c><f>1+1</f></c>"),
        1,
        {"F06": 1, "V02": 1},
        "without a stored result",
    ),
    book(
        "#REF! in an amount",
        "an error",
        typed("amount_paid_gbp", '<c t="e"><f>A0</f><v>#REF!</v></c>'),
        1,
        {"F06": 1, "V02": 1},
    ),
    book(
        "#REF! in a name",
        "an error",
        typed("provider_name", '<c t="e"><v>#REF!</v></c>'),
        1,
        {"V02": 1},
        "formula fails",
    ),
    book("#DIV/0! in .ods", "an error", typed("provider_name", ODS_ERROR, ods), 1, {"F06": 1, "V02": 1}),
    book(
        "date in an amount",
        "a cell of kind date",
        xlsx(
            *xlsx_rows(
                [HEADER, *[[*line[:14], '<c s="1"><v>43191</v></c>', line[15]] for line in LINES[:1]], *LINES[1:]]
            ),
            styles=STYLES,
        ),
        1,
        {"V02": 1},
    ),
    book(
        "serial date",
        "a number where a date is meant",
        typed("start_date", "<c><v>43191</v></c>"),
        1,
        {"V05": 1},
        "1 April 2018",
    ),
    book(
        "number above 15 digits",
        "a reference kept as a number",
        typed("agreement_ref", "<c><v>12345678901234567890</v></c>"),
        0,
        {},
    ),
    book("number of 400 digits", "1 and zeros", typed("amount_paid_gbp", f"<c><v>{'9' * 400}</v></c>"), 1, {"V09": 1}),
    book("exponent of a thousand", "1E999", typed("amount_paid_gbp", "<c><v>1E999</v></c>"), 1, {"V09": 1}),
    book("true in a tier", "a cell of kind boolean", typed("tier", '<c t="b"><v>1</v></c>'), 1, {"V02": 1}),
    book(
        "control character", "_x001B_ in a name", typed("provider_name", "Prov_x001B_[2Jider"), 1, {"V10": 1}, "U+001B"
    ),
    book("NUL in a workbook", "_x0000_ in a name", typed("provider_name", "Prov_x0000_ider"), 2, {"F04": 1}, "NUL"),
    book(
        "terminal codes in a sheet's name",
        "bidi",
        workbooks.xlsx({"funding": sheet(*xlsx_rows()), "N\u202e\x9b": ""}),
        0,
        {"F06": 1},
    ),
    book("row too wide", "a cell beyond the columns", xlsx(*xlsx_rows([*CELLS, [*LINES[0], "", "x"]])), 1, {"F03": 1}),
    book("macros", "saved as .xlsm", with_macros_of_openpyxl(), 2, {"F11": 1}, "macros"),
    book("macros in .xlsx", "vbaProject.bin inside", xlsx(more={"xl/vbaProject.bin": b"x"}), 2, {"F11": 1}, "macros"),
    book("macros in .ods", "a Basic module", ods(more={"Basic/Standard/Module1.xml": "<x/>"}), 2, {"F11": 1}, "macros"),
    book("password in .ods", "encryption-data", ods(manifest="<manifest:encryption-data/>"), 2, {"F11": 1}, "password"),
    book(
        "binary workbook",
        ".xlsb",
        xlsx(content_type="application/vnd.ms-excel.sheet.binary.macroEnabled.main"),
        2,
        {"F11": 1},
        ".xlsb",
    ),
    book(
        "text document",
        "a .docx",
        workbooks.zipped({"[Content_Types].xml": "wordprocessingml", "word/document.xml": "x"}),
        2,
        {"F11": 1},
        "archive",
    ),
    book("cut in the middle", "the upload ended early", GOOD_XLSX[: len(GOOD_XLSX) // 2], 2, {"F11": 1}),
    book("cut at the end", "20 bytes are missing", GOOD_XLSX[:-20], 2, {"F11": 1}),
    book("cut .ods", "the upload ended early", GOOD_ODS[: len(GOOD_ODS) * 3 // 4], 2, {"F11": 1}),
    book(
        "a part is missing",
        "no content",
        workbooks.zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        2,
        {"F11": 1},
    ),
    book("sheet broken off", "XML that ends early", workbooks.xlsx({"funding": "<sheetData><row>"}), 2, {"F11": 1}),
)
