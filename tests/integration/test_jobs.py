"""Is a piece of work done once, whatever happens to those who do it?"""

import time

import psycopg2
import pytest
from django.db import connections, transaction

from portal import jobs
from portal.errors import NotFound, NotNow, NotValid
from portal.models import Job, JobState, User

pytestmark = pytest.mark.django_db(transaction=True)


class Work:
    """A kind of job with two steps that a test can make misbehave; it writes users, so that a rollback can be seen."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failed: list[str] = []
        self.before_second = lambda: None
        kind = jobs.JobKind(
            name="test-work", steps=self.steps, failed=lambda payload, reason: self.failed.append(reason)
        )
        jobs.register(kind)

    def steps(self, payload):
        return [("first", lambda p: self.do("first")), ("second", lambda p: self.do("second"))]

    def do(self, name: str) -> None:
        User.objects.create(username=f"{name}-{len(self.done)}")
        if name == "second":
            self.before_second()
        self.done.append(name)

    def enqueue(self, key: str = "one") -> Job:
        with transaction.atomic():
            return jobs.enqueue(kind="test-work", key=key, payload={}, by=None)


@pytest.fixture
def work(own_database) -> Work:
    return Work()


def names() -> list[str]:
    return sorted(User.objects.filter(username__regex="^(first|second)-").values_list("username", flat=True))


def test_all_steps_are_done_in_order_and_logged(work: Work) -> None:
    job = jobs.run(work.enqueue().pk)
    assert (job.state, work.done, work.failed) == (JobState.DONE, ["first", "second"], [])
    assert [(s.name, s.state, s.attempts) for s in job.steps.all()] == [("first", "done", 1), ("second", "done", 1)]
    assert [line.text for line in job.log.all()] == ["first: attempt 1", "second: attempt 1", "done"]


def test_running_again_does_nothing(work: Work) -> None:
    job = work.enqueue()
    jobs.run(job.pk)
    jobs.run(job.pk)
    assert work.done == ["first", "second"]


def test_one_live_job_for_a_key(work: Work) -> None:
    first = work.enqueue()
    with pytest.raises(NotNow, match="already at work"):
        work.enqueue()
    jobs.run(first.pk)
    assert work.enqueue().pk != first.pk


def test_a_fault_is_tried_again_and_rolled_back(work: Work) -> None:
    faults = iter([RuntimeError("no luck")])

    def fail_once() -> None:
        for fault in faults:
            raise fault

    work.before_second = fail_once
    job = jobs.run(work.enqueue().pk)
    assert job.state == JobState.DONE
    assert names() == ["first-0", "second-1"], "what the failed attempt wrote is gone"
    assert "RuntimeError: no luck" in "".join(job.log.values_list("text", flat=True))


def test_a_lasting_fault_ends_as_failed_after_three_attempts(work: Work) -> None:
    def fail() -> None:
        raise RuntimeError("never")

    work.before_second = fail
    job = jobs.run(work.enqueue().pk)
    assert job.state == JobState.FAILED
    assert job.steps.get(name="second").attempts == jobs.MAX_ATTEMPTS
    assert work.failed == [job.failure]
    assert names() == ["first-0"]


def test_a_refusal_ends_the_job_at_once_with_its_sentence(work: Work) -> None:
    def refuse() -> None:
        raise NotValid("wrong", "The sums do not agree.")

    work.before_second = refuse
    job = jobs.run(work.enqueue().pk)
    assert (job.state, job.failure) == (JobState.FAILED, "The sums do not agree.")
    assert job.steps.get(name="second").attempts == 1


def test_work_that_kills_its_worker_is_given_up(work: Work) -> None:
    """The attempt is counted before the work: three deaths, and the job has failed."""
    job = work.enqueue()
    job.steps.filter(name="first").update(attempts=jobs.MAX_ATTEMPTS, state=JobState.RUNNING)
    assert jobs.run(job.pk).state == JobState.FAILED
    assert work.done == []


def test_whoever_lost_the_lease_changes_nothing(work: Work) -> None:
    """Another worker took the job over in the middle of a step: the first one's step is rolled back."""
    job = work.enqueue()
    work.before_second = lambda: overtake(job)
    jobs.run(job.pk)
    assert names() == ["first-0"]
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    work.before_second = lambda: None
    assert jobs.run(job.pk).state == JobState.DONE


def overtake(job: Job) -> None:
    with psycopg2.connect(_url(connections["default"].settings_dict)) as other, other.cursor() as cursor:
        cursor.execute("UPDATE portal_job SET fence = fence + 1 WHERE id = %s", [job.pk])


def _url(parts: dict) -> str:
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return " ".join(f"{names[key]}={parts[key]}" for key in names)


def test_a_job_in_living_hands_is_left_alone(work: Work) -> None:
    """A second session that holds the job's advisory lock is a living worker: nobody else begins, nobody rings."""
    job = work.enqueue()
    other = psycopg2.connect(_url(connections["default"].settings_dict))
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [jobs.LOCK_SPACE, job.pk])
    assert jobs.run(job.pk).state == JobState.WAITING
    assert work.done == []
    other.close()
    end = time.monotonic() + 10
    while jobs._held(job.pk) and time.monotonic() < end:  # the server takes a moment to notice
        time.sleep(0.01)
    assert jobs.run(job.pk).state == JobState.DONE


def test_stopping_ends_a_job_for_good(work: Work) -> None:
    job = work.enqueue()
    jobs.stop(job, reason="Not wanted any more.")
    assert jobs.run(job.pk).state == JobState.STOPPED
    assert (work.done, work.failed) == ([], ["Not wanted any more."])


def test_a_job_without_a_worker_is_done_by_who_waits(work: Work) -> None:
    assert jobs.wait(work.enqueue().pk, patience_seconds=0).state == JobState.DONE


def test_the_broker_may_be_away(work: Work) -> None:
    """Nobody answers at the tests' broker address:

    the job is kept all the same, and the sweeper says it rang for none.
    """
    job = work.enqueue()
    assert job.rung_at is None
    assert jobs.sweep(older_than_seconds=0) == 0
    assert Job.objects.get(pk=job.pk).state == JobState.WAITING


def test_an_unknown_job_is_said_to_be_unknown(work: Work) -> None:
    with pytest.raises(NotFound, match="no job 987654321"):
        jobs.run(987654321)
