"""How does a test file as a program does? A person with a token, a body of the cast, and a client of its own."""

import io
import itertools
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal import jobs
from portal.models import Scope, Token, User
from supplychain.actions.tokens import issue_token
from supplychain.models import Filing
from tests.integration.filing_cast import Cast, line, make_cast, write

RETURNS, REAL = "/demonstration/api/v1/returns/", "/api/v1/returns/"
AMOUNTS = {"amount_paid_gbp": "500.50", "amount_to_date_gbp": "500.50"}
numbers = itertools.count()


def token_of(person: User, *, body_code: str = "", scopes: list[str] | None = None) -> tuple[Token, str]:
    """A token of 90 days for everything, unless less is asked for."""
    return issue_token(
        person=person, name="test", scopes=scopes or Scope.values, body_code=body_code, days=90, by=person,
        now=timezone.now(),
    )  # fmt: skip


class Program:
    """A program that files for D91."""

    def __init__(self, folder: Path) -> None:
        self.cast: Cast = make_cast()
        self.token, self.text = token_of(self.cast.preparer)
        self.client = Client(raise_request_exception=False)
        self.good = write(folder, line("A-1"), line("A-2", **AMOUNTS)).funding.read_bytes()
        self.address = RETURNS

    def headers(self, **more: str) -> dict[str, str]:
        key = f"test-key-{next(numbers)}"
        return {"Authorization": f"Bearer {self.text}", "Idempotency-Key": key} | more

    def post(self, funding: bytes | None, *, key: str = "", name: str = "funding.csv", **fields: Any):
        """A form with one file and some fields; ``None`` sends no file."""
        form = dict(fields)
        if funding is not None:
            form["funding"] = io.BytesIO(funding)
            form["funding"].name = name
        headers = self.headers(**({"Idempotency-Key": key} if key else {}))
        return self.client.post(self.address, form, headers=headers)

    def status(self, posted) -> dict:
        """What the status resource says."""
        answer = self.client.get(posted["Location"], headers=self.headers())
        assert answer.status_code == 200, answer.content
        return answer.json()

    def filed(self, *args: Any, **fields: Any) -> dict:
        """Post a form, let a worker do its job, and ask what became of it."""
        posted = self.post(*args, **fields)
        assert posted.status_code == 202, posted.content
        jobs.run(Filing.objects.get(key=posted.json()["id"]).job_id)
        return self.status(posted)


@pytest.fixture
def program(own_database, tmp_path: Path, settings) -> Program:
    """A program over a database and a folder of this test alone."""
    settings.PORTAL_VAR = tmp_path / "var"
    return Program(tmp_path)
