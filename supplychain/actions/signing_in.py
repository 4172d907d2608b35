"""How often may somebody try to sign in?

An attempt is counted before the password is looked at, and forgotten when it was right. Nobody is locked out for good:
after a quarter of an hour the count begins anew.
"""

import datetime as dt
import hashlib

from django.contrib.sessions.models import Session
from django.db import connection

from portal.errors import TooOften
from portal.models import SignInAttempt, User
from supplychain.actions.door import action

WITHIN = dt.timedelta(minutes=15)
OF_ACCOUNT, OF_ADDRESS = 10, 100  # attempts that may fail; many people may share one address
KEPT = dt.timedelta(days=1)
LOCK_SPACE = 7708  # first key of the advisory locks under which attempts are counted


@action
def count_attempt(*, username: str, address: str, by: None, now: dt.datetime) -> None:
    """Note an attempt to sign in. Raises :class:`TooOften` where the account or the address has had its share.

    It is the same for names that nobody has, so that it tells nothing about who has an account.
    """
    account = _digest(username)
    SignInAttempt.objects.filter(at__lt=now - KEPT).delete()
    recent = SignInAttempt.objects.filter(at__gt=now - WITHIN)
    for share, most in (({"account": account}, OF_ACCOUNT), ({"address": address}, OF_ADDRESS)):
        _one_at_a_time("".join(share.values()))
        counted = list(recent.filter(**share).order_by("at").values_list("at", flat=True))
        if len(counted) >= most:
            seconds = max(1, round((counted[-most] + WITHIN - now).total_seconds()))
            raise TooOften(
                "too-many-attempts",
                f"There were too many attempts to sign in. Try again in {-(-seconds // 60)} minutes.",
                seconds,
            )
    SignInAttempt.objects.create(account=account, address=address, at=now)


@action
def forget_attempts(*, username: str, by: User) -> None:
    """Forget the attempts of an account, because one was right."""
    SignInAttempt.objects.filter(account=_digest(username)).delete()


def forget_sessions(now: dt.datetime) -> None:
    """Delete the sessions that are over."""
    Session.objects.filter(expire_date__lt=now).delete()


def _digest(username: str) -> str:
    return hashlib.sha256(username.strip().casefold().encode(errors="replace")).hexdigest()


def _one_at_a_time(key: str) -> None:
    """Let attempts of one account or address be counted one after the other, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, key])
