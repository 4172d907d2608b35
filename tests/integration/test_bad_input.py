"""Is every bad input answered by a clear issue or a clear refusal, and by nothing else?"""

import json
from pathlib import Path

import pytest
from django.conf import settings

from supplychain.actions.returns import file_return
from supplychain.filing.check import ReturnPaths, Stated
from supplychain.models import Return, ReturnIssue, Upload
from tests.cases.all import CASES, PAGE, all_cases, page
from tests.cases.case import SECRET, try_case
from tests.integration.filing_cast import NOW, QUARTER, line, make_cast, write
from tests.integration.filing_world import world_for_a_while


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), world_for_a_while():
        yield


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_comes_out_is_what_is_listed(case, world, django_db_blocker, tmp_path, caplog) -> None:
    with django_db_blocker.unblock():
        _outcome, wrong = try_case(case, tmp_path)
    assert wrong == []
    assert SECRET not in caplog.text


def test_cases_have_names_of_their_own_and_stand_on_the_page() -> None:
    names = [case.name for case in all_cases()]
    assert sorted(set(names)) == sorted(names)
    assert PAGE.read_text(encoding="utf-8") == page(), "write it afresh with python -m tests.cases.all"


def filed(paths: ReturnPaths, cast):
    return file_return(paths=paths, stated=Stated(), body_code="D91", quarter=QUARTER, by=cast.preparer, now=NOW)


def test_values_of_unknown_columns_are_stored_nowhere(db, tmp_path) -> None:
    cast = make_cast()
    paths = write(tmp_path, line("A-1"))
    header, row = paths.funding.read_text(encoding="utf-8").splitlines()
    paths.funding.write_text(f"{header},iban\n{row},{SECRET}\n", encoding="utf-8")
    outcome = filed(paths, cast)
    assert outcome.filed.state == "draft" and outcome.report.rule_counts == {"F02": 1}
    assert SECRET not in json.dumps(list(ReturnIssue.objects.values()), default=str)
    upload = Upload.objects.get(of_return=outcome.filed)
    assert not (Path(settings.PORTAL_VAR) / "uploads" / upload.sha256[:2] / upload.sha256).exists()


def test_a_file_that_cannot_be_read_leaves_the_draft_as_it_was(db, tmp_path) -> None:
    cast = make_cast()
    filed(write(tmp_path, line("A-1")), cast)
    (tmp_path / "funding.csv").write_bytes(b"PK\x03\x04" + SECRET.encode())
    outcome = filed(ReturnPaths(tmp_path / "funding.csv"), cast)
    assert outcome.filed is None and not outcome.report.readable
    kept = Return.objects.get(body=cast.body)
    assert kept.state == "checked" and kept.lines.count() == 1 and kept.uploads.count() == 1
