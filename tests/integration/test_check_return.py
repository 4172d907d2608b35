"""Does checking a return say the same whatever the format, end as promised, and leave nothing behind?"""

import csv
import datetime as dt
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from supplychain.filing.check import ReturnPaths, Stated
from supplychain.filing.findings import LISTED
from supplychain.filing.staging import store
from supplychain.models import KpiRow, Line, OwnDelivery, Return, ReturnKind
from tests.cases.children import run_apart
from tests.cases.returns import as_cells
from tests.integration.filing_world import NOW, RETURNS, arguments_in, checked, make_world, paths_in
from tests.workbooks import saved_ods, saved_xlsx

GOOD, FULL = RETURNS / "good" / "basic", RETURNS / "good" / "full"
ROOT = Path(__file__).parents[2]
KEYS = ["rule", "severity", "table", "row", "column", "letter", "value", "message", "expected", "fix"]


@pytest.fixture
def world(db) -> None:
    make_world()


def read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def run(arguments: list[str], capsys) -> tuple[int, dict]:
    """Exit code of ``check_return --json`` and the one document on its output."""
    code = 0
    try:
        call_command("check_return", *arguments, "--json")
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(capsys.readouterr().out)


def test_csv_xlsx_and_ods_give_the_same_digest(world, tmp_path) -> None:
    sheets = {name: as_cells(name, read(path)) for name, path in paths_in(FULL).given().items()}
    reports = [checked(FULL)]
    for name, made in (("r.xlsx", saved_xlsx(sheets)), ("r.ods", saved_ods(sheets))):
        (tmp_path / name).write_bytes(made)
        reports.append(checked(ReturnPaths(tmp_path / name)))
    assert [report.issues for report in reports] == [[], [], []]
    assert len({report.digest for report in reports}) == 1
    assert {report.rows for report in reports} == {5}


def test_the_digest_is_of_the_content_alone(world, tmp_path) -> None:
    digest = checked(FULL).digest
    rows = read(FULL / "funding.csv")
    order = list(reversed(range(len(rows[0]))))
    turned = [[row[i] for i in order] for row in [rows[0], [""] * len(order), *reversed(rows[1:])]]
    paths = paths_in(FULL)
    moved = ReturnPaths(write(tmp_path / "f.csv", turned), paths.kpi, paths.own_delivery, paths.control)
    assert checked(moved).digest == digest
    flags = Stated(False, 5, Decimal(1500), Decimal("400000.00"), 900, 850)
    assert checked(ReturnPaths(paths.funding, paths.kpi, paths.own_delivery), stated=flags).digest == digest
    assert checked(ReturnPaths(paths.funding, paths.kpi, paths.own_delivery)).digest != digest
    changed = [[cell.replace("One", "Two").replace("12000", "12000.01") for cell in row] for row in rows]
    other = ReturnPaths(write(tmp_path / "g.csv", changed), paths.kpi, paths.own_delivery, paths.control)
    assert checked(other).digest != digest


def test_a_thousand_findings_are_listed_and_all_are_counted(world, tmp_path, capsys) -> None:
    header, first, *_rest = read(GOOD / "funding.csv")
    ref, paid = header.index("agreement_ref"), header.index("amount_paid_gbp")
    summary, number_of = header.index("service_summary"), header.index("charity_number")
    rows = [header]
    for number in range(1500):
        row = list(first)
        row[ref], row[paid], row[summary] = f"N-{number}", "1,5", "" if number % 2 else "Help"
        row[number_of] = str(9_100_000 + number)
        row[header.index("quarter")] = "2017-18 Q2"  # before anything that could be missed was published
        rows.append(row)
    code, report = run([str(write(tmp_path / "f.csv", rows))], capsys)
    assert code == 1 and report["truncated"] is True
    assert report["counts"]["error"] == 1500 + 750
    assert len(report["issues"]) == LISTED
    places = [(issue["table"], issue["row"], issue["column"], issue["rule"]) for issue in report["issues"]]
    assert places == sorted(places)
    assert places[0] == ("funding", 2, "amount_paid_gbp", "V02")
    assert places[1:3] == [("funding", 3, "amount_paid_gbp", "V02"), ("funding", 3, "service_summary", "V01")]


def test_values_are_cut_and_unknown_columns_are_never_echoed(world, tmp_path, capsys) -> None:
    rows = read(GOOD / "funding.csv")
    rows[0].append("bank_account")
    for row in rows[1:]:
        row.append("12-34-56 00012345")
    rows[1][rows[0].index("service_category")] = "x" * 59
    rows[1][rows[0].index("service_summary")] = "y" * 900
    code, report = run([str(write(tmp_path / "f.csv", rows))], capsys)
    assert code == 1
    assert {issue["rule"] for issue in report["issues"]} == {"F02", "V06", "V09"}
    assert max(len(issue["value"]) for issue in report["issues"]) == 80
    assert "00012345" not in json.dumps(report)
    assert "bank_account" in json.dumps(report)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (arguments_in(GOOD), 0),
        (arguments_in(RETURNS / "V02"), 1),
        (arguments_in(RETURNS / "F01"), 1),
        (arguments_in(RETURNS / "F04"), 2),
        (arguments_in(RETURNS / "F11"), 2),
        (["nowhere.csv"], 2),
        (["."], 2),
        ([], 2),
        (arguments_in(RETURNS / "good" / "nil"), 0),
    ],
)
def test_every_end_has_its_code_and_one_document(world, arguments, code, capsys) -> None:
    found, report = run(arguments, capsys)
    assert found == code
    assert list(report) == ["format", "file", "digest", "counts", "truncated", "issues"]
    assert list(report["file"]) == ["sha256", "bytes", "rows"]
    assert (report["digest"] is None) == (code == 2)
    assert bool(report["counts"]["error"]) == bool(code)
    for issue in report["issues"]:
        assert list(issue) == [
            "rule",
            "severity",
            "table",
            "row",
            "column",
            "letter",
            "value",
            "message",
            "expected",
            "fix",
        ]


def test_filing_that_is_refused_is_one_document_too(world, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("file_return", *arguments_in(GOOD), "--json", "--by", "nobody")
    assert ended.value.code == 1
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["format", "file", "digest", "counts", "truncated", "issues"]
    assert [issue["message"] for issue in report["issues"]] == ["There is no account 'nobody'."]
    assert list(report["issues"][0]) == KEYS and report["counts"]["error"] == 1


def test_nothing_is_left_in_the_database(world, capsys) -> None:
    def rows() -> dict[str, int]:
        tables = [name for name in connection.introspection.table_names() if not name.startswith("django_")]
        with connection.cursor() as cursor:
            found = {}
            for name in tables:
                cursor.execute(f'SELECT count(*) FROM "{name}"')
                found[name] = cursor.fetchone()[0]
        return found

    with connection.cursor() as cursor:  # the world was filed in this same transaction
        cursor.execute("DROP TABLE staged_funding, staged_kpi, staged_own_delivery")
    before = rows()
    run(arguments_in(FULL), capsys)
    assert rows() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relname ~ '^staged'")
        assert cursor.fetchone() == (0,)


def test_the_report_for_people_groups_by_rule(world, tmp_path, capsys) -> None:
    header, first, *_rest = read(GOOD / "funding.csv")
    ref, paid = header.index("agreement_ref"), header.index("amount_paid_gbp")
    rows = [header]
    for number in range(15):
        row = list(first)
        row[ref], row[paid] = f"N-{number}", "£5" if number < 12 else f"£{number}"
        rows.append(row)
    with pytest.raises(SystemExit) as end:
        call_command("check_return", str(write(tmp_path / "f.csv", rows)))
    text = capsys.readouterr().out
    assert end.value.code == 1
    assert "ERROR V02 A value is not of its kind (15 times)" in text
    assert "funding, rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 ..., amount_paid_gbp (column O): '£5' is not an amount" in text
    assert text.count("'£5' is not") == text.count("'£12' is not") == text.count("If 12 is meant, write it so.") == 1
    assert "and 1 more: rows 16" in text


def test_checked_rows_become_lines(world, django_user_model) -> None:
    preparer = django_user_model.objects.create(username="someone")
    with transaction.atomic():
        report = checked(FULL)
        filed = Return.objects.create(
            body_id=report.body_code,
            quarter=report.quarter,
            kind=ReturnKind.DEMONSTRATION,
            digest=report.digest,
            prepared_at=NOW,
            prepared_by=preparer,
        )
        store(filed.pk)
    lines = {line.agreement_ref: line for line in Line.objects.filter(of_return=filed)}
    assert sorted(lines) == ["A-1", "A-2", "B-1", "C-1", "C-2"]
    nova, harbour, group, mutual = (lines[ref] for ref in ("A-1", "A-2", "C-1", "C-2"))
    assert (nova.payer_key, nova.payee_key) == ("body:D90", "GB-CHC-9900001")
    assert (harbour.payer_key, harbour.upstream_ref, harbour.tier) == ("GB-CHC-9900001", "A-1", 3)
    assert (group.payee_key, mutual.payee_key) == ("name:corner group", "GB-MPR-4321R")
    assert (nova.areas, nova.area_scope) == (["testshire-north", "testshire-south"], "all")
    assert (harbour.areas, harbour.area_scope) == (["testshire-north"], "named")
    assert (nova.amount_paid_gbp, nova.other_categories) == (Decimal("1500.00"), ["through-the-gate", "women"])
    assert (nova.specialist, harbour.specialist, nova.notice_days) == (True, None, 90)
    assert (harbour.prior_period_adjustment_gbp, harbour.explanation_code) == (Decimal(-50), ["correction"])
    assert harbour.explanation_note == "An invoice was counted twice.\nPut right."
    assert (mutual.amount_status, mutual.amount_paid_gbp) == ("not-disclosed", None)
    assert nova.start_date == dt.date(2017, 4, 1) and nova.row_number == 2
    kpis = KpiRow.objects.filter(of_return=filed).values_list("agreement_ref", "numerator", "denominator")
    assert sorted(kpis) == [("", 40, 50), ("A-1", 12, None), ("A-2", 5, 6)]
    own = OwnDelivery.objects.get(of_return=filed, service_category="unpaid-work")
    assert (own.areas, own.amount_gbp, own.amount_status) == (["testshire-south"], None, "not-disclosed")


def test_a_long_file_takes_little_memory_and_json_is_all_of_stdout(own_database, tmp_path) -> None:
    header = read(GOOD / "funding.csv")[0]
    path = tmp_path / "long.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        fixed = {
            "reporting_body": "C01",
            "quarter": "2018-19 Q1",
            "tier": 2,
            "service_category": "mentoring",
            "area": "ALL",
            "funding_type": "contract",
            "start_date": "2018-04-01",
        }
        for number in range(200_000):
            paid = f"{number % 9000}.{number % 100:02}"
            writer.writerow(
                fixed
                | {
                    "agreement_ref": f"A-{number}",
                    "provider_name": f"Provider {number}",
                    "charity_number": 9_000_000 + number,
                    "service_summary": f"Mentoring, part {number}",
                    "amount_paid_gbp": paid,
                    "amount_to_date_gbp": paid,
                }
            )
    outcome = run_apart([str(path)], os.environ | own_database.environment)
    assert outcome.code == 0, outcome.err
    assert outcome.document["file"]["rows"] == 200_000 and outcome.document["counts"]["error"] == 0
    assert outcome.peak < 300


@pytest.mark.parametrize("arguments", [["--quarter", "2018"], ["--rows", "-1"], ["f.csv", "--bodies", "C01"]])
def test_wrong_usage_is_a_document_too(own_database, arguments) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check_return", "--json", *arguments],
        cwd=ROOT,
        env=os.environ | own_database.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert json.loads(done.stdout)["counts"]["error"] == 1
