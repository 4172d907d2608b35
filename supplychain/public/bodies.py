"""Which reporting bodies are there, and whose were they when?"""

from django.http import HttpRequest, HttpResponseBase

from supplychain.models import Body, BodyKind, FrozenBody
from supplychain.public import extracts, published
from supplychain.public.csv_export import csv_response
from supplychain.public.periods import in_words
from supplychain.public.provenance import origin, period_origin
from supplychain.public.series import CSV, World, public_page, show, wanted_format

# Those of today first.
HEADINGS = {
    BodyKind.REGION: "Probation regions",
    BodyKind.CRC: "Community Rehabilitation Companies",
    BodyKind.NPS: "Divisions of the National Probation Service",
    BodyKind.DEMONSTRATION: "Demonstration bodies",
}


@public_page
def index(request: HttpRequest, series: World) -> HttpResponseBase:
    """All bodies, by kind."""
    if wanted_format(request) == CSV:
        return csv_response(request, series, "bodies", *extracts.bodies(series.name))
    bodies = list(
        Body.objects.in_series(series.name).prefetch_related("ownerships__owner", "body_areas__area").order_by("code")
    )
    statuses = {row.code: row for row in published.newest_status(series.name)}
    kinds = [
        {
            "kind": kind,
            "heading": heading,
            "bodies": [listed(body, statuses) for body in bodies if body.kind == kind],
            "published": any(body.code in statuses for body in bodies if body.kind == kind),
        }
        for kind, heading in HEADINGS.items()
    ]
    context = {
        "kinds": [kind for kind in kinds if kind["bodies"]],
        "count": len(bodies),
        "crumbs": [("Home", f"{series.prefix}/"), ("Bodies", "")],
    }
    return show(request, "public/bodies.html", series, context)


def listed(body: Body, statuses: dict[str, FrozenBody]) -> dict:
    """A body as the list shows it; rows of owners and areas were fetched before."""
    owner = newest_ownership(body)
    areas = sorted({entry.area.name for entry in body.body_areas.all()})
    return {
        "body": body,
        "owner": owner,
        "owner_during": in_words(owner.during) if owner else "",
        "owner_unverified": owner is not None and origin(owner).unverified,
        "areas": areas,
        "areas_unverified": any(origin(entry).unverified for entry in body.body_areas.all()),
        "in_force": in_words(body.in_force),
        "in_force_unverified": period_origin(body).unverified,
        "status": statuses.get(body.code),
    }


def newest_ownership(body: Body):
    """Who owns the body today or owned it last; ``None`` where no owner is known."""
    known = [ownership for ownership in body.ownerships.all() if ownership.during.lower]
    return max(known, key=lambda ownership: ownership.during.lower, default=None)
