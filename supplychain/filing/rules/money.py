"""M: do the amounts add up, within the return and with what was published before?"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from .rule import Check, Rule, Words, not_found, sound, words

RULES = (
    Rule(
        "M01",
        "The amount to date doesn’t follow from the last one",
        "A",
        "error",
        "amount_to_date_gbp is the last published amount to date (or opening_to_date_gbp where none was published) "
        "plus what "
        "was paid in the quarter plus prior_period_adjustment_gbp. A quarter missing between is a warning, an "
        "opening figure "
        "above 0 is information.",
        "Re-reporting and forgotten payments are the commonest errors in returns like this; this sum finds both.",
        "Published to date £4,000, paid now £1,500, and the return says £5,000 to date.",
        {
            "": Words(
                "To date should be £{expected:,.2f}: {basis} £{before:,.2f}, paid in the quarter £{paid:,.2f}, "
                "adjustment "
                "£{adjusted:,.2f}. The return says £{found:,.2f}, which differs by £{difference:,.2f}.",
                "{expected:.2f}",
                "Correct the amount, or give the difference as prior_period_adjustment_gbp with its kind and "
                "reference.",
            ),
            "gap": Words(
                "The agreement was last published for {last}; {missing} between. From there, to date would be "
                "£{expected:,.2f}; "
                "the return says £{found:,.2f}.",
                "the agreement in every quarter, with 0 where nothing was paid",
                "File the missing quarter, or confirm it with an explanation_code.",
            ),
            "opening": Words(
                "£{opening:,.2f} was paid before the first quarter that is published.",
                "0 where the agreement is new",
                "Nothing, if the agreement is older than its first published quarter.",
            ),
        },
        mild="a quarter is missing between; information where an opening figure is given",
        history=True,
        eases=True,
    ),
    Rule(
        "M02",
        "More was passed down than came in",
        "A",
        "error",
        "What was paid to tier 2 in the quarter is at most the income received in it plus what was left from published "
        "quarters. More within the tolerance is a warning.",
        "Money that never came in can’t have been passed down; one of the two figures is wrong.",
        "Income £100,000, nothing brought forward, and £140,000 paid to tier 2.",
        {
            "": Words(
                "£{paid:,.2f} was paid to tier 2; the income is £{income:,.2f} and £{balance:,.2f} was brought "
                "forward, so "
                "£{excess:,.2f} has no source.",
                "at most {limit:.2f}",
                "Correct the income or the amounts.",
            ),
            "within": Words(
                "£{paid:,.2f} was paid to tier 2, £{excess:,.2f} more than the income of £{income:,.2f} and the "
                "£{balance:,.2f} "
                "brought forward; that is within {tolerance} %.",
                "at most {limit:.2f}",
                "Correct the figures, or confirm it with an explanation_code.",
            ),
        },
        mild="within the tolerance",
        thresholds={"tolerance_pct": 5},
        eases=True,
    ),
    Rule(
        "M03",
        "Agreements below are worth more than the one above",
        "A",
        "error",
        "The values of the agreements under one upstream agreement add up to no more than its own value. Close "
        "to it, from the threshold on, it is a warning.",
        "In published subaward data, sums below that exceed the prime award are a known sign of wrong amounts.",
        "An agreement worth £50,000 with three below it of £20,000 each",
        {
            "": Words(
                "The {below} below add up to £{total:,.2f}; this one is worth £{value:,.2f}, so they exceed it by "
                "£{excess:,.2f}.",
                "agreements below of at most {value:.2f} together",
                "Correct the agreement_value_gbp that is wrong.",
            ),
            "near": Words(
                "The {below} below add up to £{total:,.2f}, {share} % of this one’s £{value:,.2f}.",
                "less than {limit} % passed on",
                "Confirm with an explanation_code that nearly all of it is passed on.",
            ),
        },
        mild="nearly everything is passed on",
        thresholds={"warning_pct": 95},
        eases=True,
    ),
    Rule(
        "M05",
        "A negative amount or an adjustment isn’t explained",
        "A",
        "error",
        "A negative amount_paid_gbp and a prior_period_adjustment_gbp name their adjustment_kind and, in "
        "reverses_ref, the "
        "quarter and agreement that they change; that agreement was published for that quarter.",
        "Money taken back is as public as money paid, and has to be found where it was paid.",
        "amount_paid_gbp -500, and adjustment_kind is blank",
        {
            "": Words(
                "{what} is £{amount:,.2f} and {missing} blank.",
                "adjustment_kind and reverses_ref beside it",
                "Say what kind of adjustment it is, and which quarter and agreement it changes, such as 2018-19 "
                "Q1/A-17.",
            ),
            "unknown": Words(
                "{reference} was never published.",
                "a published quarter and agreement of the body",
                "Correct the quarter or the agreement_ref in reverses_ref.",
            ),
        },
    ),
    Rule(
        "M07",
        "The same payment twice",
        "X",
        "error",
        "No two rows give the same payment: same payer, provider, service, areas, terms, start and amounts under "
        "two references.",
        "A quarter of the agencies in one national audit had payments that were probably reported twice.",
        "A-17 and A-18 are alike in everything but the reference.",
        words(
            "Row {first:,} ({ref}) gives the same payment of £{amount:,.2f} to {name}.",
            "each payment once",
            "Remove one of the two rows, or correct what differs.",
        ),
        eases=True,
    ),
    Rule(
        "M10",
        "A control figure and the rows differ",
        "A",
        "error",
        "The stated number of rows and the stated total paid to tier 2 are those of the file. A figure is stated once.",
        "Control figures tell whether the whole file arrived, and whether it is the file that was meant.",
        "rows 120, and the file has 119",
        {
            "rows": Words(
                "{stated:,} rows are stated and the file has {found:,}.",
                "{found:,}",
                "Correct the figure, or send the whole file.",
            ),
            "total": Words(
                "£{stated:,.2f} is stated as paid to tier 2; the rows add up to £{found:,.2f}, which differs by "
                "£{difference:,.2f}.",
                "{found:.2f}",
                "Correct the figure or the rows.",
            ),
            "twice": Words(
                "{name} is stated twice, as {first} and as {second}.",
                "each figure once",
                "State the one that is right.",
            ),
        },
        eases=True,
    ),
    Rule(
        "M15",
        "More was paid than the agreement is worth",
        "A",
        "warning",
        "amount_to_date_gbp is at most agreement_value_gbp.",
        "Either the value was raised and the return keeps the old one, or more was paid than agreed.",
        "To date £52,000 on an agreement worth £50,000",
        words(
            "£{paid:,.2f} was paid to date on an agreement worth £{value:,.2f}.",
            "at most {value:.2f}",
            "Correct the value or the amount, or confirm it with an explanation_code.",
        ),
    ),
    Rule(
        "M16",
        "Withheld without an accepted request",
        "X",
        "error",
        "An amount is withheld only where a request to withhold it was accepted by a second person and has not "
        "expired.",
        "Keeping a figure back is a decision with a ground and a public-interest test, not a cell in a spreadsheet.",
        "amount_status withheld, and nobody asked for it",
        words(
            "There is no accepted request to withhold the amounts of {ref}.",
            "an accepted request that has not expired",
            "Ask for it to be withheld, or give the amount.",
        )
        | {
            "own": Words(
                "The amount is withheld, and a request to withhold concerns an agreement, which own delivery is not.",
                "an amount, or amount_status not-disclosed",
                "Give the amount, or say that it is not-disclosed.",
            )
        },
    ),
    Rule(
        "M17",
        "An unpaid agreement has money",
        "A",
        "error",
        "Where funding_type is unpaid, 0 is paid.",
        "A partner that works without money must not be counted as funded, nor one with money as unpaid.",
        "funding_type unpaid and amount_paid_gbp 250",
        words("The agreement is unpaid, and £{amount:,.2f} was paid.", "0", "Write 0, or correct funding_type."),
    ),
)

KNOWN = "coalesce(amount_status, 'known') IN ('known', 'estimated')"


def _adjusted(column: str, condition: str) -> str:
    return f"""
        SELECT 'M05', '', NULL, 'funding', row_number, '{column}', {column}::text,
               jsonb_build_object('what', '{column}', 'amount', {column},
                   'missing', CASE WHEN adjustment_kind IS NOT NULL THEN 'reverses_ref is'
                                   WHEN reverses_ref IS NOT NULL THEN 'adjustment_kind is'
                                   ELSE 'adjustment_kind and reverses_ref are' END)
        FROM suspects AS s WHERE {condition} AND (adjustment_kind IS NULL OR reverses_ref IS NULL)
          AND {sound("adjustment_kind", "reverses_ref")}
    """


TO_DATE = f"""
    SELECT row_number, agreement_ref, amount_to_date_gbp AS found, amount_paid_gbp AS paid,
           coalesce(prior_period_adjustment_gbp, 0) AS adjusted, coalesce(opening_to_date_gbp, 0) AS opening
    FROM history_suspects AS s WHERE {KNOWN}
      AND {sound("prior_period_adjustment_gbp", "opening_to_date_gbp")} AND {not_found("s", "M06")}
"""

CHECKS = (
    Check(
        "M01",
        f"""
        WITH sums AS (
            SELECT s.*, p.amount_to_date_gbp AS before, p.written, p.quarter, false AS first
            FROM ({TO_DATE}) AS s JOIN last_published AS p USING (agreement_ref)
            UNION ALL
            SELECT s.*, opening AS before, NULL, NULL, true
            FROM ({TO_DATE}) AS s WHERE agreement_ref NOT IN (SELECT agreement_ref FROM last_published)
        )
        SELECT 'M01', CASE WHEN gap THEN 'gap' ELSE '' END, CASE WHEN gap THEN 'warning' END,
               'funding', row_number, 'amount_to_date_gbp', found::text,
               jsonb_build_object('expected', before + paid + adjusted, 'before', before, 'paid', paid, 'adjusted',
                   adjusted,
                   'found', found, 'difference', abs(found - before - paid - adjusted), 'last', written,
                   'basis', CASE WHEN first THEN 'opening' ELSE 'published to date for ' || written END,
                   'missing', CASE WHEN quarters = 1 THEN 'a quarter is missing' ELSE quarters || ' quarters are
                       missing' END)
        FROM sums, LATERAL (SELECT round((%(start)s::date - quarter) / 91.3) - 1 AS quarters) AS q,
             LATERAL (SELECT coalesce(quarters > 0, false) AS gap) AS g
        WHERE before IS NOT NULL AND found IS NOT NULL AND paid IS NOT NULL
          AND (gap OR found <> before + paid + adjusted)
        UNION ALL
        SELECT 'M01', 'opening', 'information', 'funding', row_number, 'opening_to_date_gbp', before::text,
               jsonb_build_object('opening', before)
        FROM sums WHERE first AND before <> 0
        """,
        history=True,
    ),
    Check(
        "M02",
        f"""
        SELECT 'M02', CASE WHEN severe THEN '' ELSE 'within' END, CASE WHEN NOT severe THEN 'warning' END,
               'control', %(income_row)s::integer, %(income_column)s, %(income)s::numeric::text,
               jsonb_build_object('paid', paid, 'income', %(income)s::numeric, 'balance', %(balance)s::numeric,
                   'limit', ceiling_, 'excess', paid - ceiling_, 'tolerance', %(M02_tolerance_pct)s)
        FROM (SELECT sum(amount_paid_gbp) AS paid FROM staged_funding WHERE tier = 2 AND {KNOWN}) AS t,
             LATERAL (SELECT %(income)s::numeric + %(balance)s::numeric AS ceiling_) AS c,
             LATERAL (SELECT paid > ceiling_ * (1 + %(M02_tolerance_pct)s / 100.0) AS severe) AS s
        WHERE paid > ceiling_
        """,
    ),
    Check(
        "M03",
        """
        SELECT 'M03', CASE WHEN severe THEN '' ELSE 'near' END, CASE WHEN NOT severe THEN 'warning' END,
               'funding', row_number, 'agreement_value_gbp', value::text,
               jsonb_build_object('below', CASE WHEN below = 1 THEN 'agreement' ELSE below || ' agreements' END,
                   'total', total,
                   'value', value, 'excess', total - value, 'limit', %(M03_warning_pct)s,
                   'share', CASE WHEN value > 0 THEN trunc(total * 100 / value, 1) END)
        FROM (
            SELECT up_row AS row_number, up_value AS value, sum(agreement_value_gbp) AS total, count(*) AS below
            FROM chain WHERE agreement_value_gbp IS NOT NULL AND up_value IS NOT NULL GROUP BY up_row, up_value
            HAVING max(agreement_value_gbp) <= up_value  -- else M04
        ) AS t, LATERAL (SELECT total > value AS severe) AS s
        WHERE total > 0 AND total * 100 >= value * %(M03_warning_pct)s
        """,
    ),
    Check(
        "M05",
        _adjusted("amount_paid_gbp", "amount_paid_gbp < 0")
        + " UNION ALL "
        + _adjusted(
            "prior_period_adjustment_gbp", "prior_period_adjustment_gbp <> 0 AND coalesce(amount_paid_gbp, 0) >= 0"
        ),
    ),
    Check(
        "M05 reference",
        """
        SELECT 'M05', 'unknown', NULL, 'funding', row_number, 'reverses_ref', reverses_ref,
               jsonb_build_object('reference', reverses_ref)
        FROM suspects AS s WHERE reverses_ref IS NOT NULL
          AND NOT EXISTS (
              SELECT FROM published_returns AS r JOIN supplychain_line AS p ON p.of_return_id = r.id
              WHERE r.written = split_part(s.reverses_ref, '/', 1)
                AND p.agreement_ref = substr(s.reverses_ref, strpos(s.reverses_ref, '/') + 1))
        """,
        history=True,
    ),
    Check(
        "M07",
        """
        SELECT 'M07', '', NULL, 'funding', row_number, 'amount_paid_gbp', amount_paid_gbp::text,
               jsonb_build_object('first', first, 'ref', first_ref, 'amount', amount_paid_gbp, 'name', provider_name)
        FROM (
            SELECT s.row_number, s.amount_paid_gbp, s.provider_name, min(s.row_number) OVER same AS first,
                   first_value(s.agreement_ref) OVER (same ORDER BY s.row_number) AS first_ref
            FROM twins JOIN staged_funding AS s USING (row_number)
            WHERE s.amount_paid_gbp <> 0 AND s.area IS NOT NULL AND s.funding_type IS NOT NULL
              AND s.start_date IS NOT NULL AND s.amount_to_date_gbp IS NOT NULL
            WINDOW same AS (PARTITION BY s.upstream_ref, s.payee_key, s.amount_paid_gbp, s.amount_to_date_gbp,
                s.start_date,
                                         s.service_category, s.area, s.funding_type)
        ) AS t WHERE row_number > first
        """,
    ),
    Check(
        "M15",
        """
        SELECT 'M15', '', NULL, 'funding', row_number, 'amount_to_date_gbp', amount_to_date_gbp::text,
               jsonb_build_object('paid', amount_to_date_gbp, 'value', agreement_value_gbp)
        FROM suspects WHERE amount_to_date_gbp > agreement_value_gbp
        """,
    ),
    Check(
        "M16",
        """
        SELECT 'M16', '', NULL, 'funding', row_number, 'amount_status', amount_status, jsonb_build_object('ref',
            agreement_ref)
        FROM suspects AS s WHERE amount_status = 'withheld' AND agreement_ref IS NOT NULL
          AND num_nonnulls(amount_paid_gbp, amount_to_date_gbp) = 0
          AND NOT EXISTS (SELECT FROM supplychain_withholding AS w
                          WHERE w.body_id = %(body)s AND w.agreement_ref = s.agreement_ref
                            AND w.accepted_at IS NOT NULL AND w.expires_on >= %(at)s::date)
        """,
        history=True,
    ),
    Check(
        "M16 own delivery",
        """
        SELECT 'M16', 'own', NULL, 'own_delivery', row_number, 'amount_status', amount_status, '{}'::jsonb
        FROM staged_own_delivery WHERE amount_status = 'withheld' AND amount_gbp IS NULL
        """,
        "own_delivery",
    ),
    Check(
        "M17",
        """
        SELECT 'M17', '', NULL, 'funding', row_number, 'amount_paid_gbp', amount_paid_gbp::text,
               jsonb_build_object('amount', amount_paid_gbp)
        FROM suspects WHERE funding_type = 'unpaid' AND amount_paid_gbp <> 0
        """,
    ),
)
