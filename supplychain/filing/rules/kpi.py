"""K: do the contributions to a KPI fit the body’s own figure?"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from .rule import Check, Rule, Words, sound, words

RULES = (
    Rule(
        "K01",
        "A KPI figure is impossible",
        "A",
        "error",
        "Numerators and denominators are not negative, no numerator is above its denominator, and both are whole "
        "where the "
        "KPI counts people.",
        "A share above 100 per cent or half a person is a slip of the pen that would be published as a result.",
        "numerator 12, denominator 10",
        {
            "": Words(
                "The numerator {numerator} is above the denominator {denominator}.",
                "at most {denominator}",
                "Correct one of the two.",
            ),
            "negative": Words("{column} is {figure}.", "0 or more", "Correct the figure."),
            "whole": Words(
                "{kpi} counts people, and {column} is {figure}.", "a whole number", "Count people, not shares of them."
            ),
        },
    ),
    Rule(
        "K02",
        "Contributions exceed the body’s own figure",
        "A",
        "error",
        "The contributions of all agreements to a KPI add up to no more than the numerator of the body’s own total.",
        "The same result must not be claimed twice on the way up.",
        "Two agreements contribute 60 and 50 to a KPI for which the body reports 100.",
        words(
            "The contributions to {kpi} add up to {total}; the body’s own numerator is {own}, so they exceed it by "
            "{excess}.",
            "contributions of at most {own}",
            "Correct the contributions, or the body’s own row.",
        ),
        eases=True,
    ),
    Rule(
        "K08",
        "The body’s own total is missing",
        "C",
        "error",
        "Where an agreement contributes to a KPI there is a row with the body’s own total: the same KPI, and a blank "
        "agreement_ref.",
        "A contribution means something only as part of a whole.",
        "Three rows for one KPI, all with an agreement_ref",
        words(
            "There are contributions to {kpi} and no row with the body’s own total.",
            "a row for {kpi} with a blank agreement_ref",
            "Add the body’s own numerator and denominator.",
        ),
    ),
    Rule(
        "K09",
        "A KPI row belongs to no agreement, or is there twice",
        "X",
        "error",
        "agreement_ref of a KPI row is that of a row of the funding table; each KPI and agreement stands in one row.",
        "A contribution of an unknown agreement is nobody’s; one that is there twice counts twice.",
        "A KPI row for A-99, which the funding table doesn’t have",
        {
            "": Words(
                "The agreement {ref} is not in the funding table.",
                "an agreement_ref of the funding table, or blank for the body’s own total",
                "Correct the reference, or add the agreement to the funding table.",
            ),
            "twice": Words(
                "{kpi} for {ref} is in row {first:,} already.",
                "one row for each KPI and agreement",
                "Remove one of the two rows.",
            ),
        },
    ),
)


def _each(column: str) -> str:
    return f"""
        SELECT 'K01', CASE WHEN {column} < 0 THEN 'negative' ELSE 'whole' END, NULL, 'kpi', s.row_number, '{column}',
            {column}::text,
               jsonb_build_object('column', '{column}', 'figure', {column}, 'kpi', s.kpi_code)
        FROM staged_kpi AS s LEFT JOIN supplychain_kpi AS k ON k.code = s.kpi_code
        WHERE {column} < 0 OR k.counts_people AND {column} <> trunc({column})
    """


CHECKS = (
    Check(
        "K01",
        _each("numerator")
        + " UNION ALL "
        + _each("denominator")
        + """
        UNION ALL
        SELECT 'K01', '', NULL, 'kpi', row_number, 'numerator', numerator::text,
               jsonb_build_object('numerator', numerator, 'denominator', denominator)
        FROM staged_kpi WHERE numerator > denominator AND denominator >= 0
        """,
        "kpi",
    ),
    Check(
        "K02",
        """
        SELECT 'K02', '', NULL, 'kpi', o.row_number, 'numerator', o.numerator::text,
               jsonb_build_object('kpi', o.kpi_code, 'total', c.total, 'own', o.numerator, 'excess', c.total -
                   o.numerator)
        FROM (SELECT DISTINCT ON (kpi_code) * FROM staged_kpi WHERE agreement_ref IS NULL ORDER BY kpi_code,
            row_number) AS o
        JOIN (SELECT kpi_code, sum(numerator) AS total
              FROM (SELECT DISTINCT ON (kpi_code, agreement_ref) kpi_code, numerator FROM staged_kpi
                    WHERE agreement_ref IS NOT NULL ORDER BY kpi_code, agreement_ref, row_number) AS once
              GROUP BY kpi_code) AS c USING (kpi_code)
        WHERE c.total > o.numerator AND (o.faults IS NULL OR NOT o.faults ? 'agreement_ref')
        """,
        "kpi",
    ),
    Check(
        "K08",
        """
        SELECT DISTINCT ON (kpi_code) 'K08', '', NULL, 'kpi', row_number, 'kpi_code', kpi_code,
            jsonb_build_object('kpi', kpi_code)
        FROM staged_kpi AS s WHERE agreement_ref IS NOT NULL AND kpi_code IS NOT NULL
          AND NOT EXISTS (SELECT FROM staged_kpi AS o WHERE o.kpi_code = s.kpi_code AND o.agreement_ref IS NULL)
        ORDER BY kpi_code, row_number
        """,
        "kpi",
    ),
    Check(
        "K09",
        f"""
        SELECT 'K09', '', NULL, 'kpi', row_number, 'agreement_ref', agreement_ref, jsonb_build_object('ref',
            agreement_ref)
        FROM staged_kpi AS s WHERE agreement_ref IS NOT NULL
          AND NOT EXISTS (SELECT FROM staged_funding AS f WHERE f.agreement_ref = s.agreement_ref)
          AND agreement_ref <> ALL(%(left_out)s::text[]) AND NOT %(refs_missing)s
        UNION ALL
        SELECT 'K09', 'twice', NULL, 'kpi', row_number, 'kpi_code', kpi_code,
               jsonb_build_object('kpi', kpi_code, 'ref', coalesce(agreement_ref, 'the body’s own total'), 'first',
                   first)
        FROM (SELECT row_number, kpi_code, agreement_ref,
                     min(row_number) OVER (PARTITION BY kpi_code, agreement_ref) AS first
              FROM staged_kpi AS s WHERE kpi_code IS NOT NULL AND {sound("agreement_ref")}) AS t
        WHERE row_number > first
        """,
        "kpi",
    ),
)
