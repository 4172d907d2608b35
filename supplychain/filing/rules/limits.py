"""M, within one return: is more passed down, or taken back, than there is?

What hangs on one agreement is held against that agreement. The checks come before those of ``money``, which say
nothing that only follows from what is found here.
"""

from .rule import Check, Rule, Words, words

RULES = (
    Rule(
        "M04",
        "One agreement is worth more than the one above",
        "A",
        "error",
        "No single agreement is worth more, and none was paid more, than the agreement_value_gbp of its upstream "
        "agreement.",
        "Subaward data that others publish hold single payments above the contract that they were paid from; often an "
        "identifier stands in the amount, or a digit too many.",
        "An agreement worth £80,000 under one that is worth £50,000",
        {
            "": Words(
                "The agreement is worth £{amount:,.2f}; its upstream agreement {upstream} is worth £{value:,.2f}, "
                "£{excess:,.2f} less.",
                "at most {value:.2f}",
                "Correct agreement_value_gbp here or in the row of {upstream}.",
            ),
            "paid": Words(
                "£{amount:,.2f} was paid {when}; the upstream agreement {upstream} is worth £{value:,.2f}, "
                "£{excess:,.2f} less.",
                "at most {value:.2f}",
                "Correct the amount, or agreement_value_gbp in the row of {upstream}.",
            ),
        },
        advice="Correct the amount, or agreement_value_gbp in the row of the upstream agreement.",
        eases=True,
    ),
    Rule(
        "M06",
        "More is taken back than was paid",
        "A",
        "error",
        "A clawback or a downward adjustment leaves amount_to_date_gbp at 0 or more.",
        "Nobody can give back more than they were paid; the amount, or the agreement, is wrong.",
        "£4,000 was paid to date, and amount_paid_gbp is -4500",
        words(
            "£{before:,.2f} was paid before this quarter; {paid:,.2f} paid and {adjusted:,.2f} adjusted in it would "
            "make it £{below:,.2f} less than nothing.",
            "at most £{before:,.2f} taken back",
            "Correct the amount, or give it in the row of the agreement that it was paid under.",
        ),
        history=True,
        eases=True,
    ),
    Rule(
        "M12",
        "Much, or less than nothing, is not reported as passed on",
        "A",
        "information",
        "Of what a prime or managing agent was paid in the quarter, a good part is reported as passed on to the "
        "agreements below it, and not more than all of it. Only where role says prime or managing-agent.",
        "It may be quite right: a prime delivers itself, pays later, or passes on money of an earlier quarter. The "
        "figure will be seen, so look at it first.",
        "A managing agent was paid £10,000 and passed £2,000 on.",
        {
            "": Words(
                "£{paid:,.2f} was paid and £{below:,.2f} is reported as passed on by {agreements} below: {share} % is "
                "not reported as passed on.",
                "at most {limit} %",
                "Add agreements below that are missing. If the provider delivers that much itself, do nothing.",
            ),
            "more": Words(
                "£{paid:,.2f} was paid and £{below:,.2f} is reported as passed on by {agreements} below, "
                "£{excess:,.2f} more.",
                "at most what was paid, unless it was paid in an earlier quarter",
                "Correct the amounts, or do nothing if money of an earlier quarter was passed on.",
            ),
        },
        thresholds={"not_passed_on_pct": 50},
    ),
)

CHECKS = (
    Check(
        "M04",
        """
        SELECT 'M04', CASE WHEN column_name = 'agreement_value_gbp' THEN '' ELSE 'paid' END, NULL,
               'funding', row_number, column_name, amount::text,
               jsonb_build_object('amount', amount, 'upstream', upstream_ref, 'value', up_value,
                   'excess', amount - up_value,
                   'when', CASE column_name WHEN 'amount_paid_gbp' THEN 'in the quarter' ELSE 'to date' END)
        FROM (
            SELECT DISTINCT ON (c.row_number) c.row_number, c.upstream_ref, c.up_value, column_name, amount
            FROM chain_suspects AS c,
                 LATERAL (VALUES (1, 'agreement_value_gbp', c.agreement_value_gbp),
                                 (2, 'amount_paid_gbp', c.amount_paid_gbp),
                                 (3, 'amount_to_date_gbp', c.amount_to_date_gbp)) AS a (place, column_name, amount)
            WHERE amount > c.up_value ORDER BY c.row_number, place
        ) AS t
        """,
    ),
    Check(
        "M06",
        """
        SELECT 'M06', '', NULL, 'funding', row_number, column_name, taken::text,
               jsonb_build_object('before', before, 'paid', paid, 'adjusted', adjusted,
                   'below', -(before + paid + adjusted))
        FROM (
            SELECT s.row_number, s.amount_paid_gbp AS paid, coalesce(s.prior_period_adjustment_gbp, 0) AS adjusted,
                   CASE WHEN p.agreement_ref IS NULL THEN coalesce(s.opening_to_date_gbp, 0)
                        ELSE p.amount_to_date_gbp END AS before,
                   CASE WHEN s.amount_paid_gbp < 0 THEN 'amount_paid_gbp' ELSE 'prior_period_adjustment_gbp'
                        END AS column_name,
                   least(s.amount_paid_gbp, s.prior_period_adjustment_gbp) AS taken
            FROM suspects AS s LEFT JOIN last_published AS p USING (agreement_ref)
            WHERE (s.amount_paid_gbp < 0 OR s.prior_period_adjustment_gbp < 0)
              AND (s.faults IS NULL OR NOT s.faults ?| ARRAY['prior_period_adjustment_gbp', 'opening_to_date_gbp'])
              AND s.agreement_ref NOT IN (SELECT agreement_ref FROM repeated)
        ) AS t
        WHERE before + paid + adjusted < 0
        """,
        history=True,
    ),
    Check(
        "M12",
        """
        SELECT 'M12', CASE WHEN below > paid THEN 'more' ELSE '' END, NULL,
               'funding', row_number, 'amount_paid_gbp', paid::text,
               jsonb_build_object('paid', paid, 'below', below, 'excess', below - paid,
                   'agreements', CASE WHEN agreements = 1 THEN 'the agreement' ELSE agreements || ' agreements' END,
                   'share', round((paid - below) * 100 / paid, 1), 'limit', %(M12_not_passed_on_pct)s)
        FROM (
            SELECT s.row_number, s.amount_paid_gbp AS paid, sum(c.amount_paid_gbp) AS below, count(*) AS agreements
            FROM staged_funding AS s JOIN chain AS c ON c.up_row = s.row_number
            WHERE s.role IN ('prime', 'managing-agent') AND s.amount_paid_gbp > 0
            GROUP BY s.row_number, s.amount_paid_gbp HAVING count(*) = count(c.amount_paid_gbp)
        ) AS t
        WHERE below > paid OR (paid - below) * 100 > paid * %(M12_not_passed_on_pct)s
        """,
        needs=("role",),
    ),
)
