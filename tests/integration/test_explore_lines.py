"""Are the single lines of a selection those of its CSV, in the order that was asked for, with the columns chosen?"""

import csv
import io
from decimal import Decimal

import pytest
from django.test import Client

from supplychain.analysis.selection import Selection
from supplychain.disclosure.columns import SUPPLY_CHAIN
from supplychain.public.explore import lines

pytestmark = pytest.mark.django_db
EXPLORE = "/demonstration/explore/"


def rows_of(client: Client, query: str) -> list[dict[str, str]]:
    content = client.get(f"{EXPLORE}?format=csv&{query}").getvalue().decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


def shown(client: Client, query: str) -> list[tuple[str, str, Decimal | None]]:
    """Quarter, agreement and amount of every line that the pages of a selection show, in their order."""
    found, page = [], client.get(f"{EXPLORE}lines/?{query}").context["page"]
    for number in page.paginator.page_range:
        listed = client.get(f"{EXPLORE}lines/?{query}&page={number}").context["lines"]
        found += [(line["row"].publication.period, line["row"].agreement_ref, line["row"].amount_paid_gbp)
                  for line in listed]  # fmt: skip
    return found


def test_pages_hold_the_lines_of_the_csv_the_largest_first(client: Client) -> None:
    rows = rows_of(client, "tier=2")
    found = shown(client, "tier=2")
    assert len(rows) > 2 * lines.LINES_A_PAGE, "more than two pages"
    in_csv = [(row["quarter"], row["agreement_ref"], row["amount_paid_gbp"]) for row in rows]
    assert sorted((*key, "" if amount is None else str(amount)) for *key, amount in found) == sorted(in_csv)
    amounts = [amount for *_, amount in found]
    known = [amount for amount in amounts if amount is not None]
    assert amounts[: len(known)] == sorted(known, reverse=True), "lines without an amount stand last"
    quarters = [quarter for quarter, *_ in shown(client, "tier=2&order=newest")]
    assert quarters == sorted(quarters, reverse=True)


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("paid_from=%C2%A320,000", Decimal(20000), Decimal("Infinity")),
        ("paid_from=-2250.50&paid_to=0", Decimal("-2250.50"), Decimal(0)),
        ("paid_to=750.00", Decimal("-Infinity"), Decimal(750)),
    ],
)
def test_lines_are_chosen_by_what_they_show_as_paid(client: Client, query: str, low: Decimal, high: Decimal) -> None:
    everything = [row for row in rows_of(client, "") if row["amount_paid_gbp"]]
    meant = [row for row in everything if low <= Decimal(row["amount_paid_gbp"]) <= high]
    assert 0 < len(meant) < len(everything)
    assert rows_of(client, query) == meant


def test_an_amount_has_one_spelling_and_what_is_none_is_said(client: Client) -> None:
    spellings = ("1500.5", "1,500.50", "£1500.50", " 1500.500"[:8])
    assert {Selection.parse("real", {"paid_from": [one]}).query for one in spellings} == {"paid_from=1500.5"}
    page = client.get(f"{EXPLORE}lines/?paid_from=a+lot&order=alphabet").content.decode()
    assert "“paid_from” has to be an amount in pounds such as 1500 or 1500.50; it is “a lot”." in page
    assert "“order” has to be one of largest, newest." in page


def test_a_csv_has_the_columns_that_were_chosen_in_the_order_of_the_file(client: Client) -> None:
    whole, some = rows_of(client, "body=D06"), rows_of(client, "body=D06&columns=amount_paid_gbp&columns=quarter")
    names = [column.name for column in SUPPLY_CHAIN.columns if column.name in {"amount_paid_gbp", "quarter"}]
    assert list(some[0]) == names
    assert some == [{name: row[name] for name in names} for row in whole]
    refused = client.get(f"{EXPLORE}?format=csv&columns=quarter&columns=owner%27s+phone")
    assert refused.status_code == 400
    assert "There is no column “owner&#x27;s phone”." in refused.content.decode()


def test_lines_beyond_the_limit_are_left_to_the_csv(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST", 150)
    page = client.get(f"{EXPLORE}lines/?tier=2&page=2")
    assert len(page.context["lines"]) == 50
    assert "of which the first 150 can be paged through here" in page.content.decode()
    assert client.get(f"{EXPLORE}lines/?tier=2&page=3").status_code == 404
