"""Who are the parties of a return, and which agreements are they? Settled when a return is accepted.

A provider with a number is the organisation of that number. One without any number is who the body's agreement has
always meant; where the agreement is new, the body's own earlier statement under exactly the same name, else a new
organisation with a portal id.
"""

from portal.errors import NotValid
from providers.actions import Party, add_organisation, resolve_parties
from providers.identifiers import Identifier, parse_charity_number, parse_company_number, parse_org_id
from providers.models import Confidence, Organisation, OrganisationName
from supplychain.models import Agreement, Line, Return

SOURCE = "RETURN"


def bind_agreements(filed: Return) -> None:
    """Tie every line of a return to its agreement for ever, making parties and agreements known where they are new.

    Raises :class:`NotValid` where an agreement had another payee before.
    """
    lines = list(filed.lines.order_by("tier", "agreement_ref"))
    parties = {line.payee_key: Party(line.payee_key, line.provider_name, numbers(line)) for line in lines}
    payees = resolve_parties(parties=parties.values(), series=filed.body.series, source=SOURCE)
    known = {a.ref: a for a in Agreement.objects.filter(body_id=filed.body_id).select_related("payee")}
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
    """Organisations without a number that this body funds already, by name."""
    return {a.payee.name: a.payee for a in known.values() if a.payee.public_id.startswith("XP-")}


def _without_number(
    line: Line, known: dict[str, Agreement], nameless: dict[str, Organisation], filed: Return
) -> Organisation:
    if line.agreement_ref in known and known[line.agreement_ref].payee.name == line.provider_name:
        return known[line.agreement_ref].payee
    if line.provider_name not in nameless:
        nameless[line.provider_name] = add_organisation(
            name=line.provider_name,
            series=filed.body.series,
            source=SOURCE,
            confidence=Confidence.REPORTED,
            name_kind=OrganisationName.Kind.RETURNED,
        )
    return nameless[line.provider_name]
