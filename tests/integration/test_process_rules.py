"""Are the rules of the process kept, each with its code and sentence, by the action and at a command line?

R01 two people, R02 rules changed, R03 a version under review, R04 and R09 corrections, R05 warnings, R08 the digest
that was seen; R07 nothing is written after acceptance, whoever tries and whichever way.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from portal.errors import Refusal
from portal.models import User
from portal.quarters import Quarter
from supplychain.actions import returns
from supplychain.filing.readers import ReturnPaths
from supplychain.models import Kpi, KpiKind, KpiRow, Line, OwnDelivery, Return, ReturnIssue
from tests.integration.filing_cast import FACT, FROM_2015, NOTHING_STATED, Cast, make_cast, write
from tests.integration.filing_cast import line as good_line

pytestmark = pytest.mark.django_db

QUARTER = Quarter(2016, 1)  # of which the demonstration holds nothing, and whose window is open
NOW = dt.datetime(2018, 8, 6, 10, 0, tzinfo=dt.UTC)
WHICH = {"body_code": "D91", "quarter": QUARTER, "now": NOW}
DEED = ["D91", str(QUARTER), "--by"]


def line(ref: str, **given: str) -> dict[str, str]:
    return good_line(ref, **{"quarter": str(QUARTER), "start_date": "2016-04-01"} | given)


@pytest.fixture
def cast(settings, tmp_path: Path) -> Cast:
    settings.PORTAL_VAR = tmp_path / "var"
    return make_cast()


@pytest.fixture
def file(cast: Cast, tmp_path: Path) -> Callable:
    """File rows as the preparer (or another person); a refusal comes out."""

    def file(*rows: dict[str, str], by: User | None = None, reason: str = "") -> returns.Filed:
        return returns.file_return(
            paths=write(tmp_path, *rows), stated=NOTHING_STATED, by=by or cast.preparer, correction_reason=reason,
            **WHICH,
        )  # fmt: skip

    return file


def refusal(deed: Callable, **given) -> Refusal:
    with pytest.raises(Refusal) as refused, transaction.atomic():
        deed(**WHICH, **given)
    return refused.value


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and what was said to people."""
    said = io.StringIO()
    try:
        with transaction.atomic():
            call_command(*arguments, stdout=io.StringIO(), stderr=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue().strip()
    return 0, said.getvalue().strip()


def both(code: str, sentence: str, refused: Refusal, command: tuple[int, str]) -> None:
    """The action's refusal and the command's end say the same."""
    assert (refused.code, sentence in refused.sentence) == (code, True), refused.sentence
    assert refused.sentence.endswith(".")
    assert (command[0], command[1].splitlines()[-1]) == (1, refused.sentence)


def submitted(cast: Cast, file: Callable, *rows: dict[str, str]) -> Return:
    file(*rows or (line("A1"),))
    return returns.submit_return(by=cast.preparer, **WHICH)


def accepted(cast: Cast, file: Callable, *rows: dict[str, str]) -> Return:
    submitted(cast, file, *rows)
    return returns.accept_return(by=cast.accepter, **WHICH)


def published(cast: Cast, file: Callable) -> Return:
    filed = accepted(cast, file)
    Return.objects.filter(pk=filed.pk).update(state="published")
    return filed


def test_r01_who_prepared_does_not_accept(cast: Cast, file) -> None:
    file(line("A1"), by=cast.both)
    returns.submit_return(by=cast.both, **WHICH)
    refused = refusal(returns.accept_return, by=cast.both)
    both("R01", "so another person has to review it", refused, run("accept_return", *DEED, "test-both"))


def test_r01_nor_does_another_account_of_the_same_person(cast: Cast, file) -> None:
    submitted(cast, file)
    User.objects.filter(pk=cast.preparer.pk).update(email="Someone@example.org")
    User.objects.filter(pk=cast.accepter.pk).update(email="someone@example.org")
    cast.accepter.refresh_from_db()
    for deed in (returns.accept_return, returns.send_back_return):
        more = {"reason": "Wrong."} if deed is returns.send_back_return else {}
        assert refusal(deed, by=cast.accepter, **more).code == "R01"


def test_r02_rules_that_changed_ask_for_another_look(cast: Cast, file) -> None:
    filed = file(line("A1")).filed
    Return.objects.filter(pk=filed.pk).update(rules_version="older")
    refused = refusal(returns.submit_return, by=cast.preparer)
    both("R02", "The rules changed since", refused, run("submit_return", *DEED, "test-preparer"))


def test_r03_nothing_is_filed_over_what_is_under_review(cast: Cast, file, tmp_path: Path) -> None:
    filed = submitted(cast, file)
    other = tmp_path / "other"
    other.mkdir()
    path = write(other, line("B1")).funding
    for state in ("submitted", "accepted"):
        if state == "accepted":
            returns.accept_return(by=cast.accepter, **WHICH)
        with pytest.raises(Refusal) as refused, transaction.atomic():
            file(line("B1"))
        command = run("file_return", str(path), "--by", "test-preparer")
        both("R03", f"is {state}, so it can't be filed again", refused.value, command)
    assert list(filed.lines.values_list("agreement_ref", flat=True)) == ["A1"]


def test_r04_and_r09_a_correction_says_something_else_and_why(cast: Cast, file, tmp_path: Path) -> None:
    first = published(cast, file)
    path = write(tmp_path, line("A1")).funding
    with pytest.raises(Refusal) as refused, transaction.atomic():
        file(line("A1"), reason="Once more.")
    command = run("file_return", str(path), "--by", "test-preparer", "--reason", "Once more.")
    both("R04", "is what version 1 of D91 2016-17 Q1 says already", refused.value, command)
    for reason in ("", "  "):
        with pytest.raises(Refusal) as refused, transaction.atomic():
            file(line("A1", amount_paid_gbp="900.00", amount_to_date_gbp="900.00"), reason=reason)
        command = run("file_return", str(path), "--by", "test-preparer", "--reason", reason)
        both("R09", "say in a sentence what changed and why", refused.value, command)
    second = file(line("A1", amount_paid_gbp="900.00", amount_to_date_gbp="900.00"), reason="Paid back.").filed
    assert (second.version, second.replaces, second.correction_reason) == (2, first, "Paid back.")


def test_r05_a_warning_is_answered(cast: Cast, file) -> None:
    file(line("A1", start_date="2015-01-01", end_date="2016-03-31"))
    refused = refusal(returns.submit_return, by=cast.preparer)
    both("R05", "Warnings of P01 need an explanation", refused, run("submit_return", *DEED, "test-preparer"))
    assert run("submit_return", *DEED, "test-preparer", "--explain", "P01=timing")[0] == 0


def test_r08_what_is_accepted_is_what_was_seen(cast: Cast, file) -> None:
    filed = submitted(cast, file)
    seen = "0" * 64
    refused = refusal(returns.accept_return, by=cast.accepter, digest=seen)
    command = run("accept_return", *DEED, "test-accepter", "--digest", seen)
    both("R08", "is not what you saw any more", refused, command)
    assert run("accept_return", *DEED, "test-accepter", "--digest", filed.digest)[0] == 0


COLUMNS = {"digest": "'x'", "rows_stated": "7", "nil": "true", "income_gbp": "1", "kind": "'filed'", "version": "9",
           "expected_caseload": "1", "actual_caseload": "1", "rules_version": "'x'", "issue_counts": "'{}'",
           "accepted_by_id": "prepared_by_id", "accepted_at": "now()", "prepared_at": "now()", "submitted_at": "now()",
           "correction_reason": "'x'", "state": "'draft'", "withdrawn_reason": "'x'", "sent_back_reason": "'x'",
           "total_tier_2_stated": "1", "quarter": "quarter - interval '3 months'"}  # fmt: skip
ROWS = {
    "supplychain_line": "amount_paid_gbp = 1",
    "supplychain_kpirow": "numerator = 1",
    "supplychain_owndelivery": "amount_gbp = 1",
    "supplychain_upload": "name = 'other.csv'",
    "supplychain_returnissue": "message = 'x'",
    "supplychain_explanation": "code = 'timing'",
}


def copied(table: str) -> str:
    """SQL that adds a copy of every row of a return's table to the same return."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(column_name) FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        columns = [name for (name,) in cursor.fetchall() if name != "id"]
    other = {"agreement_ref": "'copy'", "rule": "'T99'"}
    values = ", ".join(other.get(name, name) for name in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE of_return_id = %s"


def execute(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount, "the statement met no row, so it tells nothing"


def refuses(statement: str, pk: int) -> None:
    with pytest.raises(IntegrityError, match="R07: what was accepted is not edited"), transaction.atomic():
        execute(statement, pk)


@pytest.mark.parametrize("state", ["accepted", "published", "superseded"])
@pytest.mark.parametrize("role", ["the owner", "portal_worker"])
def test_r07_nothing_is_written_after_acceptance(cast: Cast, tmp_path: Path, role: str, state: str) -> None:
    """Every table and column, added, changed, removed, or moved in from another return, by SQL."""
    filed = locked(cast, tmp_path, state)
    draft = Return.objects.create(
        body=cast.body, quarter=QUARTER.plus(1), kind="demonstration", prepared_at=NOW, prepared_by=cast.preparer
    )
    issue = ReturnIssue.objects.create(of_return=draft, rule="V01", severity="error", message="x")
    if role != "the owner":  # who may not pass triggers over either, by whatever name
        execute("SELECT set_config('pgtrigger.ignore', %s, true)", "{" + ",".join(triggers()) + "}")
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
    for table, change in ROWS.items():
        refuses(f"UPDATE {table} SET {change} WHERE of_return_id = %s", filed.pk)
        refuses(f"DELETE FROM {table} WHERE of_return_id = %s", filed.pk)
        refuses(copied(table), filed.pk)
    refuses(f"UPDATE supplychain_returnissue SET of_return_id = {filed.pk} WHERE id = %s", issue.pk)
    for column, value in COLUMNS.items():
        refuses(f"UPDATE supplychain_return SET {column} = {value} WHERE id = %s", filed.pk)
    refuses("DELETE FROM supplychain_return WHERE id = %s", filed.pk)
    for deed in (returns.submit_return, returns.withdraw_return):
        more = {"reason": "Wrong."} if deed is returns.withdraw_return else {}
        assert refusal(deed, by=cast.preparer, **more).status in (404, 409)


def triggers() -> list[str]:
    """The names of all triggers that keep what was accepted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_bound%'")
        names = [name for (name,) in cursor.fetchall()]
    assert len(names) == 3 * len(ROWS) + 1
    return names


def locked(cast: Cast, folder: Path, state: str) -> Return:
    """A return with rows in every table, in a state that follows acceptance."""
    tables = {
        "kpi": [{"kpi_code": "T-START", "agreement_ref": "", "numerator": "40", "denominator": "50"}],
        "own_delivery": [{"service_category": "mentoring", "area": "ALL", "amount_gbp": "5.00"}],
    }
    Kpi.objects.create(
        code="T-START", title="Starts", kind=KpiKind.OUTCOME, counts_people=True, in_force=FROM_2015,
        series=cast.body.series, **FACT,
    )  # fmt: skip
    paths = {"funding": write(folder, line("A1", end_date="2016-03-31", start_date="2015-04-01")).funding}
    for name, rows in tables.items():
        paths[name] = folder / f"{name}.csv"
        with paths[name].open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["reporting_body", "quarter", *rows[0]])
            writer.writeheader()
            writer.writerows({"reporting_body": "D91", "quarter": str(QUARTER), **row} for row in rows)
    report = returns.file_return(paths=ReturnPaths(**paths), stated=NOTHING_STATED, by=cast.preparer, **WHICH).report
    assert report.ok, report.issues
    returns.submit_return(by=cast.preparer, explanations={"P01": "timing"}, **WHICH)
    filed = returns.accept_return(by=cast.accepter, **WHICH)
    for model in (Line, KpiRow, OwnDelivery):
        assert model.objects.filter(of_return=filed).exists()
    for after in ("published", "superseded")[: ["accepted", "published", "superseded"].index(state)]:
        Return.objects.filter(pk=filed.pk).update(state=after)
    return filed
