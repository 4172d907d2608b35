"""How do the organisations of the reference tables keep their identity, and what happened to them?

An organisation is found again by its numbers, its portal id, and the code by which the public record knows it, never
by its name alone.
"""

import datetime as dt

from django.db import connection

from portal.errors import NotValid
from providers.actions import absorb_organisation, ask_registers
from providers.identifiers import Identifier, parse_charity_number, parse_company_number, public_id
from providers.models import Organisation, OrganisationAlias, OrganisationIdentifier, OrganisationName, Series
from supplychain.models import Body, Event, Line, ReturnKind

from .syncing import Counts, period, sourced, sync
from .tables import LAST_RESERVED_PORTAL_ID, Row

NUMBER_COLUMNS = {"charity_number": parse_charity_number, "company_number": parse_company_number}


def load_organisations(rows: list[Row], codes: list[Row]) -> tuple[dict[str, Organisation], Counts]:
    """Find or make each organisation; by the tables' key, with the counts. Raises :class:`~portal.errors.NotValid`.

    ``codes`` are the decisions about providers of the public record: who was a party of its own so far, and is known to
    be an organisation of the tables by now, becomes that one, agreements and former id included.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('providers_portal_id_real', %s) FROM providers_portal_id_real WHERE last_value < %s",
            [LAST_RESERVED_PORTAL_ID, LAST_RESERVED_PORTAL_ID],
        )
    by_number = {
        Identifier(held.scheme, held.number): held
        for held in OrganisationIdentifier.objects.select_related("organisation")
    }
    by_id = {alias.old_id: alias.organisation for alias in OrganisationAlias.objects.select_related("organisation")}
    by_id |= {organisation.public_id: organisation for organisation in Organisation.objects.all()}
    of_record = _of_record(codes)
    counts = Counts(rows=len(rows))
    organisations = {}
    for row in rows:
        numbers = [parse(row[column]) for column, parse in NUMBER_COLUMNS.items() if row[column]]
        candidates = [by_number[number].organisation for number in numbers if number in by_number]
        candidates += [by_id[known] for known in (public_id(numbers), row["portal_id"]) if known in by_id]
        if len({candidate.pk for candidate in candidates}) > 1:
            held = ", ".join(sorted({candidate.public_id for candidate in candidates}))
            raise NotValid(
                "reference-two-organisations", f"{row['name']}: its numbers belong to different organisations: {held}."
            )
        of_its_own = of_record.get(row["key"], [])
        candidates += of_its_own
        organisation = candidates[0] if candidates else Organisation(series=Series.REAL)
        if organisation.series != Series.REAL:
            raise NotValid(
                "reference-of-demonstration", f"{row['name']}: the demonstration uses its number or portal id."
            )
        organisations[row["key"]] = organisation
        _keep(organisation, row, numbers, by_number, counts)
        for other in of_its_own:
            if other.pk != organisation.pk:
                absorb_organisation(organisation=other, into=organisation, reason="Known to be the same organisation.")
    return organisations, counts


def _of_record(codes: list[Row]) -> dict[str, list[Organisation]]:
    """By the key of an organisation: who was made known under a code of the public record that is decided to be it."""
    decided = {f"crs:{row['code']}": row["organisation"] for row in codes if row["organisation"]}
    bound = Line.objects.filter(
        payee_key__in=decided, of_return__kind=ReturnKind.COMPILED, agreement__isnull=False
    ).values_list("payee_key", "agreement__payee")
    people = Organisation.objects.in_bulk({payee for _, payee in bound})
    found: dict[str, list[Organisation]] = {}
    for key, payee in sorted(set(bound)):
        found.setdefault(decided[key], []).append(people[payee])
    return found


def _keep(
    organisation: Organisation,
    row: Row,
    numbers: list[Identifier],
    by_number: dict[Identifier, OrganisationIdentifier],
    counts: Counts,
) -> None:
    made, former = organisation.pk is None, organisation.public_id
    held = [] if made else [Identifier(known.scheme, known.number) for known in organisation.identifiers.all()]
    changed = _set(
        organisation,
        public_id=public_id([*held, *numbers]) or row["portal_id"],
        name=row["name"],
        language=row["language"],
        sector=row["sector"],
        legal_form=row["legal_form"] or organisation.legal_form,  # or as a register says
        **sourced(row),
    )
    if former and former != organisation.public_id:
        OrganisationAlias.objects.create(
            old_id=former, organisation=organisation, reason="A registered number became known."
        )
    for number in numbers:
        identifier = by_number.get(number) or OrganisationIdentifier(
            organisation=organisation, scheme=number.scheme, number=number.number
        )
        changed |= _set(identifier, source=row["number_source"], confidence=row["confidence"])
    if any(number not in by_number for number in numbers):
        ask_registers(organisation=organisation)
    counts.added += made
    counts.changed += changed and not made


def _set(record: Organisation | OrganisationIdentifier, **values: str) -> bool:
    """Save the record where it is new or a value differs; tells whether it was saved."""
    if record.pk is not None and all(getattr(record, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    return True


def load_names(rows: list[Row], organisations: dict[str, Organisation]) -> Counts:
    """Other names of organisations; those that registers and returns brought stay."""
    wanted = [
        OrganisationName(
            organisation=organisations[row["organisation"]],
            text=row["name"],
            kind=row["kind"],
            during=period(row),
            **sourced(row),
        )
        for row in rows
    ]
    known = OrganisationName.objects.filter(organisation__in=organisations.values())
    return sync(known, ["organisation_id", "text", "kind"], wanted)


def load_events(rows: list[Row], organisations: dict[str, Organisation]) -> Counts:
    """Dated events with the bodies and owners they concern."""
    wanted = [
        Event(
            slug=row["slug"],
            day=dt.date.fromisoformat(row["date"]),
            precision=row["date_precision"],
            text=row["text"],
            **sourced(row),
        )
        for row in rows
    ]
    ours = Event.objects.exclude(bodies__series=Series.DEMONSTRATION).exclude(owners__series=Series.DEMONSTRATION)
    before = {event.slug: event for event in ours.prefetch_related("bodies", "owners")}
    counts = sync(ours, ["slug"], wanted, remove=True)
    for event, row in zip(wanted, rows, strict=True):
        bodies = {code for code in row["bodies"].split(";") if code}
        owners = {organisations[key].pk for key in row["owners"].split(";") if key}
        old = before.get(event.slug)
        if old and ({body.pk for body in old.bodies.all()}, {owner.pk for owner in old.owners.all()}) == (
            bodies,
            owners,
        ):
            continue
        event.bodies.set(Body.objects.filter(code__in=bodies))
        event.owners.set(owners)
        # An event whose own words changed as well is counted once.
        counts.changed += old is not None and old.day == event.day and old.text == event.text
    return counts
