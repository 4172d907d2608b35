"""Who starts a server, restarts it when it dies, and stops it when nobody needs it any more?

Run as `python -m portal.embedded.keeper Postgres HOME`, by `service` only. It outlives the process that started it,
and ends a moment after the last holder has gone (even if that one was killed).
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from portal.embedded.postgres import Postgres
from portal.embedded.processes import identity, write_private
from portal.embedded.redis import Redis
from portal.embedded.service import Service

KINDS = {"Postgres": Postgres, "Redis": Redis}
LOOK_SECONDS = 0.1
STEADY_SECONDS = 30
FIRST_START_ATTEMPTS = 3


class Keeper:
    """Keeps one service until nobody holds it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.server: subprocess.Popen | None = None
        self.told_to_stop = False

    def run(self) -> int:
        """Keep the server; returns the exit code of the process."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._told)
        self.lock = self.service.open_lock("keeper.lock")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        write_private(self.service.home / "keeper.json", json.dumps(identity(os.getpid())))
        return self._keep()

    def _keep(self) -> int:
        was_ready, failures, begun = False, 0, time.monotonic()
        while True:
            if self.told_to_stop:
                self._end()
                return 0
            if not self.service.held() and self._closed_for_good():
                return 0
            if not self._alive():
                if was_ready or self.server:
                    self._say("died" if was_ready else "did not start")
                    failures = 0 if time.monotonic() - begun > STEADY_SECONDS else failures + 1
                    if not was_ready and failures >= FIRST_START_ATTEMPTS:
                        return 1
                    self._pause(min(10.0, 0.25 * 2**failures))
                begun = time.monotonic()
                self._start()
            was_ready = was_ready or self.service.ready()
            time.sleep(LOOK_SECONDS)

    def _closed_for_good(self) -> bool:
        """Stop the server if, behind the gate, there is still no holder."""
        try:
            with self.service.gate(wait=False):
                if self.service.held():
                    return False
                self._end()
                os.close(self.lock)  # still behind the gate: the next to pass it must not count on this keeper
                return True
        except BlockingIOError:  # whoever is there may wait for us to end as told, or take hold: look again
            return False

    def _start(self) -> None:
        command, arguments = self.service.command()
        self.server = subprocess.Popen(command, stdin=subprocess.DEVNULL, **arguments)
        write_private(self.service.home / "server.json", json.dumps(identity(self.server.pid)))

    def _alive(self) -> bool:
        if self.server is not None:
            return self.server.poll() is None
        return bool(self.service.running())

    def _end(self) -> None:
        self.service.end_server()
        if self.server is not None:
            self.server.wait()

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.told_to_stop and self.service.held():
            time.sleep(LOOK_SECONDS)

    def _say(self, what: str) -> None:
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        sys.stderr.write(f"{now} UTC keeper: {self.service.name} {what}, starting it again\n")
        sys.stderr.flush()

    def _told(self, *_: object) -> None:
        self.told_to_stop = True


def main(arguments: list[str]) -> int:
    """Keep the service of the kind and home folder named by the arguments."""
    kind, home = arguments
    return Keeper(KINDS[kind](Path(home))).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
