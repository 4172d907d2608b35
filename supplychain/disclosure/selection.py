"""Which returns make up a disclosure, and does it still hold what is accepted?

For every body of the series the accepted return of the quarter, else the published one. ``inputs_digest`` covers
those returns and every decision that keeps something of them back: a build is stale when a new one would say otherwise.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from portal.errors import NotFound, NotNow
from supplychain.disclosure.parts import CHOSEN, with_parts
from supplychain.models import (
    FrozenBody,
    FrozenChange,
    FrozenKpi,
    FrozenLine,
    FrozenParty,
    Publication,
    PublicationReturn,
    PublishedFile,
)
from supplychain.states import PUBLIC_STATES, PublicationState

INPUTS = with_parts(
    CHOSEN,
    ("withheld_before", "ground", "redacted"),
    """
    SELECT 'return', body_id, ARRAY[version::text, digest, kind] FROM part
    UNION ALL SELECT 'withheld before', body_code, ARRAY[agreement_ref] FROM withheld_before
    UNION ALL SELECT 'ground', body_code, ARRAY[agreement_ref, ground] FROM ground
    UNION ALL SELECT 'redacted', body_code, ARRAY[agreement_ref, part, reason] FROM redacted
    """,
)
NOTE_RETURNS = with_parts(
    CHOSEN,
    (),
    """
    INSERT INTO supplychain_publicationreturn (publication_id, of_return_id, digest)
    SELECT %(publication)s, id, digest FROM part ORDER BY body_id
    """,
)
FROZEN = (FrozenLine, FrozenKpi, FrozenParty, FrozenBody, FrozenChange, PublishedFile, PublicationReturn)


def building(publication_id: int) -> Publication:
    """The publication, which has to be one that is being built. Raises :class:`NotFound` and :class:`NotNow`."""
    publication = Publication.objects.select_related("previous").filter(pk=publication_id).first()
    if publication is None:
        raise NotFound("no-publication", f"There is no publication {publication_id}.")
    if publication.state != PublicationState.BUILDING:
        raise NotNow(
            "not-building",
            f"Version {publication.version} for {publication.period} is {publication.state}, not being built.",
        )
    return publication


def parameters(publication: Publication) -> dict[str, Any]:
    """What the statements of a build refer to by name."""
    quarter = publication.quarter
    return {
        "publication": publication.pk,
        "series": publication.series,
        "period": publication.period,
        "quarter": quarter.start,
        "quarter_end": quarter.end,
        "last_day": quarter.last_day,
        "previous": publication.previous_id,
    }


@contextmanager
def set_based() -> Iterator[CursorWrapper]:
    """A cursor for statements over all rows of a disclosure.

    Row by row joins are ruled out: PostgreSQL chooses them where it has not counted the rows yet, as in the hour after
    many returns came in, and then takes minutes for what takes a second.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


def inputs_digest(publication: Publication) -> str:
    """SHA-256 over what would go into a build now: returns, withholdings and redactions. Reads the database."""
    with connection.cursor() as cursor:
        cursor.execute(INPUTS, parameters(publication))
        found = sorted(cursor.fetchall())
    return hashlib.sha256(json.dumps([publication.series, publication.period, found]).encode()).hexdigest()


def select(publication_id: int) -> None:
    """Choose the returns, note what they are, and take out what an earlier attempt left."""
    publication = building(publication_id)
    for model in FROZEN:
        model.objects.filter(publication=publication).delete()
    with connection.cursor() as cursor:
        cursor.execute(NOTE_RETURNS, parameters(publication))
    earlier = Publication.objects.of(publication.series, publication.quarter).filter(
        state__in=PUBLIC_STATES, version__lt=publication.version
    )
    rules = publication.parts.values_list("of_return__rules_version", flat=True)
    Publication.objects.filter(pk=publication_id).update(
        inputs_digest=inputs_digest(publication),
        previous=earlier.order_by("-version").first(),
        rules_version=max(rules, default=""),
        digest="",
        totals_pence={},
        lines_without_amount={},
    )
