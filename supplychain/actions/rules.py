"""The deed that makes a rule stricter or milder from a day on, with the reason that stands on the rule's page.

The past stays as it was: what was filed under a rule was judged by it as it stood on that day. A return that was
checked before the change and is signed after it has to be checked again (R02, see ``returns``).
"""

import datetime as dt
from collections.abc import Mapping

from portal.errors import NotFound, NotValid
from portal.models import User
from supplychain.actions.door import action, day
from supplychain.filing.rules.catalogue import BY_CODE, in_force
from supplychain.filing.rules.changes import changed
from supplychain.models import RuleVersion
from supplychain.permissions import check_can_change_rules

LONGEST_REASON = 300


@action
def change_rule(
    *,
    rule: str,
    valid_from: dt.date,
    severity: str | None = None,
    thresholds: Mapping[str, str | int] | None = None,
    reason: str,
    by: User,
    now: dt.datetime,
) -> RuleVersion:
    """Let a rule be of this severity, or have these thresholds, from a day on: today or later.

    What isn't named stays as it is on that day. A change that was set for the same day is replaced; changes set for
    later days stay. Raises :class:`NotAllowed`, :class:`NotFound` for an unknown rule, and :class:`NotValid` for a
    day that is past, a missing reason, or what the rule can't become.
    """
    check_can_change_rules(by, day(now))
    known = BY_CODE.get(rule)
    if known is None:
        raise NotFound("no-such-rule", f"There is no rule {rule!r}.")
    if valid_from < day(now):
        raise NotValid(
            "past-day",
            f"{valid_from:%-d %B %Y} is past, and what was in force stays as it was: choose today or a later day.",
        )
    if valid_from <= known.valid_from:
        raise NotValid("before-the-rule", f"{rule} begins on {known.valid_from:%-d %B %Y}: choose a day after that.")
    reason = " ".join(reason.split())
    if not reason:
        raise NotValid("reason-needed", f"Say in a sentence why {rule} changes (--reason); it stands on its page.")
    if len(reason) > LONGEST_REASON:
        raise NotValid("reason-too-long", f"The reason has {len(reason)} characters; {LONGEST_REASON} is the most.")
    become = changed(in_force(valid_from)[rule], severity, thresholds or {})
    version, _ = RuleVersion.objects.update_or_create(
        rule=rule,
        valid_from=valid_from,
        defaults={"severity": become.severity, "thresholds": dict(become.thresholds), "reason": reason},
    )
    return version
