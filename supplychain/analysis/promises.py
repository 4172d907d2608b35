"""Were the organisations that a winning bid named funded later, as far as returns tell?

*Funded* says that a filed return of the body shows a payment above 0 to the organisation, at any tier. *None reported*
says that returns of the body were filed and none of them does. *Cannot be told* says that none was filed, or that the
organisation is named in one and what it was paid is not shown. Compiled returns show one day and no bid's contract, so
they answer nothing here. Being named in a bid is no contract: none of the three blames anybody.

The statement gives the same rows to pages and to CSV.
"""

from dataclasses import dataclass
from typing import Any

from portal.quarters import Quarter
from supplychain.analysis.rows import Statement, rows_of
from supplychain.analysis.selection import VALID

FUNDED, NONE_REPORTED, CANNOT_BE_TOLD = VERDICTS = "funded", "none reported", "cannot be told"
COLUMNS = """
    body_code, body_name, owner_id, owner_name, organisation_id, organisation_name, named_for, named_on, verdict,
    first_quarter, last_quarter, funded_quarters, reported_paid_gbp, payments_without_amount, returns_filed,
    returns_missing, source, confidence, series
"""
# The owner is the first one that was no public body: the one that had made the bid.
PROMISES = f"""
    WITH filed AS (
        SELECT r.body_code, r.provider_id, p.period, r.amount_paid_gbp AS amount
        FROM supplychain_frozenline AS r JOIN supplychain_publication AS p ON p.id = r.publication_id
        WHERE {VALID} AND r.return_kind <> 'compiled' AND (%s = '' OR r.body_code = %s)
          AND r.body_code IN (SELECT body_id FROM supplychain_bidcommitment)
    ),
    told AS (
        SELECT r.code, count(*) FILTER (WHERE r.filing_status IN ('published', 'nil')) AS filed,
               count(*) FILTER (WHERE r.filing_status = 'missing') AS missing
        FROM supplychain_frozenbody AS r JOIN supplychain_publication AS p ON p.id = r.publication_id
        WHERE {VALID} GROUP BY r.code
    ),
    ids AS (
        SELECT id AS organisation_id, public_id AS one FROM providers_organisation
        UNION ALL SELECT organisation_id, old_id FROM providers_organisationalias
    ),
    paid AS (
        SELECT bid.id, count(DISTINCT filed.period) FILTER (WHERE filed.amount > 0) AS quarters,
               min(filed.period COLLATE "C") FILTER (WHERE filed.amount > 0) AS first,
               max(filed.period COLLATE "C") FILTER (WHERE filed.amount > 0) AS last, sum(filed.amount) AS amount,
               count(*) FILTER (WHERE filed.amount IS NULL) AS lacking
        FROM supplychain_bidcommitment AS bid JOIN ids ON ids.organisation_id = bid.organisation_id
        JOIN filed ON filed.body_code = bid.body_id AND filed.provider_id = ids.one GROUP BY bid.id
    ),
    owned AS (
        SELECT DISTINCT ON (ownership.body_id) ownership.body_id, owner.public_id, owner.name
        FROM supplychain_ownership AS ownership JOIN providers_organisation AS owner ON owner.id = ownership.owner_id
        WHERE owner.sector <> 'public' ORDER BY ownership.body_id, lower(ownership.during) NULLS FIRST
    ),
    every AS (
        SELECT bid.id AS commitment, bid.body_id AS body_code, body.name AS body_name, owned.public_id AS owner_id,
               owned.name AS owner_name, organisation.public_id AS organisation_id,
               organisation.name AS organisation_name, NULLIF(bid.service, '') AS named_for, bid.named_on,
               CASE WHEN paid.quarters > 0 THEN 'funded'
                    WHEN paid.lacking > 0 OR COALESCE(told.filed, 0) = 0 THEN 'cannot be told'
                    ELSE 'none reported' END AS verdict,
               paid.first AS first_quarter, paid.last AS last_quarter, COALESCE(paid.quarters, 0) AS funded_quarters,
               paid.amount AS reported_paid_gbp, COALESCE(paid.lacking, 0) AS payments_without_amount,
               COALESCE(told.filed, 0) AS returns_filed, COALESCE(told.missing, 0) AS returns_missing,
               bid.source, bid.confidence, body.series
        FROM supplychain_bidcommitment AS bid JOIN supplychain_body AS body ON body.code = bid.body_id
        JOIN providers_organisation AS organisation ON organisation.id = bid.organisation_id
        LEFT JOIN told ON told.code = bid.body_id LEFT JOIN paid ON paid.id = bid.id
        LEFT JOIN owned ON owned.body_id = bid.body_id
        WHERE body.series = %s AND (%s = '' OR bid.body_id = %s)
    )
"""  # noqa: S608 (no input)
IN_ORDER = 'ORDER BY body_code COLLATE "C", organisation_name, organisation_id'


@dataclass(frozen=True, slots=True)
class Promise:
    """What became of one commitment (``commitment`` is its id), by how many of the body's filed ``quarters``."""

    commitment: int
    body_code: str
    quarters: int
    funded_quarters: int
    first: Quarter | None
    last: Quarter | None
    verdict: str


def statement(series: str, body: str = "", owner: str = "") -> Statement:
    """One row for each commitment of a series, of one body, or of the bodies that one owner bid for (by its id)."""
    chosen = f"{PROMISES} SELECT {COLUMNS} FROM every WHERE %s = '' OR owner_id = %s {IN_ORDER}"  # noqa: S608 (no input)
    return chosen, [*_values(series, body), owner, owner]


def promises(series: str, body_code: str = "") -> list[Promise]:
    """The commitments of all bodies of a series, or of one. One query."""
    rows = rows_of((f"{PROMISES} SELECT * FROM every {IN_ORDER}", _values(series, body_code)))  # noqa: S608 (no input)
    return [
        Promise(
            row["commitment"], row["body_code"], row["returns_filed"], row["funded_quarters"],
            _quarter(row["first_quarter"]), _quarter(row["last_quarter"]), row["verdict"],
        )
        for row in rows
    ]  # fmt: skip


def _quarter(period: str | None) -> Quarter | None:
    return Quarter.parse(period) if period else None


def _values(series: str, body: str) -> list[Any]:
    """What :data:`PROMISES` asks for."""
    return [series, body, body, series, series, body, body]
