"""Is what a program sends filed once, although the worker that files it is killed?"""

import io

import pytest
from django.test import Client
from django.utils import timezone

from portal.models import Scope, User
from portal.quarters import Quarter
from supplychain.actions.tokens import issue_token
from supplychain.models import Filing, Return
from tests.faults.processes import Portal

RETURNS = "/demonstration/api/v1/returns/"
MISSING = {"begin": Quarter(2018, 4), "file": Quarter(2018, 2)}
BODY = {"begin": "D12", "file": "D05"}  # whose returns of these quarters are missing in the demonstration


def nil_return() -> io.BytesIO:
    file = io.BytesIO(b"name,value\nnil,yes\n")
    file.name = "control.csv"
    return file


@pytest.mark.parametrize("step", ["file", pytest.param("begin", marks=pytest.mark.long)])
def test_worker_killed_with_a_step_done_but_not_committed(portal: Portal, settings, step: str) -> None:
    settings.PORTAL_VAR = portal.folder / "var"
    preparer = User.objects.get(username="preparer")
    _, text = issue_token(
        person=preparer, name="test", scopes=Scope.values, body_code="", days=1, by=preparer, now=timezone.now()
    )
    headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": f"killed after {step}".replace(" ", "-")}
    form = {"body": BODY[step], "quarter": str(MISSING[step])}
    client = Client()
    with portal.pause(f"after {step}"):
        posted = client.post(RETURNS, form | {"control": nil_return()}, headers=headers)
        assert posted.status_code == 202, posted.content
        portal.reached(f"after {step}")
        portal.kill("worker")
    waiting = client.get(posted["Location"], headers=headers).json()
    assert waiting["status"] in {"received", "checking"} and waiting["return"] is None
    portal.bring_back("worker")
    told = portal.until(
        lambda: (now := client.get(posted["Location"], headers=headers).json())["finished_at"] and now, "it is filed"
    )
    filing = Filing.objects.get(key=told["id"])
    assert (told["status"], told["return"]["version"], told["return"]["state"]) == ("filed", 1, "checked")
    assert filing.job.steps.get(name=step).attempts == 2
    assert Return.objects.of(BODY[step], MISSING[step]).count() == 1
    again = client.post(RETURNS, form | {"control": nil_return()}, headers=headers)
    assert again.content == posted.content
    portal.until(lambda: not (portal.folder / "var" / "filings" / filing.key).exists(), "its files are gone")
