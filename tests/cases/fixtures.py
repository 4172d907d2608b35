"""How is a folder of fixtures/returns tried, and what has to come out of it?"""

from collections import Counter
from pathlib import Path

import pytest

from supplychain.filing import staging
from supplychain.filing.readers import faults
from tests.integration.filing_world import RETURNS, arguments_in, expected_in

from .case import Outcome, complaints, in_short, run

FOLDERS = sorted(path.parent for path in RETURNS.rglob("expected.json") if path.parent.parent.name != "published")


def try_folder(folder: Path) -> tuple[Outcome, list[str]]:
    """Check the return in a folder; what is not as its ``expected.json`` has it."""
    expected = expected_in(folder)
    with pytest.MonkeyPatch.context() as planting:
        for name, limit in expected.get("limits", {}).items():
            planting.setattr(faults, name, limit)
        if expected.get("plant") == "a row is lost":
            _lose_a_row(planting)
        outcome = run([*arguments_in(folder), "--json"])
    wrong = complaints(outcome)
    if not wrong:
        issues = outcome.document["issues"]
        found = [[issue["rule"], issue["severity"], issue["row"], issue["column"]] for issue in issues]
        if found != expected["issues"] or outcome.code != expected_code(folder):
            wrong.append(f"exit {outcome.code}, {found} and not {expected['issues']}")
    return outcome, wrong


def expected_code(folder: Path) -> int:
    """The exit code with which the check of a folder has to end."""
    expected = expected_in(folder)
    return expected.get("exit", int(any(issue[1] == "error" for issue in expected["issues"])))


def expected_shown(folder: Path) -> str:
    """What has to come out of a folder, in a few words."""
    return in_short(expected_code(folder), Counter(issue[0] for issue in expected_in(folder)["issues"]))


def _lose_a_row(planting: pytest.MonkeyPatch) -> None:
    """Let the database keep a row less than it was sent."""
    load = staging.load
    planting.setattr(staging, "load", lambda judge, progress=None: load(judge, progress) - 1)
