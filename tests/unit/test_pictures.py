"""Do the marks of a picture stand where its numbers say, and does every one of its forms show the same numbers?"""

import json
from decimal import Decimal

import pytest

from portal.pictures.bars import Bar, Bars, Part
from portal.pictures.picture import Picture, share
from portal.pictures.sankey import Link, Node, Sankey
from portal.pictures.time_series import Point, TimeSeries, compact
from portal.quarters import Quarter
from portal.templatetags.figures import for_plotly

Q1 = Quarter(2018, 1)


def bars(*found: Bar) -> Bars:
    return Bars(id="bars", title="Paid", bars=found)


def series(*points: Point) -> TimeSeries:
    return TimeSeries(id="series", title="Paid by quarter", points=points)


def bands() -> Sankey:
    """A body that pays two, of whom one passes most of it on."""
    return Sankey(
        id="bands", title="Chain", columns=["Tier 1", "Tier 2", "Tier 3"],
        nodes=[
            Node("body", "Body", 0), Node("prime", "Prime", 1), Node("small", "Small", 1),
            Node("sub", "Subcontractor", 2), Node("end", "Not reported as passed on", 2, "end"),
        ],
        links=[
            Link("body", "small", Decimal("10.00")), Link("body", "prime", Decimal("90.00")),
            Link("prime", "end", Decimal("30.00"), "at most"), Link("prime", "sub", Decimal("60.00")),
        ],
    )  # fmt: skip


def test_the_longest_bar_fills_the_frame_and_small_ones_can_be_seen() -> None:
    whole, tiny, nothing = bars(
        Bar("A", Decimal(1000)), Bar("B", Decimal("0.01")), Bar("C", Decimal(0))
    ).drawn["marks"]  # fmt: skip
    assert whole["width"] == 100
    assert 0 < tiny["width"] < 1
    assert nothing["width"] == 0


def test_bars_below_zero_go_left_of_zero() -> None:
    drawn = bars(Bar("Paid", Decimal(300)), Bar("Clawed back", Decimal(-100))).drawn
    up, down = drawn["marks"]
    assert (up["x"], up["width"]) == (Decimal("25.00"), Decimal("75.00"))
    assert (down["x"], down["width"]) == (Decimal("0.00"), Decimal("25.00"))
    assert drawn["zero"] == Decimal("25.00")


def test_a_bar_without_value_says_why() -> None:
    (mark,) = bars(Bar("A", None, "withheld")).drawn["marks"]
    assert (mark["shown"], mark["width"], mark["nothing"]) == ("withheld [w]", 0, True)


def test_the_parts_of_a_bar_follow_each_other_and_those_below_zero_go_left() -> None:
    chart = bars(
        Bar("A", Decimal(70), parts=[Part("paid", Decimal(60), "brand"), Part("own", Decimal(40), "second"),
                                     Part("taken back", Decimal(-30), "third")]),
        Bar("B", Decimal(40), parts=[Part("own", Decimal(40), "second")]),
    )  # fmt: skip
    drawn = chart.drawn
    first, second = drawn["marks"]
    paid, own, back = first["segments"]
    assert drawn["zero"] == share(30, 130)
    assert back["x"] == 0 and back["x"] + back["width"] == drawn["zero"] == paid["x"]
    assert own["x"] == paid["x"] + paid["width"]
    assert second["segments"][0]["x"] == drawn["zero"], "parts begin at 0 where others don't come before them"
    assert [(one.letter, one.words) for one in chart.legend] == [("a", "paid"), ("b", "own"), ("c", "taken back")]
    assert paid["words"] == "a" and second["segments"][0]["words"] == "b", "letters do not depend on colour"
    assert chart.table.headings == ("Item", "paid", "own", "taken back", "Together")
    assert chart.table.rows[1] == ("B", "–", "£40.00", "–", "£40.00")
    traces = for_plotly(chart, "Caption")["data"]
    assert [trace["x"] for trace in traces] == [["60", None], ["40", "40"], ["-30", None]]


def test_no_label_is_cut() -> None:
    label = "Saltmarsh Vale and Gullmere Rehabilitation Company"
    (mark,) = bars(Bar(label, Decimal(1))).drawn["marks"]
    assert " ".join(mark["lines"]) == " ".join(mark["wide_lines"]) == label
    drawn = Sankey(
        id="one", title="Chain", columns=["Tier 1", "Tier 2"], nodes=[Node("a", label, 0), Node("b", label, 1)],
        links=[Link("a", "b", Decimal(1))],
    ).drawn  # fmt: skip
    assert all(" ".join(node["lines"]) == label for node in drawn["nodes"])


def test_counts_and_shares_carry_no_pounds() -> None:
    counted = Bars(id="n", title="Agreements", unit="agreements", bars=[Bar("A", 1234)])
    assert counted.table.rows == (("A", "1,234"),)
    assert counted.table.headings == ("Item", "Agreements")
    assert Bars(id="s", title="Share", unit="%", bars=[Bar("A", Decimal("12.5"))]).table.rows == (("A", "12.5%"),)


def test_what_is_not_a_value_never_looks_like_nought_nor_like_each_other() -> None:
    drawn = series(
        Point(Q1, Decimal("0.00")),
        Point(Q1.plus(1), None, "[w]"),
        Point(Q1.plus(2), None, "nil"),
        Point(Q1.plus(3), None, "missing"),
        Point(Q1.plus(4), None, "not-required"),
        Point(Q1.plus(6), Decimal(50)),
    ).drawn
    zero, withheld, nil, missing, not_required, gap, paid = drawn["marks"]
    assert (zero["frame"], zero["words"], zero["height"] > 0) == (False, "£0", True)
    assert [mark["words"] for mark in (withheld, nil, missing, not_required)] == ["w", "nil", "no", "n/r"]
    assert all(mark["frame"] for mark in (withheld, nil, missing, not_required))
    assert (gap["frame"], gap["words"]) == (False, "")
    assert paid["height"] > zero["height"]


def test_a_gap_is_a_row_of_the_table_and_every_letter_is_explained() -> None:
    chart = series(Point(Q1, Decimal(1)), Point(Q1.plus(2), None, "[x]"))
    assert chart.table.rows == (
        ("April to June 2018 (2018-19 Q1)", "£1.00"),
        ("July to September 2018 (2018-19 Q2)", "no disclosure of the quarter has been published"),
        ("October to December 2018 (2018-19 Q3)", "not available [x]"),
    )
    (note,) = chart.all_notes
    assert "x: not available" in note
    assert "a gap: no disclosure" in note


def test_a_column_below_zero_hangs_from_the_line() -> None:
    up, down = series(Point(Q1, Decimal(300)), Point(Q1.next, Decimal(-150))).drawn["marks"]
    assert up["y"] + up["height"] == down["y"]
    assert up["height"] == 2 * down["height"]


def test_many_quarters_are_scrolled_and_few_share_the_width() -> None:
    assert series(*(Point(Q1.plus(place), 1) for place in range(8))).drawn["width"] is None
    assert series(*(Point(Q1.plus(place), 1) for place in range(26))).drawn["width"] > 1000


@pytest.mark.parametrize(
    ("value", "words"),
    [("0", "£0"), ("950", "£950"), ("999.60", "£1k"), ("9400", "£9.4k"), ("96450", "£96k"), ("1234567", "£1.2m"),
     ("-2250.50", "−£2.3k")],
)  # fmt: skip
def test_compact_amounts(value: str, words: str) -> None:
    assert compact(Decimal(value), "pounds") == words


def test_bands_are_as_thick_as_their_money_and_fill_their_nodes() -> None:
    drawn = bands().drawn
    nodes = {node["label"]: node for node in drawn["nodes"]}
    assert nodes["Body"]["height"] == nodes["Prime"]["height"] + nodes["Small"]["height"]
    assert nodes["Prime"]["height"] == nodes["Subcontractor"]["height"] + nodes["Not reported as passed on"]["height"]
    assert nodes["Body"]["shown"] == "£100.00"
    assert [nodes[name]["x"] for name in ("Body", "Prime", "Subcontractor")] == sorted(
        {node["x"] for node in drawn["nodes"]}
    )
    for column in ({"Prime", "Small"}, {"Subcontractor", "Not reported as passed on"}):
        first, second = sorted((nodes[name] for name in column), key=lambda node: node["y"])
        assert first["y"] + first["height"] < second["y"]


@pytest.mark.parametrize(
    "chart",
    [bars(Bar("A", Decimal("1.10")), Bar("B", None, "[w]")), series(Point(Q1, Decimal("1.10"))), bands()],
    ids=["bars", "series", "bands"],
)
def test_plotly_gets_the_exact_numbers_of_the_table(chart: Picture) -> None:
    figure = for_plotly(chart, "Caption")
    json.dumps(figure)
    (trace,) = figure["data"]
    found = trace["link"]["value"] if chart.kind == "sankey" else trace["x"] if chart.kind == "bars" else trace["y"]
    shown = [row[-1] for row in chart.table.rows]
    assert [value is not None and f"£{value}" in words for value, words in zip(found, shown, strict=True)] == [
        "£" in words for words in shown
    ]
    assert figure["layout"]["title"]["text"] == "Caption"
    assert "template" not in figure["layout"]
