"""Is a job done once, although connections are cut, holders freeze, and time runs out, wherever its steps run?"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg2
import pytest
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from portal import jobs
from portal.errors import NotNow, NotValid
from portal.models import Job, JobState, User


class Work:
    """A kind of job of three steps that write users; a test says what else happens in the second."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.in_second: Callable[[], object] = lambda: None
        jobs.register(jobs.JobKind(name="fault-work", steps=self.steps, failed=self.fail))

    def steps(self, payload):
        return [(name, lambda _, name=name: self.do(name)) for name in ("first", "second", "third")]

    def do(self, name: str) -> None:
        User.objects.create(username=f"{name}-{User.objects.filter(username__startswith=name).count()}")
        if name == "second":
            self.in_second()

    def fail(self, payload, reason: str) -> None:
        self.failed.append(reason)

    def enqueue(self) -> Job:
        with transaction.atomic():
            return jobs.enqueue(kind="fault-work", key="the only one", payload={}, by=None)


@pytest.fixture
def work(own_database) -> Iterator[Work]:
    yield Work()
    del jobs._kinds["fault-work"]


@pytest.fixture
def elsewhere(own_database) -> Iterator[psycopg2.extensions.connection]:
    """A session of somebody else."""
    other = psycopg2.connect(own_database.url)
    other.autocommit = True
    yield other
    other.close()


def done() -> list[str]:
    found = User.objects.filter(username__regex="^(first|second|third)-").values_list("username", flat=True)
    return sorted(found)


HOUR = timedelta(hours=1)
ONCE = ["first-0", "second-0", "third-0"]


def cut(other: psycopg2.extensions.connection) -> None:
    """End the session that Django's connection has at the moment."""
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        assert cursor.fetchone() == (True,)


def times(number: int, deed: Callable[[], object]) -> Callable[[], None]:
    """The deed, for the first so many calls."""
    deeds = iter([deed] * number)
    return lambda: next(deeds, lambda: None)()


@pytest.mark.parametrize("cuts", [1, 2])
def test_a_cut_connection_is_made_again(work: Work, elsewhere, cuts: int) -> None:
    work.in_second = times(cuts, lambda: cut(elsewhere))
    job = jobs.run(work.enqueue().pk)
    assert (job.state, done(), work.failed) == (JobState.DONE, ONCE, [])
    assert list(job.steps.values_list("attempts", flat=True)) == [1, cuts + 1, 1]
    assert held_locks(elsewhere) == 0


def test_a_connection_cut_at_every_attempt_ends_the_job(work: Work, elsewhere) -> None:
    work.in_second = lambda: cut(elsewhere)
    job = jobs.run(work.enqueue().pk)
    assert (job.state, done()) == (JobState.FAILED, ["first-0"])
    assert work.failed == ["Step second was begun 3 times and never finished."]


def test_a_cut_between_steps_does_no_harm(work: Work, elsewhere) -> None:
    """The sign of life ends with its session: the job is leased anew before anything else is done."""
    cut_once = times(1, lambda: cut(elsewhere))
    job = jobs.run(work.enqueue().pk, progress=lambda step: step.name == "third" and cut_once())
    assert (job.state, done()) == (JobState.DONE, ONCE)
    assert job.fence == 3, "two leases, and the end"


def held_locks(other: psycopg2.extensions.connection) -> int:
    with other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", [jobs.LOCK_SPACE])
        return cursor.fetchone()[0]


def test_a_database_that_stays_away_is_said_in_a_sentence(work: Work, elsewhere, monkeypatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused")

    def go_away() -> None:
        cut(elsewhere)
        monkeypatch.setattr(connection, "ensure_connection", refuse)

    monkeypatch.setattr(jobs, "RECONNECT_SECONDS", 0.3)
    work.in_second = go_away
    job = work.enqueue()
    with pytest.raises(NotNow, match="The database does not answer"):
        jobs.run(job.pk)
    monkeypatch.undo()
    work.in_second = lambda: None
    assert (jobs.run(job.pk).state, done()) == (JobState.DONE, ONCE)


def test_whoever_waits_outlives_a_cut(work: Work, elsewhere) -> None:
    """Somebody else does the job; the one who waits for it loses the connection and hears of the end all the same."""
    job = work.enqueue()
    seen = threading.Event()

    def wait() -> Job:
        try:
            jobs.wait(job.pk, patience_seconds=60, progress=lambda step: seen.set())
            return Job.objects.get(pk=job.pk)
        finally:
            connection.close()

    work.in_second = lambda: seen.wait(30) and cut_all_others(elsewhere)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait)
        jobs.run(job.pk)
        assert waiting.result(30).state == JobState.DONE
    assert done() == ONCE


def cut_all_others(other: psycopg2.extensions.connection) -> None:
    """End every session of this database but the one that works and the one that cuts."""
    with other.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), %s)",
            [connection.connection.info.backend_pid],
        )
        assert cursor.fetchone()[0] >= 1


def test_a_frozen_holder_is_overtaken_when_its_lease_ends(work: Work, elsewhere, settings) -> None:
    """It holds the lock and does nothing, like a stopped process; when it goes on, it changes nothing any more."""
    job = work.enqueue()
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, job.pk])
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, fence=7, lease_until=Now() + HOUR)
    assert jobs.run(job.pk).state == JobState.RUNNING
    assert done() == []
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - HOUR)
    assert jobs.run(job.pk).state == JobState.DONE
    assert done() == ONCE
    with pytest.raises(jobs.LeaseLost):
        jobs._do_step(job.pk, 7, job.steps.get(name="third"))
    assert done() == ONCE


def test_a_frozen_holder_is_rung_for_when_its_lease_has_ended(work: Work, elsewhere, monkeypatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr(jobs, "ring", lambda job_id: rung.append(job_id) or True)
    job = work.enqueue()
    rung.clear()
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, job.pk])
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, lease_until=Now() + HOUR)
    assert (jobs.sweep(older_than_seconds=0), rung) == (0, [])
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - HOUR)
    assert (jobs.sweep(older_than_seconds=0), rung) == (1, [job.pk])


def test_a_long_job_is_done_step_by_step_with_a_ring_between(work: Work, monkeypatch) -> None:
    """No message takes longer than its time and one step, however many steps there are."""
    rung: list[int] = []
    job = work.enqueue()
    monkeypatch.setattr(jobs, "ring", lambda job_id: rung.append(job_id) or True)
    assert jobs.run(job.pk, for_seconds=0).state == JobState.RUNNING
    assert (done(), rung) == (["first-0"], [job.pk])
    assert jobs.run(job.pk, for_seconds=0).state == JobState.RUNNING
    assert jobs.run(job.pk, for_seconds=0).state == JobState.DONE
    assert (done(), rung) == (ONCE, [job.pk, job.pk])


def test_the_last_step_and_the_end_are_one(work: Work, monkeypatch) -> None:
    """Whoever sees what the last step did sees a job that is over."""
    monkeypatch.setattr(jobs, "_note", lambda job_id, fence, text: text == "done" and 1 / 0)
    job = jobs.run(work.enqueue().pk)
    assert job.steps.get(name="third").state != JobState.DONE
    assert done() == ["first-0", "second-0"]
    assert job.state == JobState.FAILED


def test_two_who_enqueue_at_once(work: Work) -> None:
    together = threading.Barrier(2)

    def enqueue() -> str:
        try:
            together.wait(10)
            work.enqueue()
            return "enqueued"
        except NotNow as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = [waiting.result(30) for waiting in [pool.submit(enqueue), pool.submit(enqueue)]]
    assert sorted(said) == ["already-at-work", "enqueued"]
    assert Job.objects.filter(key="the only one").count() == 1


def test_stopped_while_it_fails(work: Work, elsewhere) -> None:
    """Both ends of a job may come at once: one of them counts, and it is told once."""
    job = work.enqueue()

    def stop_and_refuse() -> None:
        with elsewhere.cursor() as cursor:
            cursor.execute(
                "UPDATE portal_job SET state = 'stopped', finished_at = now(), fence = fence + 1 WHERE id = %s",
                [job.pk],
            )
        raise NotValid("wrong", "The sums do not agree.")

    work.in_second = stop_and_refuse
    assert (jobs.run(job.pk).state, work.failed, done()) == (JobState.STOPPED, [], ["first-0"])
