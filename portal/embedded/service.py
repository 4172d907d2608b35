"""How do several processes share one server that none of them owns?

Whoever needs the server holds it: a shared lock on `holders.lock`, which the kernel gives back however a process
ends. A small keeper process (`keeper`) has started the server, restarts it when it dies, and stops it once nobody
holds it any more. `gate.lock` makes starting and stopping exclusive; `keeper.lock` says that a keeper lives. A server
whose keeper was killed is adopted by the next process that needs it. All files of a service lie in its home folder.
"""

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portal.embedded.processes import read_json, send, still_runs, wait_until_gone, write_private

START_SECONDS = 90
STOP_SECONDS = 40
ROOT = Path(__file__).resolve().parents[2]


class ServiceFailed(Exception):  # noqa: N818  (says what happened)
    """A server could not be started; the text is a sentence for people."""


class Service(ABC):
    """A server in a home folder: `start` holds it and returns its address, `leave` lets go of it."""

    name = "server"

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.log = self.home / "server.log"
        self._hold: int | None = None
        self._keeper: subprocess.Popen | None = None  # where this process started it

    # What each kind of server answers for itself.

    @abstractmethod
    def prepare(self) -> None:
        """Make data and configuration where they are missing. Called behind the gate with no server running."""

    @abstractmethod
    def command(self) -> tuple[list[str], dict]:
        """The server's command line, and further arguments for subprocess.Popen."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether the server takes work."""

    def running(self) -> dict:
        """The identity of the running server process; empty if there is none."""
        seen = read_json(self.home / "server.json")
        return seen if still_runs(seen) else {}

    stop_signals: tuple[signal.Signals, ...] = (signal.SIGTERM, signal.SIGKILL)

    @property
    @abstractmethod
    def url(self) -> str:
        """The address with account and password, whether or not the server runs."""

    # What is the same for all.

    @property
    def state(self) -> dict:
        """Port and passwords, made once and kept in the home folder for its owner only."""
        state = read_json(self.home / "state.json")
        if not state:
            self.home.mkdir(parents=True, exist_ok=True)
            state = {"port": free_port(), "password": secrets.token_urlsafe(24), "admin": secrets.token_urlsafe(24)}
            self.write_state(state)
        return state

    def write_state(self, state: dict) -> None:
        write_private(self.home / "state.json", json.dumps(state))

    @property
    def pid(self) -> int | None:
        """The server's process id; None when it does not run."""
        return self.running().get("pid")

    def start(self) -> str:
        """Hold the server, start or adopt it where needed, and return its address.

        Raises ServiceFailed with the end of the server's log when it does not come up.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        with self.gate():
            self._take_hold()
            try:
                self._come_up()
            except BaseException:
                self._let_go()
                raise
        return self.url

    def leave(self, wait: bool = False) -> None:
        """Hold the server no longer; with `wait`, return only when it has stopped or others hold it."""
        self._let_go()
        end = time.monotonic() + STOP_SECONDS
        while wait and self.kept() and not self.held() and time.monotonic() < end:
            time.sleep(0.05)
        self._reap()

    def stop(self) -> None:
        """Stop the server whoever holds it, and return when it is gone."""
        self._let_go()
        with self.gate():
            keeper = read_json(self.home / "keeper.json")
            if self.kept() and still_runs(keeper):
                send(keeper["pid"], signal.SIGTERM)
                wait_until_gone(keeper, STOP_SECONDS)
            self.end_server()
        self._reap()

    def kill(self) -> None:
        """End keeper and server as a power cut would (SIGKILL), for tests; `start` brings them back."""
        keeper, server = read_json(self.home / "keeper.json"), self.running()
        for process in (keeper, server):
            if still_runs(process):
                send(process["pid"], signal.SIGKILL)
                wait_until_gone(process, STOP_SECONDS)

    def end_server(self) -> None:
        """End the server process: politely first, then less so."""
        server = self.running()
        for number in self.stop_signals:
            if not server or not still_runs(server):
                break
            send(server["pid"], number)
            wait_until_gone(server, STOP_SECONDS / 2)
        (self.home / "server.json").unlink(missing_ok=True)

    @contextmanager
    def gate(self, wait: bool = True) -> Iterator[None]:
        """Be the only one who starts or stops this server. Raises BlockingIOError without `wait` where another is."""
        descriptor = self.open_lock("gate.lock")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield
        finally:
            os.close(descriptor)

    def held(self) -> bool:
        """Whether any process holds the server."""
        return self._locked("holders.lock")

    def kept(self) -> bool:
        """Whether a keeper lives."""
        return self._locked("keeper.lock")

    def open_lock(self, name: str) -> int:
        return os.open(self.home / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _locked(self, name: str) -> bool:
        descriptor = self.open_lock(name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _take_hold(self) -> None:
        if self._hold is None:
            self._hold = self.open_lock("holders.lock")
            fcntl.flock(self._hold, fcntl.LOCK_SH)

    def _let_go(self) -> None:
        if self._hold is not None:
            os.close(self._hold)
            self._hold = None

    def _choose_port(self) -> None:
        state = self.state
        if not port_is_free(state["port"]):
            self.write_state(state | {"port": free_port()})

    def _come_up(self) -> None:
        """Behind the gate: have a keeper, and wait until the server it keeps is ready."""
        self._reap()
        end = time.monotonic() + START_SECONDS
        while not self.ready() or not self.kept():
            if self._keeper is None and not self.kept():
                if not self.running():
                    self._choose_port()
                    self.prepare()
                self._start_keeper()
            if self._keeper is not None and self._keeper.poll() is not None:
                raise ServiceFailed(f"{self.name} did not start. Its log ends with:\n{self.log_end()}")
            if time.monotonic() > end:
                raise ServiceFailed(f"{self.name} was not ready in {START_SECONDS} seconds. Its log: {self.log}")
            time.sleep(0.02)

    def _reap(self) -> None:
        """Forget a keeper of ours that has ended; it is no zombie then."""
        with suppress(subprocess.TimeoutExpired):
            if self._keeper is not None and not self.kept():
                self._keeper.wait(5)
                self._keeper = None

    def _start_keeper(self) -> None:
        with self.log.open("ab") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", "portal.embedded.keeper", type(self).__name__, str(self.home)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            )

    def log_end(self, lines: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return "(no log)"


def free_port() -> int:
    """A loopback port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on `port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
