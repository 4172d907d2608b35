"""What does an organisation deliver, where and for whom, what was it paid by quarter, and how much of that is known?"""

from decimal import Decimal

from django.db import connection
from django.db.models import OuterRef, Q, Subquery

from portal.pictures.time_series import Point, TimeSeries
from portal.quarters import Quarter
from portal.templatetags.portal import gbp
from providers.models import Organisation
from supplychain.analysis import breakdown, paths, quality
from supplychain.analysis.breakdown import Figures
from supplychain.analysis.selection import VALID, Selection
from supplychain.models import FrozenBody, FrozenKpi, Kpi, Publication
from supplychain.public import published
from supplychain.public.body.measures import plain
from supplychain.public.series import World
from supplychain.public.words import Words

KPI_ROWS = 50
DELIVERED = f"""
    SELECT DISTINCT found.list, found.code FROM supplychain_frozenline AS r
    JOIN supplychain_publication AS p ON p.id = r.publication_id
    CROSS JOIN LATERAL (
        SELECT 'service' AS list, r.service_category AS code UNION ALL SELECT 'area', unnest(r.area_codes)
        UNION ALL SELECT 'cohort', unnest(r.cohorts) UNION ALL SELECT 'body', r.body_code
    ) AS found
    WHERE {VALID} AND r.provider_id = ANY(%s)
"""  # noqa: S608 (no input)


def profile(series: World, organisation: Organisation, ids: list[str], known: Words) -> dict:
    """Everything above the lists of lines. A fixed number of queries."""
    codes = delivered(series, ids)
    statuses = filed(series, codes["body"])
    figures = breakdown.breakdown(Selection.parse(series.name, {"provider": [organisation.public_id]}), ["quarter"])
    told = [entry for entry in figures if entry.return_kind != "compiled"]
    return {
        "delivers": sorted((code, known.service(code)) for code in codes["service"]),
        "where": sorted(((code, known.areas.get(code, code)) for code in codes["area"]), key=lambda pair: pair[1]),
        "cohorts": sorted(known.cohorts.get(code, code) for code in codes["cohort"]),
        "coverage": coverage(told, statuses),
        "chart": chart(told, statuses),
        "paths": paths.paths(series.name, ids),
        "flags": [
            (flag, flag.words or f"explained: {known.explanations.get(flag.explanation, flag.explanation)}")
            for flag in quality.flags(series.name, ids)
        ],
    }  # fmt: skip


def delivered(series: World, ids: list[str]) -> dict[str, list[str]]:
    """Codes of services, areas, cohorts and bodies over all its lines. One query."""
    found: dict[str, list[str]] = {"service": [], "area": [], "cohort": [], "body": []}
    with connection.cursor() as cursor:
        cursor.execute(DELIVERED, [series.name, ids])
        for name, code in cursor:
            found[name].append(code)
    return found


def filed(series: World, bodies: list[str]) -> dict[Quarter, set[str]]:
    """For each quarter, what became of the returns of the bodies that ever named it. One query."""
    rows = FrozenBody.objects.filter(code__in=bodies, publication__in=published.readable(series.name).order_by())
    found: dict[Quarter, set[str]] = {}
    for period, status in rows.values_list("publication__period", "filing_status").distinct():
        found.setdefault(Quarter.parse(period), set()).add(status)
    return found


def asked(statuses: dict[Quarter, set[str]]) -> list[Quarter]:
    """The quarters for which any of its bodies had to file or filed, in order."""
    return sorted(quarter for quarter, found in statuses.items() if found & {"published", "nil", "missing"})


def coverage(figures: list[Figures], statuses: dict[Quarter, set[str]]) -> str:
    """In how many quarters it is reported, of how many; empty where no return names it."""
    quarters, named = asked(statuses), {entry.keys["quarter"] for entry in figures}
    if not named:
        return ""
    missing = sum(1 for quarter in quarters if str(quarter) not in named and "missing" in statuses[quarter])
    gaps = f"; in {missing} of the others a return of one of them is missing" if missing else ""
    return (
        f"Reported in {len(named)} of the {len(quarters)} quarters for which the bodies that name it filed or had to "
        f"file{gaps}."
    )


def chart(figures: list[Figures], statuses: dict[Quarter, set[str]]) -> TimeSeries | None:
    """What it is shown to have been paid, by quarter; none where no return names it."""
    known = {entry.keys["quarter"]: entry for entry in figures}
    if not known:
        return None
    amounts = [entry.amount for entry in figures if entry.amount is not None]
    lacking = sum(entry.lines_without_amount for entry in figures)
    lines = sum(entry.lines for entry in figures)
    without = f"; {lacking} of them show no amount" if lacking else ""
    return TimeSeries(
        id="received-by-quarter",
        title="Reported as paid to it, by quarter",
        takeaway=f"{gbp(sum(amounts, Decimal(0)))} is shown as paid to it on {lines} lines{without}."
        if amounts
        else f"None of the {lines} lines shows an amount.",
        notes=[
            "Only what probation bodies report is here; payments fall and rise with the timing of invoices, too.",
            *lacking_returns(known, statuses),
        ],
        points=[point(quarter, known.get(str(quarter)), statuses[quarter]) for quarter in asked(statuses)],
    )


def lacking_returns(known: dict[str, Figures], statuses: dict[Quarter, set[str]]) -> list[str]:
    """The sentence about quarters whose amount lacks a whole return."""
    found = [str(quarter) for quarter in asked(statuses) if str(quarter) in known and "missing" in statuses[quarter]]
    if not found:
        return []
    return [f"A return of a body that names it at other times is missing for {', '.join(found)}: “at least” there."]


def point(quarter: Quarter, figures: Figures | None, statuses: set[str]) -> Point:
    """One quarter, or why it shows nothing: a missing return says more than that nobody names the organisation."""
    if figures is None:
        return Point(quarter, None, "missing" if "missing" in statuses else "not-named")
    lacking = figures.lines_without_amount or "missing" in statuses
    bound = "at least" if figures.amount is not None and lacking else ""
    return Point(quarter, figures.amount, figures.amount_status, bound)


def measured(series: World, ids: list[str], publication: Publication) -> list[dict]:
    """Its contributions to measures in one version. One query."""
    title = Kpi.objects.filter(series=series.name, code=OuterRef("kpi_code")).values("title")
    rows = FrozenKpi.objects.filter(~Q(agreement_ref=""), provider_id__in=ids, publication=publication)
    return [
        {
            "row": row,
            "title": row.title or row.kpi_code,
            "numerator": plain(row.numerator),
            "denominator": plain(row.denominator),
            "body_numerator": plain(row.body_numerator),
        }
        for row in rows.annotate(title=Subquery(title)).order_by("body_code", "kpi_code", "agreement_ref")[:KPI_ROWS]
    ]
