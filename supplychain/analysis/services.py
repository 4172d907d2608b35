"""Which services does a quarter name, how widely, and at what price range?

A line counts here for its main service, as everywhere where lines are chosen by service. Prices are of agreements whose
amount is shown, is no estimate and is above 0; of fewer than :data:`FEWEST` nothing is summarised, for then a range
would be no more than the agreements themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from supplychain.analysis.coverage import COUNTS, Statement
from supplychain.analysis.rows import named_rows
from supplychain.analysis.selection import Selection
from supplychain.disclosure.columns import SUPPLY_CHAIN
from supplychain.models import CodeList, Publication

FEWEST = 5
KNOWN = "r.amount_paid_gbp > 0 AND r.amount_paid_gbp_status = ''"


@dataclass(frozen=True, slots=True)
class NamedService:
    """One service as one kind of return names it; ``return_kind`` is ``None`` where no line does.

    ``areas`` are those that agreements of the quarter name; ``shown_earlier`` counts lines that a compiled source had
    ceased to show.
    """

    code: str
    title: str
    description: str
    return_kind: str | None
    agreements: int
    providers: int
    shown_earlier: int
    areas: int
    tiers: list[int]


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What agreements of one funding type (``None``: of all) were paid in one quarter, in pounds.

    ``lowest``, ``median`` and ``highest`` are over the ``known`` agreements, and ``None`` where they are too few.
    """

    funding_type: str | None
    return_kind: str
    known: int
    estimated: int
    without_amount: int
    not_above_0: int
    lowest: Decimal | None
    median: Decimal | None
    highest: Decimal | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Codes of the areas where a provider works, and names of those who fund it there; withheld names are left out."""

    areas: list[str]
    payers: list[str]


def services_statement(publication: Publication, among: Selection | None = None) -> Statement:
    """One row for each service and kind of return of a version, also for services that no line names.

    ``among`` leaves only lines that it selects, whatever quarter it names.
    """
    condition, chosen = among.of_lines if among else ("true", [])
    statement = f"""
        SELECT %s AS quarter, %s::int AS version, code.code, code.title, code.description, named.return_kind,
               COALESCE(named.agreements, 0) AS agreements, COALESCE(named.providers, 0) AS providers,
               COALESCE(named.earlier, 0) AS shown_earlier, COALESCE(spread.areas, 0) AS areas, named.tiers,
               %s AS series
        FROM supplychain_code AS code
        LEFT JOIN (
            SELECT r.service_category, r.return_kind, {COUNTS},
                   string_agg(DISTINCT r.tier::text, ';' ORDER BY r.tier::text) AS tiers
            FROM supplychain_frozenline AS r
            WHERE r.publication_id = %s AND {condition} GROUP BY r.service_category, r.return_kind
        ) AS named ON named.service_category = code.code
        LEFT JOIN (
            SELECT r.service_category, r.return_kind, count(DISTINCT place.area) AS areas
            FROM supplychain_frozenline AS r CROSS JOIN LATERAL unnest(r.area_codes) AS place(area)
            WHERE r.publication_id = %s AND (r.shown_to IS NULL OR r.shown_to >= %s) AND {condition}
            GROUP BY r.service_category, r.return_kind
        ) AS spread ON (spread.service_category, spread.return_kind) = (named.service_category, named.return_kind)
        WHERE code.list = %s
        ORDER BY code."order", code.code, named.return_kind
    """  # noqa: S608 (no input)
    start = publication.quarter.start
    version = [publication.period, publication.version, publication.series]
    named = [*[start] * 3, publication.pk, *chosen]
    return statement, [*version, *named, publication.pk, start, *chosen, CodeList.SERVICE]


def named_services(publication: Publication, among: Selection | None = None) -> list[NamedService]:
    """Every service, in the order of the list, as one version, or the lines ``among`` it, name it. One query."""
    wanted = [one.name for one in fields(NamedService)]
    found = []
    for row in named_rows(*services_statement(publication, among)):
        row["tiers"] = [int(tier) for tier in row["tiers"].split(";")] if row["tiers"] else []
        found.append(NamedService(**{name: row[name] for name in wanted}))
    return found


def price_ranges(selection: Selection) -> list[PriceRange]:
    """The price range over all selected lines, and by funding type; of one quarter, where a line is an agreement.

    Compiled lines hold no amounts and are left out. One query.
    """
    condition, values = selection.where
    statement = f"""
        SELECT *, CASE WHEN known >= {FEWEST} THEN low END AS lowest,
               CASE WHEN known >= {FEWEST} THEN high END AS highest,
               CASE WHEN known >= {FEWEST} THEN round((below + above) / 2, 2) END AS median
        FROM (
            SELECT CASE WHEN GROUPING(r.funding_type) = 0 THEN r.funding_type END AS funding_type, r.return_kind,
                   count(*) FILTER (WHERE {KNOWN}) AS known,
                   count(*) FILTER (WHERE r.amount_paid_gbp_status = '[e]') AS estimated,
                   count(*) FILTER (WHERE r.amount_paid_gbp IS NULL) AS without_amount,
                   count(*) FILTER (WHERE r.amount_paid_gbp <= 0 AND r.amount_paid_gbp_status = '') AS not_above_0,
                   min(r.amount_paid_gbp) FILTER (WHERE {KNOWN}) AS low,
                   max(r.amount_paid_gbp) FILTER (WHERE {KNOWN}) AS high,
                   percentile_disc(0.5) WITHIN GROUP (ORDER BY r.amount_paid_gbp) FILTER (WHERE {KNOWN}) AS below,
                   percentile_disc(0.5) WITHIN GROUP (ORDER BY r.amount_paid_gbp DESC) FILTER (WHERE {KNOWN}) AS above
            FROM {SUPPLY_CHAIN.rows} WHERE {condition} AND r.return_kind <> 'compiled'
            GROUP BY GROUPING SETS ((r.return_kind), (r.return_kind, r.funding_type))
        ) AS counted
        ORDER BY return_kind, funding_type NULLS FIRST
    """  # noqa: S608 (no input)
    wanted = [one.name for one in fields(PriceRange)]
    return [PriceRange(**{name: row[name] for name in wanted}) for row in named_rows(statement, values)]


def surroundings(selection: Selection, providers: Sequence[str]) -> dict[str, Surroundings]:
    """By provider: where the selected lines say that it works, and who funds it there. One query."""
    condition, values = selection.where
    statement = f"""
        SELECT r.provider_id, array_agg(DISTINCT place.area) FILTER (WHERE place.area IS NOT NULL) AS areas,
               array_agg(DISTINCT r.payer_name) FILTER (WHERE r.payer_id <> '') AS payers
        FROM {SUPPLY_CHAIN.rows} LEFT JOIN LATERAL unnest(r.area_codes) AS place(area) ON true
        WHERE {condition} AND r.provider_id = ANY(%s)
        GROUP BY r.provider_id
    """  # noqa: S608 (no input)
    return {
        row["provider_id"]: Surroundings(row["areas"] or [], row["payers"] or [])
        for row in named_rows(statement, [*values, list(providers)])
    }


def further_lines(selection: Selection, service: str) -> int:
    """How many lines name the service beside another main one, and so are not among those chosen by it. One query."""
    condition, values = selection.with_values(service=()).where
    statement = f"""
        SELECT count(*) AS lines FROM {SUPPLY_CHAIN.rows}
        WHERE {condition} AND r.service_category <> %s AND %s = ANY(r.other_categories)
    """  # noqa: S608 (no input)
    (row,) = named_rows(statement, [*values, service, service])
    return row["lines"]
