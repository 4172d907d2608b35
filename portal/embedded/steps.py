"""How do people see what is going on? One line a step, with its time, and a running count of seconds on a terminal."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class StepFailed(Exception):  # noqa: N818  (says what happened)
    """A step did not succeed; the text says why, for people."""


class Steps:
    """Prints `Title ......  1.2 s` for each step; set-up, preparation and start each have their own."""

    def __init__(self) -> None:
        self.begun = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the first step."""
        return time.monotonic() - self.begun

    @contextmanager
    def step(self, title: str) -> Iterator["Progress"]:
        """One step; yields its Progress, on which the work may note how far it is."""
        progress = Progress(title)
        progress.begin()
        try:
            yield progress
        except BaseException:
            progress.end("failed")
            raise
        progress.end()


class Progress:
    """The line of one step. On a terminal it counts the seconds; elsewhere it is printed once, when the step ends."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.note = ""
        self.begun = time.monotonic()
        self.live = sys.stdout.isatty()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        if self.live:
            self._thread = threading.Thread(target=self._tick, daemon=True)
            self._thread.start()

    def tell(self, note: str) -> None:
        """Say how far the step is, for instance "12 of 40"."""
        self.note = note

    def end(self, word: str = "") -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        note = f"  {self.note}" if self.note else ""
        self._write(f"{self._line()}{note}{'  ' + word if word else ''}", "\n")

    def _tick(self) -> None:
        while not self._over.wait(0.2):
            self._write(f"{self._line()}  {self.note}", "")

    def _line(self) -> str:
        return f"{self.title + ' ':.<56} {time.monotonic() - self.begun:6.1f} s"

    def _write(self, line: str, end: str) -> None:
        start = "\r\x1b[K" if self.live else ""
        sys.stdout.write(f"{start}{line}{end}")
        sys.stdout.flush()


def belongs_to_another(problem: PermissionError) -> str:
    """Why a file could not be written, where root or another account was here before."""
    return (
        f"This account may not write {problem.filename}, which an earlier run by another account made. "
        "Run this as that account, or remove .venv, node_modules and var to begin anew."
    )


def run(command: list[str], cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a program to its end and return what it printed. Raises StepFailed with the end of that when it fails."""
    try:
        done = subprocess.run(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False,
        )  # fmt: skip
    except FileNotFoundError as problem:
        raise StepFailed(f"{command[0]} is not there.") from problem
    if done.returncode != 0:
        end = "\n".join(done.stdout.splitlines()[-25:])
        raise StepFailed(f"`{' '.join(command[:6])}` failed with exit code {done.returncode}:\n{end}")
    return done.stdout
