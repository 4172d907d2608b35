"""Does the portal tell what is provided in an area from the kinds of gap, in figures that follow from the files?"""

import datetime as dt
from collections import defaultdict
from pathlib import Path

import pytest

from portal.quarters import Quarter
from supplychain.analysis.coverage import Standing, covered_areas, lines_without_area, matrix
from supplychain.models import Area, BodyArea, FrozenBody, FrozenLine, Publication
from tests import world
from tests.integration.public_site import frozen

pytestmark = pytest.mark.django_db


def valid(quarter: Quarter) -> Publication:
    return Publication.objects.of(world.SERIES, quarter).current().get()


def counted(publication: Publication, axis: str) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        key: (one.agreements, one.providers) for key, cell in matrix(publication, axis).items() for one in cell.reported
    }


@pytest.mark.parametrize("quarter", [world.Q1, world.QUARTERS[7]])
def test_counts_are_those_of_the_published_file(world_files: Path, quarter: Quarter) -> None:
    publication = valid(quarter)
    lines = world.published(world_files, quarter, publication.version, "supply-chain")
    agreements, providers = defaultdict(int), defaultdict(set)
    for line in lines:
        for area in filter(None, line["area_codes"].split(";")):
            for cohort in filter(None, line["cohorts"].split(";")):
                agreements[area, cohort] += 1
                providers[area, cohort] |= {line["provider_id"]} - {""}
            agreements[area] += 1
            providers[area] |= {line["provider_id"]} - {""}
    by_area = {area.code: area.cell.reported for area in covered_areas(publication) if area.cell.reported}
    assert {code: [(one.agreements, one.providers) for one in found] for code, found in by_area.items()} == {
        key: [(agreements[key], len(providers[key]))] for key in agreements if isinstance(key, str)
    }
    assert counted(publication, "cohort") == {
        key: (agreements[key], len(providers[key])) for key in agreements if not isinstance(key, str)
    }
    assert lines_without_area(publication) == sum(not line["area_codes"] for line in lines)


def test_a_line_counts_for_its_further_services_too() -> None:
    """W-302 and the like: what a return names beside the main category is no gap."""
    publication = valid(world.Q1)
    cells = matrix(publication, "service")
    more = FrozenLine.objects.filter(publication=publication).exclude(other_categories=[])
    assert more
    for line in more:
        for area in line.area_codes:
            for service in [line.service_category, *line.other_categories]:
                assert cells[area, service].standing == Standing.PROVIDED


def test_gaps_are_told_apart() -> None:
    """Larkmere's body filed nothing in Q2, Oxbarrow's a nil return in Q1, and Torrasay's owed none in 2017-18."""

    def standing(quarter: Quarter, area: str, service: str = "care-farm") -> Standing:
        return matrix(valid(quarter), "service", area)[area, service].standing

    assert standing(world.Q2, "larkmere") == Standing.MISSING
    assert standing(world.Q1, "oxbarrow") == Standing.NOT_REPORTED
    assert standing(world.QUARTERS[0], "torrasay") == Standing.NOT_REQUIRED
    assert standing(world.QUARTERS[7], "torrasay") == Standing.MISSING
    whole = {area.code: area for area in covered_areas(valid(world.QUARTERS[7]))}
    assert whole["nettlestrand"].bodies == (world.D10,), "its area had gone to the other body by then"
    assert whole["nettlestrand"].cell.standing == Standing.PROVIDED
    assert whole["torrasay"].cell.standing == Standing.MISSING


def test_a_compiled_source_has_gaps_of_its_own() -> None:
    """What it had ceased to show is neither there nor a gap like others; filed and compiled are never added up."""
    publication = frozen(kind="compiled", amounts=(None, None), state="building")
    lines = FrozenLine.objects.filter(publication=publication)
    lines.filter(agreement_ref="A-2").update(service_category="women", shown_to=dt.date(2018, 3, 31))
    cells = matrix(publication, "service", "northumbria")
    assert cells["northumbria", "mentoring"].standing == Standing.PROVIDED
    assert cells["northumbria", "women"].standing == Standing.SHOWN_EARLIER
    assert [one.shown_earlier for one in cells["northumbria", "women"].reported] == [1]
    assert cells["northumbria", "unpaid-work"].standing == Standing.NONE_IN_SOURCE
    (area,) = covered_areas(publication, "northumbria")
    assert [(one.agreements, one.providers, one.shown_earlier) for one in area.cell.reported] == [(1, 1, 1)]
    lines.filter(agreement_ref="A-2").update(return_kind="filed", shown_to=None, service_category="mentoring")
    kinds = matrix(publication, "service", "northumbria")["northumbria", "mentoring"].reported
    assert [(one.return_kind, one.agreements) for one in kinds] == [("compiled", 1), ("filed", 1)]


def test_a_missing_return_goes_before_one_that_says_nothing() -> None:
    """Two bodies held the area: as long as one return is missing, nobody knows that nothing is provided."""
    publication = frozen(state="building")
    area = Area.objects.get(code="northumbria")
    others = BodyArea.objects.filter(area=area, during__contains=publication.quarter.last_day).exclude(body="C01")
    other = others.get().body
    FrozenBody.objects.create(
        publication=publication, code=other.code, name=other.name, kind=other.kind, public_id="XP-000002",
        filing_status="missing", income_received_gbp_status="[x]", own_delivery_gbp_status="[x]",
    )  # fmt: skip
    cells = matrix(publication, "service", "northumbria")
    assert cells["northumbria", "mentoring"].standing == Standing.PROVIDED
    assert cells["northumbria", "women"].standing == Standing.MISSING
    assert covered_areas(publication, "kent")[0].cell.standing == Standing.NOT_REQUIRED
