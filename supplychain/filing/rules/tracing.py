"""How deep is each agreement in the chain, who pays for it, and which go round in a circle?

Each agreement is tied once to the one above it. Where every tier is one more than the tier above, down from the body,
the tiers are the depths. Otherwise depths are counted from the top, and circles are found by doubling the jump (after n
steps up, whoever is still on the way is on a circle), so that no file, however deep or knotted, can make it slow.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from django.db.backends.utils import CursorWrapper

from .rule import sound

CIRCLE_SHOWN = 6
STEPS_AT_ONCE = 8

REPEATED = """
    CREATE TEMP TABLE repeated ON COMMIT DROP AS
    SELECT agreement_ref COLLATE "C" COLLATE "default" AS agreement_ref FROM staged_funding
    WHERE agreement_ref IS NOT NULL GROUP BY agreement_ref COLLATE "C" HAVING count(*) > 1
"""
BELOW_BODY = f"s.upstream_ref IS NULL AND {sound('upstream_ref')}"
# What few rows have stands first: passing over it is cheap. What is asked about the agreement above (up) stands beside
# each agreement, so that no check has to look it up again.
COLUMNS = {
    "agreement_value_gbp": "s.agreement_value_gbp",
    "up_value": "up.agreement_value_gbp",
    "row_number": "s.row_number",
    "up_row": "up.row_number",
    "depth": "s.tier",
    "tier": "s.tier",
    "start_date": "s.start_date",
    "end_date": "s.end_date",
    "up_start": "up.start_date",
    "up_end": "up.end_date",
    "amount_paid_gbp": "s.amount_paid_gbp",
    "up_paid": "up.amount_paid_gbp",
    "amount_to_date_gbp": "s.amount_to_date_gbp",
    "agreement_ref": "s.agreement_ref",
    "upstream_ref": "s.upstream_ref",
    "up_upstream": "up.upstream_ref",
    "charity_id": "s.charity_id",
    "up_charity": "up.charity_id",
    "company_id": "s.company_id",
    "up_company": "up.company_id",
    "payee_key": "s.payee_key",
    "up_payee": "up.payee_key",
    "payer_key": f"CASE WHEN {BELOW_BODY} AND coalesce(s.tier, 2) = 2 THEN 'body:' || %(body)s ELSE up.payee_key END",
    "service_category": "s.service_category",
    "provider_name": "s.provider_name",
    "end_sound": sound("end_date"),
    "tier_sound": sound("tier", "upstream_ref"),
}
LINKS = f"""
    CREATE TEMP TABLE links ON COMMIT DROP AS
    SELECT coalesce(s.tier = up.tier + 1, {BELOW_BODY} AND s.tier = 2, false) AS in_step,
           {", ".join(f"{sql} AS {name}" for name, sql in COLUMNS.items())}
    FROM staged_funding AS s LEFT JOIN staged_funding AS up
         ON up.agreement_ref = s.upstream_ref AND up.agreement_ref NOT IN (SELECT agreement_ref FROM repeated)
    WHERE s.agreement_ref IS NOT NULL AND s.agreement_ref NOT IN (SELECT agreement_ref FROM repeated)
"""
TOP = """
    CREATE TEMP TABLE depths ON COMMIT DROP AS
    SELECT row_number, CASE WHEN payer_key IS NOT NULL THEN 2 END AS depth, 0 AS steps FROM links WHERE up_row IS NULL
"""
BELOW = """
    SELECT l.row_number, above.depth + 1, above.steps + 1
    FROM {above} AS above JOIN links AS l ON l.up_row = above.row_number
"""
STEP = f"INSERT INTO depths {BELOW.format(above='depths')} WHERE above.steps = %(steps)s"
REST = f"""
    INSERT INTO depths
    WITH RECURSIVE down AS (SELECT * FROM depths WHERE steps = %(steps)s UNION ALL {BELOW.format(above="down")})
    SELECT * FROM down WHERE steps > %(steps)s
"""
CHAIN = f"""
    CREATE TEMP TABLE chain ON COMMIT DROP AS
    SELECT {", ".join("d.depth" if name == "depth" else f"l.{name}" for name in COLUMNS)}
    FROM links AS l JOIN depths AS d USING (row_number)
"""
ROUND = """
    CREATE TEMP TABLE jump_0 ON COMMIT DROP AS
    SELECT agreement_ref AS ref, upstream_ref AS jump, row_number AS least
    FROM links WHERE row_number NOT IN (SELECT row_number FROM depths)
"""
CIRCLES = f"""
    INSERT INTO found
    SELECT 'T02', '', NULL, 'funding', least, 'upstream_ref', min(upstream_ref) FILTER (WHERE row_number = least),
           jsonb_build_object('circle', string_agg(agreement_ref, ', ' ORDER BY row_number) FILTER (WHERE place <=
               {CIRCLE_SHOWN})
               || CASE WHEN count(*) > {CIRCLE_SHOWN} THEN ' and ' || count(*) - {CIRCLE_SHOWN} || ' more' ELSE '' END)
    FROM (SELECT l.row_number, l.agreement_ref, l.upstream_ref, j.least,
                 row_number() OVER (PARTITION BY j.least ORDER BY l.row_number) AS place
          FROM links AS l JOIN {{jumps}} AS j ON j.ref = l.agreement_ref
          WHERE l.agreement_ref IN (SELECT jump FROM {{jumps}})) AS c
    GROUP BY least
"""


def trace(cursor: CursorWrapper, body: str | None) -> None:
    """Make the temporary tables ``repeated`` and ``chain``, and find circles (T02) into ``found``."""
    cursor.execute("SET LOCAL enable_hashagg = off")  # most files come in the order of their references
    cursor.execute(REPEATED)
    cursor.execute("SET LOCAL enable_hashagg = on; SET LOCAL enable_nestloop = off")
    cursor.execute(LINKS, {"body": body or ""})
    cursor.execute("SELECT count(*) FROM links WHERE NOT in_step")
    if cursor.fetchone()[0]:
        _descend(cursor)
    else:
        cursor.execute("ALTER TABLE links RENAME TO chain")
    cursor.execute("SET LOCAL enable_nestloop = on")
    cursor.execute("ANALYZE chain (row_number, agreement_ref, upstream_ref, payee_key, payer_key, depth)")


def _descend(cursor: CursorWrapper) -> None:
    """Make ``chain`` from the top: some steps at once for all agreements, as nearly every chain is short, then one by
    one.
    """
    cursor.execute(TOP)
    steps, more = 0, cursor.rowcount
    while more and steps < STEPS_AT_ONCE:
        cursor.execute(STEP, {"steps": steps})
        steps, more = steps + 1, cursor.rowcount
    if more:
        # Without these, each level of a very deep chain would read the whole table again.
        cursor.execute("CREATE INDEX ON links (up_row); ANALYZE links (up_row)")
        cursor.execute("SET LOCAL enable_nestloop = on")
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        cursor.execute(REST, {"steps": steps})
        cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on")
    cursor.execute(CHAIN)
    cursor.execute("ANALYZE links (agreement_ref, upstream_ref)")
    _circles(cursor)


def _circles(cursor: CursorWrapper) -> None:
    cursor.execute(ROUND)
    cursor.execute("SELECT count(*) FROM jump_0")
    (left,) = cursor.fetchone()
    step, walked = 0, 1
    while walked < left:
        cursor.execute(f"ANALYZE jump_{step}")
        cursor.execute(
            f"""
            CREATE TEMP TABLE jump_{step + 1} ON COMMIT DROP AS
            SELECT r.ref, j.jump, least(r.least, j.least) AS least FROM jump_{step} AS r JOIN jump_{step} AS j ON j.ref
                = r.jump
            """
        )
        cursor.execute(f"DROP TABLE jump_{step}")
        step, walked = step + 1, walked * 2
    if left:
        cursor.execute(CIRCLES.format(jumps=f"jump_{step}"))
    cursor.execute(f"DROP TABLE jump_{step}")
