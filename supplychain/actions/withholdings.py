"""How does an amount stay unpublished? Somebody asks with ground and public-interest note, a second person accepts.

Without an accepted request a line may not say ``withheld`` (rule M16). A request that is accepted or runs out makes a
built disclosure stale when it is looked at again, because its inputs changed.
"""

import datetime as dt

from portal.errors import NotFound, NotNow, NotValid
from portal.models import User
from supplychain.actions.door import action, day
from supplychain.models import Body, Withholding
from supplychain.permissions import check_can_accept_withholding, check_can_prepare, check_is_second_person


@action
def request_withholding(
    *,
    body_code: str,
    agreement_ref: str,
    ground: str,
    public_interest: str,
    expires_on: dt.date,
    by: User,
    now: dt.datetime,
) -> Withholding:
    """Ask that the amounts of an agreement stay back. Raises :class:`NotFound`, :class:`NotValid`, :class:`NotNow`."""
    if not Body.objects.filter(pk=body_code).exists():
        raise NotFound("no-such-body", f"There is no reporting body {body_code!r}.")
    check_can_prepare(by, body_code, day(now))
    if not public_interest.strip():
        raise NotValid("note-needed", "Say why keeping it back outweighs the public interest in it.")
    if expires_on <= day(now):
        raise NotValid("expired", "Give a day to come on which the request runs out (--until).")
    if Withholding.objects.filter(body_id=body_code, agreement_ref=agreement_ref, expires_on__gt=day(now)).exists():
        raise NotNow("already-asked", f"A request for {body_code}/{agreement_ref} stands already.")
    return Withholding.objects.create(
        body_id=body_code,
        agreement_ref=agreement_ref,
        ground=Withholding.Ground(ground),
        public_interest=public_interest.strip(),
        expires_on=expires_on,
        requested_at=now,
        requested_by=by,
    )


@action
def accept_withholding(*, body_code: str, agreement_ref: str, by: User, now: dt.datetime) -> Withholding:
    """Accept what another person asked for. Raises :class:`NotFound` where nothing waits."""
    asked = (
        Withholding.objects.select_for_update()
        .filter(body_id=body_code, agreement_ref=agreement_ref, accepted_at=None, expires_on__gt=day(now))
        .first()
    )
    if asked is None:
        raise NotFound("nothing-asked", f"No request to withhold amounts of {body_code}/{agreement_ref} waits.")
    check_can_accept_withholding(by, body_code, day(now))
    check_is_second_person(by, asked)
    asked.accepted_at, asked.accepted_by = now, by
    asked.save()
    return asked
