"""What can be had as data, what does every column mean, and on which terms?"""

from django.http import HttpRequest, HttpResponse

from portal.templatetags.portal import ABSENT
from supplychain.disclosure.columns import TABLES
from supplychain.disclosure.tables import Table
from supplychain.filing.layout import TABLES as RETURN_TABLES
from supplychain.models import Code, CodeList
from supplychain.public import files, published, samples
from supplychain.public.series import World, public_page, show

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


@public_page
def data(request: HttpRequest, series: World) -> HttpResponse:
    """Catalogue of files, data dictionary, codes, shorthand, licence, how to cite and to verify."""
    lists: dict[str, list[Code]] = {kind: [] for kind in CodeList.values}
    for code in Code.objects.order_by("list", "order", "code"):
        lists[code.list].append(code)
    latest = published.latest(series.name)
    context = {
        "latest": latest,
        "catalogue": [(name, text) for name, text in files.DESCRIPTIONS.items() if name in built_names()],
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
        "samples": samples.reading(request.build_absolute_uri("/").rstrip("/"), latest) if latest else [],
        "site": request.build_absolute_uri("/").rstrip("/"),
        "crumbs": [("Home", f"{series.prefix}/"), ("Data", "")],
    }
    return show(request, "public/data.html", series, context)


def built_names() -> set[str]:
    """The names of the files that every disclosure has today."""
    tables = {name for table in TABLES for name in (table.file, table.excel_file)}
    return tables | {"datapackage.json", "manifest.json", "SHA256SUMS"}


def described(table: Table) -> dict:
    """A published table as the dictionary shows it."""
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
