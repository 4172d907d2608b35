"""Which agreements are reported as of a day?

Of each body the newest filed return counts whose quarter had begun by that day, so a body whose return is missing
speaks through its last one. Compiled lines have no dates of agreements and are left out.
"""

import datetime as dt
from typing import Any

from portal.quarters import Quarter
from supplychain.analysis.rows import rows_of
from supplychain.analysis.selection import VALID

# Common table expressions: ``told`` holds the return of each body, ``reported`` its lines with their quarter.
REPORTED = f"""
    told AS (
        SELECT DISTINCT ON (b.code) b.code, b.publication_id, p.period
        FROM supplychain_frozenbody AS b JOIN supplychain_publication AS p ON p.id = b.publication_id
        WHERE {VALID} AND b.filing_status IN ('published', 'nil') AND p.period COLLATE "C" <= %s
        ORDER BY b.code, p.period COLLATE "C" DESC
    ),
    reported AS (
        SELECT r.*, told.period FROM told
        JOIN supplychain_frozenline AS r ON r.publication_id = told.publication_id AND r.body_code = told.code
        WHERE r.return_kind <> 'compiled'
    )
"""  # noqa: S608 (no input)


def returns(series: str, day: dt.date) -> dict[str, str]:
    """The quarter of the return that speaks for each body on the day, by its code. One query."""
    text = f"WITH {REPORTED} SELECT code, period FROM told ORDER BY code"  # noqa: S608 (no input)
    return {row["code"]: row["period"] for row in rows_of((text, values(series, day)))}


def values(series: str, day: dt.date) -> list[Any]:
    """What :data:`REPORTED` asks for."""
    return [series, str(Quarter.containing(day))]
