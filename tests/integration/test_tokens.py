"""Are tokens issued to those who may have them, within limits, and ended for good?"""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from portal.errors import NotFound, Refusal
from portal.models import Role, RoleGrant, Token, User
from supplychain.actions import tokens
from supplychain.actions.tokens import count_use, issue_token, revoke_token
from supplychain.demonstration.people import password_of

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 26, 10, 0, 30, tzinfo=dt.UTC)


@pytest.fixture
def preparer() -> User:
    return User.objects.get(username="preparer")


def issued(person: User, **more) -> tuple[Token, str]:
    asked = {"name": "Test", "scopes": ["returns:file"], "body_code": "", "days": 90, "by": person, "now": NOW} | more
    return issue_token(person=person, **asked)


def test_the_text_is_kept_nowhere_and_is_found_by_its_digest(preparer: User) -> None:
    token, text = issued(preparer)
    assert text.startswith(f"{token.prefix}.") and len(text.partition(".")[2]) == 43, "256 random bits"
    assert text not in str(Token.objects.filter(pk=token.pk).values())
    assert Token.objects.usable(text, NOW).get() == token
    assert not Token.objects.usable(text, token.expires_at).exists()
    assert token.expires_at == NOW + dt.timedelta(days=90)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "name-needed"), ({"name": "x" * 61}, "name-needed"), ({"name": "a\x00b"}, "name-needed"),
        ({"scopes": []}, "scope-needed"), ({"scopes": ["returns:publish"]}, "scope-needed"),
        ({"days": 0}, "days"), ({"days": 366}, "days"), ({"body_code": "Z99"}, "no-such-body"),
    ],
)  # fmt: skip
def test_what_is_asked_for_wrongly_is_refused(preparer: User, wrong: dict, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        issued(preparer, **wrong)
    assert refused.value.code == code


def test_only_who_prepares_returns_has_a_token(preparer: User, monkeypatch) -> None:
    with pytest.raises(Refusal, match="the role preparer is needed"):
        issued(User.objects.get(username="accepter"))
    somebody = User.objects.create_user("of-one-body")
    RoleGrant.objects.create(user=somebody, role=Role.PREPARER, body_code="D01", during=(dt.date(2018, 1, 1), None))
    assert issued(somebody)[0] and issued(somebody, body_code="D01")[0]
    with pytest.raises(Refusal, match="the role preparer for D02 is needed"):
        issued(somebody, body_code="D02")
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    with pytest.raises(Refusal, match="revoke one"):
        issued(somebody)


def test_a_token_is_ended_by_its_holder_or_an_administrator(preparer: User) -> None:
    (one, text), (other, _) = issued(preparer), issued(preparer)
    with pytest.raises(NotFound, match="accepter has no token"):
        revoke_token(prefix=one.prefix, by=User.objects.get(username="accepter"), now=NOW)
    assert revoke_token(prefix=one.prefix, by=preparer, now=NOW).revoked_by == preparer
    assert not Token.objects.usable(text, NOW).exists()
    later = revoke_token(prefix=one.prefix, by=preparer, now=NOW + dt.timedelta(days=1))
    assert later.revoked_at == NOW, "it was ended before"
    assert revoke_token(prefix=other.prefix, by=User.objects.get(username="admin"), now=NOW).revoked_at == NOW


def test_uses_are_counted_by_the_minute(preparer: User) -> None:
    token, _ = issued(preparer)
    places = [count_use(token=token, by=preparer, now=NOW) for _ in range(3)]
    assert [place.used for place in places] == [1, 2, 3] and places[0].seconds_left == 30
    assert count_use(token=token, by=preparer, now=NOW + dt.timedelta(minutes=1)).used == 1
    token.refresh_from_db()
    assert token.last_used_at == NOW.replace(minute=1, second=0)


def test_commands_issue_and_revoke() -> None:
    out, told = io.StringIO(), io.StringIO()
    call_command("issue_token", "--by", "preparer", "--body", "D01", "--days", "9", stdout=out, stderr=told)
    token = Token.objects.usable(out.getvalue().strip(), timezone.now()).get()
    assert (token.body_code, sorted(token.scopes)) == ("D01", ["returns:file", "returns:read"])
    assert f"revoke_token {token.prefix} --by preparer" in told.getvalue()
    with pytest.raises(SystemExit) as ended:
        call_command("issue_token", "--by", "auditor", stderr=told)
    assert ended.value.code == 1 and "the role preparer is needed" in told.getvalue()
    call_command("revoke_token", token.prefix, "--by", "preparer", stdout=out)
    assert not Token.objects.usable(out.getvalue().split()[0], timezone.now()).exists()


def test_the_page_issues_shows_once_and_revokes(client: Client) -> None:
    client.post("/filing/sign-in/", {"username": "preparer", "password": password_of("preparer")})
    form = {"name": "Finance system", "body": "d01", "days": "30", "scope": ["returns:file"]}
    page = client.post("/filing/tokens/", form)
    token = Token.objects.get(name="Finance system")
    assert f"{token.prefix}." in page.content.decode() and page["Cache-Control"] == "no-store"
    assert f"{token.prefix}." not in client.get("/filing/tokens/").content.decode()
    assert (token.body_code, token.scopes, token.issued_by.username) == ("D01", ["returns:file"], "preparer")
    wrong = client.post("/filing/tokens/", form | {"days": "many"}).content.decode()
    assert 'href="#days">A token lasts from 1 to 365 days.' in wrong
    assert client.post(f"/filing/tokens/{token.prefix}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert client.post("/filing/tokens/psc_nobodys/revoke/").status_code == 404


def test_the_page_is_for_those_who_prepare_returns(client: Client) -> None:
    assert client.get("/filing/tokens/").status_code == 302
    client.post("/filing/sign-in/", {"username": "auditor", "password": password_of("auditor")})
    page = client.get("/filing/tokens/")
    assert page.status_code == 403 and "the role preparer is needed" in page.content.decode().replace("&#x27;", "'")
    assert "Tokens" not in client.get("/filing/").content.decode()
