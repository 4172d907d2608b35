"""Who acts in the demonstration, with which roles and passwords, and until when are returns taken?

Accounts that are there already keep everything that they have; what is missing is added.
"""

import base64
import datetime as dt
from textwrap import wrap

from django.utils.crypto import salted_hmac

from portal.models import Role, RoleGrant, User
from portal.quarters import Quarter
from providers.models import Series
from supplychain.models import FilingWindow

from .tables import Row, moment


def load_people(rows: list[Row]) -> int:
    """Make the accounts and grants that are missing; how many were. In the caller's transaction."""
    made = 0
    for row in rows:
        user, new = User.objects.get_or_create(username=row["username"], defaults={"post": row["post"]})
        if new or not user.has_usable_password():
            user.set_password(password_of(user.username))
            user.save()
        first_day = dt.date.fromisoformat(row["from"])
        for role in row["roles"].split(";"):
            holds = RoleGrant.objects.filter(user=user, role=Role(role), body_code="", during__contains=first_day)
            if not holds.exists():
                RoleGrant.objects.create(user=user, role=Role(role), body_code="", during=(first_day, None))
                new = True
        made += new
    return made


def password_of(username: str) -> str:
    """The password of a demonstration account: 80 bits that follow from this installation's ``SECRET_KEY``.

    So every installation has its own, and can tell it again without keeping it.
    """
    digest = salted_hmac("supplychain.demonstration", username, algorithm="sha256").digest()
    return "-".join(wrap(base64.b32encode(digest[:10]).decode().lower(), 4))


def load_windows(rows: list[Row]) -> int:
    """Open the filing windows of the demonstration that are missing; how many were. In the caller's transaction."""
    made = 0
    for row in rows:
        _, new = FilingWindow.objects.get_or_create(
            series=Series.DEMONSTRATION,
            quarter=Quarter.parse(row["quarter"]),
            defaults={"opens_at": moment(row["opens"]), "due_at": moment(row["due"])},
        )
        made += new
    return made
