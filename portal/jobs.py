"""How is a piece of work done once, although workers die, brokers forget and anything may run twice?

PostgreSQL is the record of what has to be done; the broker only rings. A job is a row with named steps.
:func:`enqueue` writes it in the caller's transaction and rings after commit. Whoever is rung calls :func:`run`: it
leases the job (``fence`` grows, and a session advisory lock tells at once whether the holder is still alive), does
each step in one transaction whose last act is a compare-and-set on the fence, and goes on until the job is over. A
step's attempt is counted before the work, so work that kills its worker ends as failed after :data:`MAX_ATTEMPTS`.
:func:`sweep` rings again for whatever was lost.

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
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from portal.errors import NotFound, NotNow, Refusal
from portal.models import LIVE_JOB_STATES, Job, JobLog, JobState, JobStep, User

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
LOCK_SPACE = 7706  # first key of the advisory locks that tell whether a lease holder lives
TASK = "supplychain.tasks.run_job"


class LeaseLost(Exception):  # noqa: N818 - nothing is wrong, somebody else goes on
    """Somebody else has taken the job over; what this holder did is rolled back."""


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
    if Job.objects.filter(key=key, state__in=LIVE_JOB_STATES).exists():
        raise NotNow("already-at-work", f"A job for {key} is already at work.")
    job = Job.objects.create(kind=kind, key=key, payload=payload, created_by=by)
    names = [name for name, _ in _kinds[kind].steps(payload)]
    JobStep.objects.bulk_create(
        JobStep(job=job, number=number, name=name) for number, name in enumerate(names, start=1)
    )
    transaction.on_commit(lambda: ring(job.pk))
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
    return sum(ring(job_id) for job_id in waiting.values_list("pk", flat=True) if not _held(job_id))


def stop(job: Job, *, reason: str) -> None:
    """End a live job at once; a worker in the middle of a step loses its lease and rolls back."""
    _end(job.pk, JobState.STOPPED, reason)


def run(job_id: int, *, progress: Callable[[JobStep], None] | None = None) -> Job:
    """Lease a job and do all its remaining steps; returns the row as it stands after.

    Where another worker holds it, or it is over, nothing is done. Raises :class:`NotFound` for an unknown job.
    """
    with _LifeSign(job_id) as alone:
        fence = _lease(job_id) if alone else None
        while fence is not None and (step := _begin_step(job_id, fence)) is not None:
            if progress:
                progress(step)
            _pause_for_tests(step.name)
            try:
                _do_step(job_id, fence, step)
            except LeaseLost:
                logger.warning("job %s was taken over during step %s", job_id, step.name)
                break
            except Refusal as refusal:
                _end(job_id, JobState.FAILED, refusal.sentence, fence=fence)
                break
            except Exception as error:  # a fault: logged with its trace, tried again, failed in the end
                logger.exception("job %s failed in step %s, attempt %s", job_id, step.name, step.attempts)
                _note(job_id, fence, f"{step.name}: {type(error).__name__}: {error}")
                if step.attempts >= MAX_ATTEMPTS:
                    _end(
                        job_id,
                        JobState.FAILED,
                        f"Step {step.name} failed {step.attempts} times; the log says why.",
                        fence=fence,
                    )
                    break
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise NotFound("no-such-job", f"There is no job {job_id}.")
    return job


def wait(job_id: int, *, patience_seconds: float, progress: Callable[[JobStep], None] | None = None) -> Job:
    """Wait for a worker to take a job and finish it; take it ourselves where none does within ``patience_seconds``."""
    begun = time.monotonic()
    seen = 0
    while True:
        job = Job.objects.get(pk=job_id)
        if job.state not in LIVE_JOB_STATES:
            return job
        steps = list(job.steps.filter(attempts__gt=0, number__gt=seen))
        for step in steps:
            seen = step.number
            begun = time.monotonic()
            if progress:
                progress(step)
        if time.monotonic() - begun > patience_seconds and not _held(job_id):
            return run(job_id, progress=progress)
        time.sleep(0.1)


def _held(job_id: int) -> bool:
    """Does a living session work on the job? Seen from its advisory lock, without taking it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
            " AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK_SPACE, job_id],
        )
        return cursor.fetchone()[0]


class _LifeSign:
    """Hold the advisory lock of a job while working on it:

    it ends with the session, so a dead holder is known at once.
    """

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id

    def __enter__(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, self.job_id])
            self.got = cursor.fetchone()[0]
        return self.got

    def __exit__(self, *exc_info) -> None:
        if self.got and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, self.job_id])


def _lease(job_id: int) -> int | None:
    """Take the job over; the new fence, or ``None`` where it is over."""
    taken = Job.objects.filter(pk=job_id, state__in=LIVE_JOB_STATES).update(
        state=JobState.RUNNING,
        fence=F("fence") + 1,
        lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS),
        worker=f"{socket.gethostname()}:{os.getpid()}"[:80],
    )
    return Job.objects.values_list("fence", flat=True).get(pk=job_id) if taken else None


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
    held = Job.objects.filter(pk=job_id, fence=fence, state=JobState.RUNNING).update(
        lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS)
    )
    if not held:
        return None
    JobStep.objects.filter(pk=step.pk).update(state=JobState.RUNNING, attempts=F("attempts") + 1, started_at=Now())
    step.refresh_from_db()
    _note(job_id, fence, f"{step.name}: attempt {step.attempts}")
    return step


def _do_step(job_id: int, fence: int, step: JobStep) -> None:
    """The work of a step and the mark that it is done, in one transaction that a lost lease rolls back."""
    job = Job.objects.get(pk=job_id)
    work = dict(_kinds[job.kind].steps(job.payload))[step.name]
    with transaction.atomic():
        work(job.payload)
        if not Job.objects.select_for_update().filter(pk=job_id, fence=fence, state=JobState.RUNNING).exists():
            raise LeaseLost(job_id)
        JobStep.objects.filter(pk=step.pk).update(state=JobState.DONE, finished_at=Now())


def _end(job_id: int, state: JobState, reason: str, *, fence: int | None = None) -> None:
    """Close a job once; the kind's ``failed`` runs in the same transaction."""
    with transaction.atomic():
        live = Job.objects.select_for_update().filter(pk=job_id, state__in=LIVE_JOB_STATES)
        job = (live if fence is None else live.filter(fence=fence)).first()
        if job is None:
            return
        Job.objects.filter(pk=job_id).update(
            state=state, failure=reason, finished_at=Now(), lease_until=None, fence=F("fence") + 1
        )
        _note(job_id, job.fence, f"{state}: {reason}" if reason else str(state))
        if state != JobState.DONE:
            _kinds[job.kind].failed(job.payload, reason)


def _note(job_id: int, fence: int, text: str) -> None:
    JobLog.objects.create(job_id=job_id, fence=fence, text=text[:2000])


def _pause_for_tests(step: str) -> None:
    """Wait before a step while the file named by ``PORTAL_PAUSE_BEFORE`` (``step=path``) exists:

    fault tests kill at a known place.
    """
    name, _, path = os.environ.get("PORTAL_PAUSE_BEFORE", "").partition("=")
    while name == step and Path(path).exists():
        time.sleep(0.05)
