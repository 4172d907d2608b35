"""Which rows of the funding table could break a rule that looks at one row alone, or at it and the one above?

Nearly all rows of nearly all returns break none; so they are looked at once, and the checks read what remains. Each
condition here is at least as wide as that of the checks it stands for, which say exactly what is wrong and where.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper

NUMBERS = ("agreement_ref", "charity_number", "company_number")


def _figure_of_a_number(amount: str) -> str:
    digits = ", ".join(f"ltrim({column}, '0')" for column in NUMBERS)
    whole = f"{amount} >= 10000 AND {amount} %% 1 = 0"
    return f"CASE WHEN {whole} THEN trim_scale({amount})::text IN ({digits}) END"


def _any(conditions: Mapping[str, tuple[str, ...]]) -> str:
    return " OR ".join(f"({condition})" for several in conditions.values() for condition in several)


CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "V01": (
        "tier > 2 AND upstream_ref IS NULL",
        "charity_number IS NULL AND company_number IS NULL AND no_number_reason IS NULL",
        "amount_paid_gbp IS NULL",
        "amount_to_date_gbp IS NULL",
    ),
    "V04": tuple(map(_figure_of_a_number, ("amount_paid_gbp", "amount_to_date_gbp", "agreement_value_gbp"))),
    "V05": ("start_date > %(last_day)s::date",),
    "V06": ("NOT area <@ (%(areas)s::text[] || ARRAY['ALL'])",),
    "V11 M16": ("amount_status IN ('not-disclosed', 'withheld')",),
    "M05": ("amount_paid_gbp < 0", "prior_period_adjustment_gbp <> 0", "reverses_ref IS NOT NULL"),
    "M15": ("amount_to_date_gbp > agreement_value_gbp",),
    "M17": ("funding_type = 'unpaid' AND amount_paid_gbp <> 0",),
    "K06": ("people_supported BETWEEN 1 AND 4", "referrals_received BETWEEN 1 AND 4"),
    "P01": ("end_date < start_date", "end_date < %(start)s::date AND amount_paid_gbp <> 0"),
}
ANY = _any(CONDITIONS)
SUSPECTS = f"CREATE TEMP TABLE suspects ON COMMIT DROP AS SELECT * FROM staged_funding WHERE {ANY}"


HUNG_CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "T01": ("upstream_ref IS NOT NULL AND depth IS NULL", "up_end < %(start)s::date AND up_paid <> 0"),
    "T03": (
        "payee_key = up_payee",
        "charity_id = up_charity",
        "company_id = up_company",
        "charity_id = ANY(%(group_ids)s::text[])",
        "company_id = ANY(%(group_ids)s::text[])",
    ),
    "T06": ("tier <> depth",),
    "T07": ("depth > %(T07_tier)s",),
    "M04": ("agreement_value_gbp > up_value", "amount_paid_gbp > up_value", "amount_to_date_gbp > up_value"),
    "P02": ("start_date < up_start", "end_date > up_end"),
}
ANY_HUNG = _any(HUNG_CONDITIONS)
# Rows that could be twins (M07, T05): another one has the same payee and service.
TWINS = """
    CREATE TEMP TABLE twins ON COMMIT DROP AS
    SELECT c.* FROM chain AS c JOIN (
        SELECT payee_key, service_category FROM chain WHERE payee_key IS NOT NULL AND service_category IS NOT NULL
        GROUP BY payee_key, service_category HAVING count(*) > 1
    ) AS several USING (payee_key, service_category)
"""
# Each number with the names that stand beside it, without case.
NAMED = """
    CREATE TEMP TABLE named ON COMMIT DROP AS
    SELECT number, lower(provider_name) AS name, sum(rows) AS rows, min(first) AS first
    FROM (SELECT charity_id, company_id, provider_name, count(*) AS rows, min(row_number) AS first FROM staged_funding
          WHERE provider_name IS NOT NULL GROUP BY charity_id, company_id, provider_name) AS parties,
         LATERAL (VALUES (charity_id), (company_id)) AS n (number)
    WHERE number IS NOT NULL GROUP BY number, lower(provider_name)
"""
HUNG = f"CREATE TEMP TABLE chain_suspects ON COMMIT DROP AS SELECT * FROM chain WHERE {ANY_HUNG}"


# Rows that could break a rule which compares with what was published (p: the agreement's last line; u: what is usual).
COMPARED: Mapping[str, tuple[str, ...]] = {
    "M01": (
        "p.amount_to_date_gbp + s.amount_paid_gbp + coalesce(s.prior_period_adjustment_gbp, 0) <> s.amount_to_date_gbp",
        "p.quarter < %(previous)s::date",
    ),
    "T08": ("s.upstream_ref IS DISTINCT FROM p.upstream_ref", "s.payee_key <> p.payee_key"),
    "P05": ("s.start_date <> p.start_date", "s.end_date IS DISTINCT FROM p.end_date"),
    "M08": ("s.amount_paid_gbp = p.amount_paid_gbp AND greatest(s.people_supported, s.referrals_received) > 0",),
    "X04": ("s.opening_to_date_gbp <> p.amount_to_date_gbp",),
}
OPENED = "coalesce(s.opening_to_date_gbp, 0)"
UNPUBLISHED = (
    f"{OPENED} <> 0",
    f"s.amount_to_date_gbp <> s.amount_paid_gbp + coalesce(s.prior_period_adjustment_gbp, 0) + {OPENED}",
)
UNUSUAL: Mapping[str, tuple[str, ...]] = {
    "M09": ("abs(s.amount_paid_gbp - u.mean) > greatest(abs(u.mean) * %(M09_pct)s / 100.0, %(M09_least_gbp)s)",),
    "M11": ("u.idle AND s.amount_paid_gbp = 0",),
}


TOLD = "s.agreement_ref IS NOT NULL AND s.agreement_ref NOT IN (SELECT agreement_ref FROM repeated)"
HISTORY = f"""
    CREATE TEMP TABLE history_suspects ON COMMIT DROP AS
    SELECT s.* FROM staged_funding AS s
    LEFT JOIN last_published AS p USING (agreement_ref) LEFT JOIN usual AS u USING (agreement_ref)
    WHERE {TOLD} AND (
        CASE WHEN p.agreement_ref IS NULL THEN {_any({"M01": UNPUBLISHED})} ELSE {_any(COMPARED)} END
        OR {_any(UNUSUAL)})
"""
FIRST_RETURN = f"""
    CREATE TEMP TABLE history_suspects ON COMMIT DROP AS
    SELECT s.* FROM staged_funding AS s WHERE ({_any({"M01": UNPUBLISHED})}) AND {TOLD}
"""


def find_suspects(cursor: CursorWrapper, parameters: Mapping[str, Any], *, history: bool) -> None:
    """Make the temporary tables ``suspects`` and, with ``history``, ``history_suspects``, with the columns of
    ``staged_funding``; ``chain_suspects`` and ``twins``, with those of ``chain``; and ``named``: number, name (in small
    letters), rows, first (row).
    """
    cursor.execute(SUSPECTS, parameters)
    if history:
        cursor.execute(HISTORY if parameters["last"] else FIRST_RETURN, parameters)
    cursor.execute(HUNG, parameters)
    cursor.execute(TWINS)
    cursor.execute(NAMED)
    cursor.execute("ANALYZE twins, named")
