"""Which providers were paid less than before, as far as returns tell, and which agreements started or ended?

Reported payments of some quarters are held against as many quarters before. A fall may be timing, a new price or the
end of a piece of work; it says nothing about how a provider fares. It is told only where every payment of both times is
known: each line shows its amount, every quarter is published, and no body that names the provider owes a return of any
of these quarters. A body pays nobody before it exists or after it has ended.

The statements give the same rows to pages and to CSV.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.quarters import Quarter
from supplychain.analysis.rows import Statement, rows_of
from supplychain.analysis.selection import VALID
from supplychain.analysis.succession import FOLLOWED

SPANS = (4, 2, 1)  # how many quarters may be held against as many before


class Standing(StrEnum):
    """What can be said of a provider's reported payments."""

    CANNOT_TELL = "cannot-be-told"
    FELL = "fell"
    ROSE = "rose"
    SAME = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """What a provider is reported to have been paid in both times, in pounds; ``reason`` says why it can't be told."""

    provider_id: str
    provider_name: str
    sector: str | None
    before: Decimal
    after: Decimal
    change: Decimal | None
    standing: str
    reason: str | None


CHANGES = f"""
    WITH times AS (
        SELECT period, late FROM unnest(%s::text[], %s::boolean[]) AS given(period, late)
    ),
    lines AS (
        SELECT COALESCE(today.public_id, r.provider_id) AS provider_id, r.provider_name,
               NULLIF(r.sector, '') AS sector, r.body_code, times.late,
               r.amount_paid_gbp AS amount, p.period
        FROM supplychain_frozenline AS r JOIN supplychain_publication AS p ON p.id = r.publication_id
        JOIN times ON times.period = p.period
        -- A provider that got another id is still the same provider.
        LEFT JOIN providers_organisationalias AS alias ON alias.old_id = r.provider_id
        LEFT JOIN providers_organisation AS today ON today.id = alias.organisation_id
        WHERE {VALID} AND r.return_kind <> 'compiled' AND r.provider_id <> ''
    ),
    owed AS (
        SELECT body.code,
               bool_or(frozen.filing_status = 'missing') AS missing,
               bool_or(frozen.filing_status IS NULL) AS unpublished,
               bool_or(frozen.filing_status IN ('not-required', 'compiled')) AS not_required
        FROM supplychain_body AS body CROSS JOIN unnest(%s::text[], %s::date[], %s::date[]) AS t(period, first, after)
        LEFT JOIN (
            SELECT b.code, b.filing_status, p.period FROM supplychain_frozenbody AS b
            JOIN supplychain_publication AS p ON p.id = b.publication_id WHERE {VALID}
        ) AS frozen ON frozen.code = body.code AND frozen.period = t.period
        WHERE body.series = %s AND body.in_force && daterange(t.first, t.after)
        GROUP BY body.code
    ),
    told AS (
        SELECT lines.provider_id,
               (array_agg(lines.provider_name ORDER BY lines.period COLLATE "C" DESC, lines.provider_name))[1]
                   AS provider_name,
               (array_agg(lines.sector ORDER BY lines.period COLLATE "C" DESC, lines.sector))[1] AS sector,
               COALESCE(sum(lines.amount) FILTER (WHERE NOT lines.late), 0.00) AS before,
               COALESCE(sum(lines.amount) FILTER (WHERE lines.late), 0.00) AS after,
               count(*) FILTER (WHERE lines.amount IS NULL) AS lacking,
               COALESCE(bool_or(owed.missing), false) AS missing,
               COALESCE(bool_or(owed.unpublished), false) AS unpublished,
               COALESCE(bool_or(owed.not_required), false) AS not_required
        FROM lines LEFT JOIN owed ON owed.code = lines.body_code GROUP BY lines.provider_id
    ),
    judged AS (
        SELECT *, concat_ws('; ',
            CASE WHEN lacking > 0 THEN lacking || ' payments without a shown amount' END,
            CASE WHEN missing THEN 'a return is missing of a body that names it' END,
            CASE WHEN unpublished THEN 'a quarter is not published' END,
            CASE WHEN not_required THEN 'no return was required in one of the quarters of a body that names it' END
        ) AS reason FROM told
    )
    SELECT %s AS before_from, %s AS before_to, %s AS after_from, %s AS after_to, provider_id, provider_name, sector,
           before AS paid_before_gbp, after AS paid_after_gbp,
           CASE WHEN reason = '' THEN after - before END AS change_gbp,
           CASE WHEN reason <> '' THEN 'cannot-be-told' WHEN after < before THEN 'fell'
                WHEN after > before THEN 'rose' ELSE 'unchanged' END AS standing,
           NULLIF(reason, '') AS reason, %s AS series
    FROM judged
"""  # noqa: S608 (no input)
ENDINGS = f"""
    WITH newest AS (
        SELECT DISTINCT ON (r.body_code, r.agreement_ref) r.*, p.period
        FROM supplychain_frozenline AS r JOIN supplychain_publication AS p ON p.id = r.publication_id
        WHERE {VALID} AND r.return_kind <> 'compiled' AND p.period = ANY(%s)
        ORDER BY r.body_code, r.agreement_ref, p.period COLLATE "C" DESC
    ),
    followed AS ({FOLLOWED.format(of="newest")})
    SELECT r.body_code, r.agreement_ref, NULLIF(r.provider_id, '') AS provider_id,
           NULLIF(r.provider_name, '') AS provider_name, r.service_category, r.start_date, r.end_date,
           CASE WHEN r.start_date >= %s THEN 'yes' ELSE 'no' END AS started,
           CASE WHEN r.end_date < %s THEN 'yes' ELSE 'no' END AS ended,
           CASE WHEN r.end_date IS NULL OR r.end_date >= %s THEN NULL
                WHEN followed.id IS NULL THEN 'no' ELSE 'yes' END AS followed,
           r.period AS quarter, %s AS series
    FROM newest AS r LEFT JOIN followed ON followed.id = r.id
    WHERE r.start_date >= %s AND r.start_date < %s OR r.end_date >= %s AND r.end_date < %s
    ORDER BY r.body_code COLLATE "C", r.agreement_ref COLLATE "C"
"""  # noqa: S608 (no input)


def times(last: Quarter, span: int) -> tuple[list[Quarter], list[Quarter]]:
    """The ``span`` quarters up to ``last``, after those before them: (before, after)."""
    quarters = [last.plus(number) for number in range(1 - 2 * span, 1)]
    return quarters[:span], quarters[span:]


def changes_statement(series: str, last: Quarter, span: int, only: str = "", most: int | None = None) -> Statement:
    """One row for each provider, the greatest fall first; ``only`` of one standing, ``most`` of them.

    Where only those are asked for whose payments rose, the greatest rise stands first.
    """
    direction = "DESC" if only == Standing.ROSE else "ASC"
    statement = f"""
        SELECT * FROM ({CHANGES}) AS every WHERE %s = '' OR standing = %s
        ORDER BY change_gbp {direction} NULLS LAST, provider_name, provider_id LIMIT %s
    """  # noqa: S608 (no input)
    return statement, [*_values(series, last, span), only, only, most]


def agreements_statement(series: str, last: Quarter, span: int) -> Statement:
    """One row for each agreement that started or ended in the ``span`` quarters up to ``last``."""
    after = times(last, span)[1]
    first, end = after[0].start, after[-1].end
    periods = [str(one) for one in after]
    return ENDINGS, [series, periods, series, first, end, end, series, first, end, first, end]


def changes(series: str, last: Quarter, span: int, only: str = "", most: int | None = None) -> list[Change]:
    """The rows of :func:`changes_statement`. One query."""
    return [
        Change(
            row["provider_id"], row["provider_name"], row["sector"], row["paid_before_gbp"], row["paid_after_gbp"],
            row["change_gbp"], row["standing"], row["reason"],
        )
        for row in rows_of(changes_statement(series, last, span, only, most))
    ]  # fmt: skip


def counts(series: str, last: Quarter, span: int) -> dict[str, int]:
    """How many providers have which standing, each of :class:`Standing`. One query."""
    statement = f"SELECT standing, count(*) AS providers FROM ({CHANGES}) AS every GROUP BY standing"  # noqa: S608
    found = {row["standing"]: row["providers"] for row in rows_of((statement, _values(series, last, span)))}
    return {standing.value: found.get(standing, 0) for standing in Standing}


def _values(series: str, last: Quarter, span: int) -> list[Any]:
    """What :data:`CHANGES` asks for, in its order."""
    before, after = times(last, span)
    quarters = before + after
    periods = [str(one) for one in quarters]
    return [
        periods, [one in after for one in quarters], series,
        periods, [one.start for one in quarters], [one.end for one in quarters], series, series,
        str(before[0]), str(before[-1]), str(after[0]), str(after[-1]), series,
    ]  # fmt: skip
