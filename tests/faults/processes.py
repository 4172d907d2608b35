"""How does a test run a whole portal of its own, halt it at a named place, and kill a part of it there?

Real processes, as the Procfile starts them, on a PostgreSQL and a Redis of their own. `pause` names a place of
`portal.jobs` ("before move", "after move"); whoever gets there waits, so that what is killed is killed exactly there.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TypeVar

from django.db import Error, connection

from portal.celery import app
from portal.embedded.postgres import Postgres
from portal.embedded.processes import send, started_at
from portal.embedded.redis import Redis
from portal.embedded.runner import Entry, read_procfile
from portal.embedded.service import ROOT, Service, free_port

T = TypeVar("T")
PATIENCE_SECONDS = 60.0
FAST = {"SWEEP_SECONDS": "1"}


class Child:
    """One process of the Procfile with its children, in a group of its own."""

    def __init__(self, entry: Entry, environment: dict[str, str], log: Path) -> None:
        self.entry, self.command = entry, entry.command
        path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        self.environment = environment | dict(entry.variables) | {"PATH": path, "PYTHONUNBUFFERED": "1"}
        self.log = log
        self.process: subprocess.Popen | None = None

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it, unless it runs."""
        if not self.alive:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    start_new_session=True,
                )  # fmt: skip

    def kill(self) -> None:
        """End it and all its children at once, as a power cut would."""
        if self.alive:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Portal:
    """PostgreSQL, Redis, worker, scheduler and web of one test process."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.files = folder / "files"
        self.pauses = folder / "pauses"
        for made in (self.files, self.pauses, folder / "var", folder / "log"):
            made.mkdir(parents=True)
        self.postgres, self.redis = Postgres(folder / "postgres"), Redis(folder / "redis")
        self.servers: dict[str, Service] = {"postgres": self.postgres, "redis": self.redis}
        own = {
            "DATABASE_URL": self.postgres.start(), "REDIS_URL": self.redis.start(),
            "PORTAL_FILES": str(self.files), "PORTAL_VAR": str(folder / "var"), "PORTAL_PAUSE_AT": str(self.pauses),
            "BIND": f"127.0.0.1:{free_port()}",
        }  # fmt: skip
        self.environment = environment | FAST | own
        self.children = {
            entry.name: Child(entry, self.environment, folder / "log" / f"{entry.name}.log")
            for entry in read_procfile(environment=self.environment)
        }

    @property
    def programs(self) -> Path:
        """Where PostgreSQL's programs are."""
        return Path(self.postgres.state["programs"])

    def heal(self) -> None:
        """Have both servers run and nobody halted, whatever an earlier test did."""
        for note in self.pauses.iterdir():
            note.unlink()
        for service in self.servers.values():
            service.start()

    def start(self, *names: str) -> None:
        """Start the named processes, unless they run."""
        for name in names:
            self.children[name].start()

    def start_web(self) -> None:
        """Start the web process, with its static files collected, and wait until it is ready."""
        if not (self.folder / "var" / "static").exists():
            collecting = self.command("collectstatic", "--no-input", "--verbosity=0")
            _, errors = collecting.communicate(timeout=PATIENCE_SECONDS)
            assert collecting.returncode == 0, errors
        self.start("web")
        self.until(lambda: self.answers("readyz"), "the site is ready")

    def double(self, *names: str) -> list[str]:
        """Start a second one of each, as when somebody starts the portal twice; their names."""
        for name in names:
            first = self.children[name]
            variables = self.environment | {"PORTAL_VAR": str(self.folder / "second")}
            self.children[f"second {name}"] = Child(first.entry, variables, first.log.with_stem(f"second-{name}"))
        doubles = [f"second {name}" for name in names]
        self.start(*doubles)
        return doubles

    def ring(self, job_id: int) -> None:
        """Ring for a job once more."""
        assert app.send_task("supplychain.tasks.run_job", args=[job_id])

    def queued(self) -> int:
        """How many messages wait in the broker for a worker."""
        return int(self.redis.ask("LLEN default").removeprefix(":"))

    def answers(self, path: str) -> bool:
        """Whether the site answers with success at a path."""
        with suppress(OSError, HTTPException):
            site = HTTPConnection(self.environment["BIND"], timeout=10)
            site.request("GET", f"/{path}")
            return site.getresponse().status == 200
        return False

    def command(self, *arguments: str) -> subprocess.Popen:
        """Begin a management command in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def kill(self, name: str) -> None:
        """Kill one part with everything that belongs to it, and whoever would start it again."""
        if name in self.children:
            self.children[name].kill()
        else:
            server = self.servers[name]
            family = descendants(server.pid)
            server.kill()
            kill_all(family)
            connection.close()  # our own, which leads to it, is dead too

    def bring_back(self, name: str) -> None:
        """What whoever watches over the processes does with one that died."""
        if name in self.children:
            self.children[name].start()
        else:
            self.servers[name].start()

    @contextmanager
    def pause(self, place: str) -> Iterator[None]:
        """Halt whoever reaches the place, as long as the block lasts."""
        (self.pauses / place).touch()
        try:
            yield
        finally:
            self.let_go(place)

    def let_go(self, place: str) -> None:
        """Let those go on who wait at the place, and those who come to it later."""
        (self.pauses / place).unlink(missing_ok=True)
        (self.pauses / f"{place}.reached").unlink(missing_ok=True)

    def reached(self, place: str) -> int:
        """Wait until a process has reached the place; its number."""
        note = self.pauses / f"{place}.reached"
        number = int(self.until(lambda: note.exists() and note.read_text(), f"a worker is {place}"))
        note.unlink()
        return number

    def until(self, condition: Callable[[], T], what: str, seconds: float = PATIENCE_SECONDS) -> T:
        """Wait until the condition holds, and return what it gave; a database that is away makes it wait on."""
        end = time.monotonic() + seconds
        while True:
            try:
                if found := condition():
                    return found
            except Error:
                connection.close()
            assert time.monotonic() < end, f"Waited {seconds:.0f} s in vain until {what}.\n{self.logs()}"
            time.sleep(0.05)

    def logs(self) -> str:
        """The last lines of every process, for whoever has to find out."""
        texts = []
        for path in sorted((self.folder / "log").iterdir()):
            texts += [f"--- {path.name}", *path.read_text(errors="replace").splitlines()[-40:]]
        return "\n".join(texts)

    def close(self) -> None:
        """End everything."""
        for child in self.children.values():
            child.kill()
        for service in self.servers.values():
            service.stop()


def kill_all(processes: list[int]) -> None:
    """SIGKILL to all, and wait until none is left."""
    for process in processes:
        send(process, signal.SIGKILL)
    end = time.monotonic() + PATIENCE_SECONDS
    while any(started_at(process) for process in processes):
        assert time.monotonic() < end, f"{processes} won't die"
        time.sleep(0.01)


def descendants(pid: int) -> list[int]:
    """All processes below one, parents first."""
    parents = {int(path.parent.name): parent_of(path) for path in Path("/proc").glob("[0-9]*/stat")}
    below = [pid]
    for member in below:
        below += [child for child, parent in parents.items() if parent == member]
    return below[1:]


def parent_of(stat: Path) -> int:
    """The parent of the process whose /proc file this is; 0 where it has just ended."""
    try:
        return int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
