"""What was published for which quarter, in which version, and how can it be checked?"""

from dataclasses import replace
from decimal import Decimal

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from portal.errors import NotFound
from portal.quarters import Quarter
from supplychain.analysis import money
from supplychain.models import FrozenBody, FrozenChange, Publication
from supplychain.public import extracts, files, markup, published, samples
from supplychain.public.csv_export import csv_response
from supplychain.public.previews import previewed
from supplychain.public.series import CSV, World, public_page, show, wanted_format

CHANGES_SHOWN = 10
STATUS_ORDER = ("published", "nil", "missing", "compiled", "not-required")


@public_page
def index(request: HttpRequest, series: World) -> HttpResponseBase:
    """All disclosures by quarter, and the announced releases."""
    if wanted_format(request) == CSV:
        return csv_response(request, series, "disclosures", *extracts.disclosures(series.name))
    versions = list(published.versions(series.name))
    statuses = published.status_counts(versions)
    quarters: dict[str, dict] = {}
    for version in versions:
        entry = quarters.setdefault(version.period, {"period": version.period, "valid": None, "earlier": []})
        if version.is_current:
            entry["valid"], entry["statuses"] = version, ordered(statuses.get(version.pk, {}))
        else:
            entry["earlier"].append(version)
    context = {
        "quarters": list(quarters.values()),
        "releases": [
            {"release": release, "quarter": Quarter.parse(release.period)}
            for release in published.releases_to_come(series.name)
        ],
        "crumbs": [("Home", f"{series.prefix}/"), ("Disclosures", "")],
    }
    return show(request, "public/disclosures.html", series, context)


@public_page
def newest(request: HttpRequest, series: World, quarter: Quarter) -> HttpResponse:
    """Leads to the valid version of a quarter."""
    return HttpResponseRedirect(published.valid_version(series.name, quarter).address)


@public_page
def disclosure(request: HttpRequest, series: World, quarter: Quarter, number: int) -> HttpResponseBase:
    """One version: bodies, totals, files, changes, notices, and how to check the files."""
    publication = published.version(series.name, quarter, number)
    if wanted_format(request) == CSV:
        if publication.redacted_at:
            raise NotFound("taken-down", "The lines of this version were taken down; see the valid version.")
        name = f"supply-chain-{quarter.slug}-v{number}"
        return csv_response(request, series, name, *extracts.disclosure_lines(publication))
    siblings = published.siblings(publication)
    graves = list(published.tombstones(publication))
    recorded = list(published.files(publication))
    listed = files.listed(publication, recorded, graves)
    shown = [with_preview(publication, file) for file in listed]
    site = request.build_absolute_uri("/").rstrip("/")
    bodies = body_rows(publication)
    context = {
        "publication": publication,
        "quarter": quarter,
        "valid": next((version for version in siblings if version.is_current), None),
        "others": [version for version in siblings if version.pk != publication.pk],
        "bodies": bodies,
        "compiled": sum(entry["row"].filing_status == "compiled" for entry in bodies),
        "totals": totals(publication),
        "filed": any(entry["row"].filing_status in {"published", "nil", "missing"} for entry in bodies),
        "files": [file for file in shown if not file.name.endswith(files.FOR_EXCEL)],
        "excel_files": [file for file in shown if file.name.endswith(files.FOR_EXCEL)],
        "checks": samples.checking(site, publication),
        "site": site,
        "dataset": ""
        if publication.redacted_at
        else markup.block(series, markup.of_version(site, publication, recorded)),
        "archive": next((file for file in listed if file.name.endswith(".zip")), None),
        "graves": graves,
        "changes": changes(publication),
        "next_release": published.releases_to_come(series.name).first(),
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Disclosures", f"{series.prefix}/disclosures/"),
            (f"{quarter} version {number}", ""),
        ],
    }
    return show(request, "public/disclosure.html", series, context)


def with_preview(publication: Publication, file: files.ListedFile) -> files.ListedFile:
    """A file with the address of its first rows, where it is there and can be looked at."""
    if not file.href or not previewed(file.name):
        return file
    return replace(file, preview=f"{publication.address}preview/{file.name}/")


def ordered(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Filing statuses with the number of bodies, in the order in which readers ask for them."""
    return [(status, counts[status]) for status in STATUS_ORDER if status in counts]


def totals(publication: Publication) -> list[dict]:
    """By tier: the pounds that are shown as paid, on how many lines, and how many lines show none.

    Where the rows were taken down, the sums are those that were recorded when the version was built.
    """
    if publication.redacted_at:
        recorded, lacking = publication.totals_pence, publication.lines_without_amount
        return [
            {"tier": int(tier), "amount": Decimal(recorded[tier]) / 100, "shown": None, "lacking": lacking.get(tier, 0)}
            for tier in sorted(recorded, key=int)
        ]
    return [
        {
            "tier": total.tier,
            "amount": total.amount if total.lines > total.lines_without_amount else None,
            "shown": total.lines - total.lines_without_amount,
            "lacking": total.lines_without_amount,
        }
        for total in money.totals(publication)
    ]


def body_rows(publication: Publication) -> list[dict]:
    """Every body of a version with its status and, of its own lines, how many there are and what tier 2 was paid."""
    if publication.redacted_at:
        return []
    traced = {body.code: body for body in money.trace_all(publication)}
    return [
        {"row": body, **paid_of(body, traced[body.code])} for body in FrozenBody.objects.filter(publication=publication)
    ]


def paid_of(body: FrozenBody, traced: money.BodyMoney) -> dict:
    """What a body's row says of its lines: a nil return is 0 pounds, no return is no amount."""
    tier_2 = traced.passed_down
    shown = body.filing_status == "nil" or tier_2.lines > tier_2.lines_without_amount
    return {
        "lines": sum(tier.lines for tier in traced.by_tier),
        "paid": tier_2.amount if shown else None,
        "paid_status": "[z]" if body.filing_status == "not-required" else "[x]",
        "lacking": tier_2.lines_without_amount,
    }


def changes(publication: Publication) -> list[dict]:
    """Differences to the version before and to the quarter before: how many of each kind; the first corrected ones."""
    rows = FrozenChange.objects.filter(publication=publication, publication__redacted_at=None)
    counts = list(rows.values("basis", "change").annotate(rows=Count("key", distinct=True)).order_by("basis", "change"))
    corrected = list(rows.filter(basis="version")[:CHANGES_SHOWN])
    cells = dict(rows.order_by("basis").values_list("basis").annotate(Count("pk")))
    found = []
    for basis, title in (("version", "previous version"), ("quarter", "previous quarter")):
        counted = {count["change"]: count["rows"] for count in counts if count["basis"] == basis}
        if counted:
            found.append(
                {
                    "basis": basis,
                    "title": title,
                    "table_id": f"changes-{basis}",
                    "caption": f"Changes against the {title}",
                    "counts": [
                        (change, counted[change]) for change in ("added", "removed", "changed") if change in counted
                    ],
                    "rows": corrected if basis == "version" else [],
                    "more": max(cells.get(basis, 0) - CHANGES_SHOWN, 0),
                }
            )
    return found
