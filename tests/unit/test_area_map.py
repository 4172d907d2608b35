"""Has every area exactly one tile, and do shades and words say what they should?"""

import csv
from pathlib import Path

from supplychain.public.area_map import COLUMNS, LINE_LIMIT, TILES, Marked, lines_of, places, tile_map

REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "areas.csv"


def named() -> dict[str, str]:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def marked(code: str, number: int, name: str = "") -> Marked:
    return Marked(code, name or code, f"/areas/{code}/", number, str(number), f"{code}: {number}")


def test_every_area_has_a_tile_of_its_own() -> None:
    assert set(TILES) == set(named())
    assert len({tile[:2] for tile in TILES.values()}) == len(TILES)
    assert len({tile[2] for tile in TILES.values()}) == len(TILES), "no short name stands for two areas"
    assert all(0 <= tile[0] < COLUMNS for tile in TILES.values())
    assert all(len(lines_of(name)) <= 2 for name in named().values()), "a name leaves room for the number"


def test_the_layout_keeps_to_the_map() -> None:
    """North is above, west is left, as far as neighbours go."""
    north_to_south = ["northumbria", "durham", "north-yorkshire", "west-yorkshire", "nottinghamshire", "sussex"]
    west_to_east = ["dyfed-powys", "west-mercia", "staffordshire", "nottinghamshire", "lincolnshire"]
    assert [TILES[code][1] for code in north_to_south] == sorted({TILES[code][1] for code in north_to_south})
    assert [TILES[code][0] for code in west_to_east] == sorted({TILES[code][0] for code in west_to_east})


def test_unknown_areas_follow_below_in_their_order() -> None:
    found = places(["kent", *(f"new-{number}" for number in range(7))])
    assert found["kent"] == TILES["kent"][:2]
    assert [found[f"new-{number}"] for number in range(7)] == [
        *((column, TILES["kent"][1] + 1) for column in range(6)),
        (0, TILES["kent"][1] + 2),
    ]
    assert places(["b", "a"]) == {"b": (0, 0), "a": (1, 0)}


def test_shades_and_legend_agree() -> None:
    drawn = tile_map([marked("kent", 0), marked("sussex", 3), marked("surrey", 4), marked("essex", 10)])
    fills = {tile.marked.code: tile.fill for tile in drawn.tiles}
    words = {step.fill: step.words for step in drawn.legend}
    assert {code: words[fill] for code, fill in fills.items()} == {
        "kent": "none", "sussex": "1 to 3", "surrey": "4 to 6", "essex": "10 to 12",
    }  # fmt: skip
    assert [tile.marked.code for tile in drawn.tiles] == ["essex", "surrey", "sussex", "kent"], (
        "in the order of reading"
    )
    assert [step.words for step in tile_map([marked("kent", 0)]).legend] == ["none"]
    assert [step.words for step in tile_map([marked("kent", 2)]).legend] == ["none", "1", "2"]
    assert tile_map([]).tiles == ()


def test_names_are_broken_between_words() -> None:
    assert lines_of("Metropolitan Police District") == ["Metropolitan", "Police District"]
    assert lines_of("Northamptonshire") == ["Northamptonshire"]
    assert all(len(line) <= LINE_LIMIT or " " not in line for name in named().values() for line in lines_of(name))
