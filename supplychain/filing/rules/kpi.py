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
        "K03",
        "Contributions explain little of the body’s figure",
        "A",
        "information",
        "The contributions to a KPI cover most of the body’s own numerator, or the note of the body’s own row says who "
        "achieved the rest.",
        "Without a word about the rest, nobody can tell what the body did itself from what was left out. Bodies do "
        "much themselves, so it needs no answer.",
        "The body reports 100, its agreements 30, and the note of its row is blank.",
        words(
            "The contributions to {kpi} add up to {total}, {share} % of the body’s own numerator of {own}, and its "
            "note is blank.",
            "at least {limit} %, or a note",
            "Add contributions that are missing, or say in the note of the body’s own row who achieved the rest.",
        ),
        thresholds={"covered_pct": 80},
    ),
    Rule(
        "K04",
        "The KPI is not one of the body’s in that quarter",
        "X",
        "error",
        "A KPI is in force in the quarter and part of the body’s contract.",
        "A figure for a measure that the body does not have can’t be compared with anything.",
        "A measure that ended in 2017, in a return for 2018-19",
        {
            "": Words(
                "{kpi} ({title}) was in force {period}, and not in {quarter}.",
                "a KPI that is in force in the quarter",
                "Correct kpi_code, or take its rows out.",
            ),
            "contract": Words(
                "{kpi} ({title}) is not part of the contract of {body} in {quarter}.",
                "one of: {own}",
                "Correct kpi_code, or take its rows out.",
            ),
        },
        eases=True,
    ),
    Rule(
        "K05",
        "Money without a contribution, or a contribution without money",
        "A",
        "information",
        "A provider that was paid in several quarters running has contributed to some KPI in one of them, and one that "
        "contributed was paid. It is asked only of returns that have contributions.",
        "Much good work is measured by no KPI, so this is no fault of the provider; it shows what the KPIs don’t see.",
        "A grant paid every quarter, and no row for it in any KPI table",
        {
            "": Words(
                "Paid in this and the last {quarters} published quarters, and no contribution to any KPI in them.",
                "a contribution, where a KPI measures it",
                "Add the contribution if it was forgotten. Else do nothing.",
            ),
            "without": Words(
                "There is a contribution to {kpi}, and 0 was paid in the quarter.",
                "an amount, or a contribution of an earlier payment",
                "Correct the amount if it was forgotten. Else do nothing.",
            ),
        },
        thresholds={"quarters": 4},
        history=True,
    ),
    Rule(
        "K06",
        "A small number of people will not be shown",
        "A",
        "information",
        "Counts of people from 1 to 4 are published as [c] in every file, so that nobody is recognised; 0 is shown.",
        "In a small area, one person can be found out. Where one small number could be had by subtraction, a second "
        "one is hidden with it.",
        "people_supported 3",
        words(
            "{column} is {figure}: it will be published as [c].",
            "0, or 5 or more, to be shown",
            "Nothing: the number is right as it is.",
        ),
    ),
    Rule(
        "K07",
        "One result claimed at two tiers",
        "X",
        "warning",
        "An agreement and the one above it don’t give the same figure for the same KPI: each counts what was achieved "
        "under it and not under those below.",
        "Contributions are added up, so a result that is claimed by the prime and by its subcontractor counts twice.",
        "The prime and its only subcontractor both report 40 for one KPI.",
        words(
            "{ref} and {upstream}, above it, both report {figure} for {kpi}.",
            "each result once, where it was achieved",
            "Take from the agreement above what was achieved below, or confirm it with an explanation_code.",
        ),
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
    Check(
        "K04",
        """
        SELECT DISTINCT ON (s.kpi_code) 'K04', CASE WHEN current THEN 'contract' ELSE '' END, NULL,
               'kpi', s.row_number, 'kpi_code', s.kpi_code,
               jsonb_build_object('kpi', s.kpi_code, 'title', k.title, 'quarter', %(quarter)s, 'body', %(body)s,
                   'period', concat_ws(' ', 'from ' || lower(k.in_force), 'until ' || upper(k.in_force) - 1),
                   'own', array_to_string(%(kpis)s::text[], ', '))
        FROM staged_kpi AS s JOIN supplychain_kpi AS k ON k.code = s.kpi_code,
             LATERAL (SELECT k.in_force && daterange(%(start)s::date, %(last_day)s::date, '[]') AS current) AS c
        WHERE %(start)s::date IS NOT NULL
          AND (NOT current OR cardinality(%(kpis)s::text[]) > 0 AND s.kpi_code <> ALL(%(kpis)s::text[]))
        ORDER BY s.kpi_code, s.row_number
        """,
        "kpi",
    ),
    Check(
        "K03",
        """
        SELECT 'K03', '', NULL, 'kpi', o.row_number, 'numerator', o.numerator::text,
               jsonb_build_object('kpi', kpi_code, 'total', c.total, 'own', o.numerator,
                   'share', trunc(c.total * 100 / o.numerator, 1), 'limit', %(K03_covered_pct)s)
        FROM staged_kpi AS o JOIN (
            SELECT kpi_code, sum(numerator) AS total FROM staged_kpi WHERE agreement_ref IS NOT NULL
            GROUP BY kpi_code HAVING count(*) = count(numerator)
        ) AS c USING (kpi_code)
        WHERE o.agreement_ref IS NULL AND o.numerator > 0 AND o.note IS NULL
          AND c.total * 100 < o.numerator * %(K03_covered_pct)s
          AND (o.faults IS NULL OR NOT o.faults ?| ARRAY['agreement_ref', 'note'])
          AND NOT EXISTS (SELECT FROM staged_kpi AS s JOIN found AS f ON f.table_name = 'kpi' AND f.row_number =
              s.row_number WHERE s.kpi_code = o.kpi_code)
        """,
        "kpi",
    ),
    Check(
        "K05",
        """
        SELECT 'K05', '', NULL, 'funding', s.row_number, 'agreement_ref', s.agreement_ref,
               jsonb_build_object('quarters', %(K05_quarters)s - 1)
        FROM staged_funding AS s JOIN usual AS u USING (agreement_ref)
        WHERE u.silent AND s.amount_paid_gbp > 0 AND EXISTS (SELECT FROM staged_kpi WHERE agreement_ref IS NOT NULL)
          AND NOT EXISTS (SELECT FROM staged_kpi AS k WHERE k.agreement_ref = s.agreement_ref)
        UNION ALL
        SELECT 'K05', 'without', NULL, 'kpi', k.row_number, 'agreement_ref', k.agreement_ref,
               jsonb_build_object('kpi', k.kpi_code)
        FROM staged_kpi AS k JOIN staged_funding AS s USING (agreement_ref)
        WHERE s.amount_paid_gbp = 0 AND s.funding_type <> 'unpaid' AND k.numerator > 0
        """,
        "kpi",
        history=True,
    ),
    Check(
        "K06 people",
        " UNION ALL ".join(
            f"""
            SELECT 'K06', '', NULL, 'funding', row_number, '{column}', {column}::text,
                   jsonb_build_object('column', '{column}', 'figure', {column})
            FROM suspects WHERE {column} BETWEEN 1 AND 4
            """
            for column in ("people_supported", "referrals_received")
        ),
    ),
    Check(
        "K06",
        """
        SELECT 'K06', '', NULL, 'kpi', s.row_number, 'numerator', s.numerator::text,
               jsonb_build_object('column', 'numerator', 'figure', s.numerator)
        FROM staged_kpi AS s JOIN supplychain_kpi AS k ON k.code = s.kpi_code
        WHERE k.counts_people AND s.numerator IN (1, 2, 3, 4)
          AND NOT EXISTS (SELECT FROM found AS f WHERE f.table_name = 'kpi' AND f.row_number = s.row_number)
        """,
        "kpi",
    ),
    Check(
        "K07",
        """
        SELECT DISTINCT ON (below.row_number) 'K07', '', NULL, 'kpi', below.row_number, 'numerator',
               below.numerator::text,
               jsonb_build_object('ref', below.agreement_ref, 'upstream', c.upstream_ref, 'figure', below.numerator,
                   'kpi', below.kpi_code)
        FROM staged_kpi AS below JOIN chain AS c ON c.agreement_ref = below.agreement_ref
        JOIN staged_kpi AS above ON above.agreement_ref = c.upstream_ref AND above.kpi_code = below.kpi_code
        WHERE below.numerator > 0 AND above.numerator = below.numerator
        """,
        "kpi",
    ),
)
