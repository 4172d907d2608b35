"""What do fault tests stand on? One running portal for each test process, whose every part may be killed."""

from collections.abc import Iterator

import pytest
from django.db import connections

from portal.celery import app
from portal.models import User
from portal.quarters import Quarter
from supplychain.models import Publication
from tests import databases
from tests.conftest import child_environment
from tests.faults import builds
from tests.faults.builds import Undisturbed
from tests.faults.processes import Portal


@pytest.fixture(scope="session")
def running_portal(database_server, django_db_blocker, tmp_path_factory) -> Iterator[Portal]:
    """A portal with its own servers and a world; Django and the bell lead there only while a test
    uses it.
    """
    before = databases.current_url()
    folder = tmp_path_factory.mktemp("portal")
    portal = Portal(folder, child_environment(folder / "files-of-nobody"))
    with django_db_blocker.unblock():
        try:
            with database_server.lock():
                world = databases.url_of(database_server.world())
            url = portal.environment["DATABASE_URL"]
            databases.copy_to_other_server(world, url, portal.programs)
            databases.point_django_to(url)
            builds.make_world()
            connections.close_all()
            databases.point_django_to(before)
            yield portal
        finally:
            connections.close_all()
            databases.point_django_to(before)
            portal.close()


def ring_at(address: str) -> None:
    """Let this process ring at another broker from now on; its open connections are forgotten."""
    app.conf.update(broker_url=address, broker_read_url=address, broker_write_url=address)
    app._after_fork()


@pytest.fixture
def portal(running_portal: Portal, settings, django_db_blocker) -> Iterator[Portal]:
    """The running portal, whole: worker and scheduler are at work, and nothing halts."""
    before, broker = databases.current_url(), app.conf.broker_url
    settings.PORTAL_FILES = running_portal.files
    with django_db_blocker.unblock():
        databases.point_django_to(running_portal.environment["DATABASE_URL"])
        ring_at(running_portal.environment["REDIS_URL"])
        running_portal.heal()
        running_portal.start("worker", "scheduler")
        yield running_portal
        ring_at(broker)
        connections.close_all()
        databases.point_django_to(before)


@pytest.fixture
def publisher(portal: Portal) -> User:
    return User.objects.get(username="test-publisher")


@pytest.fixture(scope="session")
def kept() -> dict[Quarter, Undisturbed]:
    return {}


@pytest.fixture
def undisturbed(portal: Portal, publisher: User, kept: dict[Quarter, Undisturbed]) -> Undisturbed:
    """The first quarter, built once by the worker in peace."""
    quarter = builds.QUARTERS[0]
    if quarter not in kept:
        publication: Publication = builds.built(portal, builds.begin(quarter, publisher))
        kept[quarter] = Undisturbed(quarter, publication.digest, builds.bytes_of(portal, publication))
    return kept[quarter]
