"""P: do quarter, agreement and upstream agreement fit together in time?"""

from .rule import Check, Rule, Words, words

RULES = (
    Rule(
        "P01",
        "Money outside the agreement’s dates, or an end before the start",
        "A",
        "error",
        "end_date is not before start_date, and nothing is paid on an agreement that ended before the quarter. For "
        "the quarters of the threshold after the end it is a warning, for last invoices.",
        "A payment after the end means that the agreement was extended without saying so, or that the money "
        "belongs elsewhere.",
        "end_date 2017-03-31, and £900 paid in April to June 2018",
        {
            "": Words(
                "£{paid:,.2f} was paid in {quarter}, and the agreement ended on {end}.",
                "0, or an end_date in or after the quarter",
                "Correct the end date, or move the amount to the agreement under which it was paid.",
            ),
            "late": Words(
                "£{paid:,.2f} was paid in {quarter}, after the agreement ended on {end}.",
                "0, or last invoices with an explanation",
                "Correct the end date, or confirm last invoices with an explanation_code.",
            ),
            "order": Words(
                "The agreement ends on {end}, before it starts on {start}.",
                "a day from {start} on",
                "Correct one of the dates.",
            ),
        },
        mild="last invoices",
        thresholds={"quarters": 2},
    ),
    Rule(
        "P02",
        "An agreement reaches outside its upstream agreement",
        "A",
        "error",
        "An agreement starts no earlier and ends no later than the upstream agreement. An open end is not judged, "
        "nor is anything "
        "below an upstream agreement that is listed with 0.",
        "Nobody can pass on money from an agreement that hasn’t begun or is over.",
        "The upstream agreement starts on 2018-04-01, and this one on 2018-01-01.",
        {
            "": Words(
                "The agreement starts on {day}, before its upstream agreement {upstream}, which starts on {limit}.",
                "a day from {limit} on",
                "Correct one of the dates, or name the upstream agreement that paid from {day} on.",
            ),
            "end": Words(
                "The agreement ends on {day}, after its upstream agreement {upstream}, which ends on {limit}.",
                "a day up to {limit}",
                "Correct one of the dates.",
            ),
        },
        advice="Correct one of the dates, or name the upstream agreement that paid at the time.",
        eases=True,
    ),
    Rule(
        "P03",
        "The quarter is not open for filing",
        "X",
        "error",
        "A return is filed after the quarter’s last day and while its window is open; later only with an "
        "extension, or as the "
        "correction of something published. This is judged when a return is filed, not when a file is checked.",
        "All bodies answer for the same quarter at the same time.",
        "A return for April to June, filed in May",
        words(
            "The window for {quarter} is not open.",
            "an open filing window",
            "File when the window is open, or ask for an extension.",
        ),
    ),
)

CHECKS = (
    Check(
        "P01",
        """
        SELECT 'P01', 'order', NULL, 'funding', row_number, 'end_date', end_date::text,
               jsonb_build_object('start', start_date, 'end', end_date)
        FROM suspects WHERE end_date < start_date
        UNION ALL
        SELECT 'P01', CASE WHEN late THEN 'late' ELSE '' END, CASE WHEN late THEN 'warning' END,
               'funding', row_number, 'amount_paid_gbp', amount_paid_gbp::text,
               jsonb_build_object('paid', amount_paid_gbp, 'end', end_date, 'quarter', %(quarter)s)
        FROM suspects, LATERAL (SELECT end_date >= %(last_invoices)s::date AS late) AS l
        WHERE end_date < %(start)s::date AND amount_paid_gbp <> 0 AND start_date <= end_date
        """,
    ),
    Check(
        "P02",
        """
        SELECT 'P02', CASE WHEN early THEN '' ELSE 'end' END, NULL, 'funding', c.row_number,
               CASE WHEN early THEN 'start_date' ELSE 'end_date' END,
               (CASE WHEN early THEN c.start_date ELSE c.end_date END)::text,
               jsonb_build_object('upstream', c.upstream_ref, 'day', CASE WHEN early THEN c.start_date ELSE c.end_date
                   END,
                                  'limit', CASE WHEN early THEN up_start ELSE up_end END)
        FROM chain_suspects AS c, LATERAL (VALUES (true), (false)) AS side (early)
        WHERE up_paid IS DISTINCT FROM 0
          AND coalesce(up_end >= up_start, true) AND coalesce(c.end_date >= c.start_date, true)
          AND CASE WHEN early THEN c.start_date < up_start AND c.start_date <= %(last_day)s::date
                   ELSE c.end_date > up_end
                        AND NOT (up_end < %(start)s::date AND up_paid <> 0 AND c.end_date >=
                            %(start)s::date) END
        """,
    ),
)
