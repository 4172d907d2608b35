"""Do the health pages tell a living process from one that can serve pages?"""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests import databases


@pytest.fixture(autouse=True)
def nothing_remembered():
    """The page remembers for a minute that all migrations are applied."""
    cache.clear()


@pytest.mark.django_db
def test_ready_when_the_database_is_reached_and_migrated(client: Client):
    assert client.get("/readyz").status_code == 200


def test_alive_but_not_ready_without_a_database(client: Client, own_database):
    databases.point_django_to("postgres://portal:x@127.0.0.1:1/none")
    assert client.get("/livez").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content == b"The database can't be reached.\n"


def test_not_ready_before_the_last_migration(client: Client, own_database):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.content == b"Migrations are still to be applied.\n"


def test_the_public_role_may_ask(own_database):
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE portal_public")
    assert Client().get("/readyz").status_code == 200
