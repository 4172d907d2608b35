"""May this person do it? One ``check_can_...`` for each deed; each raises a sentence, which pages show where a button
is off.

Roles are dated grants for one body or for all. What the state allows is asked of ``supplychain.states``, not here.
"""

import datetime as dt

from django.db.models import Q

from portal.errors import NotAllowed
from portal.models import Role, RoleGrant, User
from supplychain.models import Publication, Redaction, Return, Withholding


def has_role(person: User, role: Role, body_code: str, at: dt.date) -> bool:
    """Does an active person hold the role on that day, for this body or for all?

    ``body_code`` blank asks for all bodies.
    """
    if not person.is_active:
        return False
    scope = Q(body_code="") | Q(body_code=body_code)
    return RoleGrant.objects.filter(scope, user=person, role=role, during__contains=at).exists()


def _need(person: User, role: Role, body_code: str, at: dt.date, deed: str) -> None:
    if not has_role(person, role, body_code, at):
        scope = f" for {body_code}" if body_code else ""
        raise NotAllowed("role-needed", f"{person.username} can't {deed}: the role {role.value}{scope} is needed.")


def check_can_prepare(person: User, body_code: str, at: dt.date) -> None:
    """File, submit or withdraw a return of the body."""
    _need(person, Role.PREPARER, body_code, at, "file, submit or withdraw this return")


def check_can_hold_token(person: User, body_code: str, at: dt.date) -> None:
    """Have a token for filing: as a preparer of the body, or of any where none is named."""
    if body_code:
        _need(person, Role.PREPARER, body_code, at, "have a token for filing")
    elif not RoleGrant.objects.filter(user=person, user__is_active=True, role=Role.PREPARER, during__contains=at):
        raise NotAllowed("role-needed", f"{person.username} can't have a token: the role preparer is needed.")


def check_can_review(person: User, filed: Return, at: dt.date) -> None:
    """Accept, send back or reopen a return: the role, and another person than those who prepared and submitted it."""
    _need(person, Role.ACCEPTER, filed.body_id, at, "review this return")
    for other in (filed.prepared_by, filed.submitted_by):
        if other and _is_one_person(person, other):
            raise NotAllowed(
                "R01", f"{person.username} prepared or submitted this return, so another person has to review it."
            )


def _is_one_person(one: User, other: User) -> bool:
    """Is it the same account, or another one with the same e-mail address?"""
    return one.pk == other.pk or (bool(one.email) and one.email.casefold() == other.email.casefold())


def check_can_accept_withholding(person: User, body_code: str, at: dt.date) -> None:
    """Accept that amounts of a body stay unpublished."""
    _need(person, Role.ACCEPTER, body_code, at, "accept that amounts stay unpublished")


def check_can_publish(person: User, at: dt.date) -> None:
    """Build, stop, schedule or reopen a disclosure."""
    _need(person, Role.PUBLISHER, "", at, "build, schedule or publish disclosures")


def check_can_take_down(person: User, body_code: str, at: dt.date) -> None:
    """Ask, or confirm, that something public about a body is taken back: a publisher, or who accepts its returns."""
    if not has_role(person, Role.PUBLISHER, "", at) and not has_role(person, Role.ACCEPTER, body_code, at):
        raise NotAllowed(
            "role-needed",
            f"{person.username} can't take back what is public: the role publisher, or accepter for {body_code}, "
            "is needed.",
        )


def check_can_change_rules(person: User, at: dt.date) -> None:
    """Change the severity or the thresholds of a rule."""
    _need(person, Role.ADMIN, "", at, "change rules")


def check_can_match(person: User, at: dt.date) -> None:
    """Decide who is who: whoever keeps the reference data, or reviews the returns of all bodies."""
    if not has_role(person, Role.ADMIN, "", at) and not has_role(person, Role.ACCEPTER, "", at):
        raise NotAllowed(
            "role-needed",
            f"{person.username} can't decide who is who: the role admin, or accepter for all bodies, is needed.",
        )


def check_prepared_none(person: User, publication: Publication) -> None:
    """Publishing: none of the returns in it may be this person's own."""
    mine = Q(pk=person.pk) | Q(email__iexact=person.email) if person.email else Q(pk=person.pk)
    accounts = User.objects.filter(mine)
    own = (
        publication.parts.filter(Q(of_return__prepared_by__in=accounts) | Q(of_return__submitted_by__in=accounts))
        .select_related("of_return")
        .first()
    )
    if own:
        raise NotAllowed(
            "R01",
            f"{person.username} prepared the return of {own.of_return.body_id}, so another person has to publish.",
        )


def check_is_second_person(person: User, request: Redaction | Withholding) -> None:
    """Confirm what somebody else asked for."""
    if person.pk == request.requested_by_id:
        raise NotAllowed("two-people", f"{person.username} asked for this, so another person has to confirm it.")
