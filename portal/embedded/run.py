"""How does the whole portal start and stop on one machine? `make run` ends here, once everything is installed."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from portal.embedded import hold
from portal.embedded.processes import identity, read_json, write_private
from portal.embedded.runner import Runner, read_procfile, stop_left_behind
from portal.embedded.service import ROOT, Service, port_is_free
from portal.embedded.steps import StepFailed, Steps, belongs_to_another

READY_SECONDS = 90


class Stop(BaseException):
    """Somebody asked the portal to stop."""


class CannotStart(Exception):  # noqa: N818  (says what happened)
    """The portal can't start; the text is a sentence for people."""


def main() -> int:
    """Run the portal until it is told to stop. Returns the exit code: 0 stopped as asked, 1 could not start."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with open_lock(hold.var() / "run") as lock:
            return run(lock)
    except (CannotStart, StepFailed, hold.ServiceFailed) as problem:
        sys.stderr.write(f"\n{problem}\n")
        return 1
    except PermissionError as problem:
        sys.stderr.write(f"\n{belongs_to_another(problem)}\n")
        return 1
    except Stop:
        return 0


def run(folder: Path) -> int:
    """Everything between the lock and its release; `folder` holds what is known of the running portal."""
    port = chosen_port()
    os.environ.setdefault("BIND", f"127.0.0.1:{port}")
    stop_left_behind(folder / "processes.json", say)
    if not port_is_free(port):
        raise CannotStart(f"Port {port} is taken by another program. Choose another one: make run PORT={port + 1000}")
    address = f"http://localhost:{port}/"
    write_private(folder / "portal.json", json.dumps({"address": address, **identity(os.getpid())}))
    steps = Steps()
    servers: list[Service] = []
    runner: Runner | None = None
    try:
        for name, start in (("PostgreSQL", hold.database), ("Redis", hold.broker)):
            with steps.step(f"Start {name}") as progress:
                server = start()
                if server is None:
                    progress.tell("(one of your own)")
                else:
                    servers.append(server)
        manage("prepare")  # shows steps of its own
        runner = Runner(read_procfile(), hold.var() / "log", folder / "processes.json")
        with steps.step("Start web, worker and scheduler"):
            runner.start()
            wait_until_ready(address, runner)
        manage("prepare", "--worlds")  # built by the worker that runs now
        print_welcome(address, steps.seconds)
        runner.quiet = False
        while True:
            signal.pause()
    except Stop:
        say("\nStopping ...")
        return 0
    finally:
        stop(runner, servers)
        (folder / "portal.json").unlink(missing_ok=True)


def stop(runner: Runner | None, servers: list[Service]) -> None:
    """Stop the processes, then the servers; a second request to stop ends the waiting."""
    try:
        if runner is not None:
            runner.stop()
    except Stop:
        say("Ending everything now.")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for server in servers:
        server.leave()
    for server in servers:
        server.leave(wait=True)
    say("Stopped.")


def manage(*command: str) -> None:
    """Run a management command. Raises CannotStart when it fails."""
    process = subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, start_new_session=True)
    try:
        code = process.wait()
    except Stop:
        process.terminate()
        process.wait()
        raise
    if code != 0:
        raise CannotStart(f"`manage.py {' '.join(command)}` did not succeed (exit code {code}).")


def wait_until_ready(address: str, runner: Runner) -> None:
    """Wait until the site says that it is ready. Raises CannotStart with the end of its log if it does not."""
    end = time.monotonic() + READY_SECONDS
    answer = ""
    while time.monotonic() < end:
        try:
            # Straight to this machine, whatever proxy the environment names.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"{address.replace('localhost', '127.0.0.1')}readyz", timeout=5) as response:
                if response.status == 200:
                    return
        except urllib.error.HTTPError as problem:
            answer = problem.read().decode(errors="replace").strip()
        except OSError as problem:
            answer = str(problem)
        time.sleep(0.1)
    log = "\n".join(runner.processes[0].log.read_text(errors="replace").splitlines()[-20:])
    raise CannotStart(f"The site was not ready in {READY_SECONDS} seconds ({answer}). Its log ends with:\n{log}")


def print_welcome(address: str, seconds: float) -> None:
    """Where the site is and who can sign in."""
    say(f"\nReady after {seconds:.0f} s.\n\n    {address}\n")
    manage("demonstration_accounts")
    say(f"\nLogs are in {hold.var() / 'log'}. Ctrl-C stops everything.\n")


def chosen_port() -> int:
    """The port from the environment. Raises CannotStart when it is none."""
    text = os.environ.get("PORT", "").strip() or "8000"
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT is {text!r}: it has to be a number from 1 to 65535.")
    return int(text)


class open_lock:  # noqa: N801  (reads as a word at the place where it is used)
    """Be the only portal of this project that runs. Raises CannotStart with the other's address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = read_json(self.folder / "portal.json")
            place = f" at {other['address']} (process {other['pid']})" if other else ""
            raise CannotStart(f"The portal is already running{place}. Stop that one first, with Ctrl-C.") from None
        return self.folder

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)


def say(text: str) -> None:
    """Print a line at once; a reader that went away is no reason to fail."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        pass


def _stop(*_: object) -> None:
    raise Stop


if __name__ == "__main__":
    sys.exit(main())
