"""What is this site, what is newest, and what does it say at a glance?"""

from collections.abc import Sequence

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse

from supplychain.analysis import breakdown, coverage
from supplychain.analysis.coverage import CoveredArea
from supplychain.analysis.selection import Selection
from supplychain.models import Body, BodyKind, FrozenBody, FrozenLine, Publication
from supplychain.public import published
from supplychain.public.area_map import tile_map
from supplychain.public.areas import marked
from supplychain.public.disclosures import totals
from supplychain.public.headlines import headlines
from supplychain.public.insight.frame import PAGES
from supplychain.public.provenance import documents, period_origin
from supplychain.public.series import World, has_demonstration, public_page, show

PLURALS = {
    BodyKind.CRC: "Community Rehabilitation Companies",
    BodyKind.NPS: "National Probation Service divisions",
    BodyKind.REGION: "probation regions",
    BodyKind.DEMONSTRATION: "demonstration bodies",
}


@public_page
def home(request: HttpRequest, series: World) -> HttpResponse:
    """The home page: figures of the newest filed returns where there are any, else what is known of the structure."""
    latest = published.newest_with_returns(series.name) or published.readable(series.name).first()
    found = figures(latest) if latest else None
    areas = coverage.covered_areas(latest) if latest else []
    context = {
        "latest": latest,
        "audit": published.newest_audit(series.name),
        "figures": found,
        "headlines": headlines(series, latest) if latest and found else [],
        "questions": PAGES,
        "compiled": compiled(series, latest, areas) if latest and not found else None,
        "map": tile_map([marked(series, area, area.cell, "") for area in areas]) if areas else None,
        "map_title": f"Providers reported in {latest.quarter.label}" if latest else "",
        "next_release": published.releases_to_come(series.name).first(),
        "structure": structure(series),
        "offers_demonstration": not series.demonstration and has_demonstration(),
    }
    context["documents"] = documents(series, context["structure"]["facts"])
    return show(request, "public/home.html", series, context)


def figures(latest: Publication) -> dict | None:
    """Headline figures of one disclosure, of filed returns only; ``None`` where it holds no filed return."""
    bodies = FrozenBody.objects.filter(publication=latest).aggregate(
        filed=Count("pk", filter=Q(filing_status__in=["published", "nil"])),
        required=Count("pk", filter=~Q(filing_status__in=["not-required", "compiled"])),
    )
    if not bodies["filed"]:
        return None
    lines = FrozenLine.objects.filter(publication=latest).exclude(return_kind="compiled")
    counted = lines.aggregate(
        agreements=Count("pk"), providers=Count("provider_id", distinct=True, filter=~Q(provider_id=""))
    )
    tier_2 = next((total for total in totals(latest) if total["tier"] == 2), None)
    return {**bodies, **counted, "tier_2": tier_2}


def compiled(series: World, latest: Publication, areas: Sequence[CoveredArea]) -> dict:
    """What a disclosure without filed returns names: counts of parties, agreements, services and areas. Two queries."""
    selection = Selection.parse(series.name, {"quarter": [latest.period]})
    services = {entry.keys["service"] for entry in breakdown.breakdown(selection, ["service"])}
    return {
        "figures": next(iter(breakdown.totals(selection)), None),
        "services": len(services),
        "areas": sum(bool(area.cell.providers) for area in areas),
        "all_areas": len(areas),
    }


def structure(series: World) -> dict:
    """What is known without any return: which bodies there are and were, with sources."""
    bodies = list(Body.objects.in_series(series.name).order_by("kind", "code"))
    kinds = [
        {
            "title": PLURALS[kind],
            "count": sum(body.kind == kind for body in bodies),
            "from": min(
                (body.in_force.lower for body in bodies if body.kind == kind and body.in_force.lower), default=None
            ),
            "unverified": any(period_origin(body).unverified for body in bodies if body.kind == kind),
        }
        for kind in BodyKind
        if any(body.kind == kind for body in bodies)
    ]
    return {"kinds": kinds, "facts": bodies}
