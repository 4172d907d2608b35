"""Who acts in the demonstration, with which roles, and until when are returns taken?

Accounts that are there already keep everything that they have; roles that are missing are granted.
"""

import datetime as dt

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
        if new:
            user.set_unusable_password()
            user.save()
        first_day = dt.date.fromisoformat(row["from"])
        for role in row["roles"].split(";"):
            holds = RoleGrant.objects.filter(user=user, role=Role(role), body_code="", during__contains=first_day)
            if not holds.exists():
                RoleGrant.objects.create(user=user, role=Role(role), body_code="", during=(first_day, None))
                new = True
        made += new
    return made


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
