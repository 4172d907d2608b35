"""How much of the money goes to the largest payees, and how many providers are reported by one payer alone?

At tier 2 only, so that nothing counts twice. Shares are of the amounts that are shown and above 0; payees are told from
each other by their ids, and each one whose id is withheld stands for itself. Money is an area's only where a line names
that area alone. What one provider depends on is told as a count over all of them, never of one.

The statements give the same rows to pages and to CSV.
"""

from dataclasses import dataclass
from decimal import Decimal

from supplychain.analysis.rows import Statement, rows_of
from supplychain.models import Publication

# By what the payees are grouped: the code and the name of a line's group, and which lines have one.
GROUPS = {
    "body": ("r.body_code", "r.body_name", "true"),
    "area": (
        "r.area_codes[1]",
        "(SELECT name FROM supplychain_area WHERE code = r.area_codes[1])",
        "cardinality(r.area_codes) = 1",
    ),
}
LARGEST = 3


@dataclass(frozen=True, slots=True)
class Concentration:
    """One body or area. Shares in percent to one place, ``None`` where no amount above 0 is shown; ``herfindahl`` is
    the sum of the squares of all shares in percent, up to 10,000 where one payee has everything.
    """

    code: str
    name: str
    payees: int
    lines: int
    lacking: int
    below_zero: int
    paid: Decimal | None
    largest: Decimal | None
    largest_three: Decimal | None
    herfindahl: Decimal | None


@dataclass(frozen=True, slots=True)
class Reliance:
    """How many providers are reported by one payer, by two, and by more, over all tiers of all bodies."""

    one: int
    two: int
    more: int

    @property
    def providers(self) -> int:
        return self.one + self.two + self.more


def statement(publication: Publication, by: str) -> Statement:
    """One row for each body or area, the largest sum first."""
    code, name, has = GROUPS[by]
    text = f"""
        WITH paid AS (
            SELECT {code} AS code, min({name}) AS name,
                   COALESCE(NULLIF(r.provider_id, ''), r.body_code || '/' || r.agreement_ref) AS payee,
                   sum(r.amount_paid_gbp) AS amount, count(*) AS lines,
                   count(*) FILTER (WHERE r.amount_paid_gbp IS NULL) AS lacking
            FROM supplychain_frozenline AS r
            WHERE r.publication_id = %s AND r.tier = 2 AND r.return_kind <> 'compiled' AND {has}
            GROUP BY {code}, payee
        ),
        ranked AS (
            SELECT *, GREATEST(amount, 0) AS share,
                   sum(GREATEST(amount, 0)) OVER (PARTITION BY code) AS whole,
                   row_number() OVER (PARTITION BY code ORDER BY amount DESC NULLS LAST, payee) AS place
            FROM paid
        )
        SELECT %s AS quarter, code, min(name) AS name, count(*) AS payees, sum(lines)::int AS lines,
               sum(lacking)::int AS lines_without_amount,
               count(*) FILTER (WHERE amount < 0) AS payees_below_zero, NULLIF(sum(share), 0) AS paid_gbp,
               round(100 * max(share) / NULLIF(sum(share), 0), 1) AS largest_pct,
               round(100 * sum(share) FILTER (WHERE place <= {LARGEST}) / NULLIF(sum(share), 0), 1)
                   AS largest_three_pct,
               round(sum((100 * share / NULLIF(whole, 0)) ^ 2), 0) AS herfindahl, %s AS series
        FROM ranked GROUP BY code ORDER BY sum(share) DESC NULLS LAST, code
    """  # noqa: S608 (no input)
    return text, [publication.pk, publication.period, publication.series]


def concentrations(publication: Publication, by: str) -> list[Concentration]:
    """The rows of :func:`statement`. One query."""
    return [
        Concentration(
            row["code"], row["name"] or row["code"], row["payees"], row["lines"], row["lines_without_amount"],
            row["payees_below_zero"], row["paid_gbp"], row["largest_pct"], row["largest_three_pct"], row["herfindahl"],
        )
        for row in rows_of(statement(publication, by))
    ]  # fmt: skip


def reliance(publication: Publication) -> Reliance:
    """By how many payers providers are reported in a version; those of unknown id are left out. One query."""
    text = """
        SELECT count(*) FILTER (WHERE payers = 1) AS one, count(*) FILTER (WHERE payers = 2) AS two,
               count(*) FILTER (WHERE payers > 2) AS more
        FROM (SELECT count(DISTINCT payer_id) AS payers FROM supplychain_frozenline
              WHERE publication_id = %s AND return_kind <> 'compiled' AND provider_id <> '' AND payer_id <> ''
              GROUP BY provider_id) AS counted
    """
    (row,) = rows_of((text, [publication.pk]))
    return Reliance(**row)
