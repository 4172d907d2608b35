"""What is true of any return, whatever is in it? Properties over generated returns and over broken files.

A few examples of each, always the same ones, are tried with every run; many others with ``make test-long``.
"""

import io
import random
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supplychain.filing.check import ReturnPaths
from tests.cases.case import complaints, run
from tests.cases.cells import PLANTS
from tests.cases.generated import good_returns, leaves, mutations
from tests.cases.returns import as_cells, as_csv, good, row, rows, save, table
from tests.integration.filing_world import checked, world_for_a_while
from tests.workbooks import saved_ods, saved_xlsx

FEW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
BREAKING = [plant for plant in PLANTS if plant.breaks and len(plant.text) < 6000]
XLSX, ODS = (saved({"funding": as_cells("funding", table(rows()))}) for saved in (saved_xlsx, saved_ods))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), world_for_a_while():
        yield


@pytest.fixture(params=[FEW, pytest.param(MANY, marks=pytest.mark.long)], ids=["few", "many"])
def tried(request, world, django_db_blocker) -> Callable:
    """``tried(strategy, ...)`` runs the function below it for a few or for many examples."""

    def trying(*strategies: st.SearchStrategy) -> Callable:
        def running(statement: Callable) -> None:
            with django_db_blocker.unblock():
                request.param(given(*strategies)(statement))()

        return running

    return trying


def report_of(content: bytes | str, name: str = "funding.csv"):
    with tempfile.TemporaryDirectory() as folder:
        return checked(ReturnPaths(Path(save(Path(folder), content, name))))


def outcome_of(content: bytes):
    with tempfile.TemporaryDirectory() as folder:
        return run([save(Path(folder), content), "--json"])


def test_a_good_return_is_the_same_in_every_format_and_order(tried) -> None:
    @tried(good_returns(), st.randoms(use_true_random=False))
    def _same(made: list[dict[str, str]], chance: random.Random) -> None:
        cells = table(made)
        header, *data = cells
        columns = chance.sample(range(len(header)), len(header))
        shuffled = [[line[index] for index in columns] for line in (header, *chance.sample(data, len(data)))]
        typed = {"funding": as_cells("funding", cells)}
        files = (as_csv(cells), as_csv(shuffled, line_end="\r\n"), saved_xlsx(typed), saved_ods(typed))
        reports = [report_of(content) for content in files]
        assert [report.counts["error"] for report in reports] == [0] * 4, [report.issues for report in reports]
        assert len({report.digest for report in reports}) == 1
        assert {report.rows for report in reports} == {len(made)}


def test_one_fault_is_one_error_where_it_is(tried) -> None:
    @tried(good_returns(), st.sampled_from(BREAKING), st.randoms(use_true_random=False))
    def _found(made: list[dict[str, str]], plant, chance: random.Random) -> None:
        place = chance.choice(leaves(made))
        made[place] = made[place] | {plant.column: plant.text}
        report = report_of(as_csv(table(made)))
        errors = [(one.rule, one.row, one.column) for one in report.issues if one.severity == "error"]
        assert errors == [(plant.rule, place + 2, plant.column)]
        assert report.counts["error"] == report.rule_counts[plant.rule] == 1


def test_whatever_a_file_holds_there_is_one_document(tried) -> None:
    @tried(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
    def _one(content: bytes) -> None:
        assert complaints(outcome_of(content)) == []


@pytest.mark.parametrize("content", [good().encode(), XLSX, ODS], ids=["csv", "xlsx", "ods"])
def test_whatever_befalls_a_good_file_there_is_one_document(content, tried) -> None:
    @tried(mutations(content))
    def _one(broken: bytes) -> None:
        assert complaints(outcome_of(broken)) == []


@pytest.mark.parametrize(
    ("package", "part"), [(XLSX, "xl/worksheets/sheet1.xml"), (XLSX, "xl/workbook.xml"), (ODS, "content.xml")]
)
def test_whatever_befalls_a_part_of_a_workbook_there_is_one_document(package, part, tried) -> None:
    with zipfile.ZipFile(io.BytesIO(package)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}

    @tried(mutations(parts[part]))
    def _one(broken: bytes) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as packed:
            for name, content in (parts | {part: broken}).items():
                packed.writestr(name, content)
        assert complaints(outcome_of(made.getvalue())) == []


def test_counts_are_complete_and_the_list_is_the_first_thousand(tried) -> None:
    kinds = st.sampled_from([{}, {"tier": "x"}, {"area": "x", "start_date": "x"}, {"provider_name": "=x"}])

    @tried(st.lists(kinds, min_size=1, max_size=5), st.integers(1, 700))
    def _complete(faults: list[dict[str, str]], times: int) -> None:
        made = [row(number, **fault) for number, fault in enumerate(faults * times)]
        outcome = outcome_of(as_csv(table(made)).encode())
        assert complaints(outcome) == []
        assert outcome.document["counts"]["error"] == sum(map(len, faults)) * times
