"""Where does each area lie on the tile map, and how is a tile drawn?

One tile of equal size for each police force area, laid out by us so that neighbours are near each other as far as a
grid allows. Areas that the layout does not know (such as those of the demonstration, which lie nowhere) follow in the
order of their names, so that none is ever left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

COLUMNS = 6
WIDTH, HEIGHT, GAP = 100, 76, 4
LINE_LIMIT = 15  # characters of a name on one line of a tile
# Column and row, from the west and the north, and what stands on a tile where its name does not fit.
TILES = {
    "northumbria": (3, 0, "NBR"),
    "cumbria": (2, 1, "CUM"), "durham": (3, 1, "DUR"), "cleveland": (4, 1, "CLE"),
    "lancashire": (2, 2, "LAN"), "north-yorkshire": (3, 2, "NYK"),
    "merseyside": (1, 3, "MER"), "greater-manchester": (2, 3, "GMP"), "west-yorkshire": (3, 3, "WYK"),
    "humberside": (4, 3, "HUM"),
    "north-wales": (0, 4, "NWA"), "cheshire": (1, 4, "CHE"), "derbyshire": (2, 4, "DBY"),
    "south-yorkshire": (3, 4, "SYK"),
    "dyfed-powys": (0, 5, "DYP"), "west-mercia": (1, 5, "WMC"), "staffordshire": (2, 5, "STA"),
    "nottinghamshire": (3, 5, "NTT"), "lincolnshire": (4, 5, "LIN"),
    "west-midlands": (2, 6, "WMD"), "leicestershire": (3, 6, "LEI"), "cambridgeshire": (4, 6, "CAM"),
    "norfolk": (5, 6, "NOR"),
    "south-wales": (0, 7, "SWA"), "gwent": (1, 7, "GWE"), "warwickshire": (2, 7, "WAR"),
    "northamptonshire": (3, 7, "NTH"), "bedfordshire": (4, 7, "BED"), "suffolk": (5, 7, "SUF"),
    "gloucestershire": (2, 8, "GLO"), "thames-valley": (3, 8, "TVP"), "hertfordshire": (4, 8, "HRT"),
    "essex": (5, 8, "ESX"),
    "avon-and-somerset": (1, 9, "AVS"), "wiltshire": (2, 9, "WLT"), "surrey": (3, 9, "SRY"),
    "metropolitan": (4, 9, "MET"), "city-of-london": (5, 9, "COL"),
    "devon-and-cornwall": (0, 10, "DVC"), "dorset": (1, 10, "DOR"), "hampshire": (2, 10, "HAM"),
    "sussex": (3, 10, "SUX"), "kent": (4, 10, "KEN"),
}  # fmt: skip
DARK, LIGHT = "#0b0c0c", "#ffffff"
# From few to many, each with the colour of its text: light to dark, so that they differ in print and for everyone.
SHADES = (("#d5e5f2", DARK), ("#9cc4e2", DARK), ("#5694ca", DARK), ("#12436d", LIGHT))


@dataclass(frozen=True, slots=True)
class Marked:
    """What the map says of one area: ``number`` decides the shade, ``text`` stands on the tile, ``label`` is said."""

    code: str
    name: str
    href: str
    number: int
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile as it is drawn: its place in units of the picture, its colours, and its name in lines and short."""

    marked: Marked
    x: int
    y: int
    fill: str
    colour: str
    short: str
    lines: tuple[tuple[int, str], ...]

    @property
    def middle(self) -> int:
        return self.x + (WIDTH - GAP) // 2

    @property
    def short_y(self) -> int:
        return self.y + 30

    @property
    def below(self) -> int:
        """Where the number stands."""
        return self.y + HEIGHT - GAP - 9


@dataclass(frozen=True, slots=True)
class Step:
    """One shade of the legend."""

    fill: str
    words: str


@dataclass(frozen=True)
class TileMap:
    """The picture: tiles in the order of reading, its columns and rows, and what the shades mean."""

    tiles: tuple[Tile, ...]
    columns: int
    rows: int
    legend: tuple[Step, ...]
    tile_width = WIDTH - GAP
    tile_height = HEIGHT - GAP

    @property
    def drawn_width(self) -> int:
        return self.columns * WIDTH

    @property
    def drawn_height(self) -> int:
        return self.rows * HEIGHT


def tile_map(areas: Sequence[Marked]) -> TileMap:
    """The map of these areas, which come by name."""
    placed = places([area.code for area in areas])
    most = max((area.number for area in areas), default=0)
    size = max(-(-most // len(SHADES)), 1)
    tiles = [_tile(area, placed[area.code], size) for area in areas]
    tiles.sort(key=lambda tile: (tile.y, tile.x))
    columns = max((column for column, _ in placed.values()), default=0) + 1
    rows = max((row for _, row in placed.values()), default=0) + 1
    return TileMap(tuple(tiles), columns, rows, legend(most, size))


def places(codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Column and row of each area; those without a place of their own come below, row by row."""
    known = {code: TILES[code][:2] for code in codes if code in TILES}
    first = max((row for _, row in known.values()), default=-1) + 1
    others = [code for code in codes if code not in TILES]
    return known | {code: (place % COLUMNS, first + place // COLUMNS) for place, code in enumerate(others)}


def legend(most: int, size: int) -> tuple[Step, ...]:
    """The shades that are used, with the numbers that they stand for."""
    steps = [Step(LIGHT, "none")]
    for place, (fill, _) in enumerate(SHADES):
        low, high = place * size + 1, (place + 1) * size
        if low <= most:
            steps.append(Step(fill, str(low) if low == high else f"{low} to {high}"))
    return tuple(steps)


def lines_of(name: str) -> list[str]:
    """A name in lines that fit a tile; a word that is longer stays whole."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LINE_LIMIT:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _tile(area: Marked, place: tuple[int, int], size: int) -> Tile:
    fill, colour = SHADES[min((area.number - 1) // size, len(SHADES) - 1)] if area.number else (LIGHT, DARK)
    short = TILES[area.code][2] if area.code in TILES else area.name[:3].upper()
    x, y = place[0] * WIDTH, place[1] * HEIGHT
    numbered = tuple((y + 17 + 14 * line, text) for line, text in enumerate(lines_of(area.name)))
    return Tile(area, x, y, fill, colour, short, numbered)
