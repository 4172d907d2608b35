"""Is the process that a file speaks of still the same process, and how is it ended?"""

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path


def started_at(pid: int) -> str | None:
    """When a process started, as an opaque text that a reused process id would not repeat; None if there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return None
    except (ProcessLookupError, PermissionError):
        return None
    else:
        # The name in brackets may hold anything, so count from its last bracket: state is field 3, start is 22.
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def identity(pid: int) -> dict[str, int | str | None]:
    """What is written down about a process, to recognise it later with `still_runs`."""
    return {"pid": pid, "started": started_at(pid)}


def still_runs(identity: dict) -> bool:
    """Whether the process of `identity` runs (a different one with the same number does not count)."""
    started = identity.get("started")
    return started is not None and started_at(int(identity["pid"])) == started


def wait_until_gone(identity: dict, seconds: float) -> bool:
    """Wait up to `seconds` until the process of `identity` is gone; False if it still runs then."""
    end = time.monotonic() + seconds
    while still_runs(identity):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def end_group(identity: dict, seconds: float) -> None:
    """Ask the process of `identity`, leader of its group, to stop; after `seconds` end the whole group."""
    if not still_runs(identity):
        return
    pid = int(identity["pid"])
    send(pid, signal.SIGTERM)
    wait_until_gone(identity, seconds)
    send_group(pid, signal.SIGKILL)


def send(pid: int, number: int) -> None:
    """Send a signal; a process that is gone already is no error."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def send_group(pid: int, number: int) -> None:
    """Send a signal to all processes of a group; a group that is gone already is no error."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def write_private(path: Path, text: str) -> None:
    """Write a file in one step, readable by its owner only."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_json(path: Path) -> dict:
    """The object in a JSON file; empty when there is no such file or it was cut short."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
