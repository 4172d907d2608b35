"""How is the portal asked over HTTP, by a worker that runs as a deployed one does?"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from urllib.parse import quote

from portal.embedded.runner import read_procfile
from portal.embedded.service import ROOT, free_port
from tests import databases

START_SECONDS = 60
BUFFER = 1 << 20


@dataclass(frozen=True, slots=True)
class Download:
    """What a download took: seconds until its first byte and until its end, and how many bytes came."""

    first: float
    seconds: float
    size: int


@dataclass(frozen=True, slots=True)
class Site:
    """A running server; ``worker`` is the process that answers, or one of them."""

    port: int
    worker: int
    files: Path

    def download(self, address: str) -> Download:
        """Read an answer to its end and forget it, with as little work as can be."""
        buffer, size, first = bytearray(BUFFER), 0, 0.0
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            begun = time.perf_counter()
            line.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            while got := line.recv_into(buffer):
                if not size and not buffer.startswith(b"HTTP/1.1 200"):
                    raise AssertionError(f"{address} was not answered: {bytes(buffer[:got])[:200]!r}")
                size += got
                if not first and (size != got or not buffer[:got].endswith(b"\r\n\r\n")):
                    first = time.perf_counter() - begun
            return Download(first, time.perf_counter() - begun, size)

    def pages(self, addresses: list[str]) -> float:
        """Seconds that each of these pages takes, asked for one after the other over one connection."""
        return mean(self.times(addresses))

    def times(self, addresses: Sequence[str], *, apart: bool = False, **headers: Sequence[str]) -> list[float]:
        """Seconds of each of these pages, one after the other over one connection, or each over its own, so that any
        worker may answer it; ``headers`` hold a value for each page, and one that the reader has is answered with 304.
        """
        found, line = [], self._line()
        for place, address in enumerate(addresses):
            if apart and place:
                line.close()
                line = self._line()
            own = {name.replace("_", "-"): values[place] for name, values in headers.items()}
            begun = time.perf_counter()
            self.asked(line, address, own)
            found.append(time.perf_counter() - begun)
        line.close()
        return found

    def _line(self) -> http.client.HTTPConnection:
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        line.connect()
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def etags(self, addresses: Sequence[str]) -> list[str]:
        """By what each page is known again."""
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        found = []
        for address in addresses:
            line.request("HEAD", address)
            answer = line.getresponse()
            answer.read()
            found.append(answer.headers["ETag"])
        line.close()
        return found

    def keep(self, address: str) -> str:
        """Lay down what a page says, for the bare view; the address that gives it."""
        path = self.files / "bare" / quote(address, safe="").replace("%", "_")
        path.parent.mkdir(exist_ok=True)
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        path.write_bytes(self.asked(line, address))
        line.close()
        return f"/bare/page/bare/{path.name}"

    @staticmethod
    def asked(line: http.client.HTTPConnection, address: str, headers: Mapping[str, str] | None = None) -> bytes:
        """What a page says; nothing where the reader has it already, as ``If-None-Match`` among the headers tells."""
        line.request("GET", address, headers=headers or {})
        answer = line.getresponse()
        content = answer.read()
        if answer.status != (304 if headers and "If-None-Match" in headers else 200):
            raise AssertionError(f"{address} was answered with {answer.status}")
        return content


@contextmanager
def running(files: Path, *, workers: int | None = 1) -> Iterator[Site]:
    """The web process of the Procfile on the present database, with workers that are never replaced: one, so that what
    it uses can be told, or as many as stand there (``None``).
    """
    port = free_port()
    own = {
        "DATABASE_URL": databases.current_url(), "PORTAL_FILES": str(files),
        "PORTAL_STATIC": str(files / "static"), "DJANGO_SETTINGS_MODULE": "portal.settings",
    }  # fmt: skip
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=os.environ | own, check=True)
    entry = next(entry for entry in read_procfile(environment={"BIND": f"127.0.0.1:{port}"}) if entry.name == "web")
    command = ["tests.bench.bare" if word == "portal.wsgi" else word for word in entry.command]
    command += ["--max-requests", "0", "--max-requests-jitter", "0"]
    if workers is not None:
        command += ["--workers", str(workers)]
    with (files / "web.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=entry.environment() | own, stdout=log, stderr=log)
        try:
            yield Site(port, _worker(server, port, files / "web.log"), files)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _worker(server: subprocess.Popen, port: int, log: Path) -> int:
    """The process number of the first worker, once one answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/livez")
            if line.getresponse().status == 200:
                return int(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()[0])
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The web server did not start:\n{log.read_text()}")
