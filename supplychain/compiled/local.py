"""How does a portal on one machine come to show today's real map? Three of its people do what the deployed one's do.

They file, accept, build and publish the compiled disclosure of the real series through the actions. Whatever was done
before is not done again, so an interrupted run is continued by the next.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal import jobs
from portal.errors import NotFound, NotNow
from portal.models import Job, JobStep, User
from portal.quarters import Quarter
from providers.models import Series
from supplychain.actions.compiled import FiledCompiled, correction_reason, file_compiled
from supplychain.actions.disclosures import build_disclosure, publish_disclosure
from supplychain.actions.returns import accept_return
from supplychain.models import Publication, Return, ReturnKind
from supplychain.reference import FOLDER
from supplychain.states import PublicationState, ReturnState

from .shipped import read_shipped

PREPARER, ACCEPTER, PUBLISHER = "preparer", "accepter", "publisher"
# How long a worker gets to take the build before this process does it.
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What filing led to, how many returns were accepted now, and the version that was published now, if any."""

    quarter: Quarter
    filed: FiledCompiled
    accepted: int
    published: Publication | None


def load(
    *,
    now: dt.datetime,
    folder: Path = FOLDER,
    tell: Callable[[str], None] = lambda _sentence: None,
    progress: Callable[[JobStep], None] | None = None,
) -> Outcome:
    """File, accept, build and publish what the shipped tables say, as far as that was not done yet.

    Raises :class:`NotNow` where the instance has no demonstration accounts to do it, and whatever a deed meets.
    """
    if not settings.PORTAL_DEMONSTRATION:
        raise NotNow(
            "demonstration-off",
            "This instance has people of its own: they file with import_crs, accept, build and publish themselves.",
        )
    people = {user.username: user for user in User.objects.filter(username__in=(PREPARER, ACCEPTER, PUBLISHER))}
    if len(people) < 3:
        raise NotFound("no-such-person", "The accounts of the demonstration are missing: run load_demo first.")
    records = read_shipped(folder)
    quarter = Quarter.containing(records.day)
    filed = file_compiled(records=records, quarter=quarter, by=people[PREPARER], now=now)
    for new in filed.changed:
        tell(f"{PREPARER}: file {new.body_id} {quarter}, {new.lines.count()} agreements")
    waiting = [found for found in filed.returns if found.state == ReturnState.SUBMITTED]
    for found in waiting:
        tell(f"{ACCEPTER}: accept {found.body_id} {quarter}")
        accept_return(body_code=found.body_id, quarter=quarter, by=people[ACCEPTER], now=now, digest=found.digest)
    published = None
    if Return.objects.filter(quarter=quarter, kind=ReturnKind.COMPILED, state=ReturnState.ACCEPTED).exists():
        tell(f"{PUBLISHER}: build and publish {quarter}")
        _build(quarter, people[PUBLISHER], now, correction_reason(records), progress)
        published = publish_disclosure(series=Series.REAL, quarter=quarter, by=people[PUBLISHER], now=now)
    return Outcome(quarter, filed, len(waiting), published)


def _build(
    quarter: Quarter, by: User, now: dt.datetime, notice: str, progress: Callable[[JobStep], None] | None
) -> None:
    """The work is a worker's; where none can be rung, or none comes, it is done here."""
    publication = build_disclosure(series=Series.REAL, quarter=quarter, by=by, now=now, correction_notice=notice)
    if publication.state == PublicationState.BUILDING and publication.job_id:
        rung = Job.objects.get(pk=publication.job_id).rung_at is not None
        jobs.wait(publication.job_id, patience_seconds=PATIENCE_SECONDS if rung else 0, progress=progress)
        publication = Publication.objects.select_related("job").get(pk=publication.pk)
    if publication.state != PublicationState.BUILT:
        why = publication.job.failure if publication.job else ""
        raise NotNow("build-failed", f"The build for {quarter} ended as {publication.state}. {why}".strip())
