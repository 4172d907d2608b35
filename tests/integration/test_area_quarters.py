"""Are the quarters of an area those that every other place gives for the same selection?"""

import pytest

from supplychain.analysis.area_quarters import Paid, area_quarters
from supplychain.analysis.breakdown import SEVERAL, Figures, breakdown
from supplychain.analysis.selection import Selection
from supplychain.models import Area, FrozenLine
from tests import world
from tests.integration.public_site import frozen, publish

pytestmark = pytest.mark.django_db


def paid(figures: Figures | None) -> Paid:
    if figures is None:
        return Paid(0, None, "[x]", 0)
    return Paid(figures.lines, figures.amount, figures.amount_status, figures.lines_without_amount)


def test_they_agree_with_the_breakdown_for_every_area() -> None:
    areas = Area.objects.filter(series=world.SERIES)
    for area in areas:
        selection = Selection.parse(world.SERIES, {"area": [area.code]})
        by_place = {
            (entry.keys["quarter"], entry.keys["area"] == SEVERAL): entry
            for entry in breakdown(selection, ["quarter", "area"])
        }
        found = area_quarters(world.SERIES, area.code)
        assert [(one.period, one.return_kind, one.agreements, one.providers) for one in found] == [
            (entry.keys["quarter"], entry.return_kind, entry.agreements, entry.providers)
            for entry in breakdown(selection, ["quarter"])
        ]
        for one in found:
            assert one.alone == paid(by_place.get((one.period, False)))
            assert one.several == paid(by_place.get((one.period, True)))
    assert len(areas) == 18


def test_filed_and_compiled_stay_apart_and_withheld_is_said() -> None:
    publication = frozen(amounts=("5.00", None), state="building")
    lines = FrozenLine.objects.filter(publication=publication)
    lines.filter(agreement_ref="A-1").update(return_kind="compiled")
    lines.filter(agreement_ref="A-2").update(amount_paid_gbp_status="[w]")
    publish(publication)
    compiled, filed = area_quarters("real", "northumbria")
    assert (compiled.return_kind, compiled.alone.amount_status, compiled.several.lines) == ("compiled", "", 0)
    assert filed.alone == Paid(1, None, "[w]", 1)
