"""What do contracts measure, what did bodies report of it, and which agreements contributed?

Figures are the frozen ones, with what is suppressed in them suppressed. They are never added up: neither over bodies,
for a suppressed part could follow from a sum, nor over agreements, for one person may be in several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from supplychain.analysis.rows import named_rows
from supplychain.analysis.selection import VALID
from supplychain.models import KpiKind

PERCENT = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class KindShare:
    """Of the measures in contracts, those of one kind.

    ``contracted`` counts a measure once for each body whose contract has it, ``unverified`` those of them of which no
    source says so yet.
    """

    kind: str
    measures: int
    contracted: int
    unverified: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A numerator, its denominator, and their statuses (blank where the value stands)."""

    numerator: Decimal | None
    numerator_status: str
    denominator: Decimal | None
    denominator_status: str

    @property
    def percent(self) -> Decimal | None:
        """The share in percent, to one place; ``None`` where either is not shown, or nothing is counted."""
        if self.numerator is None or not self.denominator:
            return None
        return (self.numerator * 100 / self.denominator).quantize(PERCENT)


@dataclass(frozen=True, slots=True)
class BodyFigure:
    """What one body reported in one quarter as its own total; ``figure`` is ``None`` where it reported none, and
    ``filing_status`` says what became of its return.
    """

    period: str
    body_code: str
    filing_status: str
    return_kind: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What came from one agreement, beside the total of its body. A withheld provider has no id and no name."""

    body_code: str
    agreement_ref: str
    provider_id: str
    provider_name: str
    service_category: str
    return_kind: str
    figure: Figure
    body: Figure

    @property
    def share(self) -> Decimal | None:
        """How much of the body's numerator it is, in percent to one place; ``None`` where that can't be told."""
        return Figure(self.figure.numerator, "", self.body.numerator, "").percent


def kind_shares(series: str) -> list[KindShare]:
    """Of which kinds the measures in contracts are, whenever in force, in the order of the kinds. One query."""
    statement = """
        SELECT kpi.kind, count(DISTINCT kpi.code) AS measures,
               count(DISTINCT (held.body_id, held.kpi_id)) AS contracted,
               count(DISTINCT (held.body_id, held.kpi_id)) FILTER (WHERE held.confidence = 'unverified') AS unverified
        FROM supplychain_bodykpi AS held JOIN supplychain_kpi AS kpi ON kpi.code = held.kpi_id
        WHERE kpi.series = %s GROUP BY kpi.kind
    """
    found = {row["kind"]: KindShare(**row) for row in named_rows(statement, [series])}
    return [found[kind] for kind in KpiKind.values if kind in found]


def body_figures(series: str, code: str) -> list[BodyFigure]:
    """The totals of every body that ever reported the measure, in every quarter for which anybody did, by quarter and
    body. One query.
    """
    statement = f"""
        WITH r AS (
            SELECT p.period, row.* FROM supplychain_frozenkpi AS row
            JOIN supplychain_publication AS p ON p.id = row.publication_id
            WHERE {VALID} AND row.kpi_code = %s AND row.agreement_ref = ''
        )
        SELECT quarter.period, body.code AS body_code, body.filing_status, COALESCE(r.return_kind, '') AS return_kind,
               r.body_code IS NOT NULL AS reported, r.numerator, r.numerator_status, r.denominator, r.denominator_status
        FROM (SELECT DISTINCT publication_id, period FROM r) AS quarter
        JOIN supplychain_frozenbody AS body ON body.publication_id = quarter.publication_id
        LEFT JOIN r ON r.publication_id = quarter.publication_id AND r.body_code = body.code
        WHERE body.code IN (SELECT body_code FROM r)
        ORDER BY quarter.period COLLATE "C", body.code COLLATE "C"
    """  # noqa: S608 (no input)
    return [
        BodyFigure(
            row["period"], row["body_code"], row["filing_status"], row["return_kind"],
            _figure(row) if row["reported"] else None,
        )
        for row in named_rows(statement, [series, code])
    ]  # fmt: skip


def contributions(publication_id: int, code: str, part: slice) -> list[Contribution]:
    """What agreements contributed to the measure in one version, by body and agreement, a part of them. One query."""
    statement = """
        SELECT r.body_code, r.agreement_ref, r.provider_id, COALESCE(line.provider_name, '') AS provider_name,
               COALESCE(line.service_category, '') AS service_category, r.return_kind, r.numerator,
               r.numerator_status, r.denominator, r.denominator_status, r.body_numerator, r.body_numerator_status,
               r.body_denominator, r.body_denominator_status
        FROM supplychain_frozenkpi AS r
        LEFT JOIN supplychain_frozenline AS line ON line.publication_id = r.publication_id
            AND line.body_code = r.body_code AND line.agreement_ref = r.agreement_ref
        WHERE r.publication_id = %s AND r.kpi_code = %s AND r.agreement_ref <> ''
        ORDER BY r.body_code COLLATE "C", r.agreement_ref COLLATE "C" LIMIT %s OFFSET %s
    """
    values: Sequence[object] = [publication_id, code, part.stop - part.start, part.start]
    return [
        Contribution(
            row["body_code"], row["agreement_ref"], row["provider_id"], row["provider_name"], row["service_category"],
            row["return_kind"], _figure(row), _figure(row, "body_"),
        )
        for row in named_rows(statement, values)
    ]  # fmt: skip


def _figure(row: dict, prefix: str = "") -> Figure:
    names = ("numerator", "numerator_status", "denominator", "denominator_status")
    return Figure(*(row[prefix + name] for name in names))
