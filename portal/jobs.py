"""How is a piece of work done once, although workers die, brokers forget and anything may run twice?

PostgreSQL is the record of what has to be done; the broker only rings. A job is a row with named steps.
:func:`enqueue` writes it in the caller's transaction and rings after commit. Whoever is rung calls :func:`run`: it
leases the job (``fence`` grows, and a session advisory lock tells at once whether the holder is still alive), does
each step in one transaction whose last act is a compare-and-set on the fence, and goes on until the job is over. A
step's attempt is counted before the work, so work that kills its worker ends as failed after :data:`MAX_ATTEMPTS`.
:func:`sweep` rings again for whatever was lost. A holder that neither works nor dies is overtaken when its lease ends.

All times are the database's.
"""

import logging
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from celery import current_app
from django.conf import settings
from django.db import Error, IntegrityError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from portal.errors import NotFound, NotNow, Refusal
from portal.models import LIVE_JOB_STATES, Job, JobLog, JobState, JobStep, User

logger = logging.getLogger(__name__)
T = TypeVar("T")

MAX_ATTEMPTS = 3
MAX_RECONNECTIONS = 10
RECONNECT_SECONDS = 30.0  # how long whoever works on a job waits for the database to come back
LOCK_SPACE = 7706  # first key of the advisory locks that tell whether a lease holder lives
TASK = "supplychain.tasks.run_job"


class LeaseLost(Exception):  # noqa: N818 - nothing is wrong, somebody else goes on
    """Somebody else has taken the job over; what this holder did is rolled back."""


class ConnectionLost(Exception):  # noqa: N818 - begun again on a new one
    """The session with the database ended in the middle, and the sign of life with it."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """What a kind of job does.

    ``steps`` gives the (name, function) pairs for a payload: each function takes the payload and runs in a
    transaction of its own. ``failed`` is called, in the transaction that ends the job, with the payload and a
    sentence.
    """

    name: str
    steps: Callable[[dict[str, Any]], list[tuple[str, Callable[[dict[str, Any]], None]]]]
    failed: Callable[[dict[str, Any], str], None]


_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make a kind of job known to this process (done by the module that owns its steps)."""
    _kinds[kind.name] = kind


def enqueue(*, kind: str, key: str, payload: dict[str, Any], by: User | None) -> Job:
    """Write a job with its steps into the caller's transaction, and ring for it after commit.

    Raises :class:`NotNow` where a live job has the same key.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, key=key, payload=payload, created_by=by)
    except IntegrityError as error:
        if "job_one_live_per_key" not in str(error):
            raise
        raise NotNow("already-at-work", f"A job for {key} is already at work.") from error
    names = [name for name, _ in _kinds[kind].steps(payload)]
    JobStep.objects.bulk_create(
        JobStep(job=job, number=number, name=name) for number, name in enumerate(names, start=1)
    )
    transaction.on_commit(lambda: ring(job.pk), robust=True)  # it is written: no failure of the bell undoes that
    return job


def ring(job_id: int) -> bool:
    """Tell the workers that a job waits. ``False`` where the broker can't be reached; then the sweeper rings later."""
    try:
        current_app.send_task(TASK, args=[job_id], retry=False)
    except Exception as error:  # any broker may fail in any way, and the job is safe in its row
        logger.warning("could not ring for job %s: %s", job_id, error)
        return False
    Job.objects.filter(pk=job_id).update(rung_at=Now())
    return True


def sweep(*, older_than_seconds: int) -> int:
    """Ring again for every live job that nobody works on and that was not rung for a while. Returns how many."""
    waiting = Job.objects.filter(state__in=LIVE_JOB_STATES).filter(
        Q(rung_at=None) | Q(rung_at__lt=Now() - timedelta(seconds=older_than_seconds))
    )
    rung = 0
    for job_id in list(waiting.order_by("pk").values_list("pk", flat=True)):
        if not _held(job_id):
            if not ring(job_id):
                break  # it would be the same for the others, and takes seconds each
            rung += 1
    return rung


def stop(job: Job, *, reason: str) -> None:
    """End a live job at once; a worker in the middle of a step loses its lease and rolls back."""
    _end(job.pk, JobState.STOPPED, reason)


def run(job_id: int, *, progress: Callable[[JobStep], None] | None = None, for_seconds: float = float("inf")) -> Job:
    """Lease a job and do its remaining steps; returns the row as it stands after.

    Where another worker holds it, or it is over, nothing is done. After ``for_seconds`` no further step is begun and
    the job is rung for again, so that no message takes much longer than one step. A lost connection is made again.
    Raises :class:`NotFound` for an unknown job, :class:`NotNow` where the database stays away.
    """
    end = time.monotonic() + for_seconds
    if _on_a_living_connection(lambda: _work(job_id, end, progress)):
        ring(job_id)
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise NotFound("no-such-job", f"There is no job {job_id}.")
    return job


def _work(job_id: int, end: float, progress: Callable[[JobStep], None] | None) -> bool:
    """Do steps until the job is over or ``end`` (monotonic seconds) has come: then ``True``, there is more to do."""
    with _LifeSign(job_id) as sign:
        fence = _lease(job_id, alone=sign.got)
        while fence is not None and (step := _begin_step(job_id, fence)) is not None:
            if progress:
                progress(step)
            try:
                pause_for_tests(f"before {step.name}")
                over = _do_step(job_id, fence, step)
            except LeaseLost:
                logger.warning("job %s was taken over during step %s", job_id, step.name)
                over = True
            except Refusal as refusal:
                _end(job_id, JobState.FAILED, refusal.sentence, fence=fence)
                over = True
            except Exception as error:  # a fault: logged with its trace, tried again, failed in the end
                if sign.lost():
                    raise
                over = _note_fault(job_id, fence, step, error)
            if over:
                return False
            if time.monotonic() >= end:
                return True
    return False


def _note_fault(job_id: int, fence: int, step: JobStep, error: Exception) -> bool:
    """Write a fault down; ``True`` where it was the last attempt, and the job has failed."""
    why = getattr(error, "strerror", None)  # of the operating system: a full disk, a folder that can't be written
    trace = None if why else error  # nothing in our code is wrong then
    logger.error("job %s failed in step %s, attempt %s: %s", job_id, step.name, step.attempts, error, exc_info=trace)
    _note(job_id, fence, f"{step.name}: {type(error).__name__}: {error}")
    if step.attempts < MAX_ATTEMPTS:
        return False
    told = f"the last time: {why}." if why else "the log says why."
    _end(job_id, JobState.FAILED, f"Step {step.name} failed {step.attempts} times; {told}", fence=fence)
    return True


def wait(job_id: int, *, patience_seconds: float, progress: Callable[[JobStep], None] | None = None) -> Job:
    """Wait for a worker to take a job and finish it; take it ourselves where none does within ``patience_seconds``.

    Raises :class:`NotNow` where the database goes away and stays away.
    """
    begun = time.monotonic()
    seen = 0
    while True:
        job, steps, held = _on_a_living_connection(lambda: _look(job_id))
        for step in steps:
            if step.number > seen:
                seen = step.number
                begun = time.monotonic()
                if progress:
                    progress(step)
        if job.state not in LIVE_JOB_STATES:
            return job
        if held:
            begun = time.monotonic()
        if time.monotonic() - begun > patience_seconds:
            run(job_id, progress=progress)
            begun = time.monotonic()
        time.sleep(0.1)


def _look(job_id: int) -> tuple[Job, list[JobStep], bool]:
    """A job, the steps that were begun, and whether somebody is at it."""
    job = Job.objects.get(pk=job_id)
    return job, list(job.steps.filter(attempts__gt=0)), _held(job_id)


def _on_a_living_connection(work: Callable[[], T]) -> T:
    """The result of ``work``, begun again on a new connection whenever the connection was lost in it.

    Whatever had not been committed is undone by the database. Raises :class:`NotNow` where it stays away.
    """
    for _ in range(MAX_RECONNECTIONS):
        try:
            return work()
        except (ConnectionLost, Error) as error:
            if not isinstance(error, ConnectionLost) and connection.connection is not None and connection.is_usable():
                raise
            logger.warning("the connection to the database was lost: %s", error.__cause__ or error)
            _reconnect()
    raise NotNow("database-away", "The database goes away again and again; nothing is lost, try again later.")


def _reconnect() -> None:
    connection.close()
    end = time.monotonic() + RECONNECT_SECONDS
    while True:
        try:
            return connection.ensure_connection()
        except OperationalError as error:
            if time.monotonic() > end:
                raise NotNow(
                    "database-away", "The database does not answer; nothing is lost, try again when it is back."
                ) from error
            time.sleep(0.2)


def _held(job_id: int) -> bool:
    """Does a living session work on the job, within its lease? Seen from its advisory lock, without taking it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
            " AND NOT EXISTS (SELECT FROM portal_job WHERE id = %s AND lease_until < now())",
            [LOCK_SPACE, job_id, job_id],
        )
        return cursor.fetchone()[0]


class _LifeSign:
    """Hold the advisory lock of a job while working on it:

    it ends with the session, so a dead holder is known at once. Where the session ends before the work, whatever was
    raised becomes :class:`ConnectionLost`.
    """

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id

    def __enter__(self) -> "_LifeSign":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, self.job_id])
            self.got = cursor.fetchone()[0]
        self.session = connection.connection
        return self

    def lost(self) -> bool:
        """Has the session that gave the sign ended?"""
        return connection.connection is not self.session or bool(self.session.closed) or not connection.is_usable()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and self.lost():
            raise ConnectionLost from error
        if self.got and connection.connection is self.session and not self.session.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, self.job_id])


def _lease(job_id: int, *, alone: bool) -> int | None:
    """Take the job over; the new fence, or ``None`` where it is over or in living hands.

    A holder that lives but let its lease run out (frozen, or cut off from us) is overtaken; its fence is worth nothing.
    """
    live = Job.objects.select_for_update().filter(pk=job_id, state__in=LIVE_JOB_STATES)
    with transaction.atomic():
        job = (live if alone else live.filter(lease_until__lt=Now())).first()
        if job is None:
            return None
        Job.objects.filter(pk=job_id).update(
            state=JobState.RUNNING,
            fence=job.fence + 1,
            lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS),
            worker=this_worker(),
        )
    return job.fence + 1


def this_worker() -> str:
    """The name under which this process does jobs."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def _begin_step(job_id: int, fence: int) -> JobStep | None:
    """The next step to do, its attempt counted and committed; ``None`` where the job is over."""
    step = JobStep.objects.filter(job_id=job_id).exclude(state=JobState.DONE).order_by("number").first()
    if step is None:
        _end(job_id, JobState.DONE, "", fence=fence)
        return None
    if step.attempts >= MAX_ATTEMPTS:
        _end(
            job_id,
            JobState.FAILED,
            f"Step {step.name} was begun {step.attempts} times and never finished.",
            fence=fence,
        )
        return None
    with transaction.atomic():
        held = Job.objects.filter(pk=job_id, fence=fence, state=JobState.RUNNING).update(
            lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS)
        )
        if not held:
            return None
        JobStep.objects.filter(pk=step.pk).update(state=JobState.RUNNING, attempts=F("attempts") + 1, started_at=Now())
        step.refresh_from_db()
        _note(job_id, fence, f"{step.name}: attempt {step.attempts}")
    return step


def _do_step(job_id: int, fence: int, step: JobStep) -> bool:
    """The work of a step and the mark that it is done, in one transaction that a lost lease rolls back.

    The last step ends the job in the same transaction: then ``True``.
    """
    job = Job.objects.get(pk=job_id)
    work = dict(_kinds[job.kind].steps(job.payload))[step.name]
    with transaction.atomic():
        work(job.payload)
        pause_for_tests(f"after {step.name}")
        if not Job.objects.select_for_update().filter(pk=job_id, fence=fence, state=JobState.RUNNING).exists():
            raise LeaseLost(job_id)
        JobStep.objects.filter(pk=step.pk).update(state=JobState.DONE, finished_at=Now())
        last = not JobStep.objects.filter(job_id=job_id).exclude(state=JobState.DONE).exists()
        if last:
            _end(job_id, JobState.DONE, "", fence=fence)
    return last


def _end(job_id: int, state: JobState, reason: str, *, fence: int | None = None) -> None:
    """Close a job once; the kind's ``failed`` runs in the same transaction.

    The job's row is locked last, as in a step, so that two who end it can't wait for each other.
    """
    live = Job.objects.filter(pk=job_id, state__in=LIVE_JOB_STATES)
    if fence is not None:
        live = live.filter(fence=fence)
    try:
        with transaction.atomic():
            job = live.first()
            if job is None:
                return
            if state != JobState.DONE:
                _kinds[job.kind].failed(job.payload, reason)
            ended = live.update(state=state, failure=reason, finished_at=Now(), lease_until=None, fence=F("fence") + 1)
            if not ended:
                raise LeaseLost(job_id)
            _note(job_id, job.fence, f"{state}: {reason}" if reason else str(state))
    except LeaseLost:
        logger.warning("job %s was taken over or ended before it could be ended as %s", job_id, state)


def _note(job_id: int, fence: int, text: str) -> None:
    JobLog.objects.create(job_id=job_id, fence=fence, text=text[:2000])


def pause_for_tests(place: str) -> None:
    """Wait at a named place while the folder ``PORTAL_PAUSE_AT`` holds a file of that name: fault tests kill there.

    ``<place>.reached`` then holds the number of the process. Without that variable nothing happens.
    """
    folder = os.environ.get("PORTAL_PAUSE_AT")
    if folder and Path(folder, place).exists():
        Path(folder, f"{place}.reached").write_text(str(os.getpid()))
        while Path(folder, place).exists():
            time.sleep(0.02)
