"""Every decision about who is who: an offer accepted or refused, a merger, a split, and each of them taken back.

A person decides, with the evidence that stood beside it; nothing is ever joined by a name alone. Each decision is a row
that stays, with what it changed, so that it can be undone exactly and made again.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from portal.errors import NotFound, NotNow, NotValid
from portal.models import User
from providers.actions import (
    absorb_organisation,
    add_identifier,
    drop_identifier,
    note_name,
    restore_organisation,
    split_organisation,
)
from providers.identifiers import InvalidNumber, parse_org_id
from providers.matching import Offer
from providers.models import (
    Confidence,
    MatchDecision,
    Organisation,
    OrganisationIdentifier,
    OrganisationName,
)
from providers.search import by_number
from supplychain.actions.door import action, day
from supplychain.models import Agreement
from supplychain.permissions import check_can_match

Verdict = MatchDecision.Verdict
SOURCE = "MATCH"
AGREEMENTS = "supplychain.Agreement.payee"


@action
def accept_match(
    *,
    organisation: Organisation,
    candidate: str,
    by: User,
    now: dt.datetime,
    offer: Offer | None = None,
    reason: str = "",
) -> MatchDecision:
    """Decide that an organisation is the one that ``candidate`` (an org-id or a public id) names.

    Where the portal knows the candidate as another organisation, the two become one; else the number is learned. Raises
    :class:`NotValid` for what is no id, and what merging or learning a number raises.
    """
    check_can_match(by, day(now))
    held = by_number([candidate], series=organisation.series, registers=False)
    other = Organisation.objects.get(public_id=held[0].org_id) if held else None
    if other and other.pk == organisation.pk:
        raise NotNow("same-already", f"{candidate} is {organisation.name} already.")
    decision = _decision(organisation, Verdict.ACCEPTED, candidate, by, now, offer, reason)
    if other:
        decision.candidate_name = decision.candidate_name or other.name
        decision.effects = {"into": other.public_id} | absorb_organisation(
            organisation=organisation, into=other, reason=f"Decided to be {other.public_id}."
        )
    else:
        decision.effects = {"number": _learn(organisation, candidate, decision.candidate_name)}
    decision.save()
    return decision


@action
def refuse_match(
    *,
    organisation: Organisation,
    candidate: str,
    by: User,
    now: dt.datetime,
    offer: Offer | None = None,
    reason: str = "",
) -> MatchDecision:
    """Decide that an organisation is not the one that was offered; it is not offered again."""
    check_can_match(by, day(now))
    decision = _decision(organisation, Verdict.NOT_SAME, candidate, by, now, offer, reason)
    decision.save()
    return decision


@action
def declare_new(*, organisation: Organisation, by: User, now: dt.datetime, reason: str = "") -> MatchDecision:
    """Decide that an organisation is in no register; it leaves the work list."""
    return _about_nobody(organisation, Verdict.NEW, by, now, reason)


@action
def decide_later(*, organisation: Organisation, by: User, now: dt.datetime, reason: str = "") -> MatchDecision:
    """Put a question off; it goes to the end of the work list."""
    return _about_nobody(organisation, Verdict.LATER, by, now, reason)


@action
def merge_organisations(
    *, organisation: Organisation, into: Organisation, reason: str, by: User, now: dt.datetime
) -> MatchDecision:
    """Let two organisations be one that the portal held apart; the id of the first redirects. A reason is needed."""
    check_can_match(by, day(now))
    decision = _decision(organisation, Verdict.MERGED, into.public_id, by, now, None, _needed(reason))
    decision.candidate_name = into.name
    decision.effects = {"into": into.public_id} | absorb_organisation(
        organisation=organisation, into=into, reason=f"Merged into {into.public_id}: {reason}"
    )
    decision.save()
    return decision


@action
def split_off(
    *,
    organisation: Organisation,
    name: str,
    identifiers: Sequence[OrganisationIdentifier],
    names: Sequence[OrganisationName],
    agreements: Sequence[Agreement],
    reason: str,
    by: User,
    now: dt.datetime,
) -> MatchDecision:
    """Let a part of an organisation be one of its own, with these numbers, names and agreements. A reason is needed."""
    check_can_match(by, day(now))
    wanted = " ".join(name.split())
    if not wanted:
        raise NotValid("name-needed", "Say what the organisation that is split off is called.")
    if any(agreement.payee_id != organisation.pk for agreement in agreements):
        raise NotValid("not-its-own", f"Only agreements of {organisation.name} can be split off.")
    if not (identifiers or agreements):
        raise NotValid("nothing-to-split", "Choose at least one number or one agreement that goes over.")
    decision = _decision(organisation, Verdict.SPLIT, "", by, now, None, _needed(reason))
    made, effects = split_organisation(
        organisation=organisation,
        name=wanted[:200],
        identifiers=identifiers,
        names=names,
        others={AGREEMENTS: [agreement.pk for agreement in agreements]},
        source=SOURCE,
    )
    decision.candidate, decision.candidate_name, decision.effects = made.public_id, made.name, effects
    decision.save()
    return decision


@action
def undo_decision(*, decision: MatchDecision, by: User, now: dt.datetime) -> MatchDecision:
    """Take back exactly what a decision changed; what came later stays. Raises :class:`NotNow` where that can't be."""
    check_can_match(by, day(now))
    standing = _standing(decision)
    effects = standing.effects
    if standing.verdict in (Verdict.ACCEPTED, Verdict.MERGED) and "into" in effects:
        restore_organisation(into=_now_called(effects["into"], standing), effects=effects)
    elif standing.verdict == Verdict.ACCEPTED:
        _unlearn(_now_called(standing.subject, standing), effects, standing)
    elif standing.verdict == Verdict.SPLIT:
        made = Organisation.objects.filter(pk=effects["made"]).first()
        if made is None:
            raise NotNow("changed-since", "The organisation that was split off has become another one since.")
        absorb_organisation(
            organisation=made, into=_now_called(standing.subject, standing), reason="A split was taken back."
        )
    standing.undone_at, standing.undone_by = now, by
    standing.save(update_fields=["undone_at", "undone_by"])
    return standing


@action
def redo_decision(*, decision: MatchDecision, by: User, now: dt.datetime) -> MatchDecision:
    """Make a decision again that was taken back, as a new row that names the first."""
    check_can_match(by, day(now))
    first = MatchDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if first.undone_at is None:
        raise NotNow("stands", "This decision stands, so there is nothing to make again.")
    organisation = _now_called(first.subject, first)
    common: dict[str, Any] = {"organisation": organisation, "by": by, "now": now, "reason": first.reason}
    if first.verdict == Verdict.ACCEPTED:
        again = accept_match(candidate=first.candidate, **common)
    elif first.verdict == Verdict.NOT_SAME:
        again = refuse_match(candidate=first.candidate, **common)
    elif first.verdict == Verdict.NEW:
        again = declare_new(**common)
    elif first.verdict == Verdict.LATER:
        again = decide_later(**common)
    elif first.verdict == Verdict.MERGED:
        again = merge_organisations(into=_now_called(first.candidate, first), **common)
    else:
        raise NotNow("split-anew", "A split is made anew by choosing again what goes over.")
    again.redo_of, again.evidence = first, first.evidence
    again.candidate_name = again.candidate_name or first.candidate_name
    again.save(update_fields=["redo_of", "evidence", "candidate_name"])
    return again


def _about_nobody(organisation: Organisation, verdict: str, by: User, now: dt.datetime, reason: str) -> MatchDecision:
    check_can_match(by, day(now))
    decision = _decision(organisation, verdict, "", by, now, None, reason)
    decision.save()
    return decision


def _decision(
    organisation: Organisation,
    verdict: str,
    candidate: str,
    by: User,
    now: dt.datetime,
    offer: Offer | None,
    reason: str,
) -> MatchDecision:
    """The row of a decision, not saved. Raises :class:`NotNow` where the same stands already."""
    same = MatchDecision.objects.standing(organisation.series).filter(
        subject=organisation.public_id, verdict=verdict, candidate=candidate
    )
    if verdict != Verdict.LATER and same.exists():
        raise NotNow("decided-already", f"That {organisation.name} {Verdict(verdict).label} was decided already.")
    return MatchDecision(
        series=organisation.series,
        subject=organisation.public_id,
        subject_name=organisation.name,
        candidate=candidate,
        candidate_name=offer.name if offer else "",
        verdict=verdict,
        reason=reason.strip()[:500],
        evidence=offer.evidence() if offer else {},
        decided_at=now,
        decided_by=by,
    )


def _learn(organisation: Organisation, candidate: str, name: str) -> str:
    """Give an organisation the number that was decided to be its own, and the name under which it was offered."""
    try:
        identifier = parse_org_id(candidate)
    except InvalidNumber as refused:
        raise NotValid("no-number", refused.reason) from None
    add_identifier(organisation=organisation, identifier=identifier, source=SOURCE, confidence=Confidence.SOLID)
    if name:
        note_name(
            organisation=organisation,
            text=name[:200],
            kind=OrganisationName.Kind.REGISTERED,
            source=SOURCE,
            confidence=Confidence.SOLID,
        )
    return identifier.org_id


def _unlearn(organisation: Organisation, effects: dict[str, Any], decision: MatchDecision) -> None:
    drop_identifier(
        organisation=organisation, identifier=parse_org_id(effects["number"]), reason="A decision was taken back."
    )
    organisation.names.filter(source=SOURCE, text=decision.candidate_name).delete()


def _standing(decision: MatchDecision) -> MatchDecision:
    """The decision, locked. Raises :class:`NotNow` where it was taken back already."""
    found = MatchDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if found.undone_at is not None:
        raise NotNow("undone-already", "This decision was taken back already.")
    return found


def _now_called(public_id: str, decision: MatchDecision) -> Organisation:
    """The organisation that has, or once had, this id. Raises :class:`NotFound`."""
    found = (
        Organisation.objects.in_series(decision.series).filter(public_id=public_id).first()
        or Organisation.objects.in_series(decision.series).filter(aliases__old_id=public_id).first()
    )
    if found is None:
        raise NotFound("no-such-organisation", f"No organisation with the id {public_id} is known by now.")
    return found


def _needed(reason: str) -> str:
    if not reason.strip():
        raise NotValid("reason-needed", "Say in a sentence why; it stays with the decision.")
    return reason
