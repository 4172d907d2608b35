"""Can people of the department come in and go, and nobody else, however often they try?"""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from portal.errors import NotAllowed, TooOften
from portal.models import SignInAttempt, User
from supplychain.actions.signing_in import OF_ACCOUNT, OF_ADDRESS, WITHIN, count_attempt
from supplychain.demonstration.people import password_of
from supplychain.filing.views import door

pytestmark = pytest.mark.django_db
SIGN_IN, START = "/filing/sign-in/", "/filing/"


def signs_in(client: Client, username: str = "preparer", password: str | None = None, **more: str):
    password = password_of(username) if password is None else password
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def test_an_account_of_the_demonstration_comes_in_and_goes(client: Client) -> None:
    asked = client.get("/filing/?x=1")
    assert (asked.status_code, asked["Location"]) == (302, "/filing/sign-in/?next=%2Ffiling%2F%3Fx%3D1")
    before = client.session.session_key
    answer = signs_in(client, next="/filing/?x=1")
    assert (answer.status_code, answer["Location"]) == (302, "/filing/?x=1")
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie.value != before
    page = client.get(START)
    assert "Signed in as <strong>preparer</strong>" in page.content.decode()
    assert "prepares returns: all bodies" in page.content.decode()
    assert (page["Cache-Control"], page["Vary"]) == ("no-store", "Cookie")
    assert client.get("/filing/sign-out/").status_code == 405
    assert client.post("/filing/sign-out/")["Location"] == "/filing/sign-in/?left"
    assert client.get(START).status_code == 302 and not Session.objects.filter(pk=cookie.value).exists()


def test_wrong_names_and_wrong_passwords_are_told_alike(client: Client) -> None:
    User.objects.filter(username="auditor").update(is_active=False)
    User.objects.create_user("no-password")
    tried = [("preparer", "wrong"), ("nobody-at-all", "wrong"), ("auditor", None), ("no-password", "x"), ("a\0b", "x")]
    tried += [("x" * 151, "x"), ("preparer", "x" * 1001)]
    for username, password in tried:
        answer = signs_in(client, username, password)
        assert answer.status_code == 200 and door.WRONG in answer.content.decode(), username[:20]
    assert client.get(START).status_code == 302
    for given, sentence in (({"password": "x"}, "Enter your user name."), ({"username": "x"}, "Enter your password.")):
        assert sentence in client.post(SIGN_IN, given).content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "filing", ""]
)
def test_nobody_is_led_to_another_site(client: Client, elsewhere: str) -> None:
    assert signs_in(client, next=elsewhere)["Location"] == START
    assert client.get(SIGN_IN, {"next": elsewhere})["Location"] == START


def test_an_account_is_tried_ten_times_in_a_quarter_of_an_hour(client: Client) -> None:
    for _ in range(OF_ACCOUNT):
        assert signs_in(client, "Preparer", "wrong").status_code == 200
    refused = signs_in(client)
    assert refused.status_code == 429 and "Try again in 15 minutes" in refused.content.decode()
    assert signs_in(client, "nobody-at-all", "wrong").status_code == 200
    SignInAttempt.objects.update(at=timezone.now() - WITHIN)
    assert signs_in(client).status_code == 302
    assert not SignInAttempt.objects.exclude(account=SignInAttempt.objects.last().account).exists(), "and forgotten"


def test_an_address_is_tried_often_but_not_without_end() -> None:
    now = timezone.now()
    for number in range(OF_ADDRESS):
        count_attempt(username=f"somebody-{number}", address="192.0.2.1", by=None, now=now)
    with pytest.raises(TooOften, match="Try again in 15 minutes") as refused:
        count_attempt(username="preparer", address="192.0.2.1", by=None, now=now)
    assert refused.value.seconds == 900
    count_attempt(username="preparer", address="192.0.2.2", by=None, now=now)
    count_attempt(username="preparer", address="192.0.2.1", by=None, now=now + WITHIN)


@pytest.mark.parametrize(
    ("pages", "signed_in"), [((29, 58, 87), True), ((31,), False), ([25 * n for n in range(1, 30)], False)]
)
def test_a_session_ends_when_idle_and_after_half_a_day(client: Client, monkeypatch, pages, signed_in: bool) -> None:
    signs_in(client)
    begun = timezone.now()
    for minutes in pages:
        monkeypatch.setattr(door.timezone, "now", lambda m=minutes: begun + dt.timedelta(minutes=m))
        last = client.get(START)
        assert last.status_code == 200 or minutes > 720 or not signed_in
    assert (last.status_code == 200) is signed_in


def test_what_is_taken_away_counts_at_once(client: Client) -> None:
    signs_in(client)
    User.objects.filter(username="preparer").update(is_active=False)
    assert client.get(START).status_code == 302


def test_a_right_that_is_missing_is_told_as_a_page(client: Client, rf, monkeypatch) -> None:
    def check(person: User, at: dt.date) -> None:
        raise NotAllowed("role-needed", f"{person.username} can't do that.")

    view = door.needs(check)(lambda request: None)
    request = rf.get(START)
    request.user = User.objects.get(username="preparer")
    now = timezone.now().isoformat()
    request.session = {door.BEGAN: now, door.LAST_SEEN: now}
    with pytest.raises(NotAllowed, match="preparer can't do that"):
        view(request)


def test_a_form_from_elsewhere_is_refused_with_a_sentence() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = signs_in(strict)
    assert answer.status_code == 403 and "came from another site, so nothing was done" in answer.content.decode()
