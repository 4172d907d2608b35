"""Through whom does money reach a provider, whom does it reach from there, and how much do its payers pass down?

A path leads from the reporting body through every payer in between; the same path in several quarters is one, with the
quarters in which it is reported. What a payer passed down is told of the agreement above, over all whom it pays from
that: so it says how a payer passes money on, and nothing about what a provider lives on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from portal.money import share
from portal.quarters import Quarter
from supplychain.analysis.selection import VALID
from supplychain.models import Publication

MOST = 200
MINE = f"""
    SELECT r.publication_id, p.period, r.body_code, r.body_name, r.agreement_ref, r.upstream_ref, r.path, r.tier,
           r.payer_id, r.payer_name, r.provider_id, r.provider_name, r.amount_paid_gbp,
           r.amount_paid_gbp_status, r.return_kind
    FROM supplychain_frozenline AS r JOIN supplychain_publication AS p ON p.id = r.publication_id
    WHERE {VALID} AND r.provider_id = ANY(%s)
"""  # noqa: S608 (no input)
CHOSEN = f"WITH RECURSIVE chosen AS ({MINE} AND r.publication_id = %s)"
# The agreements above one are those whose references its path holds before its own.
ABOVE = f"""
    WITH mine AS ({MINE})
    SELECT path.body_code, max(path.body_name), path.ids, path.names, path.tier, count(DISTINCT path.period),
           min(path.period COLLATE "C"), max(path.period COLLATE "C")
    FROM (
        SELECT mine.body_code, mine.body_name, mine.tier, mine.period, above.ids, above.names
        FROM mine CROSS JOIN LATERAL (
            SELECT COALESCE(array_agg(r.provider_id ORDER BY r.tier), '{{}}') AS ids,
                   COALESCE(array_agg(r.provider_name ORDER BY r.tier), '{{}}') AS names
            FROM supplychain_frozenline AS r
            WHERE r.publication_id = mine.publication_id AND r.body_code = mine.body_code
              AND r.agreement_ref = ANY(mine.path) AND r.tier < mine.tier
        ) AS above
    ) AS path
    GROUP BY path.body_code, path.ids, path.names, path.tier
    ORDER BY max(path.period COLLATE "C") DESC, path.body_code COLLATE "C", path.tier, path.names LIMIT {MOST}
"""  # noqa: S608 (no input)
BELOW = f"""{CHOSEN},
    below AS (
        SELECT publication_id, body_code, agreement_ref AS own, agreement_ref, path, 0 AS depth, provider_id,
               provider_name, tier, payer_id, payer_name, amount_paid_gbp, amount_paid_gbp_status, return_kind
        FROM chosen
        UNION ALL
        SELECT r.publication_id, r.body_code, below.own, r.agreement_ref, r.path, below.depth + 1, r.provider_id,
               r.provider_name, r.tier, r.payer_id, r.payer_name, r.amount_paid_gbp, r.amount_paid_gbp_status,
               r.return_kind
        FROM below JOIN supplychain_frozenline AS r
          ON r.publication_id = below.publication_id AND r.body_code = below.body_code
         AND r.upstream_ref = below.agreement_ref
    )
    SELECT body_code, own, path, depth, provider_id, provider_name, tier, payer_id, payer_name, amount_paid_gbp,
           amount_paid_gbp_status, return_kind
    FROM below WHERE depth > 0 ORDER BY body_code, path, depth LIMIT {MOST}
"""  # noqa: S608 (no input)
PASSED = f"""{CHOSEN}
    SELECT chosen.body_code, chosen.tier, chosen.payer_id, chosen.payer_name,
           CASE WHEN chosen.tier = 2 THEN body.income_received_gbp ELSE upstream.amount_paid_gbp END,
           down.amount, down.lines, down.lacking, sum(chosen.amount_paid_gbp), count(*),
           count(*) FILTER (WHERE chosen.amount_paid_gbp IS NULL)
    FROM chosen
    JOIN supplychain_frozenbody AS body
      ON body.publication_id = chosen.publication_id AND body.code = chosen.body_code
    LEFT JOIN supplychain_frozenline AS upstream
      ON upstream.publication_id = chosen.publication_id AND upstream.body_code = chosen.body_code
     AND upstream.agreement_ref = chosen.upstream_ref
    CROSS JOIN LATERAL (
        SELECT sum(r.amount_paid_gbp) AS amount, count(*) AS lines,
               count(*) FILTER (WHERE r.amount_paid_gbp IS NULL) AS lacking
        FROM supplychain_frozenline AS r
        WHERE r.publication_id = chosen.publication_id AND r.body_code = chosen.body_code AND r.tier = chosen.tier
          AND r.upstream_ref = chosen.upstream_ref
    ) AS down
    WHERE chosen.return_kind <> 'compiled'
    GROUP BY chosen.body_code, chosen.tier, chosen.payer_id, chosen.payer_name, chosen.upstream_ref,
             body.income_received_gbp, upstream.amount_paid_gbp, down.amount, down.lines, down.lacking
    ORDER BY chosen.body_code, chosen.tier, chosen.payer_name LIMIT {MOST}
"""  # noqa: S608 (no input)


@dataclass(frozen=True, slots=True)
class Path:
    """From a body through those in between (ids and names, blank where withheld) to the provider at ``tier``."""

    body_code: str
    body_name: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    tier: int
    quarters: int
    first: Quarter
    last: Quarter

    @property
    def between(self) -> list[tuple[str, str]]:
        """Id and name of each payer between body and provider."""
        return list(zip(self.ids, self.names, strict=True))


@dataclass(frozen=True, slots=True)
class Step:
    """An agreement below one of the provider's, ``depth`` tiers down, with what was paid on it, in pounds."""

    body_code: str
    below: str
    path: list[str]
    depth: int
    public_id: str
    name: str
    tier: int
    payer_id: str
    payer_name: str
    paid: Decimal | None
    paid_status: str
    return_kind: str


@dataclass(frozen=True, slots=True)
class Passed:
    """What one payer received (``None``: not shown), passed down in all on ``agreements`` (``lacking`` show no amount),
    and paid the provider of that on ``own_agreements``, in pounds.
    """

    body_code: str
    tier: int
    payer_id: str
    payer_name: str
    received: Decimal | None
    passed_down: Decimal | None
    agreements: int
    lacking: int
    to_provider: Decimal | None
    own_agreements: int
    own_lacking: int

    @property
    def passed_share(self) -> Decimal | None:
        """Passed down in percent of what was received; ``None`` where either is not shown."""
        if self.received is None or self.passed_down is None:
            return None
        return share(self.passed_down, self.received)


def paths(series: str, ids: Sequence[str]) -> list[Path]:
    """The ways to an organisation (by its id and earlier ones) over all quarters, the newest first. One query."""
    return [
        Path(code, name, tuple(above), tuple(names), tier, quarters, Quarter.parse(first), Quarter.parse(last))
        for code, name, above, names, tier, quarters, first, last in _rows(ABOVE, series, list(ids))
    ]


def below(series: str, ids: Sequence[str], publication: Publication) -> list[Step]:
    """Everything below its agreements in one version, in the order of the tree. One query."""
    return [Step(*row) for row in _rows(BELOW, series, list(ids), publication.pk)]


def passed_down(series: str, ids: Sequence[str], publication: Publication) -> list[Passed]:
    """What those who pay it passed down, in one version; compiled lines tell nothing of it. One query."""
    return [Passed(*row) for row in _rows(PASSED, series, list(ids), publication.pk)]


def _rows(statement: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
