"""As whom does the web process act in the database, before, during and after a request of the signed-in side?"""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from portal.models import RoleGrant, User
from portal.signed_in import ADDRESSES, taken_on
from supplychain.models import FrozenLine, Return

PRIVATE = (User, Return, Session)
LONG = "a-long-enough-password"


def counting(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{User.objects.count()} {acting_as()}")


def failing(request: HttpRequest) -> HttpResponse:
    User.objects.first()
    raise OperationalError("gone") if "gone" in request.GET else ZeroDivisionError


def broken(request: HttpRequest) -> HttpResponse:
    """Leaves a transaction open that PostgreSQL has ended."""
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    return HttpResponse()


def reconnecting(request: HttpRequest) -> HttpResponse:
    connection.close()
    return HttpResponse(acting_as())


urlpatterns = [
    path("filing/counting/", counting),
    path("filing/failing/", failing),
    path("filing/broken/", broken),
    path("filing/reconnecting/", reconnecting),
    path("counting/", counting),
    path("", include("portal.urls")),
]


def acting_as() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def sees_nothing_private() -> bool:
    for model in PRIVATE:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            model.objects.count()
    return acting_as() == "portal_public"


@pytest.fixture
def web(own_database, settings) -> Iterator[Client]:
    """A client of a web process as the Procfile starts it: its connections begin as the public role."""
    settings.ROOT_URLCONF = __name__
    options, connection.settings_dict["OPTIONS"] = connection.settings_dict["OPTIONS"], None
    connection.settings_dict["OPTIONS"] = options | {"options": "-c role=portal_public"}
    connection.close()
    yield Client(raise_request_exception=False)
    connection.close()
    connection.settings_dict["OPTIONS"] = options


def test_only_the_signed_in_side_acts_as_it_and_the_same_connection_gives_the_role_back(web: Client) -> None:
    connection.ensure_connection()
    before = connection.connection
    assert sees_nothing_private()
    assert web.get("/filing/counting/").content.decode().endswith(" portal_filing")
    assert connection.connection is before
    assert sees_nothing_private()
    assert web.get("/counting/").status_code == 500, "a public address may not ask for people"
    assert web.get("/bodies/").status_code == 200


@pytest.mark.parametrize("address", ["failing/", "failing/?gone", "broken/"])
def test_whatever_fails_the_role_is_given_back(web: Client, address: str) -> None:
    answer = web.get(f"/filing/{address}")
    assert answer.status_code == (503 if "gone" in address else 500)
    assert answer["Cache-Control"] == "no-store"
    assert sees_nothing_private()
    assert web.get("/filing/counting/").status_code == 200


def test_a_new_connection_in_the_middle_knows_nothing(web: Client) -> None:
    assert web.get("/filing/reconnecting/").content == b"portal_public"
    assert sees_nothing_private()


def test_a_session_opens_nothing_on_public_pages(web: Client) -> None:
    web.cookies["sessionid"] = "a" * 32
    assert web.get("/bodies/").status_code == 200
    assert web.post("/bodies/").status_code == 405
    assert web.get("/bodies/NONE/").status_code == 404


def test_an_instance_without_filing_has_nothing_there(web: Client, settings) -> None:
    assert 'href="/filing/"' in web.get("/about/").content.decode()
    settings.PORTAL_FILING = False
    assert 'href="/filing/"' not in web.get("/about/").content.decode()
    for address in ADDRESSES:
        answer = web.get(address)
        assert (answer.status_code, "Nobody files" in answer.content.decode()) == (404, True)


def test_a_login_that_may_not_take_the_role_on_has_nothing_there_either(web: Client, monkeypatch) -> None:
    monkeypatch.setattr("portal.middleware.taken_on", lambda role: taken_on("nobody_at_all"))
    assert web.get("/filing/").status_code == 404
    assert sees_nothing_private()


def test_an_absent_database_is_told_in_a_sentence(web: Client, monkeypatch) -> None:
    def away(role: str) -> None:
        raise OperationalError("no route")

    monkeypatch.setattr("portal.middleware.taken_on", away)
    answer = web.get("/filing/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


FORBIDDEN = {
    "read what it needs not": "SELECT * FROM django_admin_log",
    "let a token do more": "UPDATE portal_token SET expires_at = now()",
    "raise rights": "INSERT INTO portal_rolegrant (user_id, role, body_code, during) VALUES (1, 'admin', '', '[,)')",
    "change a password": "UPDATE portal_user SET password = ''",
    "become a superuser": "UPDATE portal_user SET is_superuser = true",
    "change history": "UPDATE portal_rolegrantevent SET role = 'admin'",
    "rewrite a frozen row": "UPDATE supplychain_frozenline SET provider_name = ''",
    "take a frozen row away": "DELETE FROM supplychain_frozenline",
    "empty a table": "TRUNCATE supplychain_return CASCADE",
    "switch a trigger off": "ALTER TABLE supplychain_return DISABLE TRIGGER ALL",
    "forget a migration": "DELETE FROM django_migrations",
    "change the log of jobs": "UPDATE portal_joblog SET text = ''",
}


@pytest.mark.django_db
@pytest.mark.parametrize("deed", FORBIDDEN)
def test_what_the_signed_in_side_may_never_do(deed: str) -> None:
    with taken_on("portal_filing"):
        assert RoleGrant.objects.exists() and FrozenLine.objects.exists()
        refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(FORBIDDEN[deed])
