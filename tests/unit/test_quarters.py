"""Does one type get all quarter arithmetic right?"""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.quarters import Quarter

QUARTERS = st.builds(Quarter, st.integers(2005, 2080), st.integers(1, 4))


def test_a_quarter_as_people_programs_and_addresses_see_it() -> None:
    quarter = Quarter(2018, 4)
    assert (str(quarter), quarter.slug, quarter.label) == ("2018-19 Q4", "2018-19-q4", "January to March 2019")
    assert (quarter.start, quarter.end, quarter.last_day) == (
        dt.date(2019, 1, 1),
        dt.date(2019, 4, 1),
        dt.date(2019, 3, 31),
    )


@given(QUARTERS)
def test_written_and_read_again(quarter: Quarter) -> None:
    assert Quarter.parse(str(quarter)) == Quarter.parse(quarter.slug) == quarter


@given(QUARTERS, st.integers(-40, 40))
def test_stepping_there_and_back(quarter: Quarter, steps: int) -> None:
    assert quarter.plus(steps).plus(-steps) == quarter
    assert (quarter.plus(steps) > quarter) == (steps > 0)


@given(st.dates(dt.date(1995, 4, 1), dt.date(2090, 3, 31)))
def test_every_day_lies_in_one_quarter(day: dt.date) -> None:
    quarter = Quarter.containing(day)
    assert quarter.start <= day < quarter.end
    assert quarter.next.start == quarter.end
    assert quarter.previous.end == quarter.start


@pytest.mark.parametrize(
    "text", ["2018-19", "2018-20 Q1", "2018-19 Q5", "Q1 2018-19", "2018/19 Q1", "²018-19 Q1", "1999-98 Q1", ""]
)
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Quarter.parse(text)


def test_the_century_turns() -> None:
    assert Quarter.parse("1999-00 Q4").start == dt.date(2000, 1, 1)
