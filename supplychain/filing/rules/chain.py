"""T: does every agreement hang on the one that pays for it, down from the reporting body?

The checks read the temporary table ``chain`` (see ``supplychain.filing.rules.tracing``): every agreement whose
reference stands once in the return, with its computed depth and its payer, as far as they can be told.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from .rule import Check, Rule, Words, words

DEEPEST_TRACED = 14  # tiers; further down nobody is looked for upwards (T09)
LIVE = "(c.end_date IS NULL OR c.end_date >= %(start)s::date)"

RULES = (
    Rule(
        "T01",
        "The upstream agreement is not there or has ended",
        "X",
        "error",
        "upstream_ref names an agreement of the same return. If that agreement ended before the quarter, it stays "
        "listed "
        "with 0 paid as long as something below it goes on.",
        "An agreement that hangs on nothing can’t be traced to public money.",
        "upstream_ref A-99, and no row has agreement_ref A-99.",
        {
            "": Words(
                "The upstream agreement {upstream} is not in this return.",
                "the agreement_ref of a row of this return",
                "Add the row of {upstream}, with 0 paid if it has ended, or correct the reference.",
            ),
            "ended": Words(
                "The upstream agreement {upstream} ended on {end}, before the quarter, was paid £{paid:,.2f} in "
                "it, and this "
                "agreement goes on.",
                "an upstream agreement that is live, or listed with 0",
                "Correct the end date of {upstream}, or name the agreement that pays now.",
            ),
        },
        advice="Add the upstream agreement, with 0 paid if it has ended, or correct the reference.",
    ),
    Rule(
        "T02",
        "Agreements go round in a circle",
        "X",
        "error",
        "No agreement is its own ancestor: from every agreement a way leads up to the reporting body.",
        "Money in a circle has no source, and sums over the chain would never end.",
        "A-1 names A-2 as its upstream agreement, and A-2 names A-1.",
        words(
            "These agreements are each other’s upstream: {circle}.",
            "a way up to an agreement of tier 2",
            "Correct the upstream_ref of the agreement that is nearest to the reporting body.",
        ),
    ),
    Rule(
        "T03",
        "Payer and payee are the same",
        "X",
        "error",
        "No organisation pays itself: what a provider does itself is own delivery. A tier 2 provider that owns the "
        "reporting "
        "body is a warning.",
        "Money that stays in one hand would count as passed on.",
        "Nova Wellbeing has an agreement under an agreement of Nova Wellbeing.",
        {
            "": Words(
                "{name} is both payer and payee.",
                "two different organisations",
                "Leave the row out, or put what the reporting body does itself into own_delivery.",
            ),
            "owner": Words(
                "{name} owned {body} in the quarter, so this money stays in the group.",
                "a provider outside the group",
                "Confirm it with an explanation_code.",
            ),
        },
        mild="payment to the owner of the reporting body",
    ),
    Rule(
        "T05",
        "The same provider twice for the same service",
        "X",
        "warning",
        "Below one payer a provider has one agreement for a service.",
        "Two rows may be one agreement entered twice, or one that was split.",
        "Two rows for Nova Wellbeing and mentoring, both paid by the reporting body.",
        words(
            "{name} has an agreement for {service} below the same payer in row {first:,} ({ref}) too.",
            "one agreement for one service",
            "Remove the row if it is the same agreement, or confirm with an explanation_code that there are two.",
        ),
    ),
    Rule(
        "T06",
        "The tier is not the depth in the chain",
        "A",
        "error",
        "tier is 2 where the reporting body pays, and one more than that of the upstream agreement below it.",
        "Totals by tier are what Recommendation 1 is about.",
        "tier 2 in a row with an upstream_ref",
        words(
            "The row says tier {tier}; by its upstream agreements it is tier {depth}.",
            "tier {depth}",
            "Correct the tier or the upstream_ref.",
        ),
    ),
    Rule(
        "T07",
        "The chain is very deep",
        "A",
        "warning",
        "Chains are rarely deeper than the tier of the threshold.",
        "Each hop costs money and sight of the work. A deep chain is often a wrong reference.",
        "An agreement at tier 6",
        words(
            "The agreement is at tier {depth}; chains deeper than tier {limit} are rare.",
            "at most tier {limit}",
            "Correct the references, or confirm it with an explanation_code.",
        ),
        thresholds={"tier": 4},
    ),
    Rule(
        "T08",
        "An agreement changed hands",
        "X",
        "error",
        "Once money of an agreement was published, its upstream agreement changes only with the explanation_code "
        "novation, and its "
        "payee never: a new payee needs a new agreement_ref.",
        "Otherwise published money would move silently from one charity, or one prime, to another.",
        "A-17 was with Nova Wellbeing in the last published return and is with Harbour Trust now.",
        {
            "": Words(
                "In {quarter} the agreement was below {before}; now it is below {now}.",
                "{before}, or the explanation_code novation",
                "Correct upstream_ref, or give novation as explanation_code.",
            ),
            "payee": Words(
                "In {quarter} the agreement {ref} was with {before}; now it is with {now}.",
                "the same payee for one reference",
                "Give the new agreement a reference of its own.",
            ),
        },
        history=True,
    ),
    Rule(
        "T09",
        "A provider stands above itself in the chain",
        "X",
        "warning",
        "Nobody is paid, through others, by itself.",
        "A round trip makes money look as if it had reached somebody.",
        "Nova Wellbeing at tier 2 pays Harbour Trust, which pays Nova Wellbeing at tier 4.",
        words(
            "{name} is also {gap} tiers further up, in agreement {above}.",
            "different organisations down the chain",
            "Correct the references, or confirm it with an explanation_code.",
        ),
    ),
)

CHECKS = (
    Check(
        "T01",
        f"""
        SELECT 'T01', '', NULL, 'funding', row_number, 'upstream_ref', upstream_ref,
               jsonb_build_object('upstream', upstream_ref)
        FROM chain_suspects AS c
        WHERE upstream_ref IS NOT NULL AND up_row IS NULL
          AND upstream_ref NOT IN (SELECT agreement_ref FROM repeated) AND upstream_ref <> ALL(%(left_out)s::text[])
        UNION ALL
        SELECT 'T01', 'ended', NULL, 'funding', c.row_number, 'upstream_ref', c.upstream_ref,
               jsonb_build_object('upstream', c.upstream_ref, 'end', up_end, 'paid', up_paid)
        FROM chain_suspects AS c WHERE up_end < %(start)s::date AND up_paid <> 0 AND {LIVE} AND c.end_sound
        """,
    ),
    Check(
        "T03",
        """
        SELECT 'T03', '', NULL, 'funding', c.row_number, 'provider_name', c.provider_name, jsonb_build_object('name',
            c.provider_name)
        FROM chain_suspects AS c WHERE payee_key = up_payee OR charity_id = up_charity OR company_id = up_company
        UNION ALL
        SELECT 'T03', CASE WHEN self THEN '' ELSE 'owner' END, CASE WHEN NOT self THEN 'warning' END,
               'funding', row_number, 'provider_name', provider_name, jsonb_build_object('name', provider_name, 'body',
                   %(body)s)
        FROM (SELECT *, coalesce(charity_id = ANY(%(own_ids)s::text[]) OR company_id = ANY(%(own_ids)s::text[]), false)
            AS self
              FROM chain_suspects WHERE upstream_ref IS NULL
                AND (charity_id = ANY(%(group_ids)s::text[]) OR company_id = ANY(%(group_ids)s::text[]))) AS own
        """,
    ),
    Check(
        "T05",
        """
        SELECT 'T05', '', NULL, 'funding', row_number, 'provider_name', provider_name,
               jsonb_build_object('name', provider_name, 'service', service_category, 'first', first, 'ref', first_ref)
        FROM (
            SELECT c.row_number, c.provider_name, c.service_category, min(c.row_number) OVER same AS first,
                   first_value(c.agreement_ref) OVER (same ORDER BY c.row_number) AS first_ref
            FROM twins AS c
            WHERE payer_key IS NOT NULL AND NOT coalesce(c.end_date < %(start)s::date AND c.amount_paid_gbp = 0, false)
            WINDOW same AS (PARTITION BY c.payer_key, c.payee_key, c.service_category)
        ) AS t
        WHERE row_number > first AND NOT EXISTS (SELECT FROM found WHERE found.rule = 'M07' AND found.row_number =
            t.row_number)
        """,
    ),
    Check(
        "T06",
        """
        SELECT 'T06', '', NULL, 'funding', row_number, 'tier', tier::text,
               jsonb_build_object('tier', tier, 'depth', depth)
        FROM chain_suspects WHERE tier <> depth AND tier_sound
        """,
    ),
    Check(
        "T07",
        """
        SELECT 'T07', '', NULL, 'funding', row_number, 'tier', depth::text,
               jsonb_build_object('depth', depth, 'limit', %(T07_tier)s)
        FROM chain_suspects WHERE depth > %(T07_tier)s
        """,
    ),
    Check(
        "T08",
        """
        SELECT 'T08', '', NULL, 'funding', s.row_number, 'upstream_ref', s.upstream_ref,
               jsonb_build_object('quarter', p.written, 'before', coalesce(p.upstream_ref, 'the reporting body itself'),
                                  'now', coalesce(s.upstream_ref, 'the reporting body itself'))
        FROM history_suspects AS s JOIN chain AS c USING (row_number) JOIN last_published AS p ON p.agreement_ref =
            s.agreement_ref
        WHERE p.upstream_ref IS DISTINCT FROM s.upstream_ref AND p.amount_to_date_gbp IS DISTINCT FROM 0
          AND NOT coalesce('novation' = ANY(s.explanation_code), false) AND c.depth IS NOT NULL
        UNION ALL
        SELECT 'T08', 'payee', NULL, 'funding', s.row_number, 'provider_name', s.provider_name,
               jsonb_build_object('quarter', p.written, 'ref', s.agreement_ref, 'before', p.provider_name, 'now',
                   s.provider_name)
        FROM history_suspects AS s JOIN chain AS c USING (row_number) JOIN last_published AS p ON p.agreement_ref =
            s.agreement_ref
        WHERE s.payee_key <> p.payee_key AND s.provider_name IS NOT NULL
          AND CASE WHEN s.charity_number <> '' AND p.charity_number <> '' THEN s.charity_number <> p.charity_number
                   WHEN s.company_number <> '' AND p.company_number <> '' THEN s.company_number <> p.company_number
                   ELSE lower(s.provider_name) <> lower(p.provider_name) END
        """,
        history=True,
    ),
    Check(
        "T09",
        f"""
        WITH RECURSIVE way AS (
            SELECT row_number, provider_name, payee_key, depth, up_upstream AS next, NULL::text AS above, NULL::integer
                AS gap
            FROM chain WHERE depth BETWEEN 4 AND {DEEPEST_TRACED}
            UNION ALL
            SELECT w.row_number, w.provider_name, w.payee_key, w.depth, a.upstream_ref,
                   CASE WHEN a.payee_key = w.payee_key THEN a.agreement_ref END, w.depth - a.depth
            FROM way AS w JOIN chain AS a ON a.agreement_ref = w.next WHERE w.above IS NULL AND w.next IS NOT NULL
        )
        SELECT 'T09', '', NULL, 'funding', row_number, 'provider_name', provider_name,
               jsonb_build_object('name', provider_name, 'gap', gap, 'above', above)
        FROM way WHERE above IS NOT NULL
        """,
    ),
)
