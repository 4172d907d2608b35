"""Does a build end in the same bytes, once, wherever PostgreSQL, Redis or web is killed, cut off or frozen?"""

import random
import shutil
import time

import psycopg2
import pytest

from portal.models import Job, User
from tests.faults import builds
from tests.faults.builds import Undisturbed
from tests.faults.processes import Portal, descendants, kill_all

SOME = ("select", "freeze-lines", "write supply-chain.csv", "move", "finish")


def kill_at(portal: Portal, publisher: User, undisturbed: Undisturbed, victim: str, *places: str) -> None:
    """One build, in which the victim is killed at every one of the places and comes back each time."""
    for place in places:
        (portal.pauses / place).touch()
    publication = builds.begin(undisturbed.quarter, publisher)
    for place in places:
        portal.reached(place)
        portal.kill(victim)
        portal.let_go(place)
        portal.bring_back(victim)
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)


def test_postgresql_killed_at_every_step(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    """With all its processes, while a step's transaction is open."""
    kill_at(portal, publisher, undisturbed, "postgres", *(f"after {step}" for step in builds.STEPS))


def test_redis_killed_at_some_steps(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    kill_at(portal, publisher, undisturbed, "redis", *(f"after {step}" for step in SOME))


def test_web_killed_at_every_step(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    portal.start_web()
    kill_at(portal, publisher, undisturbed, "web", *(f"before {step}" for step in builds.STEPS))
    portal.until(lambda: portal.answers("readyz"), "the site is ready")


@pytest.mark.long
@pytest.mark.parametrize("victim", ["postgres", "redis", "web"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", builds.STEPS)
def test_killed_at_a_step(
    portal: Portal, publisher: User, undisturbed: Undisturbed, victim: str, moment: str, step: str
) -> None:
    if victim == "web":
        portal.start_web()
    kill_at(portal, publisher, undisturbed, victim, f"{moment} {step}")


def test_postgresql_started_again_by_its_keeper(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    """As in `make run`: nobody but the keeper sees that the server died."""
    with portal.pause("after move"):
        publication = builds.begin(undisturbed.quarter, publisher)
        portal.reached("after move")
        kill_all([portal.postgres.pid, *descendants(portal.postgres.pid)])
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)


def test_postgresql_away_for_a_while(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    """Longer than any connection attempt takes to fail: the worker waits for it, and nobody has to do anything."""
    with portal.pause("after freeze-lines"):
        publication = builds.begin(undisturbed.quarter, publisher)
        portal.reached("after freeze-lines")
        portal.postgres.kill()
    begun = time.monotonic()
    portal.until(lambda: time.monotonic() - begun > 2, "a while is over")
    portal.postgres.start()
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)


def test_connection_cut_in_every_step(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    """The server ends the worker's session (as an administrator or a failing network would) and lives on itself."""
    places = [f"after {step}" for step in builds.STEPS]
    for place in places:
        (portal.pauses / place).touch()
    publication = builds.begin(undisturbed.quarter, publisher)
    for place in places:
        portal.reached(place)
        assert cut_connections_of_workers(portal) >= 1
        portal.let_go(place)
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)


def cut_connections_of_workers(portal: Portal) -> int:
    with psycopg2.connect(portal.environment["DATABASE_URL"]) as other, other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'portal-worker'"
            " AND datname = current_database()"
        )
        ended = cursor.rowcount
    other.close()
    return ended


def test_redis_emptied_in_the_middle(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    """What the broker knew of the job being done is gone, and so is every ring that it held."""
    with portal.pause("after freeze-lines"):
        publication = builds.begin(undisturbed.quarter, publisher)
        portal.reached("after freeze-lines")
        portal.redis.flush()
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)


@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.long)])
def test_redis_killed_and_empty_when_it_is_back(
    portal: Portal, publisher: User, undisturbed: Undisturbed, rounds: int
) -> None:
    """The workers find the new one by themselves, each time."""
    for _ in range(rounds):
        with portal.pause("after freeze-lines"):
            publication = builds.begin(undisturbed.quarter, publisher)
            portal.reached("after freeze-lines")
            portal.kill("redis")
            shutil.rmtree(portal.redis.home / "data")
        portal.bring_back("redis")
        builds.built(portal, publication)
        builds.check_built_once(portal, publication, undisturbed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30))
def test_anything_killed_at_any_moment(portal: Portal, publisher: User, undisturbed: Undisturbed, seed: int) -> None:
    """Nothing halts here: one part after the other is killed somewhere in a build, or just after it."""
    chance = random.Random(seed)
    publication = builds.begin(undisturbed.quarter, publisher)
    for victim in chance.sample(["worker", "worker", "postgres", "redis", "scheduler"], 2):
        moment = time.monotonic() + chance.random()
        portal.until(lambda moment=moment: time.monotonic() > moment, "the moment has come")
        portal.kill(victim)
        portal.bring_back(victim)
    portal.until(lambda: builds.latest(undisturbed.quarter), "the database is back")
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)


@pytest.mark.parametrize("how", ["away", "frozen"])
def test_nobody_waits_for_the_broker(portal: Portal, publisher: User, undisturbed: Undisturbed, how: str) -> None:
    """Redis does not answer while a build is begun: it is begun within seconds, and done when Redis is back."""
    if how == "away":
        portal.redis.kill()
    else:
        assert portal.redis.ask("CLIENT PAUSE 9000 ALL") == "+OK"
    begun = time.monotonic()
    publication = builds.begin(undisturbed.quarter, publisher)
    assert time.monotonic() - begun < 8
    assert Job.objects.get(pk=publication.job_id).rung_at is None
    portal.redis.start()
    builds.built(portal, publication)
    builds.check_built_once(portal, publication, undisturbed)


def test_the_command_does_without_worker_and_broker(portal: Portal, publisher: User, undisturbed: Undisturbed) -> None:
    """`build_disclosure` takes the job itself, through a kill of PostgreSQL in the middle; nobody does it again."""
    portal.kill("worker")
    portal.redis.kill()
    builds.reopen(undisturbed.quarter, publisher)
    place = "after freeze-lines"
    with portal.pause(place):
        command = portal.command("build_disclosure", str(undisturbed.quarter), "--demonstration")
        assert portal.reached(place) == command.pid
        portal.kill("postgres")
    portal.bring_back("postgres")
    output, errors = command.communicate(timeout=60)
    assert (command.returncode, undisturbed.digest in output) == (0, True), errors
    portal.redis.start()
    portal.bring_back("worker")
    publication = portal.until(lambda: builds.latest(undisturbed.quarter), "the database is back")
    builds.check_built_once(portal, publication, undisturbed)
