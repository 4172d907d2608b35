"""Are people told under which names and passwords they can act in the demonstration, and only there?"""

import datetime as dt
import io

import pytest
from django.core.management import call_command

from portal.models import RoleGrant, User


def listed() -> str:
    output = io.StringIO()
    call_command("demonstration_accounts", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_each_account_is_listed_with_what_it_does_now(settings):
    settings.PORTAL_DEMONSTRATION = True
    now, earlier = User.objects.create(username="now-here"), User.objects.create(username="long-gone")
    RoleGrant.objects.create(user=now, role="publisher", during=(dt.date(2018, 1, 1), None))
    RoleGrant.objects.create(user=earlier, role="auditor", during=(dt.date(2018, 1, 1), dt.date(2019, 1, 1)))
    lines = {line.split()[0]: line.strip() for line in listed().splitlines() if line.startswith("    ")}
    assert lines["now-here"] == "now-here     (a password of its own)  builds, schedules and publishes"
    assert "long-gone" not in lines
    name, password, deed = lines["accepter"].split(maxsplit=2)
    assert deed == "reviews and accepts returns"
    assert User.objects.get(username=name).check_password(password)


@pytest.mark.django_db
def test_nothing_is_listed_without_a_demonstration(settings):
    settings.PORTAL_DEMONSTRATION = False
    assert listed() == ""
