"""Every deed on a disclosure: open, build, stop, schedule, publish, and what makes a build stale.

Building is a job (``portal.jobs``) whose steps come from ``supplychain.disclosure.build``; its last step, and its
failure, are moves of the state table like any other. Publishing is one transaction: the version becomes current, the
one before it history, the returns published, and the chain grows by one line.
"""

import datetime as dt
import logging
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from portal import jobs
from portal.errors import NotFound, NotNow, NotValid, Refusal
from portal.models import User
from portal.quarters import Quarter
from supplychain.actions.door import LONDON, action, day
from supplychain.disclosure import build, chain
from supplychain.models import ChainLink, Publication, PublicationKind, Release, Return
from supplychain.permissions import check_can_publish, check_prepared_none
from supplychain.states import (
    LIVE_PUBLICATION_STATES,
    PUBLICATION_MOVES,
    RETURN_MOVES,
    PublicationState,
    ReturnState,
    move,
)

logger = logging.getLogger(__name__)

BUILD = "build-disclosure"
RELEASE_TIME = dt.time(9, 30)
CHAIN_LOCK = 7707


def _in_work(series: str, quarter: Quarter) -> Publication | None:
    """The version that is not public yet, locked."""
    return Publication.objects.select_for_update().of(series, quarter).filter(state__in=LIVE_PUBLICATION_STATES).first()


def _need_in_work(series: str, quarter: Quarter) -> Publication:
    found = _in_work(series, quarter)
    if found is None:
        raise NotFound("no-build", f"No version of the disclosure for {quarter} is being prepared; build one first.")
    return found


def _move(publication: Publication, verb: str) -> None:
    what = f"Version {publication.version} of the disclosure for {publication.period}"
    publication.state = move(PUBLICATION_MOVES, publication.state, verb, what).target


@action
def build_disclosure(
    *, series: str, quarter: Quarter, by: User, now: dt.datetime, correction_notice: str = ""
) -> Publication:
    """Begin (or begin again) to build the next version of a quarter's disclosure; the work itself is a job.

    A first version needs accepted returns, a later one something that changed and a public ``correction_notice``;
    where it is blank, the reasons of the corrected returns are taken. A
    build that is under way or up to date is returned as it is. Raises :class:`NotNow` and :class:`NotValid`.
    """
    check_can_publish(by, day(now))
    publication = _in_work(series, quarter) or _open(series, quarter)
    if publication.state == PublicationState.BUILDING:
        return publication
    if publication.state == PublicationState.BUILT:
        if build.inputs_digest(publication) == publication.inputs_digest:
            return publication
        _move(publication, "go_stale")
    if publication.version > 1:
        publication.correction_notice = correction_notice or publication.correction_notice or _reasons(series, quarter)
        if not publication.correction_notice:
            raise NotValid(
                "notice-needed",
                f"Version {publication.version} corrects a published disclosure: give a public notice (--notice).",
            )
    _move(publication, "build")
    publication.job = jobs.enqueue(
        kind=BUILD, key=f"{BUILD} {publication.pk}", payload={"publication": publication.pk}, by=by
    )
    publication.save()
    return publication


def _reasons(series: str, quarter: Quarter) -> str:
    """What the accepted corrections of a quarter say themselves: “C01: A payment was missed.”"""
    corrected = Return.objects.filter(body__series=series, quarter=quarter, state=ReturnState.ACCEPTED)
    given = corrected.exclude(correction_reason="").order_by("body")
    return " ".join(f"{filed.body_id}: {filed.correction_reason}" for filed in given)


def _open(series: str, quarter: Quarter) -> Publication:
    """Open the next version where there is something to put into it."""
    versions = Publication.objects.of(series, quarter)
    last = versions.order_by("-version").first()
    accepted = Return.objects.filter(body__series=series, quarter=quarter, state=ReturnState.ACCEPTED)
    if last is None and not accepted.exists():
        raise NotNow(
            "nothing-accepted", f"No return for {quarter} has been accepted yet, so there is nothing to build."
        )
    if last is not None and build.inputs_digest(last) == last.inputs_digest:
        raise NotNow(
            "nothing-changed", f"Nothing has changed since version {last.version} of the disclosure for {quarter}."
        )
    return Publication.objects.create(
        series=series, period=str(quarter), version=(last.version if last else 0) + 1, previous=last
    )


def _finish(payload: dict[str, Any]) -> None:
    publication = Publication.objects.select_for_update().get(pk=payload["publication"])
    if publication.state == PublicationState.BUILT:
        return
    _move(publication, "finish")
    publication.built_at = Now()
    if build.inputs_digest(publication) != publication.inputs_digest:  # a return was accepted or reopened meanwhile
        _move(publication, "go_stale")
    publication.save()


def _failed(payload: dict[str, Any], reason: str) -> None:
    publication = Publication.objects.select_for_update().get(pk=payload["publication"])
    if publication.state == PublicationState.BUILDING:
        _move(publication, "fail")
        publication.save()


def _steps(payload: dict[str, Any]):
    publication_id = payload["publication"]
    return [(name, lambda _, step=step: step()) for name, step in build.steps(publication_id)] + [("finish", _finish)]


jobs.register(jobs.JobKind(name=BUILD, steps=_steps, failed=_failed))


@action
def stop_build(*, series: str, quarter: Quarter, by: User, now: dt.datetime) -> Publication:
    """Stop a build that is under way; what it did is rolled back or overwritten by the next one."""
    check_can_publish(by, day(now))
    publication = _need_in_work(series, quarter)
    _move(publication, "stop")
    publication.save()
    if publication.job:
        jobs.stop(publication.job, reason=f"Stopped by {by.username}.")
    return publication


@action
def reopen_disclosure(*, series: str, quarter: Quarter, by: User, now: dt.datetime) -> Publication:
    """Open a built version again, to take in more returns."""
    check_can_publish(by, day(now))
    publication = _need_in_work(series, quarter)
    _move(publication, "reopen")
    _unschedule(publication)
    publication.save()
    return publication


def make_stale(series: str, quarter: Quarter) -> None:
    """A built version no longer holds what is accepted: it opens again, off the calendar, and must be built anew.

    One that is being built finds out by itself when it finishes.
    """
    publication = _in_work(series, quarter)
    if publication and publication.state == PublicationState.BUILT:
        _move(publication, "go_stale")
        _unschedule(publication)
        publication.save()


def _unschedule(publication: Publication) -> None:
    publication.scheduled_at = publication.scheduled_by = None


def next_release(now: dt.datetime) -> dt.datetime:
    """09:30 in London on the next weekday after ``now``."""
    moment = dt.datetime.combine(day(now), RELEASE_TIME, tzinfo=LONDON)
    while moment <= now or moment.weekday() >= 5:
        moment = dt.datetime.combine(moment.date() + dt.timedelta(days=1), RELEASE_TIME, tzinfo=LONDON)
    return moment


@action
def schedule_disclosure(
    *, series: str, quarter: Quarter, by: User, now: dt.datetime, at: dt.datetime | None = None, note: str = ""
) -> Release:
    """Announce when a built version goes public (default: 09:30 on the next weekday) and release it for that moment.

    A date that was announced before is changed only with a public ``note``. Raises :class:`NotValid` for a moment
    that has passed.
    """
    publication = _need_in_work(series, quarter)
    _check_publisher(publication, by, now)
    _move(publication, "schedule")
    key: dict[str, Any] = {
        "series": series,
        "kind": PublicationKind.DISCLOSURE,
        "period": publication.period,
        "version": publication.version,
    }
    announced = Release.objects.filter(**key).first()
    moment = at or (announced.goes_public_at if announced else next_release(now))
    if at and at <= now:
        raise NotValid("moment-passed", f"{at.astimezone(LONDON):%-d %B %Y %H:%M} has passed; give a moment to come.")
    if announced and at and announced.goes_public_at != at and not note:
        raise NotValid("note-needed", "The date was announced already: say publicly why it changes (--note).")
    values: dict[str, Any] = {"goes_public_at": moment, "note": note, "announced_at": now, "announced_by": by}
    release, _ = Release.objects.update_or_create(**key, defaults=values)
    publication.scheduled_at, publication.scheduled_by = now, by
    publication.save()
    return release


@action
def unschedule_disclosure(*, series: str, quarter: Quarter, by: User, now: dt.datetime) -> Publication:
    """Take a built version off the calendar's automatic release; the announced date stays announced."""
    check_can_publish(by, day(now))
    publication = _need_in_work(series, quarter)
    _move(publication, "unschedule")
    _unschedule(publication)
    publication.save()
    return publication


@action
def publish_disclosure(*, series: str, quarter: Quarter, by: User, now: dt.datetime) -> Publication:
    """Make a built version public at once.

    Raises :class:`NotNow` where it is stale, :class:`NotAllowed` for a preparer of it.
    """
    publication = _need_in_work(series, quarter)
    _check_publisher(publication, by, now)
    _publish(publication, by, now)
    return publication


def _check_publisher(publication: Publication, by: User, now: dt.datetime) -> None:
    check_can_publish(by, day(now))
    check_prepared_none(by, publication)


@action
def release_due(*, now: dt.datetime, by: None = None) -> list[Publication]:
    """Publish every scheduled version whose announced moment has come, in the order of the calendar, each on its
    scheduler's behalf.
    """
    released = []
    for release in Release.objects.filter(kind=PublicationKind.DISCLOSURE, goes_public_at__lte=Now()):
        publication = (
            Publication.objects.select_for_update(skip_locked=True)
            .filter(series=release.series, kind=release.kind, period=release.period, version=release.version)
            .filter(state=PublicationState.BUILT, scheduled_by__isnull=False)
            .first()
        )
        if publication:
            try:
                with transaction.atomic():
                    _publish(publication, publication.scheduled_by, now)
            except Refusal as refusal:  # one that can't go out holds up none of the others
                logger.error("%s was due and stays in: %s", publication, refusal.sentence)
            else:
                released.append(publication)
    return released


def _publish(publication: Publication, by: User, now: dt.datetime) -> None:
    """The one transaction that readers see: old version out, new version in, returns published, chain longer by one."""
    if publication.state == PublicationState.BUILT and build.inputs_digest(publication) != publication.inputs_digest:
        raise NotNow("stale", f"Returns for {publication.period} changed since the build: build it again.")
    earlier = Publication.objects.select_for_update().filter(
        series=publication.series, kind=publication.kind, period=publication.period, state=PublicationState.PUBLISHED
    )
    for old in earlier:
        _move(old, "supersede")
        old.save()
    _move(publication, "publish")
    publication.published_at, publication.published_by = now, by
    publication.save()
    for part in publication.parts.select_related("of_return"):
        if part.of_return.state == ReturnState.ACCEPTED:
            _publish_return(part.of_return)
    _append_to_chain(publication, now)


def _publish_return(filed: Return) -> None:
    for old in Return.objects.select_for_update().filter(
        body_id=filed.body_id, quarter=filed.quarter, state=ReturnState.PUBLISHED
    ):
        old.state = move(RETURN_MOVES, old.state, "supersede", str(old)).target
        old.save()
    filed.state = move(RETURN_MOVES, filed.state, "publish", str(filed)).target
    filed.save()


def _append_to_chain(publication: Publication, published_at: dt.datetime) -> None:
    """One more line, under a lock that is taken last and held until commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CHAIN_LOCK, len(publication.series)])
    last = ChainLink.objects.filter(series=publication.series).order_by("-number").first()
    link = ChainLink(
        series=publication.series,
        number=last.number + 1 if last else 1,
        publication=publication,
        manifest_sha256=publication.digest,
        published_at=published_at,
        previous_link=last.link if last else "",
    )
    link.link = chain.digest(link)
    link.save()
