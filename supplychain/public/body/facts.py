"""What is known about a body besides its returns: owners, areas, predecessors, events, measures and its bid?"""

from supplychain.analysis.promises import promises
from supplychain.models import Body
from supplychain.public.body.measures import mix
from supplychain.public.periods import in_words
from supplychain.public.provenance import documents, origin
from supplychain.public.series import World


def facts(series: World, found: Body) -> dict:
    """What is known about a body besides its returns, each with where it is from."""
    ownerships = sorted(
        found.ownerships.select_related("owner"), key=lambda row: (row.during.lower is not None, row.during.lower)
    )
    areas = list(found.body_areas.select_related("area").order_by("area__name", "during"))
    following = list(found.successions.select_related("successor", "area"))
    before = list(found.predecessions.select_related("body", "area"))
    events = list(found.dated_events.order_by("day", "slug"))
    kpis = list(found.body_kpis.select_related("kpi").order_by("kpi__code", "during"))
    named = list(found.bid_commitments.select_related("organisation").order_by("organisation__name"))
    kept = {promise.commitment: promise for promise in promises(series.name, found.code)} if named else {}
    everything = [found, *ownerships, *areas, *following, *before, *events, *kpis, *named]
    owners = [{"row": row, "during": in_words(row.during), "origin": origin(row)} for row in ownerships]
    return {
        "ownerships": owners,
        "newest_owner": owners[-1] if owners else None,
        "areas": [{"row": row, "during": in_words(row.during), "origin": origin(row)} for row in areas],
        "successors": grouped(following, "successor"),
        "predecessors": grouped(before, "body"),
        "events": [{"row": row, "day": dated(row), "origin": origin(row)} for row in events],
        "kpis": [{"row": row, "during": in_words(row.during), "origin": origin(row)} for row in kpis],
        "kpi_mix": mix(kpis),
        "named_told": any(promise.quarters for promise in kept.values()),
        "named": [{"row": row, "origin": origin(row), "kept": kept.get(row.pk)} for row in named],
        "documents": documents(series, everything),
    }


def grouped(successions: list, name: str) -> list[dict]:
    """Successions by the other body, with the areas that it shares."""
    found: dict[str, dict] = {}
    for row in successions:
        other = getattr(row, name)
        entry = found.setdefault(other.code, {"body": other, "areas": [], "origin": origin(row)})
        entry["areas"].append(row.area.name)
        if origin(row).unverified:
            entry["origin"] = origin(row)
    return [entry | {"areas": ", ".join(sorted(entry["areas"]))} for _, entry in sorted(found.items())]


def dated(event) -> str:
    """The day of an event, no finer than it is known."""
    formats = {"year": "%Y", "month": "%B %Y"}
    return (
        event.day.strftime(formats[event.precision])
        if event.precision in formats
        else f"{event.day.day} {event.day:%B %Y}"
    )
