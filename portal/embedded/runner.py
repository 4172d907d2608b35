"""How do the portal's processes run side by side, come back when they die, and stop together?

Reads the Procfile: `name: VARIABLE=value ... command`, with $VARIABLE taken from the environment. In a container,
`python -m portal.embedded.runner web` becomes that one process.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from portal.embedded.processes import end_group, identity, read_json, send, send_group, still_runs, write_private
from portal.embedded.service import ROOT

PROCFILE = Path(__file__).with_name("Procfile")
STOP_SECONDS = 60
STEADY_SECONDS = 30
LONGEST_WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a Procfile."""

    name: str
    command: tuple[str, ...]
    variables: Mapping[str, str]

    def environment(self) -> dict[str, str]:
        """What the process runs with; the programs of this Python's environment are found first."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return os.environ | {"PATH": path} | dict(self.variables)


def read_procfile(path: Path = PROCFILE, environment: Mapping[str, str] | None = None) -> list[Entry]:
    """The entries of a Procfile. Raises ValueError for a line that is none, or a variable that is not set."""
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, rest = line.partition(":")
        if not colon or not name.isidentifier() or not rest.strip():
            raise ValueError(f"Not a line of a Procfile: {line!r}")
        try:
            words = [Template(word).substitute(environment or os.environ) for word in shlex.split(rest)]
        except KeyError as missing:
            raise ValueError(f"The Procfile needs the variable {missing.args[0]}, which is not set.") from None
        first = next(
            number for number, word in enumerate(words) if not word.partition("=")[0].isidentifier() or "=" not in word
        )
        variables = dict(word.split("=", 1) for word in words[:first])
        entries.append(Entry(name, tuple(words[first:]), variables))
    return entries


class Process:
    """One entry kept alive: started, watched, and started again with growing pauses when it ends by itself."""

    def __init__(self, entry: Entry, say: Callable[[str, str], None], logs: Path) -> None:
        self.entry = entry
        self.say = say
        self.log = logs / f"{entry.name}.log"
        self.child: subprocess.Popen | None = None
        self.failures = 0
        self.begun = 0.0
        self.next_start = 0.0

    def start(self) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches the runner only and nothing is left of a dead one."""
        self.begun = time.monotonic()
        self.child = subprocess.Popen(
            self.entry.command,
            cwd=ROOT,
            env=self.entry.environment() | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._copy_output, args=(self.child,), daemon=True).start()

    def look(self) -> bool:
        """Start it again if it ended and its pause is over; returns whether anything changed."""
        if self.child is not None and self.child.poll() is None:
            return False
        if self.child is not None:
            send_group(self.child.pid, signal.SIGKILL)
            self.failures = 0 if time.monotonic() - self.begun > STEADY_SECONDS else self.failures + 1
            pause = min(LONGEST_WAIT_SECONDS, 0.5 * 2**self.failures)
            self.say(self.entry.name, f"{how_it_ended(self.child.returncode)}; starting it again in {pause:.0f} s")
            self.child, self.next_start = None, time.monotonic() + pause
        if time.monotonic() < self.next_start:
            return False
        self.start()
        return True

    def _copy_output(self, child: subprocess.Popen) -> None:
        assert child.stdout is not None
        with child.stdout as output, self.log.open("ab") as log:
            for line in output:
                log.write(line)
                log.flush()
                self.say(self.entry.name, line.decode("utf-8", "replace").rstrip("\n"))


class Runner:
    """Runs entries together. `record` is the file that tells a later start what a killed runner left behind."""

    def __init__(self, entries: list[Entry], logs: Path, record: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self.record = record
        self.quiet = True
        self.width = max(len(entry.name) for entry in entries)
        self.processes = [Process(entry, self.say, logs) for entry in entries]
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Start every process, and watch over them from a thread."""
        for process in self.processes:
            process.start()
        self._write_record()
        self._watcher.start()

    def stop(self) -> None:
        """Ask every process to stop, and end those that have not after 60 seconds."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        children = [process.child for process in self.processes if process.child is not None]
        for child in children:
            send(child.pid, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        try:
            for child in children:
                child.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.say("runner", f"ending what has not stopped in {STOP_SECONDS} s")
        finally:
            for child in children:
                send_group(child.pid, signal.SIGKILL)
            for child in children:
                child.wait()
            self.record.unlink(missing_ok=True)

    def say(self, name: str, line: str) -> None:
        """Print a line with the name of its process before it; nothing while the start is still going on."""
        if self.quiet:
            return
        with self._lock:
            try:
                sys.stdout.write(f"{name:<{self.width}} | {line}\n")
                sys.stdout.flush()
            except (BrokenPipeError, ValueError):
                pass

    def _watch(self) -> None:
        while not self._stopping.wait(0.2):
            changed = [process.look() for process in self.processes]
            if any(changed):
                self._write_record()

    def _write_record(self) -> None:
        children = {process.entry.name: identity(process.child.pid) for process in self.processes if process.child}
        write_private(self.record, json.dumps(children))


def stop_left_behind(record: Path, say: Callable[[str], None]) -> None:
    """Stop the processes of a runner that was killed before it could."""
    for name, process in read_json(record).items():
        if still_runs(process):
            say(f"Stopping {name}, left behind by an earlier start")
            end_group(process, 10)
    record.unlink(missing_ok=True)


def how_it_ended(code: int) -> str:
    """A return code in words."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"


def main(arguments: list[str]) -> int:
    """Become the one process named, with the variables of its line."""
    entries = {entry.name: entry for entry in read_procfile()}
    if len(arguments) == 1 and arguments[0] in entries:
        entry = entries[arguments[0]]
        os.execvpe(entry.command[0], entry.command, entry.environment())
    sys.stderr.write(f"Name one process: {', '.join(entries)}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
