"""A small cast for tests about the life of a return: three people, one invented body, and a file that is good.

The body is D91 with two areas; no return of it exists in the demonstration. Files are written as a contract manager's
spreadsheet would save them.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from portal.models import Role, RoleGrant, User
from portal.quarters import Quarter
from providers.actions import add_organisation
from supplychain.filing.check import ReturnPaths, Stated
from supplychain.models import Area, Body, BodyArea, BodyKind

QUARTER = Quarter(2018, 1)
NOW = dt.datetime(2018, 8, 6, 10, 0, tzinfo=dt.UTC)
FACT = {"source": "TEST", "confidence": "solid"}
FROM_2015 = (dt.date(2015, 2, 1), None)

COLUMNS = [
    "reporting_body", "quarter", "agreement_ref", "upstream_ref", "tier", "provider_name", "charity_number",
    "company_number", "no_number_reason", "service_category", "service_summary", "area", "funding_type", "start_date",
    "end_date", "amount_paid_gbp", "amount_to_date_gbp", "opening_to_date_gbp", "explanation_code",
]  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """Who takes part; ``both`` holds every role, so that it can try to act twice."""

    preparer: User
    accepter: User
    publisher: User
    both: User
    body: Body


def make_cast() -> Cast:
    """The people with their roles, the body with its areas."""
    people = {name: User.objects.create_user(f"test-{name}") for name in ("preparer", "accepter", "publisher", "both")}
    roles = {"preparer": [Role.PREPARER], "accepter": [Role.ACCEPTER], "publisher": [Role.PUBLISHER]}
    roles["both"] = [Role.PREPARER, Role.ACCEPTER, Role.PUBLISHER]
    for name, granted in roles.items():
        for role in granted:
            RoleGrant.objects.create(user=people[name], role=role, during=FROM_2015)
    organisation = add_organisation(name="Test Body", series="demonstration", **FACT)
    body = Body.objects.create(
        code="D91", name="Test Body", kind=BodyKind.DEMONSTRATION, series="demonstration", organisation=organisation,
        in_force=FROM_2015, obligation=FROM_2015, **FACT,
    )  # fmt: skip
    for code in ("test-north", "test-south"):
        area = Area.objects.create(code=code, name=code.title(), series="demonstration", **FACT)
        BodyArea.objects.create(body=body, kind=body.kind, area=area, during=FROM_2015, **FACT)
    return Cast(**people, body=body)


def line(ref: str, **given: str) -> dict[str, str]:
    """A good row: tier 2, a charity, 1,000.00 pounds paid and no more to date."""
    row = {
        "reporting_body": "D91", "quarter": str(QUARTER), "agreement_ref": ref, "tier": "2",
        "provider_name": "Test Mentoring", "charity_number": "9911111", "service_category": "mentoring",
        "service_summary": "Mentoring for people leaving prison", "area": "test-north", "funding_type": "contract",
        "start_date": "2018-04-01", "amount_paid_gbp": "1000.00", "amount_to_date_gbp": "1000.00",
    }  # fmt: skip
    return row | given


def below(ref: str, upstream: str, amount: str) -> dict[str, str]:
    """A good row of tier 3 under a row of tier 2, to another charity."""
    amounts = {"amount_paid_gbp": amount, "amount_to_date_gbp": amount}
    return line(ref, upstream_ref=upstream, tier="3", charity_number="9922222", provider_name="Test Small", **amounts)


def write(folder: Path, *rows: dict[str, str], name: str = "funding.csv") -> ReturnPaths:
    """The rows as a funding file."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return ReturnPaths(path, None, None, None)


NOTHING_STATED = Stated(False, None, None, None, None, None)
