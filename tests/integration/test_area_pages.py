"""Do the pages of areas say the same on map, list, sheet, feed and CSV, and bear any address?"""

import csv
import datetime as dt
import html
import io
import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from supplychain.analysis import breakdown
from supplychain.analysis.selection import Selection
from supplychain.models import FrozenLine
from supplychain.public.area import area_of, available
from supplychain.public.area_services import providers_by_service
from supplychain.public.series import DEMONSTRATION
from tests import world
from tests.integration.disclosure_builder import Q1, World
from tests.integration.public_site import frozen, publish
from tests.integration.test_coverage import valid

pytestmark = pytest.mark.django_db
PREFIX = "/demonstration"


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(html.unescape(strip_tags(response.content.decode().replace("<", " <"))).split())


def rows(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.getvalue().decode())))


def test_map_list_and_csv_say_the_same(client: Client) -> None:
    page = client.get(f"{PREFIX}/areas/?quarter=2018-19-q1").content.decode()
    tiles = dict(re.findall(r"<a href=[^>]+><title>([^:<]+): ([^<]+)</title>", page))
    listed = rows(client, f"{PREFIX}/areas/?quarter=2018-19-q1&format=csv")
    assert len(listed) == len(tiles) == 18
    for row in listed:
        words = row["standing"].replace("-", " ")
        number = f"{row['providers']} provider{'s' * (row['providers'] != '1')}"
        assert tiles[row["name"]] == (number if words == "provided" else words)
    gullmere = next(row for row in listed if row["code"] == "gullmere")
    (figures,) = breakdown.totals(Selection.parse(world.SERIES, {"area": ["gullmere"], "quarter": ["2018-19 Q1"]}))
    assert (gullmere["providers"], gullmere["agreements"]) == (str(figures.providers), str(figures.agreements))
    assert gullmere["return_kind"] == "demonstration"


def test_who_provides_a_service_stands_with_whom_they_fund_for_it(client: Client) -> None:
    made = World()
    made.body("D91")
    filed = made.filed("D91", Q1)
    made.line(filed, "A", "Prime")
    made.line(filed, "A/1", "Middle", above="A")
    made.line(filed, "A/1/x", "Small", above="A/1")
    made.line(filed, "A/2", "Other", above="A", service_category="women")
    made.line(filed, "B", "Prime")
    found = providers_by_service(made.published(Q1), "t-north")
    (prime,), (other,) = found["mentoring"].named, found["women"].named
    assert (prime.party[1], [(party[1], through) for party, through in prime.below.items()]) == (
        "Prime", [("Middle", ""), ("Small", "Middle")],
    )  # fmt: skip
    assert (other.party[1], other.funded_by[1], other.below) == ("Other", "Prime", {})
    page = text(client, f"{PREFIX}/areas/t-north/?quarter={Q1.slug}")
    assert "Prime , which funds Middle , Small (through Middle)" in page and "Other funded by Prime" in page


def test_money_of_several_areas_is_never_one_area_s(client: Client) -> None:
    """Gullmere in Q1: four lines name it alone (S-103 unpaid, one estimated among them), the others name two areas."""
    lines = FrozenLine.objects.filter(publication=valid(world.Q1), area_codes__contains=["gullmere"])
    alone = sum(line.amount_paid_gbp or 0 for line in lines if line.area_codes == ["gullmere"])
    several = sum(line.amount_paid_gbp or 0 for line in lines if len(line.area_codes) > 1)
    assert alone and several
    page = text(client, f"{PREFIX}/areas/gullmere/")
    assert f"£{alone:,.2f} (estimated) £{several:,.2f} without 1 line" in page


def test_the_page_shows_the_lines_that_the_address_chooses(client: Client) -> None:
    page = text(client, f"{PREFIX}/areas/gullmere/?quarter=2018-19-q1&service=women")
    lines = page[page.index("Agreements, April to June 2018") :]
    assert "Fernhollow" in lines and "Tidewrack" not in lines
    assert "Only service: Services for women" in page
    chosen = rows(client, f"{PREFIX}/areas/gullmere/?quarter=2018-19-q1&service=women&format=csv")
    assert [row["agreement_ref"] for row in chosen] == ["S-102"]
    everything = rows(client, f"{PREFIX}/areas/gullmere/?format=csv")
    assert {row["quarter"] for row in everything} == {str(quarter) for quarter in world.QUARTERS}
    assert all("gullmere" in row["area_codes"].split(";") for row in everything)


def test_an_area_whose_newest_return_is_missing_says_so(client: Client) -> None:
    page = text(client, f"{PREFIX}/areas/torrasay/")
    assert "The newest disclosure, of January to March 2019, names no agreement here: return missing." in page
    assert "In October to December 2018:" in page


def test_the_sheet_holds_what_had_not_ended_and_no_free_text(client: Client) -> None:
    page = text(client, f"{PREFIX}/areas/gullmere/sheet/?quarter=2018-19-q2")
    assert "Reported as available, as at 30 September 2018." in page
    lines = FrozenLine.objects.filter(publication=valid(world.Q2), area_codes__contains=["gullmere"])
    ended = lines.get(agreement_ref="S-101/3")
    assert ended.end_date < dt.date(2018, 9, 30) and ended.provider_name not in page
    shown = available(area_of(DEMONSTRATION, "gullmere"), valid(world.Q2))
    assert shown.count() == lines.count() - 1
    assert all(line.provider_name in page for line in shown)
    assert not any(line.service_summary in page for line in lines if line.service_summary)


def test_a_sheet_says_the_same_once(client: Client) -> None:
    publication = frozen(kind="compiled", amounts=(None, None), state="building")
    same = {"provider_id": "GB-CHC-0000001", "provider_name": "Provider 1", "shown_from": dt.date(2018, 1, 1)}
    FrozenLine.objects.filter(publication=publication).update(**same)
    publish(publication)
    page = text(client, "/areas/northumbria/sheet/")
    assert "Provider 1 , funded by Body C01 (2 agreements)" in page and page.count("Provider 1") == 1


def test_real_pages_before_anything_is_published(client: Client) -> None:
    for address in ("/areas/", "/areas/gaps/", "/areas/northumbria/", "/areas/northumbria/sheet/"):
        assert "has been published here yet" in text(client, address) or "names this area yet" in text(client, address)
    assert "Northumbria CRC" in text(client, "/areas/northumbria/"), "history needs no return"
    assert client.get("/areas/?format=csv").status_code == 404
    assert b"<entry>" not in client.get("/areas/northumbria/feed.atom").content


def test_the_matrix_says_what_kind_of_gap_it_is(client: Client) -> None:
    frozen(kind="compiled", amounts=(None,))
    page = text(client, "/areas/gaps/")
    assert "None in this source, in any area" in page
    assert "Northumbria 1 Nottinghamshire no return required" in page, "no body of the other is part of this version"


def test_the_matrix_as_csv_has_every_cell(client: Client) -> None:
    by_service = rows(client, f"{PREFIX}/areas/gaps/?quarter=2018-19-q2&format=csv")
    found = {(row["area"], row["service"]): row["standing"] for row in by_service}
    assert len(found) == len(by_service) == 18 * 23
    assert found["larkmere", "women"] == "return-missing"
    by_cohort = rows(client, f"{PREFIX}/areas/gaps/?quarter=2018-19-q2&by=cohort&format=csv")
    assert {row["cohort"] for row in by_cohort if row["standing"] == "provided" and row["area"] == "gullmere"} == {
        "women", "families", "care-leavers",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/areas/?quarter=%00zz", "is not a quarter"),
        ("/areas/gaps/?quarter=2031-32-q1&by=moon", "Nothing is published here for 2031-32 Q1."),
        ("/areas/gullmere/?tier=99999&nonsense=1", "There is no parameter “nonsense”."),
        ("/areas/gullmere/?quarter=2031-32-q1", "Nothing is published here for 2031-32 Q1."),
    ],
)
def test_what_is_not_understood_is_said(client: Client, address: str, said: str) -> None:
    assert said in text(client, PREFIX + address)


def test_no_such_area(client: Client) -> None:
    for address in ("/areas/gullmere/", f"{PREFIX}/areas/northumbria/", f"{PREFIX}/areas/nowhere/sheet/"):
        assert client.get(address).status_code == 404
    assert client.get(f"{PREFIX}/areas/gullmere/?page=77").status_code == 404
    assert client.get(f"{PREFIX}/areas/gullmere/?zz=1&format=csv").status_code == 400


def test_the_feed_has_an_entry_for_each_quarter(client: Client) -> None:
    feed = client.get(f"{PREFIX}/areas/torrasay/feed.atom").content.decode()
    assert feed.count("<entry>") == 3, "its body reported in three of the eight quarters"
    assert "Demonstration: Torrasay Islands, October to December 2018 (2018-19 Q3)" in feed
