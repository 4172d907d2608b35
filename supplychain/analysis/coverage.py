"""What is reported in each area, and what does it mean where nothing is?

A frozen line speaks for every area that it names, so one line may count in several areas; areas are never added up.
Where no line names an area, it depends on the bodies that held the area on the quarter's last day what that means
(:class:`Standing`). Lines that a compiled source had ceased to show before the quarter count apart, as shown earlier.

The statements give the same rows to pages and to CSV.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from supplychain.analysis.rows import named_rows
from supplychain.analysis.selection import Selection
from supplychain.models import CodeList, FrozenLine, Publication

Statement = tuple[str, list[Any]]


class Standing(StrEnum):
    """What stands in a cell: lines, or why there is none. In the order in which one goes before another."""

    PROVIDED = "provided"
    SHOWN_EARLIER = "shown-earlier"  # the compiled source showed it, and no longer in this quarter
    MISSING = "return-missing"  # a return was required of a body there, and none is part of the version
    NOT_REPORTED = "not-reported"  # filed, without such a line
    NONE_IN_SOURCE = "none-in-source"  # compiled, without such a line
    NOT_REQUIRED = "not-required"  # no return was required of any body there


@dataclass(frozen=True, slots=True)
class Axis:
    """What the columns of the matrix are: a list of codes, and SQL for the codes of a line ``r``."""

    title: str
    code_list: str
    codes: str


AXES = {
    "service": Axis(
        "service", CodeList.SERVICE, "ARRAY(SELECT DISTINCT unnest(r.other_categories || r.service_category))"
    ),
    "cohort": Axis("group of people", CodeList.COHORT, "r.cohorts"),
}


@dataclass(frozen=True, slots=True)
class Reported:
    """What lines of one kind of return say: agreements of the quarter with their providers, and those shown earlier."""

    return_kind: str
    agreements: int
    providers: int
    shown_earlier: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One area, or one area and one code: its standing, and what is reported by kind of return (none for a gap)."""

    standing: Standing
    reported: tuple[Reported, ...]

    @property
    def providers(self) -> int:
        """The most that any kind of return names; kinds are not added up."""
        return max((one.providers for one in self.reported), default=0)


@dataclass(frozen=True, slots=True)
class CoveredArea:
    """One area of a version, with the bodies that held it on the quarter's last day (codes) and their returns."""

    code: str
    name: str
    nation: str
    bodies: tuple[str, ...]
    cell: Cell


COUNTS = """
    count(*) FILTER (WHERE r.shown_to IS NULL OR r.shown_to >= %s) AS agreements,
    count(DISTINCT r.provider_id) FILTER (WHERE r.provider_id <> '' AND (r.shown_to IS NULL OR r.shown_to >= %s))
        AS providers,
    count(*) FILTER (WHERE r.shown_to < %s) AS earlier
"""
AREAS = """
    SELECT area.code, area.name, area.nation, area.source, area.confidence,
           string_agg(held.body_id, ';' ORDER BY held.body_id) AS bodies,
           CASE WHEN bool_or(body.filing_status = 'missing') THEN 'return-missing'
                WHEN bool_or(body.filing_status IN ('published', 'nil')) THEN 'not-reported'
                WHEN bool_or(body.filing_status = 'compiled') THEN 'none-in-source'
                ELSE 'not-required' END AS gap
    FROM supplychain_area AS area
    LEFT JOIN supplychain_bodyarea AS held ON held.area_id = area.code AND held.during @> %s::date
    LEFT JOIN supplychain_frozenbody AS body ON body.code = held.body_id AND body.publication_id = %s
    WHERE area.series = %s AND (%s OR area.code = %s)
    GROUP BY area.code
"""
OF_AREA = "(%s OR r.area_codes && ARRAY[%s]::varchar[])"
STANDING = """CASE WHEN counted.agreements > 0 THEN 'provided' WHEN counted.earlier > 0 THEN 'shown-earlier'
                   ELSE areas.gap END AS standing"""
NUMBERS = """NULLIF(counted.return_kind, '') AS return_kind, COALESCE(counted.agreements, 0) AS agreements,
             COALESCE(counted.providers, 0) AS providers, COALESCE(counted.earlier, 0) AS shown_earlier"""


def areas_statement(publication: Publication, area: str | None = None) -> Statement:
    """One row for each area (or the one asked for) and kind of return in a version, also where no line names it."""
    statement = f"""
        WITH areas AS ({AREAS}),
        counted AS (
            SELECT named.area, r.return_kind, {COUNTS}
            FROM supplychain_frozenline AS r CROSS JOIN LATERAL unnest(r.area_codes) AS named(area)
            WHERE r.publication_id = %s AND {OF_AREA} GROUP BY named.area, r.return_kind
        )
        SELECT %s AS quarter, %s::int AS version, areas.code, areas.name, NULLIF(areas.nation, '') AS nation,
               areas.bodies, {STANDING}, {NUMBERS}, areas.source, areas.confidence, %s AS series
        FROM areas LEFT JOIN counted ON counted.area = areas.code
        ORDER BY areas.name, areas.code, counted.return_kind
    """  # noqa: S608 (no input)
    return statement, [*_area_values(publication, area), *_line_values(publication, area), *_version(publication)]


def matrix_statement(
    publication: Publication,
    axis: str,
    area: str | None = None,
    code: str | None = None,
    among: Selection | None = None,
) -> Statement:
    """One row for each area and code of the axis (or the ones asked for) and kind of return, gaps included.

    ``among`` leaves only lines that it selects, whatever quarter it names.
    """
    chosen = AXES[axis]
    condition, values_among = among.of_lines if among else ("true", [])
    statement = f"""
        WITH areas AS ({AREAS}),
        counted AS (
            SELECT named.area, about.code, r.return_kind, {COUNTS}
            FROM supplychain_frozenline AS r CROSS JOIN LATERAL unnest(r.area_codes) AS named(area)
            CROSS JOIN LATERAL unnest({chosen.codes}) AS about(code)
            WHERE r.publication_id = %s AND {OF_AREA} AND {condition}
            GROUP BY named.area, about.code, r.return_kind
        )
        SELECT %s AS quarter, %s::int AS version, areas.code AS area, areas.name AS area_name, code.code AS {axis},
               code.title AS {axis}_title, {STANDING}, {NUMBERS}, %s AS series
        FROM areas CROSS JOIN supplychain_code AS code
        LEFT JOIN counted ON counted.area = areas.code AND counted.code = code.code
        WHERE code.list = %s AND (%s OR code.code = %s)
        ORDER BY areas.name, areas.code, code."order", code.code, counted.return_kind
    """  # noqa: S608 (no input)
    of_lines = [*_line_values(publication, area), *values_among]
    values = [*_area_values(publication, area), *of_lines, *_version(publication)]
    return statement, [*values, chosen.code_list, code is None, code]


def covered_areas(publication: Publication, area: str | None = None) -> list[CoveredArea]:
    """Every area of the series (or the one asked for), by name, as one version tells of it. One query."""
    found: dict[str, CoveredArea] = {}
    for row in named_rows(*areas_statement(publication, area)):
        before = found.get(row["code"])
        bodies = tuple(row["bodies"].split(";")) if row["bodies"] else ()
        cell = _cell(row, before.cell if before else None)
        found[row["code"]] = CoveredArea(row["code"], row["name"], row["nation"] or "", bodies, cell)
    return list(found.values())


def matrix(
    publication: Publication,
    axis: str,
    area: str | None = None,
    code: str | None = None,
    among: Selection | None = None,
) -> dict[tuple[str, str], Cell]:
    """The cells by area and code of the axis (``service`` or ``cohort``), of all lines or those ``among`` a selection.
    One query.
    """
    found: dict[tuple[str, str], Cell] = {}
    for row in named_rows(*matrix_statement(publication, axis, area, code, among)):
        key = row["area"], row[axis]
        found[key] = _cell(row, found.get(key))
    return found


def lines_without_area(publication: Publication) -> int:
    """How many lines of a version name no area that may be shown, and so stand in no cell. One query."""
    return FrozenLine.objects.filter(publication=publication, area_codes=[]).count()


def _cell(row: dict[str, Any], before: Cell | None) -> Cell:
    """A row as a cell, joined with what another kind of return says of the same cell."""
    standing, reported = Standing(row["standing"]), tuple[Reported, ...]()
    if row["return_kind"]:
        reported = (Reported(row["return_kind"], row["agreements"], row["providers"], row["shown_earlier"]),)
    if before is None:
        return Cell(standing, reported)
    order = list(Standing)
    return Cell(min(before.standing, standing, key=order.index), before.reported + reported)


def _area_values(publication: Publication, area: str | None) -> list[Any]:
    return [publication.quarter.last_day, publication.pk, publication.series, area is None, area]


def _line_values(publication: Publication, area: str | None) -> list[Any]:
    return [*[publication.quarter.start] * 3, publication.pk, area is None, area]


def _version(publication: Publication) -> list[Any]:
    return [publication.period, publication.version, publication.series]
