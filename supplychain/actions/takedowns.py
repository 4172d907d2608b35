"""How is something taken back that is public already: a refuge's address, a name?

Two people within the hour: one asks, another confirms. Confirming removes the bytes of every file that could hold it,
in every version of every quarter in which the line was published, leaves tombstones with digest and class of reason,
hides the rows of those versions from the public, and makes the next version of each quarter possible, in which the
part is blank.
"""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from portal.errors import NotFound, NotNow
from portal.models import User
from supplychain.actions.door import action, day
from supplychain.actions.prepared import forget_answers
from supplychain.models import (
    FrozenChange,
    FrozenLine,
    Publication,
    PublishedFile,
    Redaction,
    TakedownReason,
    Tombstone,
)
from supplychain.permissions import check_can_take_down, check_is_second_person

KEPT = {"manifest.json", "SHA256SUMS"}  # digests and counts only


@action
def request_takedown(
    *, series: str, body_code: str, agreement_ref: str, part: str, reason: str, by: User, now: dt.datetime
) -> list[Redaction]:
    """Ask for one part of one line to be taken back, in every quarter in which it is public.

    Raises :class:`NotFound`, :class:`NotNow`.
    """
    check_can_take_down(by, body_code, day(now))
    lines = FrozenLine.objects.filter(
        publication__in=Publication.objects.in_series(series).public(), body_code=body_code, agreement_ref=agreement_ref
    )
    periods = sorted(set(lines.values_list("publication__period", flat=True)))
    if not periods:
        raise NotFound("no-such-line", f"No published line of {body_code} has the reference {agreement_ref}.")
    asked = [
        Redaction.objects.get_or_create(
            series=series,
            period=period,
            body_code=body_code,
            agreement_ref=agreement_ref,
            part=Redaction.Part(part),
            defaults={"reason": TakedownReason(reason), "requested_at": now, "requested_by": by},
        )
        for period in periods
    ]
    if not any(made for _, made in asked):
        raise NotNow("already-asked", f"The {part} of {body_code}/{agreement_ref} was asked for already.")
    return [redaction for redaction, _ in asked]


@action
def confirm_takedown(
    *, series: str, body_code: str, agreement_ref: str, part: str, by: User, now: dt.datetime
) -> list[Publication]:
    """Confirm what another person asked for.

    Returns the versions whose files were removed; each quarter now needs a new build.
    """
    check_can_take_down(by, body_code, day(now))
    asked = Redaction.objects.select_for_update().filter(
        series=series, body_code=body_code, agreement_ref=agreement_ref, part=part, confirmed_at=None
    )
    if not asked:
        raise NotFound("nothing-asked", f"Nobody asked for the {part} of {body_code}/{agreement_ref} to be taken back.")
    touched: dict[int, Publication] = {}
    for redaction in asked:
        check_is_second_person(by, redaction)
        redaction.confirmed_at, redaction.confirmed_by = now, by
        redaction.save()
        for publication in _holding(redaction):
            if publication.pk not in touched:
                _bury(publication, redaction.reason, now)
                touched[publication.pk] = publication
    forget_answers(series=series, by=None)
    return list(touched.values())


def _holding(redaction: Redaction) -> list[Publication]:
    """Public versions whose files can hold the part: those of the quarter, and those that list changes against it."""
    key = f"{redaction.body_code}/{redaction.agreement_ref}"
    public = Publication.objects.select_for_update().in_series(redaction.series).public().filter(redacted_at=None)
    lines = FrozenLine.objects.filter(body_code=redaction.body_code, agreement_ref=redaction.agreement_ref)
    changes = FrozenChange.objects.filter(file="supply-chain.csv", key=key)
    return list(
        public.filter(
            Q(period=redaction.period, pk__in=lines.values("publication")) | Q(pk__in=changes.values("publication"))
        )
    )


def _bury(publication: Publication, reason: str, now: dt.datetime) -> None:
    """Tombstones for all files but the digests; the bytes go once the transaction is safe."""
    files = PublishedFile.objects.filter(publication=publication).exclude(name__in=KEPT)
    Tombstone.objects.bulk_create(
        Tombstone(publication=publication, name=f.name, sha256=f.sha256, bytes=f.bytes, reason=reason, removed_at=now)
        for f in files
    )
    publication.redacted_at = now
    publication.save()
    folder, names = Path(settings.PORTAL_FILES) / publication.folder, [f.name for f in files]
    transaction.on_commit(lambda: remove_files(folder, names))


def remove_files(folder: Path, names: list[str]) -> None:
    """Delete the named files of a folder and everything prepared from them."""
    for name in names:
        for path in folder.glob(f"{name}*"):
            path.unlink(missing_ok=True)


def sweep_buried() -> None:
    """Remove bytes that a process which died between commit and deletion left behind."""
    for publication in Publication.objects.exclude(redacted_at=None):
        remove_files(
            Path(settings.PORTAL_FILES) / publication.folder,
            list(publication.tombstones.values_list("name", flat=True)),
        )
