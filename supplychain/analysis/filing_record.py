"""Who files and who does not: what became of each body's return for each published quarter?

Late is only what came after a date that was set; where none was set, nothing is late, and where no return was required
none is missing. A return is *corrected* where an earlier version of the quarter holds another version of it.

The statement gives the same rows to pages and to CSV.
"""

from enum import StrEnum

from supplychain.analysis.rows import Statement
from supplychain.analysis.selection import VALID


class Standing(StrEnum):
    """What became of one return. A nil return is on time, late or without a date like any other."""

    ON_TIME = "on-time"
    LATE = "late"
    NO_DATE = "no-date-set"
    MISSING = "missing"
    COMPILED = "compiled"
    NOT_REQUIRED = "not-required"


STATEMENT = f"""
    SELECT p.period AS quarter, p.version, b.code AS body_code, b.name AS body_name, b.kind AS body_kind,
           NULLIF(b.owner_name, '') AS owner_name, b.filing_status,
           CASE WHEN b.filing_status IN ('missing', 'compiled', 'not-required') THEN b.filing_status
                WHEN b.due_at IS NULL OR b.late IS NULL THEN 'no-date-set' WHEN b.late THEN 'late'
                ELSE 'on-time' END AS standing,
           CASE WHEN b.filing_status = 'nil' THEN 'yes' ELSE 'no' END AS nil,
           CASE WHEN EXISTS (
               SELECT FROM supplychain_frozenbody AS before
               JOIN supplychain_publication AS earlier ON earlier.id = before.publication_id
               WHERE before.code = b.code AND earlier.kind = p.kind AND earlier.series = p.series
                 AND earlier.period = p.period AND earlier.state = 'superseded'
                 AND before.return_version IS DISTINCT FROM b.return_version
           ) THEN 'yes' ELSE 'no' END AS corrected,
           to_char(b.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS due_at,
           to_char(b.submitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS submitted_at, %s AS series
    FROM supplychain_frozenbody AS b JOIN supplychain_publication AS p ON p.id = b.publication_id
    WHERE {VALID} AND (%s = '' OR b.code = %s) AND (%s::text[] IS NULL OR p.period = ANY(%s))
    ORDER BY b.code COLLATE "C", p.period COLLATE "C"
"""  # noqa: S608 (no input)


def statement(series: str, body: str = "", quarters: list[str] | None = None) -> Statement:
    """One row for each body and published quarter; of one body, and of some quarters, where these are given."""
    return STATEMENT, [series, series, body, body, quarters, quarters]
