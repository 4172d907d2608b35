"""Where does each pound stop, as far as it is reported? With the body itself, or with a payee at some tier and sector.

Every pound counts once, at its last reported stop: what a payer received less what it is reported to have passed down
stays with it, and what it passed down is followed further. So the stops of the money paid to tier 2 add up to exactly
that money. What is below an amount that is not shown can't be a part of it and is left out; where an amount below is
not shown, what stays above is "at most" that. A body's own stops (own delivery, and neither passed on nor own
delivery) are told only of bodies whose income and own delivery are both disclosed.

The statement gives the same rows to pages and to CSV.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from supplychain.analysis.rows import Statement, rows_of
from supplychain.models import Publication

INCOME, TIER_2 = "income", "tier-2"
OWN_DELIVERY, NEITHER, PAYEE = "own-delivery", "neither", "payee"


@dataclass(frozen=True, slots=True)
class Stop:
    """Where pounds stop: of which money (``basis``: a body's income, or what was paid to tier 2), with whom.

    ``agreements`` are those whose payees hold it; ``lacking`` are agreements below that show no amount, so that
    ``amount`` is at most; ``share`` is of the whole basis in percent to one place.
    """

    basis: str
    stop: str
    tier: int | None
    sector: str | None
    amount: Decimal
    agreements: int | None
    lacking: int
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Followed:
    """What was followed, and what could not be."""

    agreements: int
    without_amount: int
    below_unknown: int
    bodies: int
    bodies_with_income: int


# Of one version or of several, each for itself.
LINES = """
    lines AS (
        SELECT r.id, r.publication_id, r.body_code, r.agreement_ref, r.upstream_ref, r.tier, r.sector, r.amount_paid_gbp
        FROM supplychain_frozenline AS r
        WHERE r.publication_id = ANY(%s) AND r.return_kind <> 'compiled' AND (%s = '' OR r.body_code = %s)
    ),
    lost AS (  -- an amount on the way down is not shown
        SELECT publication_id, body_code, agreement_ref FROM lines WHERE amount_paid_gbp IS NULL
        UNION
        SELECT r.publication_id, r.body_code, r.agreement_ref FROM lines AS r
        JOIN lost ON lost.publication_id = r.publication_id AND lost.body_code = r.body_code
            AND lost.agreement_ref = r.upstream_ref
    ),
    followed AS (
        SELECT r.* FROM lines AS r
        LEFT JOIN lost ON lost.publication_id = r.publication_id AND lost.body_code = r.body_code
            AND lost.agreement_ref = r.agreement_ref
        WHERE lost.agreement_ref IS NULL
    ),
    below AS (
        SELECT publication_id, body_code, upstream_ref, sum(amount_paid_gbp) AS passed,
               count(*) FILTER (WHERE amount_paid_gbp IS NULL) AS lacking
        FROM lines WHERE upstream_ref <> '' GROUP BY publication_id, body_code, upstream_ref
    ),
    second AS (
        SELECT publication_id, body_code, COALESCE(sum(amount_paid_gbp), 0) AS passed,
               count(*) FILTER (WHERE amount_paid_gbp IS NULL) AS lacking
        FROM lines WHERE tier = 2 GROUP BY publication_id, body_code
    ),
    open_books AS (
        SELECT b.publication_id, b.code, b.income_received_gbp AS income, b.own_delivery_gbp AS own,
               COALESCE(second.passed, 0) AS passed, COALESCE(second.lacking, 0) AS lacking
        FROM supplychain_frozenbody AS b
        LEFT JOIN second ON second.publication_id = b.publication_id AND second.body_code = b.code
        WHERE b.publication_id = ANY(%s) AND b.filing_status IN ('published', 'nil') AND b.return_kind <> 'compiled'
          AND (%s = '' OR b.code = %s) AND b.income_received_gbp IS NOT NULL AND b.own_delivery_gbp IS NOT NULL
    )
"""
STOPS = f"""
    WITH RECURSIVE {LINES},
    stops AS (
        SELECT f.publication_id, 'tier-2' AS basis, 'payee' AS stop, f.tier::int AS tier, f.sector,
               sum(f.amount_paid_gbp - COALESCE(below.passed, 0)) AS amount, count(*) AS agreements,
               sum(COALESCE(below.lacking, 0)) AS lacking
        FROM followed AS f
        LEFT JOIN below ON below.publication_id = f.publication_id AND below.body_code = f.body_code
            AND below.upstream_ref = f.agreement_ref
        GROUP BY f.publication_id, f.tier, f.sector
        UNION ALL SELECT publication_id, 'income', 'own-delivery', 1, NULL, sum(own), NULL, 0 FROM open_books
            GROUP BY publication_id
        UNION ALL SELECT publication_id, 'income', 'payee', 2, NULL, sum(passed), NULL, 0 FROM open_books
            GROUP BY publication_id
        UNION ALL SELECT publication_id, 'income', 'neither', 1, NULL, sum(income - own - passed), NULL, sum(lacking)
            FROM open_books GROUP BY publication_id
    )
    SELECT p.period AS quarter, NULLIF(%s, '') AS body_code, basis, stop, tier, NULLIF(sector, '') AS sector,
           amount AS amount_gbp, agreements, lacking::int AS lines_without_amount_below,
           round(100 * amount / NULLIF(sum(amount) OVER (PARTITION BY p.period, basis), 0), 1) AS share_pct, p.series
    FROM stops JOIN supplychain_publication AS p ON p.id = stops.publication_id
    ORDER BY p.period COLLATE "C", basis, tier, stop DESC, sector NULLS LAST
"""  # noqa: S608 (no input)


def statement(publication: Publication, body: str = "") -> Statement:
    """One row for each stop of the money of a version, or of one body in it."""
    return STOPS, [*_values([publication], body), body]


def stops(publication: Publication, body: str = "") -> list[Stop]:
    """The rows of :func:`statement`. One query."""
    return [
        Stop(
            row["basis"], row["stop"], row["tier"], row["sector"], row["amount_gbp"], row["agreements"],
            row["lines_without_amount_below"], row["share_pct"],
        )
        for row in rows_of(statement(publication, body))
    ]  # fmt: skip


def by_tier(publications: Sequence[Publication], body: str = "") -> dict[str, dict[int, Decimal]]:
    """What of the money paid to tier 2 stops at each tier, for each of several versions by its quarter. One query.

    It is what was followed to a tier less what was followed to the next.
    """
    text = f"""
        WITH RECURSIVE {LINES}
        SELECT p.period, f.tier::int AS tier, sum(f.amount_paid_gbp) AS amount
        FROM followed AS f JOIN supplychain_publication AS p ON p.id = f.publication_id GROUP BY p.period, f.tier
    """  # noqa: S608 (no input)
    followed: dict[str, dict[int, Decimal]] = {}
    for row in rows_of((text, _values(publications, body))):
        followed.setdefault(row["period"], {})[row["tier"]] = row["amount"]
    return {
        period: {tier: amount - found.get(tier + 1, Decimal(0)) for tier, amount in sorted(found.items())}
        for period, found in followed.items()
    }


def followed(publication: Publication, body: str = "") -> Followed:
    """How much could be followed. One query."""
    text = f"""
        WITH RECURSIVE {LINES}
        SELECT (SELECT count(*) FROM lines) AS agreements,
               (SELECT count(*) FROM lines WHERE amount_paid_gbp IS NULL) AS without_amount,
               (SELECT count(*) FROM lines WHERE amount_paid_gbp IS NOT NULL) - (SELECT count(*) FROM followed)
                   AS below_unknown,
               (SELECT count(*) FROM supplychain_frozenbody AS b WHERE b.publication_id = %s
                   AND b.filing_status IN ('published', 'nil') AND (%s = '' OR b.code = %s)) AS bodies,
               (SELECT count(*) FROM open_books) AS bodies_with_income
    """  # noqa: S608 (no input)
    (row,) = rows_of((text, [*_values([publication], body), publication.pk, body, body]))
    return Followed(**row)


def _values(publications: Sequence[Publication], body: str) -> list[object]:
    """What :data:`LINES` asks for."""
    ids = [publication.pk for publication in publications]
    return [ids, body, body, ids, body, body]
