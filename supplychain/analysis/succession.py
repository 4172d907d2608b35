"""Is an agreement reported that goes on where another one ends?

What bodies write about continuing agreements is not published, so it is told from what is: an agreement *is followed*
where any valid version holds another one with the same provider, for the same service, in at least one of the same
areas, that starts after it did and lasts longer (or has no end). So a renewal under a new reference counts, also with
another body that took the area over, and so does a new agreement that merely looks like one; a service that goes on
with somebody else does not.
"""

from supplychain.analysis.selection import VALID

# SQL for the ids of the followed lines among those of a table or query ``{of}``; asks for the series.
FOLLOWED = f"""
    SELECT DISTINCT ending.id FROM {{of}} AS ending
    JOIN supplychain_frozenline AS r ON r.provider_id = ending.provider_id
    JOIN supplychain_publication AS p ON p.id = r.publication_id
    WHERE {VALID} AND r.return_kind <> 'compiled' AND ending.provider_id <> ''
      AND r.service_category = ending.service_category AND r.area_codes && ending.area_codes
      AND r.start_date > ending.start_date AND (r.end_date IS NULL OR r.end_date > ending.end_date)
      AND (r.body_code, r.agreement_ref) <> (ending.body_code, ending.agreement_ref)
"""  # noqa: S608 (no input)
