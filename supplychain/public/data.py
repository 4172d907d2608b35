"""What can be had as data, what does every column mean, and on which terms?"""

from django.http import HttpRequest, HttpResponse

from portal.templatetags.portal import ABSENT
from supplychain.disclosure.columns import HISTORY, TABLES
from supplychain.disclosure.tables import Table
from supplychain.filing.layout import TABLES as RETURN_TABLES
from supplychain.models import Code, CodeList, RuleVersion
from supplychain.public import files, markup, published, samples
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
QUARTERS_SHOWN = 20
# What answers as CSV beside the files, and what can be followed: address and title.
LISTS = (
    ("/disclosures/", "Disclosures, every version"), ("/calendar/", "Calendar of releases"),
    ("/bodies/", "Reporting bodies"), ("/providers/", "Providers"), ("/search/", "Providers that a search finds"),
    ("/areas/", "Areas"), ("/areas/gaps/", "Services by area, and gaps"), ("/services/", "Services"),
    ("/kpis/", "KPIs"), ("/rules/", "Rules"), ("/explore/", "Agreements of any selection"),
)  # fmt: skip
FEEDS = (
    ("/disclosures/feed.atom", "Disclosures and corrections"), ("/disclosures/corrections.atom", "Corrections alone"),
    ("/providers/feed.atom", "Providers that are named for the first time"),
    ("/calendar/feed.ics", "Releases, for a calendar (iCalendar)"),
)  # fmt: skip


@public_page
def data(request: HttpRequest, series: World) -> HttpResponse:
    """Catalogue of files, data dictionary, codes, shorthand, licence, how to cite and to verify."""
    lists: dict[str, list[Code]] = {kind: [] for kind in CodeList.values}
    for code in Code.objects.order_by("list", "order", "code"):
        lists[code.list].append(code)
    versions = list(published.readable(series.name))
    latest = versions[0] if versions else None
    site = request.build_absolute_uri("/").rstrip("/")
    context = {
        "versions": versions[:QUARTERS_SHOWN],
        "dataset": markup.block(series, markup.everything(site, versions[:QUARTERS_SHOWN])),
        "list_pages": LISTS,
        "feed_pages": FEEDS,
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
        "samples": samples.reading(site, latest) if latest else [],
        "site": site,
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


@public_page
def changes(request: HttpRequest, series: World) -> HttpResponse:
    """What changed in columns and rules, and what is known to be wrong or missing."""
    context = {
        "columns": HISTORY,
        "rules": list(RuleVersion.objects.order_by("-valid_from", "rule")),
        "unbuilt": [name for name in files.OTHERS if name not in built_names()],
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Data", f"{series.prefix}/data/"),
            ("Change log and known defects", ""),
        ],
    }
    return show(request, "public/data_changes.html", series, context)
