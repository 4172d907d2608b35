"""Which sub-queries do the statements of a build share? The returns in it, and what is kept back of them."""

# The returns: the accepted one of each body, else the published one; or those that ``select`` has noted.
CHOSEN = """
    SELECT DISTINCT ON (filed.body_id) filed.*
    FROM supplychain_return AS filed JOIN supplychain_body AS body ON body.code = filed.body_id
    WHERE body.series = %(series)s AND filed.quarter = %(quarter)s AND filed.state IN ('accepted', 'published')
    ORDER BY filed.body_id, filed.state, filed.version DESC
"""
NOTED = """
    SELECT filed.*
    FROM supplychain_publicationreturn AS noted JOIN supplychain_return AS filed ON filed.id = noted.of_return_id
    WHERE noted.publication_id = %(publication)s
"""

# Lines whose amounts were withheld in an earlier quarter: their later amounts to date would give those away.
WITHHELD_BEFORE = """
    SELECT DISTINCT filed.body_id AS body_code, line.agreement_ref
    FROM supplychain_line AS line
    JOIN supplychain_return AS filed ON filed.id = line.of_return_id
    JOIN part ON part.body_id = filed.body_id
    JOIN supplychain_line AS later ON later.of_return_id = part.id AND later.agreement_ref = line.agreement_ref
    WHERE filed.quarter < %(quarter)s AND filed.state IN ('accepted', 'published') AND line.amount_status = 'withheld'
"""

# The ground on which amounts are withheld: of the request that was valid on the day of acceptance, else the last one.
GROUND = """
    SELECT DISTINCT ON (held.body_id, held.agreement_ref) held.body_id AS body_code, held.agreement_ref, held.ground
    FROM supplychain_withholding AS held
    JOIN part ON part.body_id = held.body_id
    JOIN supplychain_line AS line ON line.of_return_id = part.id AND line.agreement_ref = held.agreement_ref
    WHERE held.accepted_at IS NOT NULL
    ORDER BY held.body_id, held.agreement_ref,
             held.expires_on >= (part.accepted_at AT TIME ZONE 'Europe/London')::date DESC,
             held.accepted_at DESC, held.id DESC
"""

# What was taken back of a line. Who the provider is stays taken back in every quarter, for an agreement never changes
# its provider; a summary or areas do so in their own quarter, and wherever the same words or areas stand again.
REDACTED = """
    SELECT part.body_id AS body_code, line.agreement_ref, taken.part, min(taken.reason) AS reason
    FROM supplychain_redaction AS taken
    JOIN part ON part.body_id = taken.body_code
    JOIN supplychain_line AS line ON line.of_return_id = part.id AND line.agreement_ref = taken.agreement_ref
    WHERE taken.series = %(series)s AND taken.confirmed_at IS NOT NULL
      AND (taken.period = %(period)s OR taken.part = 'provider' OR EXISTS (
          SELECT FROM supplychain_frozenline AS shown
          JOIN supplychain_publication AS publication ON publication.id = shown.publication_id
          WHERE publication.series = taken.series AND publication.period = taken.period
            AND shown.body_code = taken.body_code AND shown.agreement_ref = taken.agreement_ref
            AND (taken.part = 'service_summary' AND shown.service_summary = line.service_summary
                 OR taken.part = 'area_codes' AND shown.area_codes @> line.areas AND shown.area_codes <@ line.areas)))
    GROUP BY part.body_id, line.agreement_ref, taken.part
"""
PARTS = {"withheld_before": WITHHELD_BEFORE, "ground": GROUND, "redacted": REDACTED}


def with_parts(part: str, names: tuple[str, ...], body: str) -> str:
    """``body`` with the named sub-queries before it; ``part`` is :data:`CHOSEN` or :data:`NOTED`, by that name."""
    queries = {"part": part} | {name: PARTS[name] for name in names}
    return "WITH RECURSIVE " + ",\n".join(f"{name} AS ({query})" for name, query in queries.items()) + body
