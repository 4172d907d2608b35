"""What can be had as data, on which terms, how is it cited and read, and what is known to be wrong with it?"""

from django.http import HttpRequest, HttpResponse

from supplychain.disclosure.columns import HISTORY, TABLES
from supplychain.filing.rules.catalogue import BY_CODE
from supplychain.models import RuleVersion
from supplychain.public import files, markup, published, samples
from supplychain.public.series import World, public_page, show

QUARTERS_SHOWN = 20
# What answers as CSV beside the files, and what can be followed: address and title.
LISTS = (
    ("/disclosures/", "Disclosures, every version"), ("/calendar/", "Calendar of releases"),
    ("/bodies/", "Reporting bodies"), ("/providers/", "Providers"), ("/search/", "Providers that a search finds"),
    ("/areas/", "Areas"), ("/areas/gaps/", "Services by area, and gaps"), ("/services/", "Services"),
    ("/kpis/", "KPIs"), ("/rules/", "Rules"), ("/explore/", "Agreements of any selection"),
    ("/data/dictionary/", "Data dictionary"),
)  # fmt: skip
FEEDS = (
    ("/disclosures/feed.atom", "Disclosures and corrections"), ("/disclosures/corrections.atom", "Corrections alone"),
    ("/providers/feed.atom", "Providers that are named for the first time"),
    ("/calendar/feed.ics", "Releases, for a calendar (iCalendar)"),
)  # fmt: skip


@public_page
def data(request: HttpRequest, series: World) -> HttpResponse:
    """Catalogue of files, lists and feeds, licence, how to cite, to read and to verify."""
    versions = list(published.readable(series.name))
    latest = versions[0] if versions else None
    filed = published.newest_with_returns(series.name)
    site = request.build_absolute_uri("/").rstrip("/")
    context = {
        "versions": versions[:QUARTERS_SHOWN],
        "dataset": markup.block(series, markup.everything(site, versions[:QUARTERS_SHOWN])),
        "list_pages": LISTS,
        "feed_pages": FEEDS,
        "latest": latest,
        "catalogue": [(name, text) for name, text in files.DESCRIPTIONS.items() if name in plain_names()],
        "filed": filed is not None,
        "samples": samples.reading(site, filed or latest, amounts=filed is not None) if latest else [],
        "site": site,
        "crumbs": [("Home", f"{series.prefix}/"), ("Data", "")],
    }
    return show(request, "public/data.html", series, context)


def plain_names() -> set[str]:
    """The names of the files that every disclosure has today, without those for Excel, which hold the same tables."""
    return {table.file for table in TABLES} | {"datapackage.json", "manifest.json", "SHA256SUMS"}


@public_page
def changes(request: HttpRequest, series: World) -> HttpResponse:
    """What changed in columns and rules, and what is known to be wrong or missing."""
    context = {
        "columns": HISTORY,
        "rules": [
            row
            for row in RuleVersion.objects.order_by("-valid_from", "rule")
            if row.valid_from > BY_CODE[row.rule].valid_from  # the others say how each rule began
        ],
        "unbuilt": [name for name in files.OTHERS if name not in plain_names()],
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Data", f"{series.prefix}/data/"),
            ("Change log and known defects", ""),
        ],
    }
    return show(request, "public/data_changes.html", series, context)
