"""What is done to workbooks to bring their reader down?"""

import io
import struct
import zipfile

from tests import workbooks
from tests.workbooks import ods_row, xlsx_row

from .workbooks import CELLS, HEADER, LINES, book, ods, sheet, typed, xlsx, xlsx_rows

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>'


def many_entries(number: int) -> bytes:
    """An archive with so many names in its directory, all of the same bytes."""
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    names = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0) + b"%06x" % one
        for one in range(number)
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, number % 65536, number % 65536, len(names), len(local), 0)
    return local + names + end


def lzma_packed() -> bytes:
    """A good workbook packed in a way that spreadsheets never use."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx())) as plain, zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as packed:
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
    return made.getvalue()


def declared(encoding: str) -> bytes:
    """A sheet that says it is in another encoding."""
    content = f'<worksheet xmlns="{workbooks.MAIN}">{sheet(*xlsx_rows())}</worksheet>'
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{content}'
    return xlsx(more={"xl/worksheets/sheet1.xml": xml})


CASES = (
    book(
        "billion laughs",
        "entities of entities",
        xlsx(more={"xl/worksheets/sheet1.xml": f"{DOCTYPE}<x>&c;</x>"}),
        2,
        {"F11": 1},
        "document type",
    ),
    book(
        "external entity",
        "a file of this machine",
        ods(more={"content.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'}),
        2,
        {"F11": 1},
        "document type",
    ),
    book(
        "zip bomb",
        "301 MB of zeros",
        lambda: xlsx(more={"xl/media/zeros.bin": bytes(301_000_000)}),
        2,
        {"F07": 1},
        "300,000,000",
    ),
    book(
        "11,000 parts",
        "names without end",
        lambda: xlsx(more={f"xl/{number}": b"" for number in range(11_000)}),
        2,
        {"F07": 1},
        "parts",
    ),
    book("400,000 names", "a directory of 20 MB", lambda: many_entries(370_000), 2, {"F07": 1}, "parts"),
    book("packed by LZMA", "a dictionary of any size", lzma_packed(), 2, {"F11": 1}),
    book(
        "1,001 sheets",
        "one more than is read",
        workbooks.xlsx({f"s{number}": "" for number in range(1001)}),
        2,
        {"F11": 1},
    ),
    book(
        "nested without end",
        "two million elements in each other",
        lambda: xlsx(more={"xl/worksheets/sheet1.xml": "<a>" * 2_000_000}),
        2,
        {"F11": 1},
    ),
    book(
        "nested in the styles",
        "two million elements",
        lambda: xlsx(more={"xl/styles.xml": "<a>" * 2_000_000}),
        2,
        {"F11": 1},
    ),
    book("nested in .ods", "two million elements", lambda: ods(more={"content.xml": "<a>" * 2_000_000}), 2, {"F11": 1}),
    book(
        "tag without end",
        "an attribute of 3 MB",
        workbooks.xlsx({"funding": f'<sheetData><row r="{"1" * 3_000_000}'}),
        2,
        {"F11": 1},
    ),
    book(
        "huge shared text",
        "a text of 33,000 characters",
        xlsx(strings=f"<si><t>{'x' * 33_000}</t></si>"),
        2,
        {"F11": 1},
    ),
    book("huge cell in a workbook", "a text of 1.1 MB", typed("provider_name", "x" * 1_100_000), 2, {"F11": 1}),
    book(
        "huge dimensions",
        "A1:XFD1048576 is declared",
        workbooks.xlsx({"funding": '<dimension ref="A1:XFD1048576"/>' + sheet(*xlsx_rows())}),
        0,
        {},
    ),
    book(
        "header in row two milliards",
        "a row number",
        xlsx(xlsx_row(*HEADER, number=2_000_000_000), xlsx_row(*LINES[0], number=2_000_000_001)),
        2,
        {"F11": 1},
    ),
    book(
        "row far below",
        "row 300,000",
        xlsx(*xlsx_rows(), xlsx_row(*LINES[0], number=300_000)),
        2,
        {"F07": 1},
        "200,000",
    ),
    book(
        "row beyond the sheet",
        "row number of 30 digits",
        xlsx(*xlsx_rows(), xlsx_row("x", number=10**30)),
        2,
        {"F11": 1},
    ),
    book(
        "a row repeated a milliard times",
        "in .ods",
        ods(ods_row(*HEADER), ods_row(*LINES[0], repeats=999_999_999)),
        2,
        {"F11": 1},
    ),
    book(
        "blank rows by the million",
        "as .ods pads",
        ods(*(ods_row(*line) for line in CELLS), ods_row(repeats=1_048_000)),
        0,
        {},
    ),
    book("column beyond the sheet", "ZZZZ1", xlsx(xlsx_row('<c r="ZZZZ1"><v>1</v></c>')), 2, {"F11": 1}),
    book(
        "rows out of order", "row 2 after row 3", xlsx(xlsx_row("x", number=3), xlsx_row("y", number=2)), 2, {"F11": 1}
    ),
    book("encoding that is none", "hex", declared("hex"), 2, {"F11": 1}),
    book("encoding of several bytes", "utf-7", declared("utf-7"), 2, {"F11": 1}),
)
