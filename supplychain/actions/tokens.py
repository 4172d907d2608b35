"""Issue and revoke the keys with which programs act as people, and count how often each is used."""

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import Collection

from django.db.models import Case, F, Value, When

from portal.clients import Place
from portal.errors import NotFound, NotNow, NotValid
from portal.models import Role, Scope, Token, User
from supplychain.actions.door import action, day
from supplychain.models import Body
from supplychain.permissions import check_can_hold_token, has_role

DAYS, MOST_DAYS = 90, 365
MOST_TOKENS = 20  # of one person at a time
A_MINUTE = 120  # requests with one token
LONGEST_NAME = 60


@action
def issue_token(
    *, person: User, name: str, scopes: Collection[str], body_code: str, days: int, by: User, now: dt.datetime
) -> tuple[Token, str]:
    """A new token of a person, and its text, which can't be had a second time.

    ``body_code`` blank: for all bodies that the person's roles reach when it is used. Raises :class:`NotValid`,
    :class:`NotAllowed` where the person prepares no returns, :class:`NotNow` with too many tokens.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NotValid("name-needed", f"Say in at most {LONGEST_NAME} characters what the token is for.")
    if not scopes or not set(scopes) <= set(Scope.values):
        raise NotValid("scope-needed", f"Choose what the token may do: {' or '.join(Scope.values)}.")
    if not 1 <= days <= MOST_DAYS:
        raise NotValid("days", f"A token lasts from 1 to {MOST_DAYS} days.")
    if body_code and not Body.objects.filter(code=body_code).exists():
        raise NotValid("no-such-body", f"There is no reporting body {body_code!r}.")
    check_can_hold_token(person, body_code, day(now))
    if Token.objects.filter(user=person, revoked_at=None, expires_at__gt=now).count() >= MOST_TOKENS:
        raise NotNow("too-many-tokens", f"{person.username} has {MOST_TOKENS} tokens: revoke one that isn't used.")
    prefix = f"psc_{base64.b32encode(secrets.token_bytes(5)).decode().lower()}"
    text = f"{prefix}.{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        user=person,
        name=name,
        prefix=prefix,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        scopes=sorted(set(scopes)),
        body_code=body_code,
        issued_at=now,
        issued_by=by,
        expires_at=now + dt.timedelta(days=days),
    )
    return token, text


@action
def revoke_token(*, prefix: str, by: User, now: dt.datetime) -> Token:
    """End a token at once: one's own, or as an administrator anybody's. Revoking it again changes nothing."""
    token = Token.objects.select_for_update().filter(prefix=prefix).first()
    if token is None or (token.user_id != by.pk and not has_role(by, Role.ADMIN, "", day(now))):
        raise NotFound("no-such-token", f"{by.username} has no token {prefix!r}.")
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = now, by
        token.save(update_fields=["revoked_at", "revoked_by"])
    return token


@action
def count_use(*, token: Token, by: User, now: dt.datetime) -> Place:
    """Count one more use of a token in this minute, over all processes."""
    minute = now.replace(second=0, microsecond=0)
    Token.objects.filter(pk=token.pk).update(
        used_that_minute=Case(When(last_used_at=minute, then=F("used_that_minute") + 1), default=Value(1)),
        last_used_at=minute,
    )
    used = Token.objects.values_list("used_that_minute", flat=True).get(pk=token.pk)
    return Place(A_MINUTE, used, 60 - now.second)
