"""What should a reader know about the lines that name a provider? Estimates, gaps, hidden counts, corrections below 0.

Counted over frozen rows of the valid versions, so everything here is public; each finding names the rule of filing that
is about it. None says that anybody did wrong: most are answered by an explanation that stands with the line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from portal.quarters import Quarter
from supplychain.analysis.selection import VALID

# What is counted: a word for the page, the condition on a line, and the rule that is about it (blank: none is).
FOUND = (
    ("amount estimated [e]", "r.amount_paid_gbp_status = '[e]'", "V11"),
    ("amount withheld [w]", "r.amount_paid_gbp_status = '[w]'", "M16"),
    ("amount not disclosed [x]", "r.amount_paid_gbp_status = '[x]' AND r.return_kind <> 'compiled'", "V11"),
    ("amount below 0: taken back or put right", "r.amount_paid_gbp < 0", "M05"),
    ("count of people hidden [c]", "'[c]' IN (r.people_supported_status, r.referrals_received_status)", "K06"),
    ("provider without a number in a register", "r.provider_id LIKE 'XP-%%'", "O05"),
)
COUNTS = "".join(
    f" UNION ALL SELECT {place}, '', period FROM lines AS r WHERE {condition}"  # noqa: S608 (no input)
    for place, (_, condition, _) in enumerate(FOUND)
)
FLAGS = f"""
    WITH lines AS (
        SELECT r.*, p.period FROM supplychain_frozenline AS r
        JOIN supplychain_publication AS p ON p.id = r.publication_id WHERE {VALID} AND r.provider_id = ANY(%s)
    )
    SELECT place, code, count(*), min(period COLLATE "C"), max(period COLLATE "C") FROM (
        SELECT {len(FOUND)} AS place, unnest(r.explanation_code) AS code, r.period FROM lines AS r {COUNTS}
    ) AS found GROUP BY place, code ORDER BY place, count(*) DESC, code
"""  # noqa: S608 (no input)


@dataclass(frozen=True, slots=True)
class Flag:
    """``lines`` of the quarters from ``first`` to ``last`` show what ``words`` say; an ``explanation`` has no words but
    its code.
    """

    words: str
    rule: str
    explanation: str
    lines: int
    first: Quarter
    last: Quarter


def flags(series: str, ids: Sequence[str]) -> list[Flag]:
    """What is of note in the lines that name an organisation as payee (by its id and earlier ones). One query."""
    with connection.cursor() as cursor:
        cursor.execute(FLAGS, [series, list(ids)])
        rows = cursor.fetchall()
    found = []
    for place, code, lines, first, last in rows:
        words, _, rule = FOUND[place] if place < len(FOUND) else ("", "", "")
        found.append(Flag(words, rule, code, lines, Quarter.parse(first), Quarter.parse(last)))
    return found
