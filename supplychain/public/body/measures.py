"""Of which kind are a body's measures, and which agreements contributed to its results?

Numerators of agreements are not added up: many count people, and one person may be in several agreements.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from portal.pictures.bars import Bar, Bars
from supplychain.analysis.money import Hop
from supplychain.models import BodyKpi, FrozenKpi, Kpi, KpiKind, Publication


def mix(measures: Iterable[BodyKpi]) -> Bars | None:
    """How many of a contract's measures are of which kind; none where no measure is known."""
    found = Counter(entry.kpi.kind for entry in {row.kpi_id: row for row in measures}.values())
    if not found:
        return None
    total = found.total()
    outcomes = found[KpiKind.OUTCOME]
    return Bars(
        id="kpi-mix",
        title="Measures of the contract, by what they count",
        takeaway=f"{outcomes} of {total} measures look{'s' if outcomes == 1 else ''} at an outcome.",
        unit="measures",
        heading="Kind",
        bars=[Bar(kind.label, found[kind]) for kind in KpiKind],
    )


def contributions(publication: Publication, code: str, hops: list[Hop]) -> list[dict]:
    """What each of these agreements contributed to the body's measures, beside the body's own figure."""
    titles = dict(Kpi.objects.filter(series=publication.series).values_list("code", "title"))
    payees = {hop.agreement_ref: hop.payee_name for hop in hops}
    rows = FrozenKpi.objects.filter(publication=publication, body_code=code, agreement_ref__in=list(payees))
    return [
        {
            "row": row,
            "title": titles.get(row.kpi_code, row.kpi_code),
            "payee": payees[row.agreement_ref],
            "numerator": plain(row.numerator),
            "denominator": plain(row.denominator),
            "body_numerator": plain(row.body_numerator),
            "body_denominator": plain(row.body_denominator),
        }
        for row in rows
    ]


def plain(number: Decimal | None) -> Decimal | None:
    """A figure of a measure without decimals that say nothing."""
    return number.quantize(Decimal(1)) if number is not None and number == number.to_integral_value() else number
