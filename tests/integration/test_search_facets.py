"""Do the lists beside a search say how many are left, and do page, CSV and feed speak of the same organisations?"""

import csv
import re
from html import unescape

import pytest
from django.test import Client

from supplychain.models import FrozenLine
from supplychain.public import faceted, search_page

pytestmark = pytest.mark.django_db
SEARCH = "/demonstration/search/"
ID = re.compile(r'href="/demonstration/providers/([A-Z0-9-]+)/"')
OPTION = re.compile(r'name="(\w+)" type="checkbox" value="([^"]*)"( checked)?>.*?\((\d+)\)</label>')


def page(client: Client, address: str = SEARCH, **query: object) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def found(text: str) -> list[str]:
    """The organisations in the table of a page, in its order."""
    table = re.search(r'id="found".*?</table>', text, re.DOTALL)
    return ID.findall(table[0]) if table else []


def options(text: str) -> list[tuple[str, str, bool, int]]:
    return [(name, unescape(value), bool(on), int(count)) for name, value, on, count in OPTION.findall(text)]


@pytest.mark.parametrize("chosen", [{}, {"tier": "3"}, {"q": "trust"}, {"sector": "voluntary", "service": "mentoring"}])
def test_a_count_is_what_is_left_when_its_value_is_chosen(client: Client, chosen: dict[str, str]) -> None:
    offered = options(page(client, **chosen))
    assert {"sector", "tier", "service", "area", "body", "funding_type"} <= {name for name, *_rest in offered}
    for name, value, _on, count in offered[::3]:
        left = page(client, size=100, **(chosen | {name: value}))
        assert len(found(left)) == count, (name, value)
        assert (name, value, True, count) in options(left), "and it still says so where it is chosen"


def test_what_is_chosen_stands_on_one_and_the_same_line(client: Client) -> None:
    """By hand from the lines: who is paid at tier 3 in D01, and who is chosen for both."""
    lines = FrozenLine.objects.filter(publication__series="demonstration", publication__state="published")
    hand = set(lines.filter(tier=3, body_code="D01").exclude(provider_id="").values_list("provider_id", flat=True))
    assert hand and set(found(page(client, tier=3, body="D01", size=100))) == hand


@pytest.mark.parametrize("chosen", [{"tier": "3"}, {"tier": "2", "income": "none"}])
def test_where_more_is_left_than_anybody_waits_for_the_number_is_a_bound(
    client: Client, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, str]
) -> None:
    exact = page(client, size=100, **chosen)
    assert "At least" not in exact
    monkeypatch.setattr(search_page, "LOOKED_AT", 9)
    bound = page(client, size=100, **chosen)
    assert re.search(r"At least (\d+) providers", bound)
    assert found(exact)[: len(found(bound))] == found(bound), "the same providers in the same order"
    assert 1 < len(found(bound)) < len(found(exact))


def test_page_csv_and_feed_name_the_same(client: Client) -> None:
    for query in ({"tier": "3"}, {"q": "trust", "sector": "voluntary"}, {"service": "mentoring", "income": "none"}):
        shown = set(found(page(client, size=100, **query)))
        answer = client.get(SEARCH, query | {"format": "csv"})
        rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
        assert {row["id"] for row in rows} == shown and {row["series"] for row in rows} == {"demonstration"}
        feed = client.get(f"{SEARCH}feed.atom", query)
        assert feed["Content-Type"].startswith("application/atom+xml")
        named = set(
            re.findall(r'<entry>.*?<link href="[^"]*/providers/([A-Z0-9-]+)/"', feed.content.decode(), re.DOTALL)
        )
        assert named == shown


def test_what_is_chosen_can_be_taken_away_one_by_one(client: Client) -> None:
    text = page(client, q="trust", sector="voluntary", tier="3", size="50")
    tags = {unescape(href) for href in re.findall(r'href="(\?[^"]*)"><span class="govuk-visually-hidden">Remove', text)}
    assert tags == {"?q=trust&size=50&tier=3", "?q=trust&size=50&sector=voluntary"}
    assert set(found(text)) <= set(found(page(client, f"{SEARCH}?q=trust&size=50&tier=3")))


def test_the_order_and_the_size_of_a_page_are_chosen(client: Client) -> None:
    everyone = found(page(client, size=100))
    assert len(found(page(client))) == 25 and set(found(page(client, page=2))) == set(everyone[25:50])
    paid = re.findall(r"£([\d,.]+)", re.search(r'id="found".*?</table>', page(client, sort="paid"), re.DOTALL)[0])
    amounts = [float(amount.replace(",", "")) for amount in paid]
    assert len(amounts) > 10 and amounts == sorted(amounts, reverse=True)
    by_name = found(page(client, q="a", sort="name", size=100))
    providers = [one for one in by_name if one in everyone]
    assert providers == [one for one in everyone if one in by_name] and len(providers) > 5


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"colour": "red"}, "There is no filter “colour”."), ({"tier": "x"}, "“tier” has to be"),
        ({"service": "zzz"}, "There is no service “zzz”."), ({"income": "much"}, "“income” has to be one of"),
        ({"sort": "x"}, "“sort” has to be one of"), ({"size": "26"}, "“size” has to be one of"),
        ({"body": "C01"}, "There is no reporting body “C01”."), ({"area": ["a"] * 60}, "takes 50 values at most"),
        ({"area": "\x00"}, "“area”"), ({"quarter": "never"}, "“quarter” has to be"), ({"sector": "%"}, "“sector”"),
    ],
)  # fmt: skip
def test_nonsense_is_left_out_with_a_notice_and_no_file_is_made_of_it(
    client: Client, query: dict, sentence: str
) -> None:
    text = unescape(page(client, **query))
    assert sentence in text and len(found(text)) == 25
    if not {"sort", "size"} & set(query):
        assert client.get(SEARCH, query | {"format": "csv"}).status_code == 400


@pytest.mark.parametrize("address", ["?page=9999", "?page=0", "?page=x", "?format=xml", "?page=99999999999999"])
def test_pages_that_there_are_not(client: Client, address: str) -> None:
    assert client.get(SEARCH + address).status_code == 404


@pytest.mark.parametrize(
    "address", ["?q=%ff%fe&tier=%ff", "?" + "&".join(f"x{n}=1" for n in range(400)), "?q=" + "é" * 900]
)
def test_odd_addresses_are_no_fault(client: Client, address: str) -> None:
    assert client.get(SEARCH + address).status_code in {200, 400}


def test_over_too_many_lines_nothing_is_counted(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faceted, "COUNTED_LINES", 5)
    text = page(client)
    assert options(text) == [] and 'name="service" type="checkbox" value="mentoring"' in text
    assert found(page(client, service="mentoring")), "choosing still works"
    assert options(page(client, q="trust")), "and those who were found by name are counted"
