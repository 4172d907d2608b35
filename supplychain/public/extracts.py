"""Which rows does a list give as CSV? The same selection that its page shows, as SQL for COPY.

Each function returns the statement and its values. Columns may be appended, never renamed.
"""

from collections.abc import Sequence
from dataclasses import replace

from providers.models import Series
from supplychain.analysis.selection import BY_QUARTER, VALID, Selection
from supplychain.disclosure.columns import KPI_CONTRIBUTIONS, SUPPLY_CHAIN
from supplychain.disclosure.columns.everywhere import PUBLICATION
from supplychain.models import Publication

Extract = tuple[str, list[object]]
MEASURE_ROWS = replace(
    KPI_CONTRIBUTIONS,
    rows=f"supplychain_frozenkpi AS r {PUBLICATION}",
    order=('p.period COLLATE "C"', *KPI_CONTRIBUTIONS.order),
)

MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""


def valid(publication: str) -> str:
    """SQL that is true for the valid versions of one series, with %s for its name."""
    return VALID.replace("p.", f"{publication}.")


def disclosures(series: str) -> Extract:
    """Every public version."""
    prefix = "/demonstration" if series == Series.DEMONSTRATION else ""
    statement = f"""
        SELECT p.period AS quarter, p.version, CASE p.state WHEN 'published' THEN 'valid' ELSE p.state END AS status,
               {MOMENT.format("p.published_at")} AS published_at, p.digest AS manifest_sha256,
               NULLIF(p.correction_notice, '') AS correction_notice,
               {MOMENT.format("p.redacted_at")} AS taken_down_at,
               %s || '/disclosures/' || lower(replace(p.period, ' ', '-')) || '/v' || p.version || '/' AS address,
               p.series
        FROM supplychain_publication AS p
        WHERE p.kind = 'disclosure' AND p.series = %s AND p.state IN ('published', 'superseded')
        ORDER BY p.period COLLATE "C" DESC, p.version DESC
    """  # noqa: S608 (no input)
    return statement, [prefix, series]


def releases(series: str) -> Extract:
    """What was published and what is announced, in the order of the moments."""
    statement = f"""
        SELECT quarter, version, status, {MOMENT.format("at")} AS at, NULLIF(note, '') AS note, %s AS series
        FROM (
            SELECT period AS quarter, version, 'published' AS status, published_at AS at, correction_notice AS note
            FROM supplychain_publication
            WHERE kind = 'disclosure' AND series = %s AND state IN ('published', 'superseded')
            UNION ALL
            SELECT period, version, 'announced', goes_public_at, note FROM supplychain_release
            WHERE kind = 'disclosure' AND series = %s AND goes_public_at > now()
        ) AS released
        ORDER BY released.at DESC, quarter COLLATE "C" DESC, version DESC
    """  # noqa: S608 (no input)
    return statement, [series, series, series]


def disclosure_lines(publication: Publication) -> Extract:
    """The lines of one version, exactly as supply-chain.csv gives them."""
    return SUPPLY_CHAIN.select("r.publication_id = %s"), [publication.pk]


def selected_lines(selection: Selection, columns: Sequence[str] | None = None) -> Extract:
    """The lines of a selection, with the columns that are named, or with all."""
    condition, values = selection.where
    return BY_QUARTER.select(condition, columns), values


def body_lines(series: str, code: str) -> Extract:
    """The lines of one body in the valid version of every quarter."""
    return BY_QUARTER.select(f"{VALID} AND r.body_code = %s"), [series, code]


def provider_lines(series: str, ids: list[str]) -> Extract:
    """The lines in which an organisation (by its id and earlier ids) is paid or pays, in the valid versions."""
    return BY_QUARTER.select(f"{VALID} AND (r.provider_id = ANY(%s) OR r.payer_id = ANY(%s))"), [series, ids, ids]


def measures(series: str) -> Extract:
    """Every measure, with how many bodies have it in their contracts."""
    statement = """
        SELECT kpi.code, kpi.title, kpi.counted AS what_is_counted, kpi.kind,
               CASE kpi.counts_people WHEN true THEN 'yes' ELSE 'no' END AS counts_people, kpi.target,
               lower(kpi.in_force) AS in_force_from, upper(kpi.in_force) - 1 AS in_force_to,
               (SELECT count(DISTINCT body_id) FROM supplychain_bodykpi WHERE kpi_id = kpi.code) AS bodies,
               kpi.source, kpi.confidence, kpi.series
        FROM supplychain_kpi AS kpi WHERE kpi.series = %s ORDER BY kpi.code COLLATE "C"
    """
    return statement, [series]


def measure_figures(series: str, code: str) -> Extract:
    """What bodies reported of a measure, in the valid versions: their own totals (no agreement), and contributions."""
    return MEASURE_ROWS.select(f"{VALID} AND r.kpi_code = %s"), [series, code]


def bodies(series: str) -> Extract:
    """Every reporting body with its newest owner and filing status; the last day of each period is part of it."""
    statement = f"""
        SELECT body.code, body.name, body.kind, organisation.public_id AS organisation_id,
               owned.public_id AS owner_id, owned.name AS owner_name, lower(owned.during) AS owner_from,
               upper(owned.during) - 1 AS owner_to,
               lower(body.in_force) AS in_force_from, upper(body.in_force) - 1 AS in_force_to,
               lower(body.obligation) AS obligation_from, upper(body.obligation) - 1 AS obligation_to,
               areas.codes AS area_codes, newest.period AS newest_quarter, newest.filing_status,
               CASE newest.late WHEN true THEN 'yes' WHEN false THEN 'no' END AS late,
               body.source, body.confidence, body.series,
               coalesce(nullif(body.period_source, ''), body.source) AS period_source,
               coalesce(nullif(body.period_confidence, ''), body.confidence) AS period_confidence
        FROM supplychain_body AS body
        JOIN providers_organisation AS organisation ON organisation.id = body.organisation_id
        LEFT JOIN LATERAL (
            SELECT owner.public_id, owner.name, ownership.during
            FROM supplychain_ownership AS ownership
            JOIN providers_organisation AS owner ON owner.id = ownership.owner_id
            WHERE ownership.body_id = body.code ORDER BY lower(ownership.during) DESC NULLS LAST LIMIT 1
        ) AS owned ON true
        LEFT JOIN LATERAL (
            SELECT string_agg(DISTINCT area_id, ';' ORDER BY area_id) AS codes
            FROM supplychain_bodyarea WHERE body_id = body.code
        ) AS areas ON true
        LEFT JOIN LATERAL (
            SELECT p.period, r.filing_status, r.late
            FROM supplychain_frozenbody AS r JOIN supplychain_publication AS p ON p.id = r.publication_id
            WHERE r.code = body.code AND {VALID} ORDER BY p.period COLLATE "C" DESC LIMIT 1
        ) AS newest ON true
        WHERE body.series = %s
        ORDER BY body.code COLLATE "C"
    """  # noqa: S608 (no input)
    return statement, [series, series]


def these(ids: list[str]) -> Extract:
    """The ids as rows."""
    return "SELECT unnest(%s::varchar[])", [ids]


def providers(series: str, among: Extract | None) -> Extract:
    """Every provider that a valid version names, or those whose ids ``among`` gives, with its tiers, bodies, quarters.

    In the order of an index and each with its own lines, so that the first one leaves at once.
    """
    statement = f"""
        SELECT party.public_id AS id, party.name, NULLIF(party.charity_number, '') AS charity_number,
               NULLIF(party.company_number, '') AS company_number,
               NULLIF(array_to_string(party.identifiers, ';'), '') AS other_ids, NULLIF(party.sector, '') AS sector,
               NULLIF(party.income_band, '') AS income_band, used.tiers, used.bodies, used.first_quarter,
               used.last_quarter, %s AS series
        FROM supplychain_frozenparty AS party JOIN supplychain_publication AS p ON p.id = party.publication_id
        LEFT JOIN LATERAL (
            SELECT string_agg(DISTINCT r.tier::text, ';' ORDER BY r.tier::text) AS tiers,
                   string_agg(DISTINCT r.body_code, ';' ORDER BY r.body_code) AS bodies,
                   min(p.period) AS first_quarter, max(p.period) AS last_quarter
            FROM supplychain_frozenline AS r JOIN supplychain_publication AS p ON p.id = r.publication_id
            WHERE r.provider_id = party.public_id AND {VALID}
        ) AS used ON true
        WHERE {VALID} AND NOT EXISTS (
            SELECT FROM supplychain_frozenparty AS later
            JOIN supplychain_publication AS newer ON newer.id = later.publication_id
            WHERE later.public_id = party.public_id AND newer.period > p.period AND {valid("newer")}
        ) AND ({f"party.public_id IN ({among[0]})" if among else "true"})
        ORDER BY upper(party.name), party.public_id
    """  # noqa: S608 (no input)
    return statement, [series, series, series, series, *(among[1] if among else [])]
