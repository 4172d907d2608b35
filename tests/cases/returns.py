"""On what are bad inputs made? A small return of an invented body in which nothing is wrong, and ways to write it."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from supplychain.filing.layout import FUNDING, TABLES, Kind

BODY, QUARTER = "D91", "2018-19 Q2"
COLUMNS = tuple(column.name for column in FUNDING.columns if column.core)
KPI_HEADER = "reporting_body,quarter,kpi_code,agreement_ref,numerator,denominator,note"
OWN_HEADER = "reporting_body,quarter,service_category,area,amount_gbp,amount_status"
FIRST_COMPANY = 400_000
WHOSE = f"{BODY},{QUARTER}"


def row(number: int, **given: str) -> dict[str, str]:
    """A good row at tier 2 with reference, name and number of its own, for numbers up to a million."""
    charity = number < FIRST_COMPANY
    return {
        "reporting_body": BODY,
        "quarter": QUARTER,
        "agreement_ref": f"R-{number}",
        "tier": "2",
        "provider_name": f"Provider {number}",
        "charity_number": str(9_400_000 + number) if charity else "",
        "company_number": "" if charity else f"08{number:06}",
        "service_category": "mentoring",
        "service_summary": "Mentoring, one to one",
        "area": "ALL",
        "funding_type": "contract",
        "start_date": "2018-04-01",
        "amount_paid_gbp": "99.50",
        "amount_to_date_gbp": "99.50",
    } | given


def rows(count: int = 5) -> list[dict[str, str]]:
    """Good rows; the one with number n stands in row n of the spreadsheet."""
    return [row(number) for number in range(2, count + 2)]


def with_cell(column: str, cell: str) -> list[dict[str, str]]:
    """Good rows with one cell changed, in row 3."""
    made = rows()
    made[1] |= {column: cell}
    return made


def columns_of(made: Iterable[Mapping[str, str]]) -> list[str]:
    """The core columns, and whatever else the rows hold."""
    return list(dict.fromkeys([*COLUMNS, *(name for one in made for name in one)]))


def table(made: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """Header and rows as lists of cells."""
    names = columns_of(made)
    return [names, *([one.get(name, "") for name in names] for one in made)]


def as_cells(name: str, cells: Sequence[Sequence[str]]) -> list[list[object]]:
    """Header and rows of a table as a person types them into a spreadsheet: dates and numbers as real cells."""
    header, *data = cells
    kinds = [TABLES[name].column(column).kind for column in header]

    def cell(kind: Kind, text: str) -> object:
        if kind is Kind.DATE and text:
            return dt.date.fromisoformat(text)
        if kind in (Kind.AMOUNT, Kind.TIER, Kind.INTEGER, Kind.NUMBER) and text:
            return float(Decimal(text))
        return text

    return [list(header), *([cell(kind, text) for kind, text in zip(kinds, line, strict=True)] for line in data)]


def as_csv(cells: Iterable[Sequence[str]], *, delimiter: str = ",", line_end: str = "\n") -> str:
    """Lists of cells as the text of a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(cells)
    return text.getvalue()


def good(count: int = 5) -> str:
    """A CSV file in which nothing is wrong."""
    return as_csv(table(rows(count)))


def save(folder: Path, content: bytes | str, name: str = "funding.csv") -> str:
    """Write a file; its path, as an argument."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)
