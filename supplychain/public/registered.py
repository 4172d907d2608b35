"""What do the portal's copies of registers say of an organisation, as of which day, and where does a number lead?"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max

from providers.models import Organisation, OrganisationIdentifier, RegisterCopy, RegisterEntry, RegisterName
from providers.where_listed import where_listed
from supplychain.public.search import public_organisations
from supplychain.public.series import World

OF_MERGERS = ("mergers", "charity_event_history")


@dataclass(frozen=True, slots=True)
class Successor:
    """Who goes on after a merger: ``name`` is blank where it is not known, ``page`` where the portal has none."""

    org_id: str
    name: str
    page: str


@dataclass(frozen=True, slots=True)
class Registered:
    """One number as its register has it. ``list_day`` and ``merger_day`` are those of the copies that say it."""

    entry: RegisterEntry
    register: str
    number: str
    list_day: dt.date | None
    merger_day: dt.date | None
    successor: Successor | None

    @property
    def tells_income(self) -> bool:
        return self.entry.income_gbp is not None and self.entry.income_year_end is not None


def in_registers(series: World, identifiers: Iterable[OrganisationIdentifier]) -> dict:
    """Status and merger of each number that is in a copy, and where the income is from, as a page shows them."""
    numbers = {identifier.org_id: identifier for identifier in identifiers}
    entries = list(RegisterEntry.objects.filter(series=series.name, org_id__in=numbers).order_by("org_id"))
    days = {
        (copy["scheme"], copy["table"]): copy["day"]
        for copy in RegisterCopy.objects.filter(series=series.name)
        .order_by()
        .values("scheme", "table")
        .annotate(day=Max("as_at"))
    }
    found = []
    for entry in entries:
        identifier = numbers[entry.org_id]
        noted = [day for table in OF_MERGERS if (day := days.get((identifier.scheme, table)))]
        found.append(
            Registered(
                entry=entry,
                register=where_listed(identifier.scheme, identifier.number)[0],
                number=identifier.number,
                list_day=days.get((identifier.scheme, "")),
                merger_day=max(noted, default=None),
                successor=_successor(series, entry) if entry.successor else None,
            )
        )
    incomes = [one for one in found if one.tells_income]
    return {
        "registered": found,
        "income_from": max(incomes, key=lambda one: one.entry.income_year_end, default=None),
    }


def successor_page(series: World, org_id: str) -> str:
    """The address of the organisation that goes on after the mergers of a number; blank where the portal has none."""
    chain = RegisterEntry.objects.chain(series.name, org_id)
    holders = (_holder(series, merged.successor) for merged in reversed(chain) if merged.successor)
    return next((_page(series, holder) for holder in holders if holder), "")


def _successor(series: World, entry: RegisterEntry) -> Successor:
    holder = _holder(series, entry.successor)
    if holder:
        return Successor(entry.successor, holder.name, _page(series, holder))
    names = RegisterName.objects.filter(series=series.name, org_id=entry.successor, part=0, kind="registered")
    return Successor(entry.successor, names.order_by("table").values_list("text", flat=True).first() or "", "")


def _page(series: World, organisation: Organisation) -> str:
    return f"{series.prefix}/providers/{organisation.public_id}/"


def _holder(series: World, org_id: str) -> Organisation | None:
    """Whose number it is, among the organisations that are public."""
    scheme, number = org_id.rsplit("-", 1)
    return public_organisations(series).filter(identifiers__scheme=scheme, identifiers__number=number).first()
