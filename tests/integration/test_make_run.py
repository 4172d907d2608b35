"""Does the whole portal start, say where it is, refuse to start twice, and leave nothing behind?"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from portal.embedded.postgres import Postgres
from portal.embedded.processes import read_json, still_runs
from portal.embedded.redis import Redis
from portal.embedded.service import ROOT, free_port

START_SECONDS = 180


class Portal:
    """`make run` without its set-up, in a folder of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        self.environment = kept | {"PORTAL_VAR": str(var), "PORT": str(self.port)}
        self.output = var.with_name("output")
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.embedded.run"],
                cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + START_SECONDS
        while "Ready after" not in self.output.read_text(errors="replace"):
            assert self.process.poll() is None, self.output.read_text(errors="replace")
            assert time.monotonic() < end, self.output.read_text(errors="replace")
            time.sleep(0.1)

    def once(self, **values: str) -> subprocess.CompletedProcess:
        """Start it a second time, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "portal.embedded.run"],
            cwd=ROOT, env=self.environment | values, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as response:
                return response.status
        except urllib.error.HTTPError as answer:
            return answer.code

    def processes(self) -> dict[str, dict]:
        """What runs: the three processes and both servers, by name."""
        found = read_json(self.var / "run" / "processes.json")
        for name in ("postgres", "redis"):
            found[name] = read_json(self.var / name / "server.json")
            found[f"keeper of {name}"] = read_json(self.var / name / "keeper.json")
        return found


@pytest.fixture
def portal(tmp_path: Path):
    made = Portal(tmp_path / "var")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.send_signal(signal.SIGINT)
        made.process.wait(120)
    for server in (Postgres(made.var / "postgres"), Redis(made.var / "redis")):
        if server.home.exists():
            server.stop()


def running(processes: dict[str, dict]) -> set[str]:
    return {name for name, process in processes.items() if still_runs(process)}


def stays_up(portal: Portal, seconds: float = 4) -> None:
    """Fail if any process ends within a few seconds: the worker takes a while to find out what it lacks."""
    before = portal.processes()
    assert running(before) == set(before)
    time.sleep(seconds)
    assert portal.processes() == before
    assert running(before) == set(before)


def test_it_starts_once_recovers_from_a_kill_and_stops_wholly(portal):
    portal.start()
    said = portal.output.read_text(errors="replace")
    assert f"http://localhost:{portal.port}/" in said
    assert re.search(r"Migrate the database \.+ +\d+\.\d s", said)
    assert portal.status("/livez") == portal.status("/readyz") == 200
    first = portal.processes()
    assert len(first) == 7
    stays_up(portal)

    twice = portal.once(PORT=str(free_port()))
    assert twice.returncode == 1
    assert f"already running at http://localhost:{portal.port}/" in twice.stderr
    assert "Traceback" not in twice.stderr

    os.kill(json.loads((portal.var / "run" / "portal.json").read_text())["pid"], signal.SIGKILL)
    portal.process.wait()
    begun = time.monotonic()
    portal.start()
    assert time.monotonic() - begun < 60
    assert not running(first)
    second = portal.processes()
    stays_up(portal)
    assert portal.status("/readyz") == 200

    portal.process.send_signal(signal.SIGINT)
    assert portal.process.wait(120) == 0
    assert not running(second)


def test_a_taken_port_is_told_in_a_sentence(portal):
    with socket.socket() as other:
        other.bind(("127.0.0.1", portal.port))
        other.listen()
        done = portal.once()
    assert done.returncode == 1
    assert f"Port {portal.port} is taken by another program" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["0", "70000", "eighty", "-1"])
def test_a_port_that_is_none_is_refused(portal, port):
    done = portal.once(PORT=port)
    assert done.returncode == 1
    assert f"PORT is '{port}'" in done.stderr
