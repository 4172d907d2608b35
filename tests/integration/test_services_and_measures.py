"""Are price ranges, contributions and shares of measures those that follow from the published files by hand?"""

import csv
import io
import re
import statistics
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from portal.quarters import Quarter
from supplychain.analysis.measures import Figure, body_figures, contributions, kind_shares
from supplychain.analysis.selection import Selection
from supplychain.analysis.services import FEWEST, further_lines, named_services, price_ranges
from supplychain.models import FrozenKpi, FrozenLine
from tests import world
from tests.integration.public_site import frozen, publish
from tests.integration.test_area_pages import PREFIX, rows, text
from tests.integration.test_coverage import valid

pytestmark = pytest.mark.django_db


def selection(**chosen: str) -> Selection:
    return Selection.parse(world.SERIES, {name: [value] for name, value in chosen.items()})


def lines_of(files: Path, **wanted: str) -> list[dict[str, str]]:
    found = world.published(files, world.Q1, 2, "supply-chain")
    return [line for line in found if all(line[name] == value for name, value in wanted.items())]


def known_amounts(lines: list[dict[str, str]]) -> list[Decimal]:
    shown = [Decimal(line["amount_paid_gbp"]) for line in lines if line["amount_paid_gbp_status"] == ""]
    return sorted(amount for amount in shown if amount > 0)


def test_price_ranges_are_those_of_the_file(world_files: Path) -> None:
    for service in ("mentoring", "accommodation", "women"):
        lines = lines_of(world_files, service_category=service)
        for found in price_ranges(selection(service=service, quarter="2018-19 Q1")):
            own = [line for line in lines if found.funding_type in (None, line["funding_type"])]
            amounts = known_amounts(own)
            assert found.known == len(amounts)
            assert found.without_amount == sum(not line["amount_paid_gbp"] for line in own)
            assert found.estimated == sum(line["amount_paid_gbp_status"] == "[e]" for line in own)
            if len(amounts) < FEWEST:
                assert (found.lowest, found.median, found.highest) == (None, None, None)
            else:
                middle = statistics.median(amounts).quantize(Decimal("0.01"))
                assert (found.lowest, found.median, found.highest) == (amounts[0], middle, amounts[-1])


def test_a_median_of_an_even_number_lies_halfway() -> None:
    publication = frozen(amounts=("10.00", "20.01", "30.00", "40.00", "50.00", "60.00", "0.00", None), state="building")
    FrozenLine.objects.filter(publication=publication, agreement_ref="A-6").update(amount_paid_gbp_status="[e]")
    publish(publication)
    found = price_ranges(Selection.parse("real", {"service": ["mentoring"]}))
    assert [one.funding_type for one in found] == [None, "contract"]
    assert (found[0].known, found[0].median, found[0].highest) == (5, Decimal("30.00"), Decimal("50.00"))
    assert (found[0].estimated, found[0].without_amount, found[0].not_above_0) == (1, 1, 1)


def test_four_amounts_are_not_summarised() -> None:
    frozen(amounts=("10.00", "20.00", "30.00", "40.00"))
    (whole, _) = price_ranges(Selection.parse("real", {}))
    assert (whole.known, whole.lowest, whole.median, whole.highest) == (4, None, None, None)


def test_compiled_lines_have_no_price(client: Client) -> None:
    frozen(kind="compiled", amounts=(None, None))
    assert price_ranges(Selection.parse("real", {})) == []
    page = text(client, "/services/mentoring/")
    assert "holds no amounts, so there is no price range" in page
    assert "Compiled by the portal from public records" in page


def test_services_are_counted_once_for_their_main_one(world_files: Path) -> None:
    found = {one.code: one for one in named_services(valid(world.Q1))}
    lines = lines_of(world_files)
    for code, one in found.items():
        own = [line for line in lines if line["service_category"] == code]
        assert (one.agreements, one.shown_earlier) == (len(own), 0)
        assert one.providers == len({line["provider_id"] for line in own} - {""})
        assert one.areas == len({area for line in own for area in line["area_codes"].split(";")} - {""})
        assert one.tiers == sorted({int(line["tier"]) for line in own})
    assert len(found) == 23
    further = FrozenLine.objects.filter(publication=valid(world.Q1), other_categories__contains=["mentoring"])
    assert further_lines(selection(service="mentoring", quarter="2018-19 Q1"), "mentoring") == further.count() > 0


def test_the_service_page_and_its_files(client: Client) -> None:
    page = text(client, f"{PREFIX}/services/mentoring/?quarter=2018-19-q1")
    assert "In April to June 2018: 4 providers in 6 agreements." in page
    chosen = rows(client, f"{PREFIX}/services/mentoring/?quarter=2018-19-q1&format=csv")
    assert len(chosen) == 6 and {row["service_category"] for row in chosen} == {"mentoring"}
    listed = rows(client, f"{PREFIX}/services/?quarter=2018-19-q1&format=csv")
    assert next(row["agreements"] for row in listed if row["code"] == "mentoring") == "6"
    assert client.get(f"{PREFIX}/services/no-such/").status_code == 404
    assert client.get("/services/?format=csv").status_code == 404
    assert "is not a quarter" in text(client, f"{PREFIX}/services/mentoring/?quarter=%EF%BF%BD")
    assert client.get(f"{PREFIX}/services/mentoring/?quarter=zz&format=csv").status_code == 400


NARROWED = f"{PREFIX}/services/accommodation/?quarter=2018-19-q1&tier=3&funding_type=contract"


def test_a_service_page_is_narrowed_by_one_selection(client: Client, world_files: Path) -> None:
    lines = lines_of(world_files, service_category="accommodation", tier="3", funding_type="contract")
    providers = {line["provider_id"] for line in lines}
    assert 0 < len(lines) < len(lines_of(world_files, service_category="accommodation"))
    assert f"In April to June 2018: {len(providers)} providers in {len(lines)} agreements." in text(client, NARROWED)
    chosen = rows(client, f"{NARROWED}&format=csv")
    assert {row["agreement_ref"] for row in chosen} == {line["agreement_ref"] for line in lines}
    page = client.get(NARROWED).content.decode()
    listed = re.search(r'id="providers".*?</table>', page, re.DOTALL)[0]
    assert sorted(re.findall(r'/providers/([^/"]+)/"', listed)) == sorted(providers)
    total = sum(Decimal(line["amount_paid_gbp"] or 0) for line in lines)
    assert f"£{total:,.2f}" in re.search(r'id="tiers".*?</table>', page, re.DOTALL)[0]
    assert 'href="?quarter=2018-19-q1&amp;funding_type=contract"' in page, "the tier can be taken back"
    named = {area for line in lines for area in line["area_codes"].split(";")}
    marked = re.findall(r'/areas/([a-z-]+)/\?[^"]*"><title>[^<]*: \d+ provider', page)
    assert set(marked) >= named, "the map shows at least where these lines are"


def test_what_a_service_page_does_not_understand_is_said_and_refused_as_a_file(client: Client) -> None:
    odd = f"{PREFIX}/services/accommodation/?tier=one&colour=red&income=Large&area=atlantis&body=D01"
    page = text(client, odd)
    for said in ("There is no filter “colour”.", "“income” narrows a search", "“tier” has to be", "no area “atlantis”"):
        assert said in page, said
    assert "Reporting body: D01" in page
    assert client.get(f"{odd}&format=csv").status_code == 400
    assert "No agreement of" in text(client, f"{PREFIX}/services/accommodation/?tier=9")


def test_a_provider_at_two_tiers_stands_once_with_a_sum_for_each(client: Client, world_files: Path) -> None:
    lines = world.published(world_files, Quarter(2018, 4), 1, "supply-chain")
    lines = [line for line in lines if line["service_category"] == "accommodation"]
    tiers = defaultdict(set)
    for line in lines:
        tiers[line["provider_id"]].add(line["tier"])
    (provider,) = [one for one, found in tiers.items() if len(found) > 1]
    page = client.get(f"{PREFIX}/services/accommodation/?quarter=2018-19-q4").content.decode()
    (row,) = re.findall(rf'<tr(?:(?!<tr).)*/providers/{provider}/".*?</tr>', page, re.DOTALL)
    for tier in tiers[provider]:
        own = [line for line in lines if (line["provider_id"], line["tier"]) == (provider, tier)]
        assert f"{len(own)} at tier {tier}" in row
        assert f"£{sum(Decimal(line['amount_paid_gbp']) for line in own):,.2f}" in row


def test_shares_of_measures_follow_from_the_contracts() -> None:
    """294 measures in 21 contracts: 7 of 14 a step in time, 4 a result, 2 how well, 1 activity."""
    found = {one.kind: (one.measures, one.contracted, one.unverified) for one in kind_shares("real")}
    by_hand = defaultdict(int)
    folder = Path(__file__).resolve().parents[2] / "fixtures" / "reference"
    for row in world.rows(folder / "body_kpis.csv"):
        by_hand[row["kpi"]] += 1
    assert sum(by_hand.values()) == 294 and set(by_hand.values()) == {21}
    assert {kind: (measures, contracted) for kind, (measures, contracted, _) in found.items()} == {
        "volume": (1, 21), "process": (7, 147), "outcome": (4, 84), "quality": (2, 42),
    }  # fmt: skip
    assert sum(unverified for _, _, unverified in found.values()) == sum(
        row["confidence"] == "unverified" for row in world.rows(folder / "body_kpis.csv")
    )
    demonstration = kind_shares(world.SERIES)
    assert sum(one.contracted for one in demonstration) == len(world.table("body_kpis"))


def test_the_page_of_measures(client: Client) -> None:
    page = text(client, "/kpis/")
    assert "147 of 294 count a step (process)." in page and "231 of the 294" in page
    assert "DK-PLANS" not in page and "SL001R" not in text(client, f"{PREFIX}/kpis/")
    listed = rows(client, "/kpis/?format=csv")
    assert len(listed) == 14 and {row["bodies"] for row in listed} == {"21"}


def test_contributions_are_those_of_the_file(world_files: Path) -> None:
    publication = valid(world.Q1)
    filed = [
        row
        for row in world.published(world_files, world.Q1, publication.version, "kpi-contributions")
        if row["kpi_code"] == "DK-ACCOMMODATION"
    ]
    found = contributions(publication.pk, "DK-ACCOMMODATION", slice(0, 100))
    assert [(one.body_code, one.agreement_ref, one.provider_id) for one in found] == [
        (row["body_code"], row["agreement_ref"], row["provider_id"]) for row in filed
    ]
    for one, row in zip(found, filed, strict=True):
        assert one.figure.numerator_status == row["numerator_status"]
        assert one.figure.numerator == (Decimal(row["numerator"]) if row["numerator"] else None)
        assert one.share is None or one.share == round(
            Decimal(row["numerator"]) * 100 / Decimal(row["body_numerator"]), 1
        )
    suppressed = [one for one in found if one.figure.numerator_status == "[c]"]
    assert suppressed and all(one.share is None for one in suppressed), "a share would tell what is not shown"
    assert contributions(publication.pk, "DK-ACCOMMODATION", slice(1, 2)) == found[1:2]


def test_totals_of_bodies_say_why_there_is_none() -> None:
    found = {(one.period, one.body_code): one for one in body_figures(world.SERIES, "DK-ACCOMMODATION")}
    own = FrozenKpi.objects.get(
        publication=valid(world.Q1), body_code=world.D01, kpi_code="DK-ACCOMMODATION", agreement_ref=""
    )
    figure = found["2018-19 Q1", world.D01].figure
    assert figure == Figure(own.numerator, "", own.denominator, "") and figure.percent == Decimal("43.6")
    assert found["2018-19 Q2", world.D05].figure is None
    assert found["2018-19 Q2", world.D05].filing_status == "missing"
    assert Figure(Decimal(0), "", Decimal(0), "").percent is None
    assert Figure(None, "[c]", Decimal(10), "").percent is None


def test_the_page_of_a_measure(client: Client) -> None:
    page = text(client, f"{PREFIX}/kpis/DK-ACCOMMODATION/?quarter=2018-19-q1")
    assert "43.6% 61 of 140" in page and "return missing" in page
    assert "suppressed [c]" in page and "22 of 40" in page and "36.1%" in page
    figures = rows(client, f"{PREFIX}/kpis/DK-ACCOMMODATION/?format=csv")
    assert {row["kpi_code"] for row in figures} == {"DK-ACCOMMODATION"}
    assert "" in {row["agreement_ref"] for row in figures}, "bodies' own totals are in it"
    national = text(client, "/kpis/SL001R/")
    assert "In January to March 2020 it was 93.8%." in national and "No published return holds this measure" in national
    assert client.get("/kpis/DK-ACCOMMODATION/").status_code == 404
    assert client.get(f"{PREFIX}/kpis/dk-gate/").url == f"{PREFIX}/kpis/DK-GATE/"
    header = csv.reader(io.StringIO(client.get("/kpis/SL001R/?format=csv").getvalue().decode()))
    assert next(header)[:3] == ["quarter", "body_code", "kpi_code"]
