"""Do many faults in one return yield exactly those, with nothing that only follows from them?"""

import csv
import json

import pytest
from django.core.management import call_command

from supplychain.filing.layout import FUNDING
from supplychain.filing.rules.catalogue import BY_CODE, default_versions, in_force, rules_version
from supplychain.models import RuleVersion
from tests.integration.filing_world import TODAY, checked, make_world, paths_in

COLUMNS = [column.name for column in FUNDING.columns]
ROWS = 60

# Row of the spreadsheet, what is planted there, and what has to be found: rule and column.
FAULTS = {
    3: ({"amount_paid_gbp": "1,500"}, "V02", "amount_paid_gbp"),
    5: ({"service_category": "housing"}, "V06", "service_category"),
    7: ({"provider_name": "=Provider"}, "V07", "provider_name"),
    9: ({"service_summary": "Write to someone@example.org"}, "V08", "service_summary"),
    11: ({"start_date": "01/07/2017"}, "V05", "start_date"),
    13: ({"charity_number": "123"}, "O01", "charity_number"),
    15: ({"area": "elsewhere"}, "V06", "area"),
    17: ({"amount_to_date_gbp": "99.98"}, "M01", "amount_to_date_gbp"),
    19: ({"amount_paid_gbp": ""}, "V01", "amount_paid_gbp"),
    21: ({"end_date": "2017-06-30"}, "P01", "end_date"),
    23: ({"agreement_ref": "R-4"}, "F09", "agreement_ref"),
    25: ({"quarter": "2017-18 Q3"}, "F10", "quarter"),
    27: ({"funding_type": "unpaid"}, "M17", "amount_paid_gbp"),
    29: ({"provider_name": "Provi\u202eder"}, "V10", "provider_name"),
    31: ({"service_summary": "x" * 501}, "V09", "service_summary"),
    33: ({"amount_status": "withheld"}, "V11", "amount_status"),
    42: ({"upstream_ref": "R-9999"}, "T01", "upstream_ref"),
    44: ({"tier": "5"}, "T06", "tier"),
    46: ({"upstream_ref": ""}, "V01", "upstream_ref"),
    48: ({"start_date": "2017-06-30"}, "P02", "start_date"),
    50: ({"service_category": ""}, "V01", "service_category"),
    52: ({"upstream_ref": "R-52"}, "T02", "upstream_ref"),
    54: ({"charity_number": "9700016", "provider_name": "Provider 16"}, "T03", "provider_name"),
}


@pytest.fixture
def world(db) -> None:
    make_world()


def rows() -> list[dict[str, str]]:
    """Clean rows: the first two thirds at tier 2, the others one below each of them, and one below a faulty one."""
    made = []
    for number in range(2, ROWS + 2):
        below = number >= 40
        made.append(
            {
                "reporting_body": "D90",
                "quarter": "2017-18 Q2",
                "agreement_ref": f"R-{number}",
                "upstream_ref": f"R-{number - 38 if number % 2 == 0 else 2}" if below else "",
                "tier": "3" if below else "2",
                "provider_name": f"Provider {number}",
                "charity_number": str(9_700_000 + number),
                "service_category": "mentoring",
                "service_summary": "Mentoring, one to one",
                "area": "ALL",
                "funding_type": "contract",
                "start_date": "2017-07-01",
                "amount_paid_gbp": "10.00" if below else "99.99",
                "amount_to_date_gbp": "10.00" if below else "99.99",
            }
        )
    return made


def write(path, planted: bool) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for number, row in enumerate(rows(), start=2):
            writer.writerow(row | (FAULTS[number][0] if planted and number in FAULTS else {}))


def test_planted_faults_are_found_and_nothing_else(world, tmp_path) -> None:
    path = tmp_path / "funding.csv"
    write(path, planted=False)
    assert checked(paths_in(tmp_path)).issues == []
    write(path, planted=True)
    report = checked(paths_in(tmp_path))
    found = sorted((issue.row, issue.rule, issue.column) for issue in report.issues)
    assert found == sorted((row, rule, column) for row, (_planted, rule, column) in FAULTS.items())


def test_a_row_that_breaks_off_leaves_what_hangs_on_it_alone(world, tmp_path) -> None:
    path = tmp_path / "funding.csv"
    write(path, planted=False)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] += ",one cell more"
    path.write_text("\n".join(lines), encoding="utf-8")
    report = checked(paths_in(tmp_path))
    assert [(issue.rule, issue.row) for issue in report.issues] == [("F03", 2)]


def test_an_untidy_cell_beside_its_tidy_twin_is_said(world, tmp_path) -> None:
    path = tmp_path / "funding.csv"
    write(path, planted=False)
    lines = path.read_text(encoding="utf-8").splitlines()
    tidy = checked(paths_in(tmp_path)).digest
    lines[4] = lines[4].replace("mentoring", " mentoring")
    lines[5] = lines[5].replace("Mentoring, one to one", "Mentoring, one to one\u00a0")
    path.write_text("\n".join(lines), encoding="utf-8")
    report = checked(paths_in(tmp_path))
    found = [(issue.rule, issue.severity, issue.row, issue.column) for issue in report.issues]
    assert found == [("F06", "information", 5, "service_category"), ("F06", "information", 6, "service_summary")]
    assert report.digest == tidy


def test_severity_and_thresholds_come_from_their_rows(world, tmp_path) -> None:
    write(tmp_path / "funding.csv", planted=False)
    path = tmp_path / "funding.csv"
    text = path.read_text(encoding="utf-8").replace("one to one", "one to one, with Mr Example", 1)
    path.write_text(text, encoding="utf-8")
    before = rules_version(TODAY)
    assert [(i.rule, i.severity) for i in checked(paths_in(tmp_path)).issues] == [("V08", "warning")]
    RuleVersion.objects.create(rule="V08", valid_from=TODAY, severity="information", reason="Tried out first.")
    RuleVersion.objects.create(
        rule="T07", valid_from=TODAY, severity="error", thresholds={"tier": 2}, reason="Tried out."
    )
    report = checked(paths_in(tmp_path))
    assert report.rules_version == rules_version(TODAY) != before
    assert report.counts == {"error": ROWS - 38, "warning": 0, "information": 1}
    earlier = checked(paths_in(tmp_path), at=TODAY.replace(day=1))
    assert earlier.counts == {"error": 0, "warning": 1, "information": 0} and earlier.rules_version == before


def test_default_versions_are_the_rules_as_they_are_without_rows(db) -> None:
    RuleVersion.objects.all().delete()
    plain = in_force(TODAY)
    RuleVersion.objects.bulk_create(RuleVersion(**fields) for fields in default_versions())
    assert in_force(TODAY) == plain
    assert set(plain) == set(BY_CODE)


def test_alone_leaves_out_what_needs_published_returns(world, tmp_path, capsys) -> None:
    write(tmp_path / "funding.csv", planted=False)
    path = tmp_path / "funding.csv"
    text = path.read_text(encoding="utf-8").replace("99.99,99.99,", "99.99,500,", 1)
    path.write_text(text, encoding="utf-8")
    assert [issue.rule for issue in checked(paths_in(tmp_path)).issues] == ["M01"]
    call_command("check_return", str(path), "--alone", "--json")
    assert json.loads(capsys.readouterr().out)["issues"] == []
