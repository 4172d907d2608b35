"""The stream for COPY: does it hold what was read, in pieces of any size?"""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supplychain.filing.copying import BATCH_ROWS, copy_stream
from supplychain.filing.layout import CONTROL
from supplychain.filing.readers.tables import Row

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def whole(stream, size=-1) -> bytes:
    pieces = []
    while piece := stream.read(size):
        assert size < 0 or len(piece) <= size
        pieces.append(piece)
    return b"".join(pieces)


@given(st.lists(st.tuples(TEXT, TEXT)), st.sampled_from([-1, 1, 7, 8192]))
def test_everything_comes_through_in_order(cells, size):
    rows = [Row(number, pair) for number, pair in enumerate(cells, 2)]
    content = whole(copy_stream(rows, CONTROL.columns), size).decode()
    read = list(csv.reader(io.StringIO(content, newline=""), strict=True))
    assert read == [[str(row.number), *row.cells] for row in rows]


def test_a_bare_carriage_return_is_quoted():
    assert whole(copy_stream([Row(2, ("a\rb", "\n"))], CONTROL.columns)) == b'2,"a\rb","\n"\r\n'


def test_constants_stand_before_the_row_number():
    assert whole(copy_stream([Row(2, ("rows", ""))], CONTROL.columns, leading=["17"])) == b"17,2,rows,\r\n"


def test_rows_are_pulled_as_they_are_needed():
    pulled = []

    def rows():
        for number in range(10 * BATCH_ROWS):
            pulled.append(number)
            yield Row(number, ("rows", "1"))

    stream = copy_stream(rows(), CONTROL.columns)
    assert pulled == []
    stream.read(100)
    assert len(pulled) == BATCH_ROWS


def test_a_row_of_another_width_is_a_fault():
    with pytest.raises(ValueError, match="Row 5"):
        copy_stream([Row(5, ("rows",))], CONTROL.columns).read()


def test_what_ends_reading_passes_through():
    def rows():
        yield Row(2, ("rows", "1"))
        raise RuntimeError("stop")

    stream = copy_stream(rows(), CONTROL.columns)
    with pytest.raises(RuntimeError) as caught:
        whole(stream)
    assert stream.failure is caught.value
