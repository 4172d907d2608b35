"""How is schemathesis let loose on the API?"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from portal.embedded.service import ROOT
from portal.models import Scope, User
from supplychain.actions.tokens import issue_token
from tests.integration.web_server import web_server

PROGRAM = Path(sys.executable).parent / "schemathesis"
SCHEMA = "/demonstration/api/v1/schema/"
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
OWN = {"SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
# Every check that there is, in every phase: examples of the schema, each bound of it, and what chance finds.
OPTIONS = ("--checks", "all", "--phases", "examples,coverage,fuzzing,stateful")


def ask(environment: dict[str, str], *options: str, **how) -> subprocess.CompletedProcess:
    """Run schemathesis against a web process with this environment; ``how`` goes to ``subprocess.run``."""
    generous = environment | {"API_REQUESTS_A_MINUTE": "1000000"}
    with web_server(generous) as port, TemporaryDirectory() as folder:  # where it leaves notes of its own
        command = [
            str(PROGRAM),
            "--config-file",
            str(CONFIGURATION),
            "run",
            f"http://127.0.0.1:{port}{SCHEMA}",
            *OPTIONS,
            *options,
        ]
        return subprocess.run(command, cwd=folder, env=os.environ | OWN, check=False, **how)


def token_of(username: str) -> str:
    """A token with which somebody of the demonstration files and asks."""
    person = User.objects.get(username=username)
    scopes = [Scope.FILE, Scope.READ]
    return issue_token(
        person=person, name="fuzzing", scopes=scopes, body_code="", days=1, by=person, now=timezone.now()
    )[1]
