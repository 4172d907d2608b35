"""What were a body's results, of which kind are its measures, and which agreements contributed?"""

from decimal import Decimal

from supplychain.analysis.money import Hop
from supplychain.models import FrozenKpi, Kpi, Publication


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
