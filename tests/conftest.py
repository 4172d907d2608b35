"""What does every test stand on? A real PostgreSQL with a cloned world, files in a temporary folder, and no network."""

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connections

from portal.embedded import hold
from portal.embedded.postgres import Postgres
from portal.embedded.redis import Redis
from tests import databases

real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex


def stays_here(address: object) -> bool:
    """Whether a socket address is a file or on this machine."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""

    def connect(self: socket.socket, address: object) -> object:
        if not stays_here(address):
            raise RuntimeError(f"Tests must not reach out to {address}.")
        return real_connect(self, address)

    def connect_ex(self: socket.socket, address: object) -> int:
        if not stays_here(address):
            raise RuntimeError(f"Tests must not reach out to {address}.")
        return real_connect_ex(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", connect)
    patch.setattr(socket.socket, "connect_ex", connect_ex)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def published_files(settings, tmp_path: Path) -> Path:
    """The folder of published files of this one test."""
    settings.PORTAL_FILES = tmp_path / "files"
    return settings.PORTAL_FILES


@pytest.fixture
def world_files(database_server, django_db_setup, published_files: Path) -> Path:
    """The files of the world's disclosures, as copies that this one test may do anything with."""
    return shutil.copytree(database_server.files, published_files, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def database_server() -> Iterator[databases.Server]:
    """The server of the tests: the embedded one in var/test, or the one that DATABASE_URL names."""
    held = hold.database()
    databases.point_django_to(os.environ["DATABASE_URL"])
    yield databases.Server(os.environ["DATABASE_URL"], hold.var())
    if held is not None:
        held.leave()


@pytest.fixture(scope="session")
def django_db_setup(database_server: databases.Server, django_db_blocker) -> Iterator[None]:
    """One clone of the world for each test process, instead of pytest-django's empty database."""
    with django_db_blocker.unblock():
        name = database_server.new_clone()
        databases.point_django_to(databases.url_of(name))
    yield
    with django_db_blocker.unblock():
        databases.point_django_to(database_server.url)
        database_server.drop(name)


@dataclass(frozen=True)
class OwnDatabase:
    """A database of one test alone, and what another process needs in its environment to use it too."""

    name: str
    url: str
    environment: dict[str, str]


@pytest.fixture
def own_database(database_server, django_db_setup, django_db_blocker, published_files) -> Iterator[OwnDatabase]:
    """A clone for tests that need real commits, other processes or roles. Django's own connection leads to it too."""
    before = databases.current_url()
    with django_db_blocker.unblock():
        name = database_server.new_clone()
        url = databases.url_of(name)
        databases.point_django_to(url)
        try:
            yield OwnDatabase(name, url, child_environment(published_files) | {"DATABASE_URL": url})
        finally:
            connections.close_all()
            databases.point_django_to(before)
            database_server.drop(name)


@dataclass(frozen=True)
class OwnServices:
    """A PostgreSQL and a Redis of one test alone, to be killed; `environment` is for processes that use them."""

    postgres: Postgres
    redis: Redis
    environment: dict[str, str]


@pytest.fixture
def own_services(
    database_server, django_db_setup, django_db_blocker, published_files, tmp_path: Path
) -> Iterator[Callable[[], OwnServices]]:
    """`own_services()` starts both, copies the world into the new PostgreSQL and leads Django's connection there."""
    before = databases.current_url()
    postgres, redis = Postgres(tmp_path / "postgres"), Redis(tmp_path / "redis")

    def start() -> OwnServices:
        url = postgres.start()
        with database_server.lock():
            world = databases.url_of(database_server.world())
        databases.copy_to_other_server(world, url, Path(postgres.state["programs"]))
        databases.point_django_to(url)
        own = {"DATABASE_URL": url, "REDIS_URL": redis.start()}
        return OwnServices(postgres, redis, child_environment(published_files) | own)

    with django_db_blocker.unblock():
        try:
            yield start
        finally:
            connections.close_all()
            databases.point_django_to(before)
            for server in (postgres, redis):
                server.stop()


def child_environment(files: Path) -> dict[str, str]:
    """The environment for another process of the portal that works with a test's database and files."""
    files.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
    return kept | {"PORTAL_FILES": str(files), "DJANGO_SETTINGS_MODULE": "portal.settings"}


@pytest.fixture
def curl() -> str:
    """The program; without it the example is skipped, except where CI says that it has to be there."""
    found = shutil.which("curl")
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("curl is not installed, so examples with it can not run.")
    assert found
    return found
