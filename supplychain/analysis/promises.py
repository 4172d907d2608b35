"""Were the organisations that a winning bid named funded later, as far as returns tell?

*Funded* says that a filed return of the body names the organisation as a payee at any tier, *none reported* that
returns were filed and none does, *cannot be told* that none was filed. Compiled returns show one day and no bid's
contract, so they answer nothing here. Being named in a bid is no contract: none of the three blames anybody.
"""

from dataclasses import dataclass

from django.db import connection

from portal.quarters import Quarter
from supplychain.analysis.selection import VALID

FUNDED, NONE_REPORTED, CANNOT_BE_TOLD = "funded", "none reported", "cannot be told"
PROMISES = f"""
    WITH filed AS (
        SELECT r.body_code, r.provider_id, p.period
        FROM supplychain_frozenline AS r JOIN supplychain_publication AS p ON p.id = r.publication_id
        WHERE {VALID} AND r.return_kind <> 'compiled' AND (%s::text IS NULL OR r.body_code = %s)
          AND r.body_code IN (SELECT body_id FROM supplychain_bidcommitment)
    ),
    told AS (
        SELECT r.code, count(DISTINCT p.period) AS quarters
        FROM supplychain_frozenbody AS r JOIN supplychain_publication AS p ON p.id = r.publication_id
        WHERE {VALID} AND r.filing_status IN ('published', 'nil') GROUP BY r.code
    ),
    ids AS (
        SELECT id AS organisation_id, public_id AS one FROM providers_organisation
        UNION ALL SELECT organisation_id, old_id FROM providers_organisationalias
    )
    SELECT bid.id, bid.body_id, bid.organisation_id, COALESCE(told.quarters, 0), count(DISTINCT filed.period),
           min(filed.period COLLATE "C"), max(filed.period COLLATE "C")
    FROM supplychain_bidcommitment AS bid
    JOIN supplychain_body AS body ON body.code = bid.body_id
    LEFT JOIN told ON told.code = bid.body_id
    LEFT JOIN ids ON ids.organisation_id = bid.organisation_id
    LEFT JOIN filed ON filed.body_code = bid.body_id AND filed.provider_id = ids.one
    WHERE body.series = %s AND (%s::text IS NULL OR bid.body_id = %s)
    GROUP BY bid.id, bid.body_id, bid.organisation_id, told.quarters
    ORDER BY bid.body_id COLLATE "C", bid.id
"""  # noqa: S608 (no input)


@dataclass(frozen=True, slots=True)
class Promise:
    """What became of one commitment (``commitment`` is its id), by how many of the body's filed ``quarters``."""

    commitment: int
    body_code: str
    organisation: int
    quarters: int
    funded_quarters: int
    first: Quarter | None
    last: Quarter | None

    @property
    def verdict(self) -> str:
        """One of the three words."""
        if self.funded_quarters:
            return FUNDED
        return NONE_REPORTED if self.quarters else CANNOT_BE_TOLD


def promises(series: str, body_code: str | None = None) -> list[Promise]:
    """The commitments of all bodies of a series, or of one. One query."""
    values = [series, body_code, body_code, series, series, body_code, body_code]
    with connection.cursor() as cursor:
        cursor.execute(PROMISES, values)
        rows = cursor.fetchall()
    return [Promise(*row[:5], *(Quarter.parse(period) if period else None for period in row[5:])) for row in rows]
