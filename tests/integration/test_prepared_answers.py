"""Does what was worked out before anybody asked say what the lines say, and only as long as it does?"""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.errors import Refusal
from supplychain import tasks
from supplychain.actions.prepared import prepare_answers, questions
from supplychain.analysis import breakdown, prepared
from supplychain.analysis.breakdown import Figures
from supplychain.analysis.selection import Selection
from supplychain.models import FrozenLine, FrozenParty, PreparedAnswer
from tests import world
from tests.integration.public_site import QUARTER, frozen

pytestmark = pytest.mark.django_db

COLUMNS = {"service": "service_category", "body": "body_code"}
NOBODY = "no-such-value"


def asked() -> Iterator[tuple[Selection, tuple[str, ...]]]:
    """Every question that is prepared, for every value that a line of the demonstration has and for one of none."""
    lines = FrozenLine.objects.filter(publication__series=world.SERIES, publication__state="published").order_by()
    values = {name: set(lines.values_list(column, flat=True)) for name, column in COLUMNS.items()}
    values["area"] = {area for areas in lines.values_list("area_codes", flat=True) for area in areas}
    for name, by in questions():
        if name == "":
            yield Selection(world.SERIES, {}), by
        elif name != prepared.PROVIDERS:
            yield from ((Selection(world.SERIES, {name: (value,)}), by) for value in {*values[name], NOBODY})


def answers() -> list[list[Figures]]:
    return [breakdown.breakdown(selection, by) for selection, by in asked()]


def from_lines(selection: Selection, by: tuple[str, ...] = ()) -> bool:
    """Whether a question was answered by reading lines."""
    with CaptureQueriesContext(connection) as queries:
        breakdown.breakdown(selection, by)
    return any("supplychain_frozenline" in query["sql"] for query in queries)


def test_every_answer_is_that_of_the_lines_and_they_are_not_read_again() -> None:
    before, providers = answers(), prepared.providers(world.SERIES)
    assert prepare_answers(world.SERIES) == len(questions())
    with CaptureQueriesContext(connection) as queries:
        assert answers() == before
        assert prepared.providers(world.SERIES) == providers
    wide = [query["sql"] for query in queries if "GROUP BY" in query["sql"]]
    assert not wide, wide[:1]
    distinct = FrozenParty.objects.filter(publication__series=world.SERIES, publication__state="published")
    assert providers == distinct.values("public_id").distinct().count()
    assert prepare_answers(world.SERIES) == 0, "nothing is left to do"
    assert any(before) and not all(before)


def test_a_breakdown_that_is_too_long_is_refused_without_the_lines(monkeypatch) -> None:
    monkeypatch.setattr(breakdown, "MOST_ROWS", 3)
    everything = Selection(world.SERIES, {})
    for _ in range(2):
        with pytest.raises(Refusal), CaptureQueriesContext(connection) as queries:
            breakdown.breakdown(everything, ("provider",))
        prepare_answers(world.SERIES)
    assert len(queries) == 1


def test_an_answer_holds_for_the_versions_that_it_was_worked_out_from() -> None:
    everything = Selection("real", {})
    frozen(amounts=("10.00",))
    prepare_answers("real")
    assert not from_lines(everything)
    frozen(quarter=QUARTER.next, amounts=("5.00", "7.00"))
    assert from_lines(everything) and breakdown.totals(everything)[0].lines == 3
    tasks.prepare()
    assert not from_lines(everything) and breakdown.totals(everything)[0].lines == 3
    assert PreparedAnswer.objects.filter(series="real").count() == len(questions())
