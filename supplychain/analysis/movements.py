"""Which providers came into a body's chain since the quarter before, and which are no longer named?

Organisations are compared, not ids: one that got another number in between has not moved. A provider that is no longer
named may have ended its agreement, or may not have been reported: the rows don't tell which.
"""

from dataclasses import dataclass

from django.db import connection

from supplychain.models import Publication

MOVED = """
    WITH chain AS (
        SELECT r.publication_id = %(now)s AS now, COALESCE(organisation.public_id, r.provider_id) AS id,
               r.provider_name AS name, r.tier, r.service_category AS service
        FROM supplychain_frozenline AS r
        LEFT JOIN providers_organisationalias AS alias ON alias.old_id = r.provider_id
        LEFT JOIN providers_organisation AS organisation ON organisation.id = alias.organisation_id
        WHERE r.publication_id IN (%(now)s, %(before)s) AND r.body_code = %(body)s AND r.provider_id <> ''
    )
    SELECT bool_or(now), id, min(name), array_agg(DISTINCT tier ORDER BY tier),
           array_agg(DISTINCT service ORDER BY service)
    FROM chain GROUP BY id HAVING bool_and(now) OR NOT bool_or(now) ORDER BY min(upper(name)), id
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """A provider that is in one of two quarters only, with what it is named for there."""

    public_id: str
    name: str
    tiers: tuple[int, ...]
    services: tuple[str, ...]


def moved(publication: Publication, before: Publication, body_code: str) -> tuple[list[Moved], list[Moved]]:
    """Who is named in the later version alone, and who in the earlier alone. One query."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED, {"now": publication.pk, "before": before.pk, "body": body_code})
        rows = cursor.fetchall()
    found = [(now, Moved(one, name, tuple(tiers), tuple(services))) for now, one, name, tiers, services in rows]
    return [entry for now, entry in found if now], [entry for now, entry in found if not now]
