"""How do KPI figures come to stand still, and how are small counts of people protected?

A count of people from 1 to 4 is never shown. Nor may it follow from what is shown: where one hidden part is all that
the body's figure lacks, or the hidden parts can only be 1 each, the smallest other part is hidden too, else the body's
figure. What an earlier version of the quarter hid stays hidden while it is the same, and what it showed is no cover.
"""

from supplychain.disclosure.parts import NOTED, with_parts
from supplychain.disclosure.selection import building, parameters, set_based
from supplychain.models import FrozenKpi

SMALL = "(kpi.counts_people AND filed.{0} > 0 AND filed.{0} < 5)"
CELL = f"""
    CASE WHEN NOT {SMALL} THEN filed.{{0}} END,
    CASE WHEN filed.{{0}} IS NULL THEN '[x]' WHEN {SMALL} THEN '[c]' ELSE '' END
"""
# Every figure of the returns; the body's own have no agreement. Each row gets the body's figures when all are settled.
KPIS = with_parts(
    NOTED,
    (),
    f"""
    INSERT INTO supplychain_frozenkpi (
        publication_id, body_code, kpi_code, kpi_kind, agreement_ref, provider_id, numerator, numerator_status,
        denominator, denominator_status, body_numerator_status, body_denominator_status, return_kind
    )
    SELECT %(publication)s, part.body_id, kpi.code, kpi.kind, filed.agreement_ref, COALESCE(line.provider_id, ''),
        {CELL.format("numerator")}, {CELL.format("denominator")}, '[x]', '[x]', part.kind
    FROM part
    JOIN supplychain_kpirow AS filed ON filed.of_return_id = part.id
    JOIN supplychain_kpi AS kpi ON kpi.code = filed.kpi_code
    LEFT JOIN supplychain_frozenline AS line
        ON line.publication_id = %(publication)s AND line.body_code = part.body_id
        AND line.agreement_ref = filed.agreement_ref
    ORDER BY part.body_id, kpi.code COLLATE "C", filed.agreement_ref COLLATE "C"
    """,  # noqa: S608 (no input)
)

# Counts of people as they were filed, of this version and the one before.
FILED_COUNTS = """
    SELECT noted.publication_id, filed.body_id AS body_code, row.kpi_code, row.agreement_ref, row.{value} AS value
    FROM supplychain_publicationreturn AS noted
    JOIN supplychain_return AS filed ON filed.id = noted.of_return_id
    JOIN supplychain_kpirow AS row ON row.of_return_id = filed.id
    JOIN supplychain_kpi AS kpi ON kpi.code = row.kpi_code AND kpi.counts_people
    WHERE noted.publication_id IN (%(publication)s, %(previous)s)
"""
HIDE_AGAIN = f"""
    WITH count AS ({FILED_COUNTS})
    UPDATE supplychain_frozenkpi AS shown SET {{value}} = NULL, {{value}}_status = '[c]'
    FROM supplychain_frozenkpi AS before, count AS now, count AS earlier
    WHERE shown.publication_id = %(publication)s AND before.publication_id = %(previous)s
      AND now.publication_id = %(publication)s AND earlier.publication_id = %(previous)s
      AND (before.body_code, before.kpi_code, before.agreement_ref)
          = (shown.body_code, shown.kpi_code, shown.agreement_ref)
      AND (now.body_code, now.kpi_code, now.agreement_ref) = (shown.body_code, shown.kpi_code, shown.agreement_ref)
      AND (earlier.body_code, earlier.kpi_code, earlier.agreement_ref)
          = (shown.body_code, shown.kpi_code, shown.agreement_ref)
      AND before.{{value}}_status = '[c]' AND shown.{{value}}_status = '' AND now.value = earlier.value
"""  # noqa: S608 (no input)
COVER = f"""
    WITH count AS ({FILED_COUNTS}),
    cell AS (
        SELECT shown.*, count.value, shown.{{value}}_status = '[c]' AS hidden
        FROM supplychain_frozenkpi AS shown
        JOIN count USING (publication_id, body_code, kpi_code, agreement_ref)
        WHERE shown.publication_id = %(publication)s
    ),
    measure AS (
        SELECT total.id AS total_id, part.body_code, part.kpi_code, total.value AS total,
               count(*) FILTER (WHERE part.hidden) AS hidden,
               COALESCE(sum(part.value) FILTER (WHERE NOT part.hidden), 0) AS shown,
               sum(part.value) = total.value AND bool_and(part.value IS NOT NULL) AS adds_up
        FROM cell AS total JOIN cell AS part USING (body_code, kpi_code)
        WHERE total.agreement_ref = '' AND NOT total.hidden AND part.agreement_ref <> ''
        GROUP BY total.id, part.body_code, part.kpi_code, total.value
    ),
    given_away AS (
        SELECT * FROM measure WHERE hidden = 1 AND adds_up OR hidden > 0 AND total - shown = hidden
    ),
    cover AS (
        SELECT DISTINCT ON (cell.body_code, cell.kpi_code) cell.id, given_away.total_id
        FROM given_away JOIN cell USING (body_code, kpi_code)
        WHERE cell.agreement_ref <> '' AND NOT cell.hidden AND cell.value > 0 AND NOT EXISTS (
            SELECT FROM supplychain_frozenkpi AS before
            WHERE before.publication_id = %(previous)s AND before.{{value}} = cell.value
              AND (before.body_code, before.kpi_code, before.agreement_ref)
                  = (cell.body_code, cell.kpi_code, cell.agreement_ref)
        )
        ORDER BY cell.body_code, cell.kpi_code, cell.value, cell.agreement_ref COLLATE "C"
    )
    UPDATE supplychain_frozenkpi SET {{value}} = NULL, {{value}}_status = '[c]'
    WHERE id IN (
        SELECT COALESCE(cover.id, given_away.total_id) FROM given_away LEFT JOIN cover USING (total_id)
    )
"""  # noqa: S608 (no input)
REPEAT_TOTALS = """
    UPDATE supplychain_frozenkpi AS row
    SET body_numerator = total.numerator, body_numerator_status = total.numerator_status,
        body_denominator = total.denominator, body_denominator_status = total.denominator_status
    FROM supplychain_frozenkpi AS total
    WHERE row.publication_id = %(publication)s AND total.publication_id = %(publication)s AND total.agreement_ref = ''
      AND total.body_code = row.body_code AND total.kpi_code = row.kpi_code
"""


def freeze_kpis(publication_id: int) -> None:
    """Write down every KPI figure as it will be published."""
    publication = building(publication_id)
    FrozenKpi.objects.filter(publication=publication).delete()
    with set_based() as cursor:
        cursor.execute(KPIS, parameters(publication))
        for value in ("numerator", "denominator"):
            for statement in (HIDE_AGAIN, COVER):
                cursor.execute(statement.format(value=value), parameters(publication))
        cursor.execute(REPEAT_TOTALS, parameters(publication))
