"""Who relies on an owner at a day: which agreements, providers, areas and services stand behind it, as far as reported?

The bodies are those that the owner owns on that day. Of each the newest filed return counts whose quarter had begun by
then (:mod:`supplychain.analysis.reported`), and of its agreements those that run on that day. Amounts are what was
paid in the quarter of the return; a provider that is paid at several tiers counts once.

The statement gives the same rows to pages and to CSV.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from supplychain.analysis import reported
from supplychain.analysis.reported import REPORTED
from supplychain.analysis.rows import Row, Statement, rows_of

RUNNING = f"""
    WITH {REPORTED},
    running AS (
        SELECT r.* FROM reported AS r
        WHERE r.body_code = ANY(%s) AND (r.start_date IS NULL OR r.start_date <= %s)
          AND (r.end_date IS NULL OR r.end_date >= %s)
    )
"""  # noqa: S608 (no input)


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind an owner, or (``code``) behind one body of it. ``paid`` is to tier 2, in pounds, of the
    agreements that show an amount; ``lacking`` of them show none. ``period`` is the quarter of the return, ``None``
    where none was filed.
    """

    code: str | None
    period: str | None
    agreements: int
    providers: int
    areas: int
    services: int
    paid: Decimal | None
    lacking: int


def lines_statement(series: str, bodies: Sequence[str], day: dt.date, most: int | None = None) -> Statement:
    """One row for each agreement that runs on the day below one of the bodies, in the order of the chains."""
    statement = f"""
        {RUNNING}
        SELECT body_code, body_name, agreement_ref, NULLIF(upstream_ref, '') AS upstream_ref, tier,
               NULLIF(payer_id, '') AS payer_id, NULLIF(payer_name, '') AS payer_name,
               NULLIF(provider_id, '') AS provider_id, NULLIF(provider_name, '') AS provider_name,
               NULLIF(sector, '') AS sector, service_category,
               NULLIF(array_to_string(area_codes, ';'), '') AS area_codes, funding_type, start_date, end_date,
               amount_paid_gbp, NULLIF(amount_paid_gbp_status, '') AS amount_paid_gbp_status, period AS quarter,
               %s::date AS as_of, %s AS series
        FROM running ORDER BY body_code COLLATE "C", path LIMIT %s
    """  # noqa: S608 (no input)
    return statement, [*_values(series, bodies, day), day, series, most]


def behind(series: str, bodies: Sequence[str], day: dt.date) -> tuple[Behind, list[Behind]]:
    """All of it together, and each body by itself, also one without any return. Two queries."""
    statement = f"""
        {RUNNING},
        named AS (
            SELECT running.id, unnest(area_codes) AS area FROM running
        )
        SELECT running.body_code AS code, min(running.period) AS period, count(DISTINCT running.id) AS agreements,
               count(DISTINCT provider_id) FILTER (WHERE provider_id <> '') AS providers,
               count(DISTINCT named.area) AS areas, count(DISTINCT service_category) AS services
        FROM running LEFT JOIN named ON named.id = running.id
        GROUP BY GROUPING SETS ((), (running.body_code)) ORDER BY running.body_code NULLS FIRST
    """  # noqa: S608 (no input)
    money = f"""
        {RUNNING}
        SELECT told.code, told.period, sum(amount_paid_gbp) FILTER (WHERE tier = 2) AS paid,
               count(running.id) FILTER (WHERE tier = 2 AND amount_paid_gbp IS NULL) AS lacking
        FROM told LEFT JOIN running ON running.body_code = told.code WHERE told.code = ANY(%s)
        GROUP BY told.code, told.period
    """  # noqa: S608 (no input)
    values = _values(series, bodies, day)
    counts = {row["code"]: row for row in rows_of((statement, values))}
    paid = {row["code"]: row for row in rows_of((money, [*values, list(bodies)]))}
    each = [_behind(code, counts.get(code, {}), paid.get(code, {})) for code in bodies]
    known = [one.paid for one in each if one.paid is not None]
    whole = {"paid": sum(known, Decimal("0.00")) if known else None, "lacking": sum(one.lacking for one in each)}
    return _behind(None, counts.get(None, {}), whole), each


def _behind(code: str | None, counts: Row, money: Row) -> Behind:
    return Behind(
        code, money.get("period"), counts.get("agreements", 0), counts.get("providers", 0), counts.get("areas", 0),
        counts.get("services", 0), money.get("paid"), money.get("lacking", 0),
    )  # fmt: skip


def _values(series: str, bodies: Sequence[str], day: dt.date) -> list[object]:
    """What :data:`RUNNING` asks for."""
    return [*reported.values(series, day), list(bodies), day, day]
