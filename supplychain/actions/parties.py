"""Who are the parties of a return, and which agreements are they? Settled when a return is accepted.

A provider with a number is the organisation of that number. One without any number is who the body's agreement has
always meant; where the agreement is new, the body's own earlier statement under exactly the same name (also where a
person has decided since who that is), else a new organisation with a portal id. Lines of compiled returns say
themselves who is meant: an organisation by its portal id, or a code of the source (``crs:CODE``), which is the same
organisation in every body and quarter.
"""

from django.db import connection
from django.db.models import Q

from portal.errors import NotValid
from providers.actions import Party, add_organisation, note_name, resolve_parties
from providers.identifiers import Identifier, parse_charity_number, parse_company_number, parse_org_id
from providers.models import Confidence, Organisation, OrganisationAlias, OrganisationName
from supplychain.compiled.shipped import SOURCE as PUBLIC_RECORD
from supplychain.compiled.shipped import sectors
from supplychain.models import Agreement, Line, Return, ReturnKind

SOURCE = "RETURN"
PUBLIC_RECORD_LOCK = 7710


def bind_agreements(filed: Return) -> None:
    """Tie every line of a return to its agreement for ever, making parties and agreements known where they are new.

    Raises :class:`NotValid` where an agreement had another payee before.
    """
    lines = list(filed.lines.order_by("tier", "agreement_ref"))
    parties = {line.payee_key: Party(line.payee_key, line.provider_name, numbers(line)) for line in lines}
    compiled = filed.kind == ReturnKind.COMPILED
    payees = resolve_parties(
        parties=parties.values(), series=filed.body.series, source=PUBLIC_RECORD if compiled else SOURCE
    )
    known = {a.ref: a for a in Agreement.objects.filter(body_id=filed.body_id).select_related("payee")}
    if compiled:
        payees |= _of_public_record([line for line in lines if line.payee_key not in payees], known, filed)
    nameless = _nameless(known)
    for line in lines:
        if line.payee_key not in payees:
            payees[line.payee_key] = _without_number(line, known, nameless, filed)
    made = {
        line.agreement_ref: Agreement(
            body_id=filed.body_id, ref=line.agreement_ref, payee=payees[line.payee_key], first_quarter=filed.quarter
        )
        for line in lines
        if line.agreement_ref not in known
    }
    Agreement.objects.bulk_create(made.values())
    for line in lines:
        agreement = known.get(line.agreement_ref) or made[line.agreement_ref]
        if agreement.payee_id != payees[line.payee_key].pk:
            raise NotValid(
                "new-payee",
                f"Agreement {line.agreement_ref} was with {agreement.payee.name} before and is with"
                f" {line.provider_name} now: a new payee needs a new reference.",
            )
        line.agreement = agreement
    Line.objects.bulk_update(lines, ["agreement"], batch_size=1000)


def numbers(line: Line) -> tuple[Identifier, ...]:
    """The identifiers that a line gives for its provider; their form was checked when it was filed."""
    found = []
    if line.charity_number:
        found.append(parse_charity_number(line.charity_number))
    if line.company_number:
        found.append(parse_company_number(line.company_number))
    if line.other_id:
        found.append(parse_org_id(line.other_id))
    return tuple(dict.fromkeys(found))


def _nameless(known: dict[str, Agreement]) -> dict[str, Organisation]:
    """Organisations that this body funds already and gave no number for, by every name that returns gave them."""
    identified = _identified_since(known)
    without = {
        a.payee_id: a.payee for a in known.values() if a.payee.public_id.startswith("XP-") or a.payee_id in identified
    }
    written = OrganisationName.objects.filter(organisation__in=without, kind=OrganisationName.Kind.RETURNED)
    return {
        **{name.text: without[name.organisation_id] for name in written.order_by("pk")},
        **{payee.name: payee for payee in without.values()},
    }


def _identified_since(known: dict[str, Agreement]) -> set[int]:
    """Payees that had a portal id once."""
    payees = {a.payee_id for a in known.values()}
    return set(
        OrganisationAlias.objects.filter(organisation__in=payees, old_id__startswith="XP-").values_list(
            "organisation_id", flat=True
        )
    )


def _without_number(
    line: Line, known: dict[str, Agreement], nameless: dict[str, Organisation], filed: Return
) -> Organisation:
    agreement = known.get(line.agreement_ref)
    if agreement and _is_called(agreement.payee, line.provider_name):
        return agreement.payee
    if line.provider_name not in nameless:
        nameless[line.provider_name] = add_organisation(
            name=line.provider_name,
            series=filed.body.series,
            source=SOURCE,
            confidence=Confidence.REPORTED,
            name_kind=OrganisationName.Kind.RETURNED,
        )
    return nameless[line.provider_name]


def _of_public_record(lines: list[Line], known: dict[str, Agreement], filed: Return) -> dict[str, Organisation]:
    """The payees of a compiled return that have no number, by key.

    Raises :class:`NotValid` for a portal id that nobody has.
    """
    named = {line.payee_key: line for line in lines}
    with connection.cursor() as cursor:  # two acceptances at once would make two organisations of one code
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLIC_RECORD_LOCK])
    bound = Line.objects.filter(
        payee_key__in=named, of_return__kind=ReturnKind.COMPILED, agreement__isnull=False
    ).select_related("agreement__payee")
    found = {line.payee_key: line.agreement.payee for line in bound.order_by("-pk") if line.agreement}
    for line in lines:  # of a version that was taken back only its agreements are left
        agreement = known.get(line.agreement_ref)
        if line.payee_key not in found and agreement and _is_called(agreement.payee, line.provider_name):
            found[line.payee_key] = agreement.payee
    stated = sectors()
    for key, line in named.items():
        if key.startswith("XP-"):
            found[key] = _by_portal_id(line, filed)
        elif key not in found:
            found[key] = add_organisation(
                name=line.provider_name,
                series=filed.body.series,
                source=PUBLIC_RECORD,
                confidence=Confidence.REPORTED,
                sector=stated.get(key.removeprefix("crs:"), ""),
                name_kind=OrganisationName.Kind.RETURNED,
            )
    return found


def _is_called(organisation: Organisation, name: str) -> bool:
    return organisation.name == name or organisation.names.filter(text=name).exists()


def _by_portal_id(line: Line, filed: Return) -> Organisation:
    """The organisation of a portal id, also where it is found under a number by now."""
    organisation = (
        Organisation.objects.in_series(filed.body.series)
        .filter(Q(public_id=line.payee_key) | Q(aliases__old_id=line.payee_key))
        .first()
    )
    if organisation is None:
        raise NotValid(
            "no-such-party",
            f"{line.provider_name} should be {line.payee_key}, which nobody is: run load_reference first.",
        )
    if not _is_called(organisation, line.provider_name):
        note_name(
            organisation=organisation,
            text=line.provider_name,
            kind=OrganisationName.Kind.RETURNED,
            source=PUBLIC_RECORD,
            confidence=Confidence.REPORTED,
        )
    return organisation
