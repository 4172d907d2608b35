"""Do page, CSV and API speak of the same lines, whatever is selected, and does a selection keep its address?"""

import csv
import io
import random
from decimal import Decimal
from urllib.parse import parse_qs, urlencode

import pytest
from django.db import connection
from django.test import Client

from portal.templatetags.portal import gbp
from providers.models import Organisation, OrganisationAlias
from supplychain.actions.prepared import prepare_answers
from supplychain.analysis import breakdown
from supplychain.analysis.breakdown import DIMENSIONS
from supplychain.analysis.selection import ALL_FILTERS, MOST_VALUES, Selection
from supplychain.compiled import local
from tests.integration.public_site import frozen
from tests.integration.test_public_wall import NOW
from tests.world import HARBOUR_LANTERN

SELECTIONS = 60
PREFIXES = {"real": "", "demonstration": "/demonstration"}
COLUMNS = {
    "quarter": "quarter", "body": "body_code", "body_kind": "body_kind", "owner": "owner_name", "tier": "tier",
    "role": "role", "payer": "payer_id", "provider": "provider_id", "sector": "sector", "service": "service_category",
    "area": "area_codes", "cohort": "cohorts", "specialist": "specialist", "funding_type": "funding_type",
    "return_kind": "return_kind",
}  # fmt: skip


def rows_of_csv(client: Client, prefix: str, query: str) -> list[dict[str, str]]:
    answer = client.get(f"{prefix}/explore/?{query}&format=csv")
    assert answer.status_code == 200, query
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode(), newline="")))


def rows_of_api(client: Client, prefix: str, query: str, size: int) -> list[dict]:
    rows, address = [], f"{prefix}/api/v1/agreements/?{query}&page_size={size}"
    while address:
        page = client.get(address).json()
        rows += page["results"]
        address = page["next"]
    return rows


def as_in_a_file(row: dict) -> dict[str, str]:
    """A row of the API in the words of CSV."""
    return {name: cell(value) for name, value in row.items()}


def cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ";".join(value) if isinstance(value, list) else "" if value is None else str(value)


def added_up(rows: list[dict[str, str]]) -> dict[str, tuple[int, Decimal | None, int]]:
    """By kind of return: lines, the sum of what they show, and how many show nothing."""
    found = {}
    for kind in {row["return_kind"] for row in rows}:
        amounts = [row["amount_paid_gbp"] for row in rows if row["return_kind"] == kind]
        shown = [Decimal(amount) for amount in amounts if amount]
        found[kind] = (len(amounts), sum(shown) if shown else None, len(amounts) - len(shown))
    return found


def drawn(chance: random.Random, rows: list[dict[str, str]]) -> str:
    """A selection by values of rows that there are, and now and then one that no row has."""
    query: list[tuple[str, str]] = []
    for name in chance.sample(sorted(COLUMNS), chance.choice([0, 1, 1, 2, 2, 3])):
        for row in chance.choices(rows, k=chance.choice([1, 1, 2])):
            value = row[COLUMNS[name]].split(";")[0] or "none"
            if value != "none" or name in {"owner", "role", "sector", "specialist"}:
                query.append((name, value))
    if chance.random() < 0.3:
        query.append((chance.choice(["from", "to"]), chance.choice(rows)["quarter"]))
    if chance.random() < 0.3:
        word = chance.choice(chance.choice(rows)["provider_name"].split())
        query.append(("q", chance.choice([word, word.upper(), word[1:-1], "100%", "o'"])))
    if chance.random() < 0.2:
        query.append((chance.choice(["paid_from", "paid_to"]), chance.choice(rows)["amount_paid_gbp"] or "£1,000"))
    if chance.random() < 0.1:
        query.append(("service", "no-such-service"))
    chance.shuffle(query)
    return urlencode(query)


@pytest.fixture
def reader(own_database) -> Client:
    """Somebody with the rights of the public role, in a world where both series are published, filed and compiled."""
    local.load(now=NOW)
    frozen(amounts=("100.25", None, "0.00", "-3.10"))
    for series in PREFIXES:
        assert prepare_answers(series), "what comes from prepared answers has to agree with the lines"
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE portal_public")
    return Client()


def test_page_csv_and_api_give_the_same_for_any_selection(reader: Client) -> None:
    chance = random.Random(20181126)
    everything = {series: rows_of_csv(reader, prefix, "") for series, prefix in PREFIXES.items()}
    assert {row["return_kind"] for row in everything["real"]} == {"filed", "compiled"}
    filled = 0
    for number in range(SELECTIONS):
        series, prefix = chance.choice(list(PREFIXES.items()))
        query = drawn(chance, everything[series]) if number else ""
        rows = rows_of_csv(reader, prefix, query)
        listed = rows_of_api(reader, prefix, query, chance.choice([7, 100, 500]) if len(rows) < 300 else 500)
        assert [as_in_a_file(row) for row in listed] == rows, query
        by = chance.sample(sorted(DIMENSIONS), chance.choice([1, 2]))
        told = reader.get(f"{prefix}/api/v1/totals/?{query}&{urlencode([('by', one) for one in by])}").json()
        for figures in (told["totals"], told["rows"]):
            summed: dict[str, tuple] = {}
            for one in figures:
                lines, amount, lacking = summed.get(one["return_kind"], (0, None, 0))
                paid = one["amount_paid_gbp"]
                summed[one["return_kind"]] = (
                    lines + one["lines"],
                    amount if paid is None else (amount or 0) + Decimal(paid),
                    lacking + one["lines_without_amount"],
                )
            assert summed == added_up(rows), query
        page = reader.get(f"{prefix}/explore/?{query}&by={'&then='.join(by)}").content.decode()
        assert "not understood" not in page, query
        for lines, amount, _ in added_up(rows).values():
            assert f'app-headline-figure">{lines}</p>' in page, query
            assert amount is None or gbp(amount) in page, query
        filled += bool(rows)
        again = Selection.parse(series, parse_qs(query))
        assert Selection.parse(series, parse_qs(again.query)).query == again.query
        assert rows_of_csv(reader, prefix, again.query) == rows, "its own address gives the same"
    assert filled > SELECTIONS // 2, "most selections hold lines"


def test_money_of_a_line_with_several_areas_is_no_single_areas(reader: Client) -> None:
    for series in PREFIXES:
        selection = Selection.parse(series, {})
        by_area = {one.keys["area"]: one for one in breakdown.breakdown(selection, ["area"])}
        rows = rows_of_csv(reader, PREFIXES[series], "")
        several = [row for row in rows if ";" in row["area_codes"]]
        assert by_area["several"].lines == len(several) > 0
        alone = {row["area_codes"] for row in rows if row["area_codes"] and ";" not in row["area_codes"]}
        assert by_area.keys() - {"several", None} == alone


@pytest.mark.django_db
def test_an_organisation_is_found_by_every_id_that_it_has_or_had() -> None:
    organisation = Organisation.objects.get(public_id=HARBOUR_LANTERN)
    OrganisationAlias.objects.create(old_id="XP-999999", organisation=organisation, reason="Identified.")
    ids = ("XP-999999", HARBOUR_LANTERN, HARBOUR_LANTERN.lower())
    found = [breakdown.totals(Selection.parse("demonstration", {"provider": [one]})) for one in ids]
    assert found[0] == found[1] == found[2] and found[0][0].lines > 5
    assert not breakdown.totals(Selection.parse("real", {"provider": [HARBOUR_LANTERN]}))


def test_what_is_not_understood_is_left_out_and_said() -> None:
    query = {
        "tier": ["1", "two", "3", "٣"], "quarter": ["2018-19-q1", "2018-20 Q1", "1066-67 Q1"], "sector": ["secret", ""],
        "from": ["2018-19 Q1", "2018-19 Q2"], "q": ["a\x00b"], "owner": ["x" * 5000], "area": ["a' OR true --"],
        "colour": ["red"], "body": [f"B{number}" for number in range(MOST_VALUES + 9)],
    }  # fmt: skip
    selection = Selection.parse("real", query, others=("by",))
    assert (
        selection.query
        == "quarter=2018-19+Q1&from=2018-19+Q1&"
        + urlencode([("body", f"B{number}") for number in sorted(map(str, range(MOST_VALUES)))])
        + "&tier=3"
    )
    told = [notice.parameter for notice in selection.notices]
    assert set(told) == query.keys() and told.count("tier") == 3 and told.count("quarter") == 2
    assert all(notice.sentence.endswith(".") and len(notice.sentence) < 250 for notice in selection.notices)


def test_every_filter_says_what_it_does_and_takes_values() -> None:
    for one in ALL_FILTERS:
        assert one.title and one.description.endswith(".") and "%s" in one.condition
    assert set(COLUMNS) | {"from", "to", "q", "paid_from", "paid_to"} == {one.name for one in ALL_FILTERS}
