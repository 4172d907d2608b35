"""Does a wrong or contradictory environment stop the start with sentences, all of them at once?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.environment import Environment, database_from

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "ALLOWED_HOSTS": "portal.example",
    "SECRET_KEY": "a0b1c2d3e4f5g6h7i8j9" * 3,
    "DATABASE_URL": "postgres://portal:x@db.example/portal",
    "REDIS_URL": "rediss://broker.example/0",
}


def load_settings(tmp_path: Path, **values: str) -> subprocess.CompletedProcess:
    """Import the settings in a process of their own, with nothing else in the environment."""
    code = "from portal import settings as s; print(s.DEPLOYED, s.TLS, s.PORTAL_DEMONSTRATION, s.DEBUG, s.SECRET_KEY)"
    environment = {"PATH": os.environ["PATH"], "PORTAL_VAR": str(tmp_path / "var"), **values}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_without_any_variable_it_is_local_with_a_secret_made_once(tmp_path):
    first, second = load_settings(tmp_path), load_settings(tmp_path)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert first.stdout.startswith("False False True False ")
    secret = tmp_path / "var" / "secret-key"
    assert len(secret.read_text()) > 50
    assert secret.stat().st_mode & 0o777 == 0o600


def test_a_deployed_portal_expects_tls_and_has_no_demonstration(tmp_path):
    done = load_settings(tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("True True False False ")
    assert not (tmp_path / "var").exists()


def test_every_problem_is_named_at_once_and_none_as_a_trace(tmp_path):
    done = load_settings(
        tmp_path, ALLOWED_HOSTS="portal.example", DEBUG="yes", DATABASE_URL="mysql://db/x", TLS="maybe"
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for word in ("SECRET_KEY is missing", "REDIS_URL is missing", "DEBUG is on", "PostgreSQL", "TLS is 'maybe'"):
        assert word in done.stderr


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"SOFT_LIMIT_SECONDS": "300"}, "SOFT_LIMIT_SECONDS (300) has to be less than HARD_LIMIT_SECONDS (300)"),
        ({"VISIBILITY_SECONDS": "600"}, "less than half of VISIBILITY_SECONDS (600)"),
        ({"LEASE_SECONDS": "60"}, "a second worker would take over a step that still runs"),
        ({"SWEEP_SECONDS": "900"}, "lapsed leases would wait"),
        ({"SWEEP_SECONDS": "soon"}, "SWEEP_SECONDS is 'soon'"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS holds *"),
        ({"PORTAL_PROCESS": "shell"}, "PORTAL_PROCESS is 'shell'"),
        ({"DATABASE_ROLE": "x; DROP"}, "letters, digits and _ only"),
        ({"SECRET_KEY": "a" * 60}, "too plain"),
        ({"SECURITY_CONTACT": "somebody@example.org"}, "has to begin with mailto:"),
        ({"PORTAL_CONTACT": "0191 000 0000"}, "has to be an e-mail address"),
        ({"SECURITY_TXT_AT": "http://example.org/security.txt"}, "has to begin with https://"),
        ({"REDIS_URL": "amqp://broker"}, "not the address of a Redis"),
        ({"DATABASE_URL": "postgres://db.example:port/x"}, "can't be read as an address"),
        ({"DATABASE_URL": "postgres://[db/x?a=b"}, "can't be read as an address"),
        ({"DATABASE_URL": "postgres://db.example/"}, "names no database"),
    ],
)
def test_what_contradicts_itself_stops_the_start(tmp_path, values, sentence):
    done = load_settings(tmp_path, **(GOOD | values))
    assert done.returncode == 1
    assert sentence in done.stderr


def test_an_address_is_taken_apart_with_its_escapes():
    environment = Environment({})
    parts = database_from("postgresql://us%40er:p%2Fw@[::1]:5433/na%20me", environment, "X")
    assert parts == {"NAME": "na me", "USER": "us@er", "PASSWORD": "p/w", "HOST": "::1", "PORT": "5433"}
    assert environment.problems == []


def test_what_stands_behind_the_question_mark_is_for_the_driver():
    environment = Environment({"URL": "postgres://db.example/portal?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem"})
    assert environment.database_options("URL") == {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    assert environment.database("URL", lambda: "")["NAME"] == "portal"
    assert environment.database_options("NOT_SET") == {}


def test_a_variable_set_to_nothing_counts_as_not_set():
    environment = Environment({"A": " ", "B": "x , y,"})
    assert environment.text("A", "default") == "default"
    assert environment.yes("A", True) is True
    assert environment.words("B", []) == ["x", "y"]
