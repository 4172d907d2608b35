"""How do the parties and lines of a publication come to stand still? Set-based, from the returns that ``select`` noted.

What must not be seen is left out here already: withheld amounts, small counts of people, parts that were taken back.
"""

from portal.errors import NotNow
from supplychain.disclosure.parts import NOTED, with_parts
from supplychain.disclosure.selection import building, parameters, set_based
from supplychain.models import FrozenLine, FrozenParty, Publication

# Organisations that are paid by at least one line whose provider may be named.
PARTIES = with_parts(
    NOTED,
    ("redacted",),
    """
    INSERT INTO supplychain_frozenparty (
        publication_id, public_id, name, identifiers, charity_number, company_number, sector, legal_form, income_band
    )
    SELECT %(publication)s, payee.public_id, payee.name, COALESCE(number.all_ids, '{}'), COALESCE(number.charity, ''),
           COALESCE(number.company, ''), payee.sector, payee.legal_form, payee.income_band
    FROM providers_organisation AS payee
    LEFT JOIN LATERAL (
        SELECT array_agg(scheme || '-' || number ORDER BY place, number COLLATE "C") AS all_ids,
               (array_agg(CASE scheme WHEN 'GB-NIC' THEN 'NIC' ELSE '' END || number
                          ORDER BY place, number COLLATE "C") FILTER (WHERE place <= 3))[1] AS charity,
               (array_agg(number ORDER BY number COLLATE "C") FILTER (WHERE scheme = 'GB-COH'))[1] AS company
        FROM (
            SELECT scheme, number,
                   array_position(ARRAY['GB-CHC', 'GB-SC', 'GB-NIC', 'GB-COH', 'GB-MPR'], scheme::text) AS place
            FROM providers_organisationidentifier WHERE organisation_id = payee.id
        ) AS known
    ) AS number ON true
    WHERE payee.id IN (
        SELECT agreement.payee_id
        FROM part JOIN supplychain_line AS line ON line.of_return_id = part.id
        JOIN supplychain_agreement AS agreement ON agreement.id = line.agreement_id
        LEFT JOIN redacted ON redacted.body_code = part.body_id AND redacted.agreement_ref = line.agreement_ref
            AND redacted.part = 'provider'
        WHERE redacted.part IS NULL
    )
    ORDER BY payee.public_id COLLATE "C"
    """,
)

# ``seen`` settles for each line what may be shown; the rest is a matter of columns.
LINES = with_parts(
    NOTED,
    ("withheld_before", "ground", "redacted"),
    """,
    tree AS (
        SELECT line.id, line.of_return_id, line.agreement_ref, ARRAY[line.agreement_ref]::text[] AS path
        FROM part JOIN supplychain_line AS line ON line.of_return_id = part.id
        WHERE line.upstream_ref IS NULL
        UNION ALL
        SELECT line.id, line.of_return_id, line.agreement_ref, tree.path || line.agreement_ref::text
        FROM tree
        JOIN supplychain_line AS line
            ON line.of_return_id = tree.of_return_id AND line.upstream_ref = tree.agreement_ref
    ),
    taken AS (
        SELECT body_code, agreement_ref, min(reason) AS reason,
               min(reason) FILTER (WHERE part = 'provider') AS provider,
               bool_or(part = 'service_summary') AS summary, bool_or(part = 'area_codes') AS areas
        FROM redacted GROUP BY body_code, agreement_ref
    ),
    seen AS (
        SELECT line.*, part.body_id AS body_code, part.kind AS return_kind, tree.path,
               part.kind = 'compiled' AS compiled,
               line.amount_status = 'withheld' AS withheld,
               before.agreement_ref IS NOT NULL AS withheld_before,
               line.amount_status IN ('known', 'estimated') AND part.kind <> 'compiled' AS has_amounts,
               taken.provider IS NOT NULL AS hides_provider, COALESCE(taken.summary, false) AS hides_summary,
               COALESCE(taken.areas, false) AS hides_areas, upper_taken.provider IS NOT NULL AS hides_payer,
               COALESCE(taken.reason, upper_taken.provider,
                        CASE WHEN line.amount_status = 'withheld' OR before.agreement_ref IS NOT NULL
                             THEN ground.ground END, '') AS withheld_reason,
               upper_agreement.payee_id AS upper_payee_id
        FROM tree
        JOIN supplychain_line AS line ON line.id = tree.id
        JOIN part ON part.id = line.of_return_id
        LEFT JOIN withheld_before AS before
            ON before.body_code = part.body_id AND before.agreement_ref = line.agreement_ref
        LEFT JOIN ground ON ground.body_code = part.body_id AND ground.agreement_ref = line.agreement_ref
        LEFT JOIN taken ON taken.body_code = part.body_id AND taken.agreement_ref = line.agreement_ref
        LEFT JOIN taken AS upper_taken
            ON upper_taken.body_code = part.body_id AND upper_taken.agreement_ref = line.upstream_ref
        LEFT JOIN supplychain_agreement AS upper_agreement
            ON upper_agreement.body_id = part.body_id AND upper_agreement.ref = line.upstream_ref
    )
    INSERT INTO supplychain_frozenline (
        publication_id, body_code, body_name, body_kind, owner_name, agreement_ref, upstream_ref, path, tier, role,
        payer_id, payer_name, provider_id, provider_name, charity_number, company_number, sector,
        service_category, other_categories, service_summary, cohorts, specialist, area_codes, area_scope,
        funding_type, start_date, end_date, shown_from, shown_to,
        agreement_value_gbp, agreement_value_gbp_status, amount_paid_gbp, amount_paid_gbp_status,
        amount_to_date_gbp, amount_to_date_gbp_status, people_supported, people_supported_status,
        referrals_received, referrals_received_status, explanation_code, return_kind, withheld_reason
    )
    SELECT %(publication)s, body.code, body.name, body.kind, COALESCE(owner.name, ''), seen.agreement_ref,
        COALESCE(seen.upstream_ref, ''), seen.path, seen.tier, seen.role,
        CASE WHEN seen.hides_payer THEN '' ELSE payer.public_id END,
        CASE WHEN seen.hides_payer THEN '[w]' ELSE payer.name END,
        CASE WHEN seen.hides_provider THEN '' ELSE payee.public_id END,
        CASE WHEN seen.hides_provider THEN '[w]' ELSE payee.name END,
        CASE WHEN seen.hides_provider THEN '' ELSE COALESCE(party.charity_number, '') END,
        CASE WHEN seen.hides_provider THEN '' ELSE COALESCE(party.company_number, '') END,
        CASE WHEN seen.hides_provider THEN '' ELSE payee.sector END,
        seen.service_category, seen.other_categories,
        CASE WHEN seen.hides_summary THEN '' ELSE seen.service_summary END,
        ARRAY(SELECT code FROM unnest(seen.cohorts) AS code ORDER BY code COLLATE "C"), seen.specialist,
        CASE WHEN seen.hides_areas THEN '{}'
             ELSE ARRAY(SELECT code FROM unnest(seen.areas) AS code ORDER BY code COLLATE "C") END,
        CASE WHEN seen.hides_areas THEN '' ELSE seen.area_scope END,
        seen.funding_type, seen.start_date, seen.end_date, seen.shown_from, seen.shown_to,
        CASE WHEN NOT seen.compiled AND NOT seen.withheld THEN seen.agreement_value_gbp END,
        CASE WHEN seen.compiled THEN '[x]' WHEN seen.withheld THEN '[w]'
             WHEN seen.agreement_value_gbp IS NOT NULL THEN '' WHEN seen.funding_type = 'unpaid' THEN '[z]'
             ELSE '[x]' END,
        CASE WHEN seen.has_amounts THEN seen.amount_paid_gbp END,
        CASE WHEN seen.compiled THEN '[x]' WHEN seen.withheld THEN '[w]' WHEN NOT seen.has_amounts THEN '[x]'
             WHEN seen.amount_status = 'estimated' THEN '[e]' ELSE '' END,
        CASE WHEN seen.has_amounts AND NOT seen.withheld_before THEN seen.amount_to_date_gbp END,
        CASE WHEN seen.compiled THEN '[x]' WHEN seen.withheld OR seen.withheld_before THEN '[w]'
             WHEN NOT seen.has_amounts THEN '[x]' WHEN seen.amount_status = 'estimated' THEN '[e]' ELSE '' END,
        CASE WHEN NOT seen.compiled AND seen.people_supported NOT BETWEEN 1 AND 4 THEN seen.people_supported END,
        CASE WHEN seen.compiled OR seen.people_supported IS NULL THEN '[x]'
             WHEN seen.people_supported BETWEEN 1 AND 4 THEN '[c]' ELSE '' END,
        CASE WHEN NOT seen.compiled AND seen.referrals_received NOT BETWEEN 1 AND 4
             THEN seen.referrals_received END,
        CASE WHEN seen.compiled OR seen.referrals_received IS NULL THEN '[x]'
             WHEN seen.referrals_received BETWEEN 1 AND 4 THEN '[c]' ELSE '' END,
        ARRAY(SELECT code FROM unnest(seen.explanation_code) AS code ORDER BY code COLLATE "C"),
        seen.return_kind, seen.withheld_reason
    FROM seen
    JOIN supplychain_body AS body ON body.code = seen.body_code
    JOIN supplychain_agreement AS agreement ON agreement.id = seen.agreement_id
    JOIN providers_organisation AS payee ON payee.id = agreement.payee_id
    JOIN providers_organisation AS payer
        ON payer.id = CASE WHEN seen.upstream_ref IS NULL THEN body.organisation_id ELSE seen.upper_payee_id END
    LEFT JOIN supplychain_frozenparty AS party
        ON party.publication_id = %(publication)s AND party.public_id = payee.public_id
    LEFT JOIN supplychain_ownership AS ownership
        ON ownership.body_id = body.code AND ownership.during @> %(last_day)s::date
    LEFT JOIN providers_organisation AS owner ON owner.id = ownership.owner_id
    ORDER BY body.code COLLATE "C", seen.agreement_ref COLLATE "C"
    """,
)

FILED_LINES = with_parts(
    NOTED,
    (),
    """
    SELECT count(*), min(line.agreement_ref) FILTER (WHERE line.agreement_id IS NULL)
    FROM part JOIN supplychain_line AS line ON line.of_return_id = part.id
    """,
)


def freeze_parties(publication_id: int) -> None:
    """Write down every provider that may be named, as it stands now."""
    publication = building(publication_id)
    FrozenParty.objects.filter(publication=publication).delete()
    with set_based() as cursor:
        cursor.execute(PARTIES, parameters(publication))


def freeze_lines(publication_id: int) -> None:
    """Write down every line as it will be published. Raises :class:`NotNow` where a line could not be."""
    publication = building(publication_id)
    FrozenLine.objects.filter(publication=publication).delete()
    with set_based() as cursor:
        cursor.execute(LINES, parameters(publication))
        written = cursor.rowcount
        cursor.execute(FILED_LINES, parameters(publication))
        filed, unbound = cursor.fetchone()
    if written != filed:
        raise NotNow(
            "lines-lost",
            f"{filed} lines were accepted and {written} could be frozen: the first without an agreement is {unbound}.",
        )
    _check_reasons(publication)


def _check_reasons(publication: Publication) -> None:
    """Nothing is withheld without a reason that can be published."""
    withheld = FrozenLine.objects.filter(publication=publication, withheld_reason="")
    line = withheld.filter(amount_to_date_gbp_status="[w]").order_by("body_code", "agreement_ref").first()
    if line:
        raise NotNow(
            "withheld-without-request",
            f"{line.body_code}/{line.agreement_ref} withholds its amounts, but no request for that was accepted.",
        )
