"""Which account may run PostgreSQL, which refuses to run as root, and where can that account read and write?

An ordinary user runs it directly. Root hands it to `postgres`, or to `nobody` where there is no such account; no
account is made and no folder's mode is loosened. Where that account cannot reach the project (a folder closed to
others), the data and a copy of the programs go to a folder of its own below /var/lib.
"""

import hashlib
import json
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from portal.embedded.processes import started_at

OUTSIDE = Path("/var/lib/probation-supply-chains")


class Account:
    """The account that runs a server: `identity` are the arguments for subprocess, empty for the present user."""

    def __init__(self, entry: pwd.struct_passwd | None) -> None:
        self.entry = entry

    @property
    def name(self) -> str:
        return self.entry.pw_name if self.entry else "the present user"

    @property
    def identity(self) -> dict:
        if self.entry is None:
            return {}
        return {"user": self.entry.pw_uid, "group": self.entry.pw_gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether the account can enter the folder (or run the program) at `path`."""
        if self.entry is None:
            return os.access(path, os.X_OK)
        # The kernel answers best: mode bits alone know nothing of access lists or mounts.
        test = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(test, cwd="/", check=False, **self.identity).returncode == 0

    def make_folder(self, path: Path) -> None:
        """Make a folder that only the account can open."""
        path.mkdir(mode=0o700)
        if self.entry is not None:
            os.chown(path, self.entry.pw_uid, self.entry.pw_gid)


def for_servers() -> Account:
    """The account for PostgreSQL: the present user, or for root an unprivileged one."""
    if os.geteuid() != 0:
        return Account(None)
    for name in ("postgres", "_postgres", "nobody"):
        try:
            return Account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise LookupError("PostgreSQL refuses to run as root, and there is no account called postgres or nobody.")


def place_for(home: Path, account: Account) -> Path:
    """The folder in which the account keeps a server's files: `home` where it can enter it, else one outside."""
    if account.reaches(home):
        return home
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    place = OUTSIDE / name
    for folder in (OUTSIDE, place):
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o755)  # new and ours; whatever the present user's mask says
    (place / "home.json").write_text(json.dumps({"home": str(home)}), encoding="utf-8")
    return place


def runs(lock: Path) -> bool:
    """Whether the postmaster of a lock file may still run."""
    return started_at(int(lock.read_text().split()[0])) is not None


def remove_orphans() -> list[Path]:
    """Remove outside places whose home folder is gone (a deleted checkout); returns what was removed."""
    removed = []
    for record in OUTSIDE.glob("*/home.json"):
        try:
            home = Path(json.loads(record.read_text(encoding="utf-8"))["home"])
            if not home.exists() and not any(map(runs, record.parent.glob("*/postmaster.pid"))):
                shutil.rmtree(record.parent)
                removed.append(record.parent)
        except (OSError, ValueError, KeyError):
            continue
    return removed
