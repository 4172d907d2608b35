"""M, P and X, over the quarters: does the return follow from what the body published before?

Judged against the newest published version of each earlier quarter (``last_published``: of each agreement the last of
them), and for a correction against the version that it replaces. Nothing here is asked of a body's first return.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from .rule import Check, Rule, Words, not_found, sound, words

RULES = (
    Rule(
        "M08",
        "A row looks copied forward",
        "A",
        "warning",
        "In two quarters running an agreement doesn’t have both the same amount paid and the same numbers of people. "
        "The same amount alone is normal, and is not asked about.",
        "A row that was copied from the last return and forgotten says nothing about this quarter.",
        "£1,200 paid, 14 people supported and 16 referrals, as in the quarter before",
        words(
            "£{paid:,.2f} paid and {counts} are what the return for {last} said, too.",
            "the figures of this quarter",
            "Correct the row, or confirm it with an explanation_code.",
        ),
        history=True,
    ),
    Rule(
        "M09",
        "An amount is far from what is usually paid",
        "A",
        "warning",
        "The amount paid is near the mean of the last published quarters, if the agreement was in all of them. "
        "Clawbacks, agreements that end and small differences are not asked about.",
        "A digit too many or too few shows here, and nowhere else when the amount to date follows it.",
        "Usually about £9,000 a quarter, and £900 now",
        words(
            "£{paid:,.2f} was paid; the mean of the last {quarters} published quarters is £{mean:,.2f}.",
            "from {low:.2f} to {high:.2f}",
            "Correct the amount, or confirm it with an explanation_code.",
        ),
        thresholds={"pct": 50, "quarters": 4, "least_gbp": 100},
        history=True,
    ),
    Rule(
        "M11",
        "Nothing was paid for long",
        "C",
        "information",
        "An agreement that is neither ended nor unpaid is paid something now and then.",
        "Many agreements end without anybody saying so, and stay in the return for years.",
        "An open contract with 0 paid in four quarters running",
        words(
            "0 was paid in this quarter and in the last {quarters} published ones, and the agreement has not ended.",
            "an end_date, if the agreement has ended",
            "Give the end_date if it has ended. If it goes on, do nothing.",
        ),
        thresholds={"quarters": 4},
        history=True,
    ),
    Rule(
        "M14",
        "A published figure is changed",
        "X",
        "information",
        "A correction lists each row whose published amounts change, and each agreement that it takes out.",
        "Whoever quoted the figure will see the change in the published differences; the preparer sees it first.",
        "A-17 was published with £14,300.00 and is £13,400.00 now",
        {
            "": Words(
                "The published return says £{before_paid} paid and £{before_to_date} to date; this one £{paid} and "
                "£{to_date}.",
                "a change that is meant",
                "Nothing, if the change is meant: the reason of the correction covers it.",
            ),
            "gone": Words(
                "{ref} ({name}) is in the published return and not in this one.",
                "a change that is meant",
                "Add the row if it was forgotten. Nothing, if it is meant to go.",
            ),
        },
        history=True,
    ),
    Rule(
        "P04",
        "The quarter before has no published return",
        "C",
        "warning",
        "Once a body has published a return, one is published for each further quarter of its obligation.",
        "Amounts to date and comparisons have a hole where a quarter is missing.",
        "Returns for 2017-18 Q4 and 2018-19 Q2 are there, and none for 2018-19 Q1.",
        words(
            "The last published return is for {last}; none is published for {missing}.",
            "a published return for {missing}",
            "File the missing quarter first, or explain on the return why it is missing.",
        ),
        advice="File the missing quarter first, or explain on the return why it is missing.",
        history=True,
    ),
    Rule(
        "P05",
        "The dates of an agreement changed",
        "X",
        "error",
        "start_date, and an end_date that was published, change only with a variation_ref. An agreement without an end "
        "may get one at any time.",
        "Money before or after an agreement’s dates is an error (P01), so dates must not follow the money.",
        "end_date was 2019-03-31 in the last published return and is 2020-03-31 now, with variation_ref blank",
        {
            "": Words(
                "The agreement started on {before} in the return for {last} and starts on {now} now.",
                "{before}, or a variation_ref",
                "Correct the date, or name the variation of the agreement in variation_ref.",
            ),
            "end": Words(
                "The agreement ended on {before} in the return for {last}; now {now}.",
                "{before}, or a variation_ref",
                "Correct the date, or name the variation of the agreement in variation_ref.",
            ),
        },
        history=True,
        eases=True,
    ),
    Rule(
        "X04",
        "The opening figure isn’t the last closing figure",
        "A",
        "warning",
        "Where an agreement was published before, opening_to_date_gbp is blank or the last published amount to date.",
        "Two figures for the same moment can’t both be right; the published one is used.",
        "opening_to_date_gbp 4000, and £4,200 was published to date",
        words(
            "The opening figure is £{opening:,.2f}; £{before:,.2f} was published to date for {last}.",
            "blank, or {before:.2f}",
            "Leave opening_to_date_gbp blank: the published figure is used.",
        ),
        history=True,
    ),
    Rule(
        "X05",
        "An agreement is missing",
        "C",
        "warning",
        "Every agreement of the last published return that has not ended is in this one, with 0 where nothing was "
        "paid.",
        "A provider that drops out of the list may have lost its funding or may have been forgotten; readers can’t "
        "tell which.",
        "A-17 has no end_date in the return for 2018-19 Q1 and is not in the one for Q2.",
        words(
            "{ref} ({name}) is in the return for {last}, {end}, and not in this one.",
            "every agreement that has not ended, with 0 where nothing was paid",
            "Add the row, with its end_date if it has ended, or explain on the return why it is missing.",
        ),
        history=True,
    ),
)


def _stated(amount: str) -> str:
    """SQL: an amount as text, or that there is none."""
    return f"coalesce({amount}::text, 'nothing stated')"


# Whether a row is there can't be told where references could not be read.
READ = "NOT %(refs_missing)s AND NOT EXISTS (SELECT FROM staged_funding WHERE faults ? 'agreement_ref')"


def _absent(lines: str) -> str:
    """SQL: the agreement of a published line stands in no row of this return, as far as its rows could be read."""
    return f"""{READ} AND {lines}.agreement_ref <> ALL(%(left_out)s::text[])
          AND NOT EXISTS (SELECT FROM staged_funding AS f WHERE f.agreement_ref = {lines}.agreement_ref)"""


CHECKS = (
    Check(
        "M08",
        """
        SELECT 'M08', '', NULL, 'funding', s.row_number, 'amount_paid_gbp', s.amount_paid_gbp::text,
               jsonb_build_object('paid', s.amount_paid_gbp, 'last', p.written,
                   'counts', concat_ws(' and ', s.people_supported || ' people supported',
                                       s.referrals_received || ' referrals'))
        FROM history_suspects AS s JOIN last_published AS p USING (agreement_ref)
        WHERE s.amount_paid_gbp <> 0 AND s.amount_paid_gbp = p.amount_paid_gbp
          AND greatest(s.people_supported, s.referrals_received) > 0
          AND s.people_supported IS NOT DISTINCT FROM p.people_supported
          AND s.referrals_received IS NOT DISTINCT FROM p.referrals_received
        """,
        history=True,
    ),
    Check(
        "M09",
        f"""
        SELECT 'M09', '', NULL, 'funding', row_number, 'amount_paid_gbp', amount_paid_gbp::text,
               jsonb_build_object('paid', amount_paid_gbp, 'mean', round(mean, 2), 'quarters', %(M09_quarters)s,
                   'low', round(mean - within, 2), 'high', round(mean + within, 2))
        FROM history_suspects AS s JOIN usual USING (agreement_ref),
             LATERAL (SELECT abs(mean) * %(M09_pct)s / 100.0 AS within) AS w
        WHERE abs(amount_paid_gbp - mean) > greatest(within, %(M09_least_gbp)s) AND amount_paid_gbp >= 0
          AND coalesce(end_date > %(last_day)s::date, {sound("end_date")})
          AND {not_found("s", "V03", "M01", "M04")}
        """,
        history=True,
    ),
    Check(
        "M11",
        f"""
        SELECT 'M11', '', NULL, 'funding', s.row_number, 'amount_paid_gbp', '0',
               jsonb_build_object('quarters', %(M11_quarters)s - 1)
        FROM history_suspects AS s JOIN usual USING (agreement_ref)
        WHERE idle AND s.amount_paid_gbp = 0 AND s.funding_type <> 'unpaid'
          AND coalesce(s.end_date >= %(start)s::date, {sound("end_date")})
        """,
        history=True,
    ),
    Check(
        "M14",
        f"""
        SELECT 'M14', '', NULL, 'funding', s.row_number,
               CASE WHEN s.amount_paid_gbp IS DISTINCT FROM c.amount_paid_gbp THEN 'amount_paid_gbp'
                    ELSE 'amount_to_date_gbp' END,
               CASE WHEN s.amount_paid_gbp IS DISTINCT FROM c.amount_paid_gbp THEN s.amount_paid_gbp
                    ELSE s.amount_to_date_gbp END::text,
               jsonb_build_object('paid', {_stated("s.amount_paid_gbp")},
                   'to_date', {_stated("s.amount_to_date_gbp")},
                   'before_paid', {_stated("c.amount_paid_gbp")},
                   'before_to_date', {_stated("c.amount_to_date_gbp")})
        FROM staged_funding AS s JOIN corrected_lines AS c USING (agreement_ref)
        WHERE (s.amount_paid_gbp, s.amount_to_date_gbp) IS DISTINCT FROM (c.amount_paid_gbp, c.amount_to_date_gbp)
          AND {sound("amount_paid_gbp", "amount_to_date_gbp")} AND {not_found("s", "M01", "V01")}
        UNION ALL
        SELECT 'M14', 'gone', NULL, 'funding', NULL, 'agreement_ref', c.agreement_ref,
               jsonb_build_object('ref', c.agreement_ref, 'name', c.provider_name)
        FROM corrected_lines AS c WHERE {_absent("c")}
        """,
        table="",
        history=True,
    ),
    Check(
        "P04",
        """
        SELECT 'P04', '', NULL, NULL, NULL, 'quarter', %(quarter)s, jsonb_build_object('last', %(last)s, 'missing',
            %(missing)s)
        WHERE %(missing)s::text IS NOT NULL
        """,
        table="",
        history=True,
    ),
    Check(
        "P05",
        f"""
        SELECT 'P05', CASE WHEN moved THEN '' ELSE 'end' END, NULL, 'funding', s.row_number,
               CASE WHEN moved THEN 'start_date' ELSE 'end_date' END,
               CASE WHEN moved THEN s.start_date ELSE s.end_date END::text,
               jsonb_build_object('last', p.written, 'before', CASE WHEN moved THEN p.start_date ELSE p.end_date END,
                   'now', CASE WHEN moved THEN s.start_date::text
                               ELSE coalesce('it ends on ' || s.end_date, 'it has no end') END)
        FROM history_suspects AS s JOIN last_published AS p USING (agreement_ref),
             LATERAL (SELECT coalesce(s.start_date <> p.start_date, false) AS moved) AS m
        WHERE (moved OR p.end_date IS NOT NULL AND s.end_date IS DISTINCT FROM p.end_date)
          AND s.variation_ref IS NULL AND {sound("start_date", "end_date", "variation_ref")}
          AND {not_found("s", "P01", "P02", "V05")}
        """,
        history=True,
    ),
    Check(
        "X04",
        """
        SELECT 'X04', '', NULL, 'funding', s.row_number, 'opening_to_date_gbp', s.opening_to_date_gbp::text,
               jsonb_build_object('opening', s.opening_to_date_gbp, 'before', p.amount_to_date_gbp, 'last', p.written)
        FROM history_suspects AS s JOIN last_published AS p USING (agreement_ref)
        WHERE s.opening_to_date_gbp <> p.amount_to_date_gbp
        """,
        needs=("opening_to_date_gbp",),
        history=True,
    ),
    Check(
        "X05",
        f"""
        SELECT 'X05', '', NULL, 'funding', NULL, 'agreement_ref', p.agreement_ref,
               jsonb_build_object('ref', p.agreement_ref, 'name', p.provider_name, 'last', p.written,
                   'end', coalesce('ending on ' || p.end_date, 'without an end'))
        FROM last_published AS p
        WHERE p.written = %(last)s AND (p.end_date IS NULL OR p.end_date >= %(start)s::date)
          AND NOT EXISTS (SELECT FROM corrected_lines AS c WHERE c.agreement_ref = p.agreement_ref) AND {_absent("p")}
        """,
        table="",
        history=True,
    ),
)
