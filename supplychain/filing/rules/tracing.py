"""How deep is each agreement in the chain, who pays for it, and which go round in a circle?

Works on any shape of chain, however deep or knotted: depth by recursion from the top over an index, circles by
doubling the jump (after n steps up, whoever is still on the way is on a circle), so that no file can make it slow.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from django.db.backends.utils import CursorWrapper

from .rule import sound

PATH_LENGTH = 12  # agreements above that are remembered for T09
CIRCLE_SHOWN = 6
STEPS_AT_ONCE = 8

REPEATED = """
    CREATE TEMP TABLE repeated ON COMMIT DROP AS
    SELECT agreement_ref FROM staged_funding WHERE agreement_ref IS NOT NULL GROUP BY agreement_ref HAVING count(*) > 1
"""
LINKS = f"""
    CREATE TEMP TABLE links ON COMMIT DROP AS
    SELECT row_number, agreement_ref, upstream_ref, tier, provider_name, payee_key, charity_id, company_id,
           service_category, start_date, end_date, amount_paid_gbp, amount_to_date_gbp, agreement_value_gbp,
           {sound("end_date")} AS end_sound, {sound("tier", "upstream_ref")} AS tier_sound,
           upstream_ref IS NULL AND {sound("upstream_ref")} AND coalesce(tier, 2) = 2 AS below_body
    FROM staged_funding AS s
    WHERE agreement_ref IS NOT NULL AND agreement_ref NOT IN (SELECT agreement_ref FROM repeated)
"""
# What is asked about the agreement above stands beside each agreement, so that no check has to look it up again.
ABOVE = {
    "up_row": "row_number",
    "up_start": "start_date",
    "up_end": "end_date",
    "up_paid": "amount_paid_gbp",
    "up_value": "agreement_value_gbp",
    "up_payee": "payee_key",
    "up_charity": "charity_id",
    "up_company": "company_id",
}
TOP = f"""
    CREATE TEMP TABLE chain ON COMMIT DROP AS
    SELECT l.*, CASE WHEN l.below_body THEN 2 END AS depth, CASE WHEN l.below_body THEN 'body:' || %(body)s END AS
           payer_key, ARRAY[]::text[] AS above, 0 AS steps,
           {", ".join(f"a.{name} AS {up}" for up, name in ABOVE.items())}
    FROM links AS l LEFT JOIN links AS a ON false
    WHERE l.upstream_ref IS NULL OR NOT EXISTS (SELECT FROM links AS u WHERE u.agreement_ref = l.upstream_ref)
"""
BELOW = f"""
    SELECT l.*, up.depth + 1, up.payee_key,
           CASE WHEN cardinality(up.above) < {PATH_LENGTH} THEN up.above || up.agreement_ref END, up.steps + 1,
           {", ".join(f"up.{name}" for name in ABOVE.values())}
    FROM {{above}} AS up JOIN links AS l ON l.upstream_ref = up.agreement_ref
"""
STEP = f"INSERT INTO chain {BELOW.format(above='chain')} WHERE up.steps = %(steps)s"
REST = f"""
    INSERT INTO chain
    WITH RECURSIVE down AS (SELECT * FROM chain WHERE steps = %(steps)s UNION ALL {BELOW.format(above="down")})
    SELECT * FROM down WHERE steps > %(steps)s
"""
ROUND = """
    CREATE TEMP TABLE jump_0 ON COMMIT DROP AS
    SELECT agreement_ref AS ref, upstream_ref AS jump, row_number AS least
    FROM links WHERE agreement_ref NOT IN (SELECT agreement_ref FROM chain)
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
    """Make the temporary tables ``repeated``, ``links`` and ``chain``, and find circles (T02) into ``found``."""
    cursor.execute(REPEATED)
    cursor.execute(LINKS)
    cursor.execute("ANALYZE links (agreement_ref, upstream_ref), repeated")
    _descend(cursor, body or "")
    cursor.execute("ANALYZE chain (row_number, agreement_ref, upstream_ref, payee_key, payer_key, depth)")
    _circles(cursor)


def _descend(cursor: CursorWrapper, body: str) -> None:
    """Make ``chain``: some steps at once for all agreements, as nearly every chain is short, then one by one."""
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute(TOP, {"body": body})
    steps, more = 0, cursor.rowcount
    while more and steps < STEPS_AT_ONCE:
        cursor.execute(STEP, {"steps": steps})
        steps, more = steps + 1, cursor.rowcount
    cursor.execute("SET LOCAL enable_nestloop = on")
    if more:
        # Without these, each level of a very deep chain would read the whole table again.
        cursor.execute("CREATE INDEX ON links (upstream_ref); ANALYZE links (upstream_ref)")
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        cursor.execute(REST, {"steps": steps})
        cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on")


def _circles(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT (SELECT count(*) FROM links) = (SELECT count(*) FROM chain)")
    if cursor.fetchone()[0]:
        return
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
