"""In which words is a whole file refused?

Every way in which no header and rows can be read from a file, each with what is there, what is expected and how to save
it again.
"""

from supplychain.filing.findings import VALUE_LENGTH, Finding, Unreadable

CSV_BYTES = 200_000_000
CSV_ROWS = 1_000_000
WORKBOOK_BYTES = 20_000_000
WORKBOOK_ROWS = 200_000
WORKBOOK_UNPACKED = 300_000_000
WORKBOOK_PARTS = 10_000
CELL_CHARACTERS = 1_000_000
ROW_CHARACTERS = 4_000_000
SAVE_AS_UTF8 = (
    'In Excel: "Save As", "CSV UTF-8 (Comma delimited)"; in LibreOffice: "Save As", "Text CSV", character set UTF-8.'
)
SAVE_AS_WORKBOOK = "Open it in the program that made it and save it as .xlsx, .ods or CSV UTF-8."


def unreadable(
    rule: str, table: str | None, message: str, expected: str, fix: str, row: int | None = None
) -> Unreadable:
    """The exception for a file that can't be read: an error of ``rule`` without column or value."""
    return Unreadable(Finding(rule, "error", table, row, None, None, None, message, expected, fix))


def empty(table: str | None, size: int) -> Unreadable:
    """F01: nothing in the file, or nothing but white space."""
    what = (
        "The file is empty (0 bytes)."
        if not size
        else f"The file holds no header row: its {size:,} bytes are all blank."
    )
    return unreadable(
        "F01", table, what, "a header row and one row for each agreement", "Send the file that holds the return."
    )


def too_large(table: str | None, what: str, limit: int, actual: int, unit: str, *, or_more: bool = False) -> Unreadable:
    """F07: above a limit; both numbers are said. ``or_more``: nobody counted to the end."""
    return unreadable(
        "F07",
        table,
        f"{what} has {actual:,} {unit}{' or more' if or_more else ''}; the limit is {limit:,}.",
        f"at most {limit:,} {unit}",
        "Remove empty rows and anything that does not belong to the return, or send it as CSV, which may be larger.",
    )


def not_utf8(table: str | None, offset: int, line: int, what: str) -> Unreadable:
    """F04: ``what`` at byte ``offset`` (0 is the first) on physical line ``line``."""
    return unreadable(
        "F04",
        table,
        f"The file is not UTF-8 text: {what} at byte offset {offset:,} (byte {offset + 1:,} of the file, "
        f"line {line:,}).",
        "UTF-8 text, with or without a byte order mark",
        SAVE_AS_UTF8,
    )


def unclosed_quote(table: str | None, row: int, line: int) -> Unreadable:
    """F11: a quotation mark that begins a cell and is never properly closed."""
    return unreadable(
        "F11",
        table,
        f"A quotation mark in row {row:,} (line {line:,} of the file) is not closed or not doubled, "
        "so the cells after it can't be told apart.",
        'cells with a quotation mark, comma or line break in quotation marks, each mark inside doubled ("")',
        "Close or double the quotation mark in that row, or save the file again from the spreadsheet.",
        row,
    )


def not_readable(table: str | None, name: str, reason: str | None) -> Unreadable:
    """F11: the system doesn't hand the file out."""
    return unreadable(
        "F11",
        table,
        f"The file {name[:VALUE_LENGTH]!r} can't be read: {(reason or 'its name is not valid').lower()}.",
        "a file that is there and may be read",
        "Look at its name and folder.",
    )


def too_long(table: str | None, row: int, what: str, limit: int) -> Unreadable:
    """F11: a cell or row so long that something must have gone wrong before."""
    return unreadable(
        "F11",
        table,
        f"Row {row:,} has a {what} of more than {limit:,} characters; often a quotation mark in it is not closed.",
        f"at most {limit:,} characters in a {what}",
        "Look at that row, or save the file again from the spreadsheet.",
        row,
    )


def foreign(table: str | None, what: str, fix: str = SAVE_AS_WORKBOOK) -> Unreadable:
    """F11: another kind of file; ``what`` completes "The file is ..."."""
    return unreadable(
        "F11", table, f"The file is {what}, not a return.", "a CSV file, or an .xlsx or .ods workbook", fix
    )


def damaged(table: str | None, what: str, row: int | None = None) -> Unreadable:
    """F11: a workbook that can't be read to its end."""
    return unreadable(
        "F11", table, f"The workbook can't be read: {what}.", "an intact .xlsx or .ods workbook", SAVE_AS_WORKBOOK, row
    )


def merged(table: str | None, where: str, row: int | None = None) -> Unreadable:
    """F11: merged cells hide which row and column a value belongs to."""
    return unreadable(
        "F11",
        table,
        f"The sheet {table} has merged cells ({where}), so the row or column of their value can't be told.",
        "one value in each cell",
        "Unmerge the cells, fill each of them, and save the workbook again.",
        row,
    )


def nul(table: str | None, where: str, row: int | None = None) -> Unreadable:
    """F04: a NUL character inside a workbook."""
    return unreadable(
        "F04",
        table,
        f"The workbook holds a NUL character in {where}.",
        "text without NUL characters",
        SAVE_AS_WORKBOOK,
        row,
    )
