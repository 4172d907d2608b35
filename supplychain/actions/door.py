"""How does every deed begin and end?

One transaction, the person and the deed's name on each row of history it leaves.
"""

import datetime as dt
import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import pghistory
from django.db import transaction

P = ParamSpec("P")
T = TypeVar("T")
LONDON = ZoneInfo("Europe/London")


def action(deed: Callable[P, T]) -> Callable[P, T]:
    """Wrap a keyword-only deed: atomic, with ``by=`` (a user, or ``None`` for the system) in the history's context."""

    @functools.wraps(deed)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        person = kwargs.get("by")
        with transaction.atomic(), pghistory.context(user=getattr(person, "pk", None), deed=deed.__name__):
            return deed(*args, **kwargs)

    return wrapped


def day(now: dt.datetime) -> dt.date:
    """The day it is in London at a moment."""
    return now.astimezone(LONDON).date()
