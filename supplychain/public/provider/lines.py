"""Which lines name an organisation, as payee and as payer, and what do they add up to by quarter and other party?"""

from collections import defaultdict

from django.db.models import Count, Q, QuerySet, Sum

from portal.quarters import Quarter
from supplychain.analysis.money import ProviderMoney, provider_money
from supplychain.models import FrozenLine
from supplychain.public.series import World


def received_and_passed_on(series: World, ids: list[str]) -> list[ProviderMoney]:
    """The money of each quarter in which a filed return names the organisation, newest first."""
    quarters = [quarter for one in ids for quarter in provider_money(one, series.name)]
    return [quarter for quarter in reversed(quarters) if quarter.received.lines or quarter.passed_down.lines]


def by_quarter(lines: list[dict], ids: set[str]) -> list[dict]:
    """Lines by quarter, apart: what the organisation is paid for, and what it pays others for."""
    quarters: dict[str, dict] = {}
    for line in lines:
        publication = line["row"].publication
        quarter = quarters.setdefault(
            publication.period,
            {
                "quarter": Quarter.parse(publication.period),
                "publication": publication,
                "funded": [],
                "funded_id": f"funded-{publication.quarter.slug}",
                "funded_caption": f"What it is funded for, {publication.quarter.label}",
                "funds": [],
                "funds_id": f"funds-{publication.quarter.slug}",
                "funds_caption": f"What it funds others for, {publication.quarter.label}",
            },
        )
        if line["row"].provider_id in ids:
            quarter["funded"].append(line)
        if line["row"].payer_id in ids:
            quarter["funds"].append(line)
    return list(quarters.values())


def summary(lines: QuerySet[FrozenLine], ids: list[str]) -> dict:
    """Over all quarters and pages: by quarter and payer what was received, and by quarter and payee what was passed on.

    Sums of shown amounts, with the number of lines that show none.
    """
    found: dict[str, list[dict]] = defaultdict(list)
    directions = (
        ("received", "provider_id__in", ("payer_id", "payer_name")),
        ("passed_on", "payer_id__in", ("provider_id", "provider_name")),
    )
    for direction, side, (other_id, other_name) in directions:
        for row in sums(lines.filter(**{side: ids}), other_id, other_name):
            found[direction].append(
                {
                    "quarter": Quarter.parse(row["publication__period"]),
                    "id": row[other_id],
                    "name": row[other_name],
                    "body": row["body_code"],
                    "tier": row["tier"],
                    "agreements": row["agreements"],
                    "compiled": row["compiled"] > 0,
                    "paid": row["paid"],
                    "lacking": row["lacking"],
                }
            )
    return {
        "received": found["received"],
        "passed_on": found["passed_on"],
        "compiled": any(row["compiled"] for rows in found.values() for row in rows),
    }


def sums(lines: QuerySet[FrozenLine], other_id: str, other_name: str) -> QuerySet:
    """What lines add up to by quarter, body, tier and other party. Amounts are ``Decimal`` pounds or ``None``."""
    return (
        lines.values("publication__period", "body_code", "tier", other_id, other_name)
        .annotate(
            agreements=Count("pk"),
            paid=Sum("amount_paid_gbp"),
            lacking=Count("pk", filter=Q(amount_paid_gbp=None)),
            compiled=Count("pk", filter=Q(return_kind="compiled")),
        )
        .order_by("-publication__period", "body_code", "tier", other_name, other_id)
    )
