"""How does a test ask a real web server? One gunicorn, as the portal runs it, over a database of the test."""

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from portal.embedded.service import ROOT, free_port

START_SECONDS = 30


@contextmanager
def web_server(environment: dict[str, str]) -> Iterator[int]:
    """A real gunicorn that begins as the public role; its port."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
        "--workers", "1", "--threads", "4", "--no-control-socket", "--log-level", "error",
    ]  # fmt: skip
    own = {"PORTAL_PROCESS": "web", "DATABASE_ROLE": "portal_public", "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment | own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        end = time.monotonic() + START_SECONDS
        while not answers(port):
            assert time.monotonic() < end, "the web server did not start"
            time.sleep(0.05)
        yield port
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def answers(port: int) -> bool:
    """Is there a server that lives?"""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as site:
        try:
            site.request("GET", "/livez")
            return site.getresponse().status == 200
        except OSError:
            return False
