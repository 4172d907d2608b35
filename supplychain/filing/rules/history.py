"""What was published before, as the rules ask for it?

The newest published version of each earlier quarter of the body, compiled returns left out, in temporary tables:

``published_returns``  id, quarter (its first day), written
``last_published``     of each agreement its last published line, with quarter and written
``usual``              of each agreement of the last quarters: mean (where it was paid in all of them), idle, silent
``corrected_lines``    what stands published for this quarter itself
``others_lines``       what other bodies report for this quarter

Agreements whose reference stands twice in the return are left out. Needs ``repeated``.
"""

# ruff: noqa: S608 - names in statements are our own, never those of a file

from collections.abc import Mapping
from decimal import Decimal

from django.db.backends.utils import CursorWrapper

from portal.quarters import Quarter
from supplychain.models import Body, Return, ReturnKind
from supplychain.states import ReturnState

from .catalogue import InForce

TABLES = ("published_returns", "last_published", "usual", "corrected_lines", "others_lines")
RETURNS = """
    CREATE TEMP TABLE published_returns ON COMMIT DROP AS
    SELECT * FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS r (id, quarter, written)
"""
LINE = """r.quarter, r.written, l.agreement_ref, l.upstream_ref, l.payee_key, l.provider_name, l.charity_number,
           l.company_number, l.start_date, l.end_date, l.amount_paid_gbp, l.amount_to_date_gbp, l.people_supported,
           l.referrals_received"""
LINES = "FROM published_returns AS r JOIN supplychain_line AS l ON l.of_return_id = r.id"
ONCE = "l.agreement_ref NOT IN (SELECT agreement_ref FROM repeated)"
# Nearly all agreements stand in the newest return, so only the others are looked for in those before.
LAST_PUBLISHED = f"""
    CREATE TEMP TABLE last_published ON COMMIT DROP AS SELECT {LINE} {LINES} WHERE l.of_return_id = %s AND {ONCE}
"""
EARLIER = f"""
    INSERT INTO last_published
    SELECT DISTINCT ON (l.agreement_ref) {LINE} {LINES}
    WHERE l.of_return_id = ANY(%s::bigint[]) AND {ONCE}
      AND NOT EXISTS (SELECT FROM last_published AS n WHERE n.agreement_ref = l.agreement_ref)
    ORDER BY l.agreement_ref, r.quarter DESC
"""
USUAL = f"""
    CREATE TEMP TABLE usual ON COMMIT DROP AS
    SELECT l.agreement_ref,
           CASE WHEN count(l.amount_paid_gbp) FILTER (WHERE place <= %(mean)s) = %(mean)s
                THEN avg(l.amount_paid_gbp) FILTER (WHERE place <= %(mean)s) END AS mean,
           count(*) FILTER (WHERE place < %(idle)s AND l.amount_paid_gbp = 0) = %(idle)s - 1 AS idle,
           count(*) FILTER (WHERE place < %(silent)s AND l.amount_paid_gbp > 0 AND k.agreement_ref IS NULL)
               = %(silent)s - 1 AS silent
    FROM unnest(%(recent)s::bigint[]) WITH ORDINALITY AS r (id, place)
    JOIN supplychain_line AS l ON l.of_return_id = r.id
    LEFT JOIN (SELECT DISTINCT of_return_id, agreement_ref FROM supplychain_kpirow
               WHERE of_return_id = ANY(%(recent)s::bigint[]) AND agreement_ref <> '') AS k
      ON k.of_return_id = l.of_return_id AND k.agreement_ref = l.agreement_ref
    WHERE {ONCE} GROUP BY l.agreement_ref
"""
CORRECTED_LINES = f"""
    CREATE TEMP TABLE corrected_lines ON COMMIT DROP AS
    SELECT agreement_ref, provider_name, amount_paid_gbp, amount_to_date_gbp FROM supplychain_line AS l
    WHERE of_return_id = ANY(%s::bigint[]) AND {ONCE}
"""
# Of the same series, as far as it could be the same as here.
OTHERS_LINES = """
    CREATE TEMP TABLE others_lines ON COMMIT DROP AS
    SELECT r.body_id, l.agreement_ref, l.payee_key, l.start_date, l.service_category, l.amount_paid_gbp
    FROM supplychain_return AS r JOIN supplychain_body AS b ON b.code = r.body_id
    JOIN supplychain_line AS l ON l.of_return_id = r.id
    WHERE r.quarter = %s AND r.body_id <> %s AND b.series = %s AND r.state IN ('accepted', 'published')
      AND r.kind <> 'compiled' AND l.amount_paid_gbp <> 0 AND l.payee_key NOT LIKE 'name:%%'
"""


def gather(cursor: CursorWrapper, body: Body | None, quarter: Quarter | None, force: Mapping[str, InForce]) -> None:
    """Make the temporary tables; empty ones where body or quarter can't be told."""
    earlier: list[tuple[int, Quarter]] = []
    corrected: list[int] = []
    if body and quarter:
        published = Return.objects.filter(body=body, state=ReturnState.PUBLISHED).exclude(kind=ReturnKind.COMPILED)
        found = published.filter(quarter__lt=quarter).order_by("-quarter")
        earlier = list(found.values_list("id", "quarter"))
        corrected = list(published.filter(quarter=quarter).values_list("id", flat=True))
    ids = [pk for pk, _quarter in earlier]
    cursor.execute(RETURNS, [ids, [q.start for _pk, q in earlier], [str(q) for _pk, q in earlier]])
    cursor.execute("SET LOCAL enable_nestloop = off")  # how many lines a new return has is not known to the planner
    cursor.execute(LAST_PUBLISHED, ids[:1] or [None])
    if ids[1:]:
        cursor.execute("ANALYZE last_published (agreement_ref)")
        cursor.execute(EARLIER, [ids[1:]])
    mean, idle, silent = (int(force[code].thresholds["quarters"]) for code in ("M09", "M11", "K05"))
    enough = len(ids) >= min(mean, idle - 1, silent - 1)
    recent = ids[: max(mean, idle - 1, silent - 1)] if enough else []
    cursor.execute(USUAL, {"mean": mean, "idle": idle, "silent": silent, "recent": recent})
    cursor.execute(CORRECTED_LINES, [corrected])
    others = [body.code, body.series] if body else [None, None]
    cursor.execute(OTHERS_LINES, [quarter.start if quarter else None, *others])
    cursor.execute("SET LOCAL enable_nestloop = on")
    cursor.execute("ANALYZE last_published, usual, corrected_lines, others_lines")


def gap(body: Body | None, quarter: Quarter | None, cursor: CursorWrapper) -> tuple[Quarter | None, Quarter | None]:
    """The last quarter that was published before this one, and the quarter before this one where it should have been
    published and was not.
    """
    cursor.execute("SELECT max(quarter) FROM published_returns")
    (first_day,) = cursor.fetchone()
    if first_day is None or body is None or quarter is None:
        return None, None
    last, before = Quarter.containing(first_day), quarter.previous
    return last, before if last < before and body.owes(before) else None


def brought_forward(cursor: CursorWrapper) -> Decimal:
    """Income of the published quarters that state it, less what was paid to tier 2 in them; never below 0."""
    cursor.execute(
        """
        SELECT greatest(coalesce(sum(r.income_gbp - t.paid), 0), 0)
        FROM supplychain_return AS r,
             LATERAL (SELECT coalesce(sum(amount_paid_gbp), 0) AS paid FROM supplychain_line
                      WHERE of_return_id = r.id AND tier = 2) AS t
        WHERE r.id IN (SELECT id FROM published_returns) AND r.income_gbp IS NOT NULL
        """
    )
    (balance,) = cursor.fetchone()
    return balance
