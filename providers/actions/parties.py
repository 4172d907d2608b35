"""Every write about organisations: making one known, learning a number, resolving the parties of a return by their
numbers.

A name alone never fixes a number and never joins two organisations.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from portal.errors import NotValid
from providers.identifiers import Identifier, public_id
from providers.models import (
    Confidence,
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
    OrganisationName,
    Sector,
    Series,
)
from providers.registers.organisations import tell

CHARITY_SCHEMES = {"GB-CHC", "GB-SC", "GB-NIC"}


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as a return or a record names it: ``key`` is the caller's own name for it."""

    key: str
    name: str
    identifiers: tuple[Identifier, ...]


def next_portal_id(series: str) -> str:
    """A portal id that was never given before: ``XP-000123``, or ``XP-900001`` and up in the demonstration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [f"providers_portal_id_{series}"])
        return f"XP-{cursor.fetchone()[0]:06d}"


@transaction.atomic
def add_organisation(
    *,
    name: str,
    series: str,
    source: str,
    confidence: str,
    identifiers: Iterable[Identifier] = (),
    sector: str = "",
    legal_form: str = "",
    name_kind: str = OrganisationName.Kind.REGISTERED,
) -> Organisation:
    """Make an organisation known. Raises :class:`NotValid` where one of its numbers is another's."""
    numbers = tuple(identifiers)
    for number in numbers:
        holder = (
            OrganisationIdentifier.objects.filter(scheme=number.scheme, number=number.number)
            .select_related("organisation")
            .first()
        )
        if holder:
            raise NotValid("number-taken", f"{number.org_id} is the number of {holder.organisation.name}.")
    organisation = Organisation.objects.create(
        public_id=public_id(numbers) or next_portal_id(series),
        name=name,
        series=series,
        sector=sector or (Sector.VOLUNTARY if any(n.scheme in CHARITY_SCHEMES for n in numbers) else ""),
        legal_form=legal_form,
        source=source,
        confidence=confidence,
    )
    OrganisationIdentifier.objects.bulk_create(
        OrganisationIdentifier(
            organisation=organisation, scheme=n.scheme, number=n.number, source=source, confidence=confidence
        )
        for n in numbers
    )
    note_name(organisation=organisation, text=name, kind=name_kind, source=source, confidence=confidence)
    if numbers:
        ask_registers(organisation=organisation)
    return organisation


def ask_registers(*, organisation: Organisation) -> None:
    """Let an organisation that learned or lost a number be what the registers say of its numbers."""
    with connection.cursor() as cursor:
        if tell(cursor, organisation.series, [organisation.pk]):
            organisation.refresh_from_db(fields=["income_band", "income_year", "legal_form"])


@transaction.atomic
def note_name(*, organisation: Organisation, text: str, kind: str, source: str, confidence: str) -> None:
    """Keep a name under which an organisation is or was known; nothing happens where it is kept already."""
    if not organisation.names.filter(text=text).exists():
        OrganisationName.objects.create(
            organisation=organisation, text=text, kind=kind, during=(None, None), source=source, confidence=confidence
        )


@transaction.atomic
def add_identifier(*, organisation: Organisation, identifier: Identifier, source: str, confidence: str) -> Organisation:
    """Learn a number of an organisation; its public id may change by that, and the old one then redirects.

    Raises :class:`NotValid` where the number is another's.
    """
    held, made = OrganisationIdentifier.objects.get_or_create(
        scheme=identifier.scheme,
        number=identifier.number,
        defaults={"organisation": organisation, "source": source, "confidence": confidence},
    )
    if held.organisation_id != organisation.pk:
        raise NotValid(
            "number-taken",
            f"{identifier.org_id} is the number of {held.organisation.name}, not of {organisation.name}.",
        )
    best = public_id(Identifier(n.scheme, n.number) for n in organisation.identifiers.all())
    if made and best and best != organisation.public_id:
        OrganisationAlias.objects.create(
            old_id=organisation.public_id, organisation=organisation, reason=f"identified as {best}"
        )
        organisation.public_id = best
        organisation.save(update_fields=["public_id"])
    if made:
        ask_registers(organisation=organisation)
    return organisation


@transaction.atomic
def resolve_parties(*, parties: Iterable[Party], series: str, source: str) -> dict[str, Organisation]:
    """The organisation behind each party that has a number: known by its number, or made known now.

    Parties without any number are left out: only their body's own agreements can tell who they are. Raises
    :class:`NotValid` where a party's numbers belong to different organisations, or to one of the other series.
    """
    listed = [party for party in parties if party.identifiers]
    holders = _holders(number for party in listed for number in party.identifiers)
    pks = {holder.pk for holder in holders.values()}
    named = set(OrganisationName.objects.filter(organisation__in=pks).values_list("organisation_id", "text"))
    found: dict[str, Organisation] = {}
    for party in listed:
        held = {holders[number] for number in party.identifiers if number in holders}
        if len(held) > 1:
            names = " and ".join(sorted(f"{o.name} ({o.public_id})" for o in held))
            raise NotValid(
                "numbers-disagree", f"The numbers given for {party.name} belong to {names}; correct one of them."
            )
        stated = {"source": source, "confidence": Confidence.REPORTED}
        kind = OrganisationName.Kind.RETURNED
        if not held:
            organisation = add_organisation(
                name=party.name, series=series, identifiers=party.identifiers, name_kind=kind, **stated
            )
        else:
            organisation = held.pop()
            if organisation.series != series:
                raise NotValid(
                    "other-series",
                    f"{party.identifiers[0].org_id} can't be used here:"
                    f" it belongs to the {Series(organisation.series).label} series.",
                )
            for number in party.identifiers:
                if number not in holders:
                    add_identifier(organisation=organisation, identifier=number, **stated)
            if (organisation.pk, party.name) not in named:
                note_name(organisation=organisation, text=party.name, kind=kind, **stated)
        named.add((organisation.pk, party.name))
        holders |= dict.fromkeys(party.identifiers, organisation)
        found[party.key] = organisation
    return found


def _holders(numbers: Iterable[Identifier]) -> dict[Identifier, Organisation]:
    """Whose each number is, as far as anybody has it: one object for one organisation. One query."""
    wanted = set(numbers)
    rows = OrganisationIdentifier.objects.filter(number__in={number.number for number in wanted})
    organisations: dict[int, Organisation] = {}
    return {
        number: organisations.setdefault(row.organisation_id, row.organisation)
        for row in rows.select_related("organisation")
        if (number := Identifier(row.scheme, row.number)) in wanted
    }
