"""Is money exact, from text to pence and back?"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.money import fixed, parse_amount, pence, share

AMOUNTS = st.integers(-(10**13), 10**13).map(lambda number: Decimal(number) / 100)


@given(AMOUNTS)
def test_fixed_text_reads_back_to_the_same_pence(amount: Decimal) -> None:
    assert parse_amount(fixed(amount)) == amount
    assert pence(parse_amount(fixed(amount))) == amount * 100


@pytest.mark.parametrize(
    "text",
    [
        "1,000",
        "£5",
        "1e5",
        "NaN",
        "Infinity",
        "1_000",
        "١٢",
        "1.234",
        ".5",
        "5.",
        "+1",
        " 1",
        "01",
        "",
        "--1",
        "1" * 13,
    ],
)
def test_what_is_not_plain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse_amount(text)


def test_a_fraction_of_a_penny_is_never_lost() -> None:
    with pytest.raises(ValueError, match="whole number of pence"):
        pence(Decimal("0.005"))


def test_minus_nothing_is_nothing() -> None:
    assert fixed(Decimal("-0.00")) == "0.00"


def test_a_share_rounds_half_away_from_zero_and_needs_a_whole() -> None:
    assert share(Decimal("1"), Decimal("8")) == Decimal("12.5")
    assert share(Decimal("0.25"), Decimal("100"), 1) == Decimal("0.3")
    assert share(Decimal("5"), Decimal("0")) is None
