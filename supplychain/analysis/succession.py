"""Is an agreement reported that goes on where another one ends?

What bodies write about continuing agreements is not published, so it is told from what is: an agreement *is followed*
where another one is reported with the same provider, for the same service, in at least one of the same areas, that
starts after it did and lasts longer (or has no end). So a renewal under a new reference counts, also with another body
that took the area over, and so does a new agreement that merely looks like one; a service that goes on with somebody
else does not.
"""

# SQL over a line ``r``, with a table or query for ``{among}`` that holds the lines to look in.
SUCCEEDED = """EXISTS (
    SELECT FROM {among} AS later
    WHERE later.provider_id = r.provider_id AND r.provider_id <> '' AND later.service_category = r.service_category
      AND later.area_codes && r.area_codes AND later.start_date > r.start_date
      AND (later.end_date IS NULL OR later.end_date > r.end_date)
      AND (later.body_code, later.agreement_ref) <> (r.body_code, r.agreement_ref)
)"""
