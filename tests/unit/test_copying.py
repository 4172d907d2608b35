"""The stream for COPY: does it hold what was read, in pieces of any size?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.copying import RowStream

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
UNDONE = {r"\\": "\\", r"\t": "\t", r"\n": "\n", r"\r": "\r"}


def whole(stream, size=-1) -> bytes:
    pieces = []
    while piece := stream.read(size):
        assert size < 0 or len(piece) <= size
        pieces.append(piece)
    return b"".join(pieces)


def undone(cell: str) -> str:
    """A cell of COPY's text format as PostgreSQL reads it."""
    read, rest = "", cell
    while rest:
        taken = 2 if rest[0] == "\\" else 1
        read, rest = read + UNDONE.get(rest[:taken], rest[:taken]), rest[taken:]
    return read


@given(
    st.lists(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1)),
    st.sampled_from([-1, 1, 7, 8192]),
)
def test_everything_comes_through_in_order(batches, size):
    stream = RowStream(tuple(zip(*rows, strict=True)) for rows in batches)
    lines = whole(stream, size).decode().split("\n")
    assert lines.pop() == ""
    read = [tuple(map(undone, line.split("\t"))) for line in lines]
    assert read == [row for rows in batches for row in rows]


def test_a_bare_carriage_return_is_escaped():
    assert whole(RowStream(iter([(("2",), ("a\rb",), ("\n",))]))) == b"2\ta\\rb\t\\n\n"


def test_batches_are_pulled_as_they_are_needed():
    pulled = []

    def batches():
        for number in range(10):
            pulled.append(number)
            yield ((str(number),) * 500, ("rows",) * 500)

    stream = RowStream(batches())
    assert pulled == []
    stream.read(100)
    assert pulled == [0]


def test_what_ends_reading_passes_through():
    def batches():
        yield (("2",), ("rows",))
        raise RuntimeError("stop")

    stream = RowStream(batches())
    with pytest.raises(RuntimeError) as caught:
        whole(stream)
    assert stream.failure is caught.value
