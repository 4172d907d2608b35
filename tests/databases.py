"""How do tests get a whole, filled database in a tenth of a second? By cloning one that is built once.

Two templates, each named by a digest of what it was built from: `migrated` (migrations only, as they take longest) and
`world` (with reference data and demonstration). Any number of test processes share them; a file lock lets one build.
"""

import fcntl
import hashlib
import io
import os
import re
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2
import psycopg2.errors
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connections
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from psycopg2.sql import SQL, Identifier

from portal.embedded import hold
from portal.environment import Environment, database_from

LOADS = ("grant_roles", "load_reference", "load_demo")
KEPT_TEMPLATES = 4
DROP_ATTEMPTS = 50


def point_django_to(url: str) -> None:
    """Let Django's connection lead to the database at `url` from now on."""
    connection = connections["default"]
    connection.close()
    parts = database_from(url, Environment({}), "url")
    connection.settings_dict.update(parts)
    settings.DATABASES["default"].update(parts)


def current_url() -> str:
    """The address of the database that Django's connection leads to."""
    return url_of(connections["default"].settings_dict["NAME"])


def url_of(name: str) -> str:
    """The address of another database on the same server."""
    parts = connections["default"].settings_dict
    return f"postgres://{quote(parts['USER'])}:{quote(parts['PASSWORD'])}@{parts['HOST']}:{parts['PORT']}/{name}"


@contextmanager
def own_database() -> Iterator[Path]:
    """A clone of the world for this process alone, where no test runner gives one, and a folder for files; both are
    gone afterwards.
    """
    url = os.environ["DATABASE_URL"]
    point_django_to(url)
    server = Server(url, hold.var())
    name = server.new_clone()
    point_django_to(url_of(name))
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    finally:
        connections.close_all()
        point_django_to(url)
        server.drop(name)


class Server:
    """The server on which the tests' databases are made; `url` leads to a database that is never touched itself."""

    def __init__(self, url: str, var: Path) -> None:
        self.url = url
        self.var = var
        self.files = var  # of the world that was cloned last

    def execute(self, statement: SQL | str, *values: object) -> list[tuple]:
        """Run one statement outside any transaction, and return its rows."""
        connection = psycopg2.connect(self.url)
        try:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def names(self, pattern: str) -> list[str]:
        """The databases whose names match, oldest first."""
        return [
            name for (name,) in self.execute("SELECT datname FROM pg_database WHERE datname ~ %s ORDER BY oid", pattern)
        ]

    def clone(self, template: str, name: str) -> None:
        """Make a database as a copy of another one."""
        self.execute(
            SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(Identifier(name), Identifier(template))
        )

    def drop(self, name: str) -> None:
        """Drop a database with whoever is still connected to it; the server's own cleaner is waited for."""
        statement = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name))
        for attempt in range(DROP_ATTEMPTS):
            try:
                self.execute(statement)
            except psycopg2.errors.InsufficientPrivilege:  # autovacuum, which may not be ended by us
                if attempt == DROP_ATTEMPTS - 1:
                    raise
                time.sleep(0.2)
            else:
                return

    def new_clone(self) -> str:
        """A new clone of the whole world, named after this process; returns its name."""
        with self.lock():
            self.drop_orphans()
            template = self.world()
            name = f"test_{os.getpid()}_{uuid.uuid4().hex[:8]}"
            self.clone(template, name)
            self.files = self.files_of(template)
        return name

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only process that builds or clones templates."""
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "template.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def drop_orphans(self) -> None:
        """Drop what killed test processes left behind, and templates that nobody has used for long."""
        for name in self.names(r"^test_\d+_"):
            process = int(re.match(r"test_(\d+)_", name)[1])
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                self.drop(name)
            except PermissionError:
                continue
        for kind in ("migrated", "world"):
            for name in self.names(f"^template_{kind}_")[:-KEPT_TEMPLATES]:
                self.drop(name)
                shutil.rmtree(self.files_of(name), ignore_errors=True)

    def files_of(self, template: str) -> Path:
        """Where the files lie that were published while a template was built."""
        return self.var / "published" / template

    def world(self) -> str:
        """The name of the template that holds everything; built first where it is missing. Behind the lock only."""
        lock = settings.BASE_DIR / ".requirements" / "run.txt"
        migrations = digest([lock, *settings.BASE_DIR.glob("*/migrations/*.py")])
        everything = digest([lock, *sources()])
        world, migrated = f"template_world_{everything}", f"template_migrated_{migrations}"
        if not self.names(f"^{world}$") or not self.files_of(world).exists():
            if not self.names(f"^{migrated}$"):
                self._build(migrated, None, ["migrate"])
            self._build(world, migrated, [command for command in LOADS if command in get_commands()])
        return world

    def _build(self, name: str, template: str | None, commands: list[str]) -> None:
        """Build under another name first, so that a half-built template is never taken for one."""
        unfinished = f"unfinished_{name}"
        self.drop(unfinished)
        self.clone(template or "template0", unfinished)
        before, files_before = current_url(), settings.PORTAL_FILES
        settings.PORTAL_FILES = self.files_of(name)
        shutil.rmtree(settings.PORTAL_FILES, ignore_errors=True)
        settings.PORTAL_FILES.mkdir(parents=True)
        point_django_to(url_of(unfinished))
        try:
            for command in commands:
                call_command(command, verbosity=0, stdout=io.StringIO())
        finally:
            point_django_to(before)
            settings.PORTAL_FILES = files_before
        self.drop(name)
        self.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(unfinished), Identifier(name)))


def sources() -> list[Path]:
    """Every file that may change what is in the database after loading."""
    root = settings.BASE_DIR
    code = [path for app in ("portal", "providers", "supplychain", "audits") for path in (root / app).rglob("*.py")]
    apart = re.compile(r"/(embedded|public|templatetags|views)/")
    data = [path for folder in ("reference", "demo") for path in (root / "fixtures" / folder).rglob("*")]
    return [path for path in code if not apart.search(str(path))] + [path for path in data if path.is_file()]


def digest(paths: Iterable[Path]) -> str:
    """A short digest over names and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        total.update(f"{path}\0{len(content)}\0".encode() + content)
    return total.hexdigest()[:16]


def copy_to_other_server(source: str, target: str, programs: Path) -> None:
    """Copy a whole database to another server, with the roles that its grants name."""
    reading, writing = psycopg2.connect(source), psycopg2.connect(target)
    with reading.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'portal\\_%'")
        roles = [name for (name,) in cursor.fetchall()]
    with writing, writing.cursor() as cursor:
        for role in roles:
            cursor.execute(SQL("CREATE ROLE {} NOLOGIN").format(Identifier(role)))
            cursor.execute(SQL("GRANT {} TO CURRENT_USER WITH SET TRUE").format(Identifier(role)))
    reading.close()
    writing.close()
    dump = subprocess.run([programs / "bin" / "pg_dump", "--format=custom", source], stdout=subprocess.PIPE, check=True)
    restore = [programs / "bin" / "pg_restore", "--exit-on-error", "--single-transaction", "--dbname", target]
    subprocess.run(restore, input=dump.stdout, check=True)
