"""X: do the returns of two bodies say the same money was paid?"""

from .rule import Check, Rule, words

RULES = (
    Rule(
        "X03",
        "Another body reports the same agreement",
        "X",
        "information",
        "No accepted or published return of another body for the same quarter has the same provider, service, start "
        "and amount paid. A row that names a co_funder or says shared-service is not asked about.",
        "Money that two payers report counts twice. It is no more than a question: agreements are each body’s own, and "
        "the owner of several bodies may fund one charity on the same terms in each.",
        "Two bodies both report £5,000 for the same charity, the same service and the same start.",
        words(
            "{body} reports the same: £{paid:,.2f} for {service} to {name}, from {start}, as {ref}.",
            "each agreement in the return of one body",
            "Nothing, if there are two agreements. If it is one, leave it to the body that pays, or give "
            "shared-service as explanation_code.",
        ),
        history=True,
    ),
)

CHECKS = (
    Check(
        "X03",
        """
        SELECT DISTINCT ON (s.row_number) 'X03', '', NULL, 'funding', s.row_number, 'provider_name', s.provider_name,
               jsonb_build_object('body', l.body_id, 'paid', s.amount_paid_gbp, 'service', s.service_category,
                   'name', s.provider_name, 'start', s.start_date, 'ref', l.agreement_ref)
        FROM others_lines AS l
        JOIN staged_funding AS s ON s.payee_key = l.payee_key AND s.start_date = l.start_date
             AND s.service_category = l.service_category AND s.amount_paid_gbp = l.amount_paid_gbp
        WHERE s.co_funder IS NULL AND NOT coalesce('shared-service' = ANY(s.explanation_code), false)
        ORDER BY s.row_number, l.body_id, l.agreement_ref
        """,
        history=True,
    ),
)
