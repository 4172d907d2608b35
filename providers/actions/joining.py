"""Two organisations become one, one becomes two, and either is taken back exactly.

Each deed tells what it moved, as plain values that can be kept, so that undoing it moves back that and nothing else.
Everything that points at an organisation goes along, whichever table it stands in.
"""

from collections.abc import Iterable
from typing import Any

import pghistory.models
from django.apps import apps
from django.db import IntegrityError, models, transaction

from portal.errors import NotNow, NotValid
from providers.actions.parties import add_organisation, ask_registers, note_name
from providers.identifiers import Identifier, public_id
from providers.models import (
    Confidence,
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
    OrganisationName,
    RegisterEntry,
)

Moved = dict[str, list[int]]
KEPT = ("series", "public_id", "name", "sector", "legal_form", "income_band", "income_year", "source", "confidence")


@transaction.atomic
def absorb_organisation(*, organisation: Organisation, into: Organisation, reason: str) -> dict[str, Any]:
    """Let two organisations be one: all that is said of the first goes over, and its id redirects from now on.

    Returns what :func:`restore_organisation` needs. Raises :class:`NotValid` across series, for one organisation with
    itself, and where both hold what only one can.
    """
    if organisation.series != into.series:
        raise NotValid("other-series", f"{organisation.name} and {into.name} belong to different series.")
    if organisation.pk == into.pk:
        raise NotValid("same-organisation", f"{organisation.name} can't be joined with itself.")
    former = {name: getattr(organisation, name) for name in KEPT} | {"pk": organisation.pk}
    doubled = [
        {name: getattr(one, name) for name in ("text", "kind", "source", "confidence")} | {"during": _days(one)}
        for one in organisation.names.all()
    ]
    own_names = set(into.names.values_list("pk", flat=True))
    for name in organisation.names.all():
        note_name(organisation=into, text=name.text, kind=name.kind, source=name.source, confidence=name.confidence)
    added = sorted(set(into.names.values_list("pk", flat=True)) - own_names)
    try:
        with transaction.atomic():
            moved = _move_all(organisation, into, but={OrganisationName})
    except IntegrityError:
        raise NotValid(
            "both-hold-it",
            f"{organisation.name} and {into.name} both hold something that only one can, such as the ownership of one "
            "body at one time; settle that first.",
        ) from None
    organisation.delete()
    alias = OrganisationAlias.objects.create(old_id=former["public_id"], organisation=into, reason=reason[:200])
    ask_registers(organisation=into)
    return {"organisation": former, "names": doubled, "added_names": added, "moved": moved, "alias": alias.pk}


@transaction.atomic
def restore_organisation(*, into: Organisation, effects: dict[str, Any]) -> Organisation:
    """Take back :func:`absorb_organisation`: the absorbed organisation stands again with its id and what was its own.

    What the other one was given since stays there. Raises :class:`NotNow` where the id was given away meanwhile.
    """
    former = dict(effects["organisation"])
    if Organisation.objects.filter(public_id=former["public_id"]).exists():
        raise NotNow("id-taken", f"The id {former['public_id']} belongs to another organisation by now.")
    OrganisationAlias.objects.filter(pk=effects["alias"], organisation=into).delete()
    OrganisationName.objects.filter(pk__in=effects["added_names"], organisation=into).delete()
    organisation = Organisation.objects.create(**former)
    for name in effects["names"]:
        OrganisationName.objects.create(organisation=organisation, **name | {"during": tuple(name["during"])})
    _move_back(effects["moved"], into, organisation)
    ask_registers(organisation=into)
    return organisation


@transaction.atomic
def split_organisation(
    *,
    organisation: Organisation,
    name: str,
    identifiers: Iterable[OrganisationIdentifier] = (),
    names: Iterable[OrganisationName] = (),
    others: dict[str, list[int]] | None = None,
    source: str,
) -> tuple[Organisation, dict[str, Any]]:
    """Let a part of an organisation be one of its own: with these numbers, names and what points at it.

    ``others`` holds what goes over as ``{"supplychain.Agreement.payee": [ids]}``. Returns the new organisation and what
    :func:`absorb_organisation` would undo by. Raises :class:`NotValid` where nothing is left on one side.
    """
    numbers, going = list(identifiers), list(names)
    strange = [one for one in numbers if one.organisation_id != organisation.pk]
    if strange or any(one.organisation_id != organisation.pk for one in going):
        raise NotValid("not-its-own", f"Only numbers and names of {organisation.name} can be split off.")
    left = organisation.names.exclude(pk__in=[one.pk for one in going])
    if not left.exists():
        raise NotValid("nothing-left", f"{organisation.name} needs at least one name of its own; leave one with it.")
    made = add_organisation(
        name=name, series=organisation.series, source=source, confidence=Confidence.REPORTED, name_kind="returned"
    )
    OrganisationName.objects.filter(pk__in=[one.pk for one in going]).exclude(text=name).update(organisation=made)
    OrganisationName.objects.filter(pk__in=[one.pk for one in going], text=name).delete()
    for number in numbers:
        number.organisation = made
        number.save(update_fields=["organisation"])
    _move_back(others or {}, organisation, made)
    for one in (made, organisation):
        _name_by_numbers(one, f"split: {organisation.public_id}")
    return made, {"made": made.pk, "moved": others or {}, "identifiers": [number.pk for number in numbers]}


@transaction.atomic
def drop_identifier(*, organisation: Organisation, identifier: Identifier, reason: str) -> None:
    """Take a number away from an organisation to which it does not belong; its id follows from the numbers left.

    The id of the number leads nowhere then, for it is somebody else's.
    """
    organisation.identifiers.filter(scheme=identifier.scheme, number=identifier.number).delete()
    entry = RegisterEntry.objects.filter(series=organisation.series, org_id=identifier.org_id).first()
    if entry and entry.legal_form == organisation.legal_form:  # it came with the number
        organisation.legal_form = ""
        organisation.save(update_fields=["legal_form"])
    _name_by_numbers(organisation, reason, gone=identifier.org_id)


def _name_by_numbers(organisation: Organisation, reason: str, gone: str = "") -> None:
    """Give the organisation the id that its numbers ask for, or the portal id that it had; former ids redirect."""
    held = [Identifier(one.scheme, one.number) for one in organisation.identifiers.all()]
    portal_ids = organisation.aliases.filter(old_id__startswith="XP-").order_by("pk")
    first = portal_ids.first()
    ask_registers(organisation=organisation)
    wanted = public_id(held) or (first.old_id if first else organisation.public_id)
    former = organisation.public_id
    if wanted == former:
        return
    organisation.aliases.filter(old_id=wanted).delete()
    organisation.public_id = wanted
    organisation.save(update_fields=["public_id"])
    if former != gone:
        OrganisationAlias.objects.create(old_id=former, organisation=organisation, reason=reason[:200])


def _columns() -> dict[str, models.Field]:
    """Every column of a table that points at an organisation, by ``app.Model.field``; history points at nothing."""
    return {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, pghistory.models.Event)
        for field in model._meta.concrete_fields
        if field.related_model is Organisation
    }


def _move_all(one: Organisation, other: Organisation, but: set[type[models.Model]]) -> Moved:
    """Point everything at the other organisation; returns the keys of the rows by table and column."""
    moved: Moved = {}
    for label, column in _columns().items():
        if column.model in but:
            continue
        rows = column.model._default_manager.filter(**{column.name: one})
        keys = sorted(rows.values_list("pk", flat=True))
        if keys:
            rows.update(**{column.name: other})
            moved[label] = keys
    return moved


def _move_back(moved: Moved, from_: Organisation, to: Organisation) -> None:
    """Point those rows at ``to`` that still point at ``from_``."""
    columns = _columns()
    for label, keys in moved.items():
        column = columns[label]
        column.model._default_manager.filter(pk__in=keys, **{column.name: from_}).update(**{column.name: to})


def _days(name: OrganisationName) -> list[str | None]:
    """The days of a name as plain values; [from, to)."""
    lower, upper = name.during.lower, name.during.upper
    return [lower.isoformat() if lower else None, upper.isoformat() if upper else None]
