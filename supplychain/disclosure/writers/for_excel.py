"""How can the same table be opened by a double click? A copy of the CSV as spreadsheets expect it.

With BOM and CRLF, and with an apostrophe before text that a spreadsheet would take for a formula. Figures, dates and
status codes stay as they are. The plain CSV is the record; this copy is for reading.
"""

import csv
import io
from pathlib import Path

from supplychain.disclosure.folders import written
from supplychain.disclosure.tables import Table
from supplychain.models import Publication

# What Excel, LibreOffice and their relatives read as a formula, full-width forms included.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(text: str) -> str:
    """Text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def write(table: Table, publication: Publication, folder: Path) -> None:
    """Write the copy of the table's CSV that lies in the same folder."""
    texts = [column.is_text for column in table.columns]
    with (folder / table.file).open(encoding="utf-8", newline="") as plain, written(folder / table.excel_file) as file:
        lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        rows = csv.writer(lines, lineterminator="\r\n")
        for row in csv.reader(plain):
            rows.writerow([safe(cell) if text else cell for cell, text in zip(row, texts, strict=True)])
        lines.detach()
