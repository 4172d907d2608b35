"""Is a disclosure published once, and wholly, whoever is killed while it is published?"""

import datetime as dt
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest

from portal.models import User
from portal.quarters import Quarter
from supplychain.actions.disclosures import CHAIN_LOCK, schedule_disclosure
from supplychain.models import ChainLink, Publication
from supplychain.states import PublicationState
from tests.faults import builds
from tests.faults.processes import Portal
from tests.integration.disclosure_builder import SERIES

QUARTERS = iter(builds.QUARTERS[1:])


@pytest.fixture
def quarter(portal: Portal, publisher: User) -> Quarter:
    """A quarter that no other test publishes, built."""
    quarter = next(QUARTERS)
    builds.built(portal, builds.begin(quarter, publisher))
    return quarter


@contextmanager
def held_before_commit(portal: Portal) -> Iterator[None]:
    """Whoever publishes comes as far as the chain, which is the last thing that it writes, and waits."""
    other = psycopg2.connect(portal.environment["DATABASE_URL"])
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [CHAIN_LOCK, len(SERIES)])
            yield
    finally:
        other.close()


def waiting(portal: Portal) -> int:
    """How many sessions wait for the chain."""
    other = psycopg2.connect(portal.environment["DATABASE_URL"])
    with other.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND classid = %s", [CHAIN_LOCK])
        return cursor.fetchone()[0]


def publish(portal: Portal, quarter: Quarter) -> subprocess.Popen:
    return portal.command("publish_disclosure", str(quarter), "--demonstration", "--by", "test-publisher", "--now")


def links(quarter: Quarter) -> int:
    return ChainLink.objects.filter(publication__period=str(quarter), series=SERIES).count()


def check_not_published(quarter: Quarter) -> None:
    assert builds.latest(quarter).state == PublicationState.BUILT
    assert not Publication.objects.of(SERIES, quarter).current().exists()
    assert links(quarter) == 0


def check_published_once(quarter: Quarter) -> None:
    assert Publication.objects.of(SERIES, quarter).current().get().version == 1
    assert links(quarter) == 1
    states = builds.returns_of(quarter).values_list("state", flat=True)
    assert set(states) == {"published"}


def check_publishes(portal: Portal, quarter: Quarter) -> None:
    """Published by the same command, given again."""
    command = publish(portal, quarter)
    output, errors = command.communicate(timeout=60)
    assert command.returncode == 0, output + errors
    check_published_once(quarter)


def test_command_killed_before_it_commits(portal: Portal, quarter: Quarter) -> None:
    with held_before_commit(portal):
        command = publish(portal, quarter)
        portal.until(lambda: waiting(portal), "it is about to commit")
        os.kill(command.pid, signal.SIGKILL)
        command.communicate()
    portal.until(lambda: not waiting(portal), "the server has noticed")
    check_not_published(quarter)
    check_publishes(portal, quarter)


def test_command_killed_after_it_committed(portal: Portal, quarter: Quarter) -> None:
    """It can't tell any more that it is done; given again, it says in a sentence that there is nothing to do."""
    with held_before_commit(portal):
        command = publish(portal, quarter)
        portal.until(lambda: waiting(portal), "it is about to commit")
    portal.until(lambda: links(quarter), "it has committed")
    os.kill(command.pid, signal.SIGKILL)
    command.communicate()
    again = publish(portal, quarter)
    _, errors = again.communicate(timeout=60)
    assert (again.returncode, errors) == (
        1,
        f"No version of the disclosure for {quarter} is being prepared; build one first.\n",
    )
    check_published_once(quarter)


def test_postgresql_killed_before_the_commit_and_two_who_publish_at_once(portal: Portal, quarter: Quarter) -> None:
    with held_before_commit(portal):
        command = publish(portal, quarter)
        portal.until(lambda: waiting(portal), "it is about to commit")
        portal.kill("postgres")
        command.communicate(timeout=60)
    assert command.returncode == 1
    portal.bring_back("postgres")
    portal.until(lambda: builds.latest(quarter), "the database is back")
    check_not_published(quarter)
    with held_before_commit(portal):
        both = [publish(portal, quarter), publish(portal, quarter)]
        portal.until(lambda: waiting(portal), "one of them is about to commit")
    for command in both:
        command.communicate(timeout=60)
    assert sorted(command.returncode for command in both) == [0, 1]
    check_published_once(quarter)


def test_released_by_the_clock_although_the_worker_is_killed(portal: Portal, publisher: User) -> None:
    """Killed while it releases what is due; the next worker releases it, although the moment has passed, and once."""
    quarter = builds.LATER
    builds.built(portal, builds.begin(quarter, publisher))
    now = dt.datetime.now(dt.UTC)
    with held_before_commit(portal):
        schedule_disclosure(series=SERIES, quarter=quarter, by=publisher, now=now, at=now + dt.timedelta(seconds=1))
        portal.until(lambda: waiting(portal), "a worker is about to commit")
        check_not_published(quarter)
        portal.kill("worker")
    check_not_published(quarter)
    portal.bring_back("worker")
    portal.until(lambda: links(quarter), "it is released")
    check_published_once(quarter)
