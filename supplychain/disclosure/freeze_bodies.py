"""What became of every reporting body's return for the quarter, and what of its own money may be shown?

Lateness goes by the first submission: a correction that comes later makes nobody late. A compiled return was submitted
by nobody, so it has no such moment.
"""

from supplychain.disclosure.parts import NOTED, with_parts
from supplychain.disclosure.selection import building, parameters, set_based
from supplychain.models import FrozenBody

BODIES = with_parts(
    NOTED,
    (),
    """,
    standing AS (
        SELECT body.*, part.id AS return_id, part.kind AS return_kind, part.version AS return_version, part.nil,
               part.income_gbp, organisation.public_id,
               body.obligation && daterange(%(quarter)s, %(quarter_end)s) AS obliged,
               COALESCE(extension.due_at, due.due_at) AS due_at,
               (SELECT min(first.submitted_at) FROM supplychain_return AS first
                WHERE first.body_id = body.code AND first.quarter = %(quarter)s AND first.version <= part.version
                  AND first.state IN ('accepted', 'published', 'superseded')) AS submitted_at
        FROM supplychain_body AS body
        JOIN providers_organisation AS organisation ON organisation.id = body.organisation_id
        LEFT JOIN part ON part.body_id = body.code
        LEFT JOIN supplychain_filingwindow AS due ON due.series = body.series AND due.quarter = %(quarter)s
        LEFT JOIN supplychain_extension AS extension
            ON extension.body_id = body.code AND extension.quarter = %(quarter)s
        WHERE body.series = %(series)s
          AND (body.in_force && daterange(%(quarter)s, %(quarter_end)s) OR part.id IS NOT NULL)
    ),
    own AS (
        SELECT row.of_return_id AS return_id, sum(row.amount_gbp) AS amount,
               bool_or(row.amount_status = 'withheld') AS withheld, bool_or(row.amount_gbp IS NULL) AS lacking,
               bool_or(row.amount_status = 'estimated') AS estimated
        FROM part JOIN supplychain_owndelivery AS row ON row.of_return_id = part.id
        GROUP BY row.of_return_id
    )
    INSERT INTO supplychain_frozenbody (
        publication_id, code, name, kind, public_id, owner_name, filing_status, due_at, submitted_at, late,
        income_received_gbp, income_received_gbp_status, own_delivery_gbp, own_delivery_gbp_status,
        return_version, return_kind
    )
    SELECT %(publication)s, standing.code, standing.name, standing.kind, standing.public_id, COALESCE(owner.name, ''),
        CASE WHEN return_id IS NULL AND obliged THEN 'missing' WHEN return_id IS NULL THEN 'not-required'
             WHEN return_kind = 'compiled' THEN 'compiled' WHEN nil THEN 'nil' ELSE 'published' END,
        CASE WHEN obliged THEN due_at END,
        CASE WHEN return_kind <> 'compiled' THEN submitted_at END,
        CASE WHEN obliged AND return_kind <> 'compiled' THEN submitted_at > due_at END,
        CASE WHEN return_kind <> 'compiled' THEN income_gbp END,
        CASE WHEN return_id IS NULL AND NOT obliged THEN '[z]' WHEN return_kind <> 'compiled' AND income_gbp IS NOT NULL
             THEN '' ELSE '[x]' END,
        CASE WHEN return_kind <> 'compiled' AND NOT own.lacking THEN own.amount END,
        CASE WHEN return_id IS NULL AND NOT obliged THEN '[z]' WHEN own.return_id IS NULL OR return_kind = 'compiled'
             THEN '[x]' WHEN own.withheld THEN '[w]' WHEN own.lacking THEN '[x]' WHEN own.estimated THEN '[e]'
             ELSE '' END,
        return_version,
        CASE %(series)s WHEN 'demonstration' THEN 'demonstration' ELSE COALESCE(return_kind, '') END
    FROM standing
    LEFT JOIN own USING (return_id)
    LEFT JOIN supplychain_ownership AS ownership
        ON ownership.body_id = standing.code AND ownership.during @> %(last_day)s::date
    LEFT JOIN providers_organisation AS owner ON owner.id = ownership.owner_id
    ORDER BY standing.code COLLATE "C"
    """,
)


def freeze_bodies(publication_id: int) -> None:
    """Write down every body of the series that existed in the quarter."""
    publication = building(publication_id)
    FrozenBody.objects.filter(publication=publication).delete()
    with set_based() as cursor:
        cursor.execute(BODIES, parameters(publication))
