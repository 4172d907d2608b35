"""What does every published column mean, which codes can stand in it, and what is asked of bodies each quarter?"""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse

from portal.templatetags.portal import ABSENT
from supplychain.disclosure.columns import TABLES
from supplychain.disclosure.tables import Table
from supplychain.filing.layout import TABLES as RETURN_TABLES
from supplychain.models import Code, CodeList
from supplychain.public.csv_export import csv_of_rows
from supplychain.public.series import CSV, World, public_page, show, wanted_format

KINDS = {
    "text": "text",
    "code": "code",
    "codes": "codes with ; between",
    "status": "status",
    "quarter": "quarter",
    "money": "pounds, two decimals",
    "measure": "number",
    "count": "whole number",
    "date": "date, ISO 8601",
    "moment": "moment, UTC, ISO 8601",
    "yes-no": "yes or no",
}
HEADER = ("file", "place", "column", "kind", "meaning", "values", "required")


@public_page
def dictionary(request: HttpRequest, series: World) -> HttpResponse:
    """The columns of published tables, the shorthand, the codes, and the columns of the return."""
    if wanted_format(request) == CSV:
        return csv_of_rows(series, "dictionary", HEADER, rows())
    lists: dict[str, list[Code]] = {kind: [] for kind in CodeList.values}
    for code in Code.objects.order_by("list", "order", "code"):
        lists[code.list].append(code)
    context = {
        "tables": [described(table) for table in TABLES],
        "return_tables": [
            {
                "table_id": f"return-{table.name}",
                "title": table.title,
                "columns": [{"column": column, "choices": column.choices or ()} for column in table.columns],
            }
            for table in RETURN_TABLES.values()
        ],
        "lists": [(CodeList(kind).label, kind, codes) for kind, codes in lists.items() if codes],
        "shorthand": [(f"[{letter}]", words, meaning) for letter, (words, meaning) in ABSENT.items()],
        "crumbs": [("Home", f"{series.prefix}/"), ("Data", f"{series.prefix}/data/"), ("Data dictionary", "")],
    }
    return show(request, "public/dictionary.html", series, context)


def rows() -> Iterator[tuple[object, ...]]:
    """Every column of every published table, in the order of the files."""
    for table in TABLES:
        for place, column in enumerate(table.columns, start=1):
            values = ";".join(column.enum)
            required = "yes" if column.required else "no"
            yield table.file, place, column.name, KINDS[column.kind], column.description, values, required


def described(table: Table) -> dict:
    """A published table as the page shows it."""
    return {
        "name": table.name,
        "table_id": f"columns-{table.name}",
        "caption": f"Columns of {table.file}",
        "file": table.file,
        "title": table.title,
        "description": table.description,
        "key": ", ".join(table.primary_key),
        "columns": [
            {
                "name": column.name,
                "kind": KINDS[column.kind],
                "text": column.description,
                "values": ", ".join(column.enum),
            }
            for column in table.columns
        ],
    }
