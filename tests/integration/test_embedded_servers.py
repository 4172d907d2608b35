"""Do the embedded servers live exactly as long as somebody holds them, whatever is killed?"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from portal.embedded import accounts
from portal.embedded.postgres import Postgres
from portal.embedded.processes import read_json, started_at, wait_until_gone
from portal.embedded.redis import Redis
from portal.embedded.service import ROOT, ServiceFailed

HOLDER = """
import sys, time
from pathlib import Path
from portal.embedded.{module} import {kind}
{kind}(Path(sys.argv[1])).start()
print("held", flush=True)
time.sleep(600)
"""


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Fail unless the condition comes to hold in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.05)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder with a blank and a letter of Welsh in its name, in which nothing runs afterwards."""
    place = tmp_path / "a tŷ" / "server"
    yield place
    for server in (Postgres(place), Redis(place)):
        if place.exists():
            server.stop()


@pytest.fixture
def hold_elsewhere() -> Iterator[Callable[[str, Path], subprocess.Popen]]:
    """Hold a server from another process; it is killed afterwards."""
    holders = []

    def start(kind: str, home: Path) -> subprocess.Popen:
        code = HOLDER.format(kind=kind, module=kind.lower())
        holder = subprocess.Popen([sys.executable, "-c", code, home], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        holders.append(holder)
        assert holder.stdout.readline() == "held\n"
        return holder

    yield start
    for holder in holders:
        holder.kill()
        holder.wait()
        holder.stdout.close()


def ask(url: str, statement: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0]
    finally:
        connection.close()


def test_the_cluster_is_made_as_production_would_be(home):
    server = Postgres(home)
    url = server.start()
    assert ask(url, "SHOW data_checksums") == "on"
    assert ask(url, "SHOW fsync") == "on"
    assert ask(url, "SELECT lower('Ŵ')") == "ŵ"
    assert ask(url, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'portal'") == "bC.UTF-8"
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(url, "SELECT listen || '' FROM (SELECT current_setting('listen_addresses') AS listen) x") == "127.0.0.1"
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(url.replace(server.state["password"], "guessed"))
    assert (home / "state.json").stat().st_mode & 0o777 == 0o600
    assert server.data.stat().st_mode & 0o777 == 0o700


def test_trigrams_keep_letters_of_welsh(home):
    url = Postgres(home).start()
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_trgm")
        cursor.execute("SELECT similarity('Tŷ Ŵyn', 'T Yn') < 1, similarity('Ŵyn', 'ŵyn') = 1")
        assert cursor.fetchone() == (True, True)
    connection.close()


@pytest.mark.parametrize("kind", [Postgres, Redis])
def test_it_stops_when_the_last_holder_is_killed_and_not_before(home, hold_elsewhere, kind):
    first, second = hold_elsewhere(kind.__name__, home), hold_elsewhere(kind.__name__, home)
    server = kind(home)
    before = server.pid
    assert before
    first.kill()
    first.wait()
    time.sleep(0.6)
    assert server.pid == before
    second.kill()
    second.wait()
    wait_for(lambda: server.pid is None and not server.kept())


@pytest.mark.parametrize("kind", [Postgres, Redis])
def test_a_server_whose_keeper_was_killed_is_adopted(home, hold_elsewhere, kind):
    hold_elsewhere(kind.__name__, home)
    server = kind(home)
    before = server.pid
    os.kill(read_json(home / "keeper.json")["pid"], signal.SIGKILL)
    wait_for(lambda: not server.kept())
    server.start()
    assert server.pid == before
    assert server.kept()


def test_two_that_start_at_once_share_one_server(home):
    servers, urls = [Postgres(home), Postgres(home)], []
    threads = [threading.Thread(target=lambda one=one: urls.append(one.start())) for one in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(urls)) == 1
    assert len(urls) == 2
    assert ask(urls[0], "SELECT 1") == 1


def test_start_and_leave_in_quick_turns(home):
    for _ in range(3):
        server = Postgres(home)
        assert ask(server.start(), "SELECT 1") == 1
        server.leave()


def test_a_half_made_cluster_is_made_anew(home):
    home.mkdir(parents=True)
    server = Postgres(home)
    place = accounts.place_for(home, accounts.for_servers())
    (place / "data.unfinished").mkdir()
    (place / "data.unfinished" / "PG_VERSION").write_text("18")
    assert ask(server.start(), "SELECT 1") == 1


def test_a_lock_file_of_a_dead_server_whose_number_was_given_away_is_no_hindrance(home):
    server = Postgres(home)
    server.start()
    server.kill()
    lock = server.data / "postmaster.pid"
    lines = lock.read_text().splitlines()
    lines[0] = str(os.getpid())
    lock.write_text("\n".join(lines) + "\n")
    assert ask(server.start(), "SELECT 1") == 1


def test_another_port_is_taken_when_its_own_is_in_use(home):
    server, other = Postgres(home), Redis(home.with_name("other"))
    server.start()
    server.stop()
    other.write_state(other.state | {"port": server.state["port"]})
    other.start()
    try:
        assert ask(server.start(), "SELECT 1") == 1
        assert server.state["port"] != other.state["port"]
    finally:
        other.stop()


def test_redis_keeps_what_it_was_told_and_refuses_the_application_to_empty_it(home):
    server = Redis(home)
    client = redis.Redis.from_url(server.start())
    client.rpush("queue", "ring")
    with pytest.raises(redis.exceptions.NoPermissionError):
        client.flushall()
    with pytest.raises(redis.exceptions.NoPermissionError):
        client.config_set("dir", "/")
    with pytest.raises(redis.exceptions.AuthenticationError):
        redis.Redis(port=server.state["port"]).ping()
    time.sleep(1.1)  # its file is synced every second
    server.kill()
    server.start()
    assert client.lrange("queue", 0, -1) == [b"ring"]
    client.close()


def test_a_server_that_cannot_start_is_a_sentence_with_the_end_of_its_log(home, monkeypatch):
    monkeypatch.setattr("portal.embedded.redis.CONFIGURATION", "no-such-directive yes\n")
    with pytest.raises(ServiceFailed, match="no-such-directive"):
        Redis(home).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands PostgreSQL to another account")
def test_root_hands_it_to_another_account_without_loosening_a_folder(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = {path: path.stat().st_mode for path in (*closed.parents, closed)}
    server = Postgres(closed / "home")
    try:
        assert ask(server.start(), "SELECT 1") == 1
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0
        assert accounts.OUTSIDE in server.data.parents
        assert {path: path.stat().st_mode for path in before} == before
    finally:
        server.stop()


def test_a_keeper_told_to_stop_does_not_wait_for_the_gate(home: Path) -> None:
    """Whoever stops a server stands in the gate, and waits for the keeper, which has just seen that nobody holds it."""
    server = Redis(home)
    server.start()
    keeper = read_json(home / "keeper.json")
    with server.gate():
        server.leave()
        end = time.monotonic() + 1
        while time.monotonic() < end:  # time for the keeper to look for a holder
            assert started_at(keeper["pid"]) is not None
            time.sleep(0.05)
        os.kill(keeper["pid"], signal.SIGTERM)
        assert wait_until_gone(keeper, 10)
