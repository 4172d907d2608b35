"""What was published for which quarter, in which version, and how can it be checked?"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from portal.errors import NotFound
from portal.quarters import Quarter
from supplychain.models import FrozenBody, FrozenChange, FrozenLine, Publication
from supplychain.public import extracts, files, published
from supplychain.public.csv_export import csv_response
from supplychain.public.series import CSV, World, public_page, show, wanted_format

CHANGES_SHOWN = 25
STATUS_ORDER = ("published", "nil", "missing", "compiled", "not-required")


@dataclass(frozen=True, slots=True)
class TierTotal:
    """What a disclosure shows as paid to one tier: pence, and how many lines show an amount and how many don't."""

    tier: int
    pence: int
    lines: int
    lacking: int

    @property
    def shown(self) -> int:
        return self.lines - self.lacking


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
    listed = files.listed(publication, list(published.files(publication)), graves)
    context = {
        "publication": publication,
        "quarter": quarter,
        "valid": next((version for version in siblings if version.is_current), None),
        "others": [version for version in siblings if version.pk != publication.pk],
        "bodies": body_rows(publication),
        "totals": totals(publication),
        "files": listed,
        "archive": next((file for file in listed if file.name.endswith(".zip")), None),
        "graves": graves,
        "changes": changes(publication),
        "next_release": published.releases_to_come(series.name).first(),
        "site": request.build_absolute_uri("/").rstrip("/"),
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Disclosures", f"{series.prefix}/disclosures/"),
            (f"{quarter} version {number}", ""),
        ],
    }
    return show(request, "public/disclosure.html", series, context)


def ordered(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Filing statuses with the number of bodies, in the order in which readers ask for them."""
    return [(status, counts[status]) for status in STATUS_ORDER if status in counts]


def totals(publication: Publication) -> list[TierTotal]:
    """By tier: what is shown as paid, and how many lines are not in it. The sums are those of the manifest."""
    lines = dict(
        FrozenLine.objects.filter(publication=publication, publication__redacted_at=None)
        .order_by("tier")
        .values_list("tier")
        .annotate(Count("pk"))
    )
    return [
        TierTotal(int(tier), pence, lines.get(int(tier), 0), publication.lines_without_amount.get(tier, 0))
        for tier, pence in sorted(publication.totals_pence.items(), key=lambda item: int(item[0]))
    ]


def body_rows(publication: Publication) -> list[dict]:
    """Every body of a version with its status and, of its own lines, how many there are and what tier 2 was paid."""
    known = FrozenBody.objects.filter(publication=publication, publication__redacted_at=None)
    sums = {
        row["body_code"]: row
        for row in FrozenLine.objects.filter(publication=publication, publication__redacted_at=None)
        .values("body_code")
        .order_by("body_code")
        .annotate(
            lines=Count("pk"),
            paid=Sum("amount_paid_gbp", filter=Q(tier=2)),
            lacking=Count("pk", filter=Q(tier=2, amount_paid_gbp=None)),
        )
    }
    nothing = {"lines": 0, "paid": None, "lacking": 0}
    return [{"row": body, **paid_of(body, sums.get(body.code, nothing))} for body in known]


def paid_of(body: FrozenBody, sums: dict) -> dict:
    """What a body's row says of its lines: a nil return is 0 pounds, no return is no amount."""
    paid = sums["paid"]
    if paid is None and body.filing_status == "nil":
        paid = Decimal(0)
    absent = "[z]" if body.filing_status == "not-required" else "[x]"
    return {"lines": sums["lines"], "paid": paid, "paid_status": absent, "lacking": sums["lacking"]}


def changes(publication: Publication) -> list[dict]:
    """Differences to the version before and to the quarter before: how many of each kind, and the first of them."""
    rows = FrozenChange.objects.filter(publication=publication, publication__redacted_at=None)
    counts = list(rows.values("basis", "change").annotate(rows=Count("key", distinct=True)).order_by("basis", "change"))
    shown = {basis: list(rows.filter(basis=basis)[:CHANGES_SHOWN]) for basis in ("version", "quarter")}
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
                    "rows": shown[basis],
                    "more": max(cells.get(basis, 0) - CHANGES_SHOWN, 0),
                }
            )
    return found
