"""Which versions may be read? Named reads over publications, always of one series.

A version that was taken down keeps its page, digests and tombstones; its rows are never read again.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from portal.errors import NotFound
from portal.quarters import Quarter
from supplychain.models import (
    ChainLink,
    FrozenBody,
    FrozenParty,
    Publication,
    PublicationKind,
    PublishedFile,
    Release,
    Tombstone,
)
from supplychain.models.publications import PublicationQuerySet


def versions(series: str) -> PublicationQuerySet:
    """Every public version of every quarter, newest first."""
    return Publication.objects.disclosures().in_series(series).public().order_by("-period", "-version")


def readable(series: str) -> PublicationQuerySet:
    """The valid version of each quarter, as long as its rows may be read; newest first."""
    return versions(series).current().filter(redacted_at=None)


def newest_with_returns(series: str) -> Publication | None:
    """The valid version of the newest quarter for which any body filed, so that no compiled one stands before it."""
    filed = FrozenBody.objects.filter(publication=OuterRef("pk"), filing_status__in=["published", "nil"])
    return readable(series).filter(Exists(filed)).first()


def latest(series: str) -> Publication | None:
    """The valid version of the newest quarter."""
    return versions(series).current().first()


def newest_audit(series: str) -> Publication | None:
    """The yearly audit that was published last; ``None`` as long as there is none."""
    audits = Publication.objects.filter(kind=PublicationKind.AUDIT).in_series(series).public().current()
    return audits.order_by("-period").first()


def data_as_of(series: str) -> dt.datetime | None:
    """The moment at which anything was published last, of whichever quarter."""
    return versions(series).aggregate(last=Max("published_at"))["last"]


def valid_version(series: str, quarter: Quarter) -> Publication:
    """The valid version of a quarter. Raises :class:`NotFound`."""
    found = Publication.objects.of(series, quarter).current().first()
    if found is None:
        raise NotFound("no-such-disclosure", f"No disclosure of {quarter.label} ({quarter}) has been published.")
    return found


def version(series: str, quarter: Quarter, number: int) -> Publication:
    """One public version. Raises :class:`NotFound`, also where it exists and is not public yet."""
    found = Publication.objects.of(series, quarter).public().filter(version=number).first()
    if found is None:
        raise NotFound(
            "no-such-version", f"No version {number} of the disclosure of {quarter.label} ({quarter}) is public."
        )
    return found


def siblings(publication: Publication) -> list[Publication]:
    """All public versions of the same quarter, newest first."""
    return list(versions(publication.series).filter(period=publication.period))


def files(publication: Publication) -> QuerySet[PublishedFile]:
    """The files of a version, as they were recorded when it was built."""
    return PublishedFile.objects.filter(publication=publication)


def tombstones(publication: Publication) -> QuerySet[Tombstone]:
    """What stands where files of the version were removed."""
    return Tombstone.objects.filter(publication=publication)


def chain(series: str) -> QuerySet[ChainLink]:
    """The chain over all versions, from the first one on."""
    return ChainLink.objects.filter(series=series).select_related("publication").order_by("number")


def releases_to_come(series: str) -> QuerySet[Release]:
    """Announced moments that lie ahead, the next one first."""
    return (
        Release.objects.filter(series=series, kind=PublicationKind.DISCLOSURE, goes_public_at__gt=timezone.now())
        .defer("announced_by")
        .order_by("goes_public_at")
    )


def newest_status(series: str) -> QuerySet[FrozenBody]:
    """For each body, its row in the newest disclosure that has one."""
    newest = FrozenBody.objects.filter(code=OuterRef("code"), publication__in=readable(series)).order_by(
        "-publication__period"
    )
    return FrozenBody.objects.filter(
        publication__in=readable(series), publication=Subquery(newest.values("publication")[:1])
    ).select_related("publication")


def parties(series: str, which: str) -> QuerySet[FrozenParty]:
    """One row of every provider that a valid version names: of the ``newest`` or the ``first`` quarter that does.

    The newest is the one after which no quarter names the provider, not the first of all that do: so a page of the list
    is found by looking at its own rows only.
    """
    beyond = {"newest": "publication__period__gt", "first": "publication__period__lt"}[which]
    named = readable(series).order_by()
    others = FrozenParty.objects.filter(
        public_id=OuterRef("public_id"), publication__in=named, **{beyond: OuterRef("publication__period")}
    )
    return FrozenParty.objects.filter(publication__in=named).exclude(Exists(others))


def status_counts(publications: Iterable[Publication]) -> dict[int, dict[str, int]]:
    """How many bodies have which filing status, for each publication (by its id)."""
    rows = (
        FrozenBody.objects.filter(publication__in=list(publications), publication__redacted_at=None)
        .values("publication", "filing_status")
        .annotate(bodies=Count("pk"))
        .order_by("publication", "filing_status")
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["publication"], {})[row["filing_status"]] = row["bodies"]
    return found
