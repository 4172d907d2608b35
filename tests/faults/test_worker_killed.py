"""Does a build end in the same bytes, once, wherever its worker is killed?"""

import os
import signal

import psycopg2
import pytest

from portal.jobs import MAX_ATTEMPTS
from portal.models import JobStep, User
from supplychain.models import Publication
from supplychain.states import PublicationState
from tests.faults import builds
from tests.faults.builds import Undisturbed
from tests.faults.processes import Portal


def kill_the_worker_at(portal: Portal, publisher: User, undisturbed: Undisturbed, place: str) -> None:
    """One build, its worker killed with all children at the place and started again."""
    with portal.pause(place):
        publication = builds.begin(undisturbed.quarter, publisher)
        portal.reached(place)
        portal.kill("worker")
    portal.bring_back("worker")
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)
    assert f"{place.partition(' ')[2]}: attempt 2" in builds.told(publication)


@pytest.mark.parametrize("step", builds.STEPS)
def test_worker_killed_with_a_step_done_but_not_committed(
    portal: Portal, publisher: User, undisturbed: Undisturbed, step: str
) -> None:
    kill_the_worker_at(portal, publisher, undisturbed, f"after {step}")


@pytest.mark.long
@pytest.mark.parametrize("step", builds.STEPS)
def test_worker_killed_before_a_step(portal: Portal, publisher: User, undisturbed: Undisturbed, step: str) -> None:
    kill_the_worker_at(portal, publisher, undisturbed, f"before {step}")


def kill_the_child_at(portal: Portal, publisher: User, undisturbed: Undisturbed, place: str) -> None:
    """One build, in which only the process that does the work is killed; the worker itself lives on."""
    with portal.pause(place):
        publication = builds.begin(undisturbed.quarter, publisher)
        os.kill(portal.reached(place), signal.SIGKILL)
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)
    assert f"{place.partition(' ')[2]}: attempt 2" in builds.told(publication)


def test_one_process_of_the_worker_killed(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    kill_the_child_at(portal, publisher, undisturbed, "after move")


@pytest.mark.long
@pytest.mark.parametrize("step", builds.STEPS)
def test_one_process_of_the_worker_killed_in_a_step(
    portal: Portal, publisher: User, undisturbed: Undisturbed, step: str
) -> None:
    kill_the_child_at(portal, publisher, undisturbed, f"after {step}")


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_worker_killed_while_an_abandoned_build_makes_way(
    portal: Portal, publisher: User, undisturbed: Undisturbed, moment: str
) -> None:
    """Files of another build lie where the new ones belong; they go to staging, and from there for good."""
    place = "after move" if moment == "after" else "before move"
    with portal.pause(place):
        publication = builds.begin(undisturbed.quarter, publisher)
        target = portal.files / publication.folder
        target.mkdir()
        (target / "manifest.json").write_text("Of a build that was given up.")
        portal.reached(place)
        if moment == "between":
            target.rename(portal.files / ".staging" / f".{publication.pk}.of-the-killed")
        portal.kill("worker")
    portal.bring_back("worker")
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)


def test_worker_killed_in_the_middle_of_a_file(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    """The table is locked, so that the copy out of it has begun its file and can't go on."""
    step = "write supply-chain.csv"
    with portal.pause(f"before {step}"):
        publication = builds.begin(undisturbed.quarter, publisher)
        portal.reached(f"before {step}")
        with psycopg2.connect(portal.environment["DATABASE_URL"]) as other, other.cursor() as cursor:
            cursor.execute("LOCK TABLE supplychain_frozenline IN ACCESS EXCLUSIVE MODE")
            portal.let_go(f"before {step}")
            portal.until(lambda: unfinished(portal, publication), "a file is begun")
            portal.kill("worker")
        other.close()
    assert unfinished(portal, publication), "what was begun lies about until the next attempt is over"
    portal.bring_back("worker")
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)


def unfinished(portal: Portal, publication: Publication) -> list[str]:
    """Files of a build that have been begun and are not whole."""
    return [path.name for path in builds.strays(portal) if path.name.startswith(f".{publication.pk}.")]


def test_work_that_kills_its_process_every_time_is_given_up(
    portal: Portal, publisher: User, undisturbed: Undisturbed
) -> None:
    step = "freeze-lines"
    with portal.pause(f"after {step}"):
        publication = builds.begin(undisturbed.quarter, publisher)
        for _ in range(MAX_ATTEMPTS):
            os.kill(portal.reached(f"after {step}"), signal.SIGKILL)
        builds.state_of(portal, publication, PublicationState.FAILED)
    assert publication.job.failure == "Step freeze-lines was begun 3 times and never finished."
    again = builds.built(portal, builds.begin(undisturbed.quarter, publisher))
    assert again.pk == publication.pk
    builds.check_built_once(portal, again, undisturbed)


def test_a_task_delivered_three_times_and_two_of_everything(
    portal: Portal, publisher: User, undisturbed: Undisturbed, second: None
) -> None:
    """Two workers with two processes each, two schedulers, and the same ring again and again: each step once."""
    with portal.pause("before freeze-lines"):
        publication = builds.begin(undisturbed.quarter, publisher)
        portal.reached("before freeze-lines")
        for _ in range(4):
            portal.ring(publication.job_id)
        portal.until(lambda: portal.queued() == 0, "the further rings were taken")
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)
    assert set(JobStep.objects.filter(job=publication.job_id).values_list("attempts", flat=True)) == {1}


@pytest.fixture
def second(portal: Portal):
    """A second worker and a second scheduler beside the first, as when somebody starts them twice."""
    names = portal.double("worker", "scheduler")
    yield
    for name in names:
        portal.kill(name)


def test_workers_that_come_up_after_the_ring_was_lost(
    portal: Portal, publisher: User, undisturbed: Undisturbed
) -> None:
    """Nobody is there when it rings, the broker forgets everything, and then the workers come."""
    portal.kill("worker")
    publication = builds.begin(undisturbed.quarter, publisher)
    portal.until(lambda: portal.queued() > 0, "the job is in the broker's queue")
    portal.redis.flush()
    portal.bring_back("worker")
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)
