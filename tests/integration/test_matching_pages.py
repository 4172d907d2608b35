"""Can whoever keeps the reference data work through the list in a browser's requests, and nobody else?"""

import pytest
from django.test import Client

from providers.models import MatchDecision, Organisation, RegisterName
from supplychain.demonstration.people import password_of

pytestmark = pytest.mark.django_db
LIST = "/filing/matching/"
OFFERED = "GB-CHC-9900777"


def comes_in(client: Client, username: str = "admin") -> Client:
    client.post("/filing/sign-in/", {"username": username, "password": password_of(username)})
    return client


@pytest.fixture
def in_question() -> Organisation:
    """A provider of the demonstration without a number, and a register that has its name."""
    nameless = Organisation.objects.filter(series="demonstration", agreements__isnull=False, identifiers=None)
    found = nameless.get(name="Wendlesea Borough Council")
    RegisterName.objects.create(series="demonstration", org_id=OFFERED, kind="registered", text=f"{found.name} Ltd")
    return found


def test_the_list_offers_and_the_question_shows_why(client: Client, in_question: Organisation) -> None:
    comes_in(client)
    assert "Who is who" in client.get("/filing/").content.decode()
    listed = client.get(f"{LIST}?series=demonstration&q={in_question.name}").content.decode()
    assert OFFERED in listed and "likely, 86 of 100" in listed
    page = client.get(f"{LIST}{in_question.public_id}/").content.decode()
    assert "is its registered name" in page and "In returns and records" in page
    assert OFFERED not in client.get(LIST).content.decode(), "the series never meet"


def test_deciding_taking_back_and_deciding_again(client: Client, in_question: Organisation) -> None:
    comes_in(client)
    address, was = f"{LIST}{in_question.public_id}/", in_question.public_id
    answer = client.post(address, {"decision": "accept", "candidate": OFFERED}, follow=True)
    assert "is the same GB-CHC-9900777" in answer.content.decode()
    assert client.get(address)["Location"] == f"{LIST}{OFFERED}/", "the old id leads on"
    decision = MatchDecision.objects.get(subject=was)
    assert decision.evidence["score"] == 86 and decision.decided_by.username == "admin"
    back = client.post(f"{LIST}decisions/{decision.pk}/undo/", follow=True).content.decode()
    assert "Taken back:" in back and "Decide again" in back
    in_question.refresh_from_db()
    assert in_question.public_id == was
    client.post(f"{LIST}decisions/{decision.pk}/redo/")
    in_question.refresh_from_db()
    assert in_question.public_id == OFFERED


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({}, "Choose what you decide."),
        ({"decision": "accept"}, "Give the number or id"),
        ({"decision": "accept", "candidate": "12"}, "An organisation id is"),
        ({"decision": "merge", "candidate": "XP-000000"}, "No organisation with the id XP-000000"),
        ({"decision": "eat"}, "Choose what you decide."),
    ],
)
def test_what_can_t_be_done_is_said(client: Client, in_question: Organisation, posted: dict, sentence: str) -> None:
    answer = comes_in(client).post(f"{LIST}{in_question.public_id}/", posted, follow=True)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert not MatchDecision.objects.exists()


def test_refused_put_off_new_and_split_by_page(client: Client, in_question: Organisation) -> None:
    comes_in(client)
    address = f"{LIST}{in_question.public_id}/"
    client.post(address, {"decision": "refuse", "candidate": OFFERED})
    client.post(address, {"decision": "later", "reason": "Ask them."})
    assert in_question.name in client.get(f"{LIST}?series=demonstration&state=later").content.decode()
    client.post(address, {"decision": "new"})
    assert [d.verdict for d in MatchDecision.objects.all()] == ["new", "later", "not-same"]
    client.get(address)  # what was done is said once
    assert in_question.name not in client.get(f"{LIST}?series=demonstration&state=later").content.decode()
    split = client.post(f"{address}split/", {"name": "Other", "reason": "Two."}, follow=True)
    assert "Choose at least one number or one agreement" in split.content.decode()
    agreement = in_question.agreements.first()
    moved = {"name": "Other", "reason": "Two.", "agreement": [agreement.pk, "x", "9" * 30]}
    answer = client.post(f"{address}split/", moved, follow=True)
    agreement.refresh_from_db()
    assert agreement.payee.name == "Other" and "Other: who is it?" in answer.content.decode()


def test_others_are_told_why_not(client: Client, in_question: Organisation) -> None:
    for address in (LIST, f"{LIST}decisions/", f"{LIST}{in_question.public_id}/"):
        assert client.get(address)["Location"].startswith("/filing/sign-in/")
    comes_in(client, "preparer")
    answer = client.get(LIST)
    assert answer.status_code == 403 and "the role admin, or accepter for all bodies" in answer.content.decode()
    assert client.post(f"{LIST}{in_question.public_id}/", {"decision": "new"}).status_code == 403
    assert "Who is who" not in client.get("/filing/").content.decode()


def test_unknown_ids_and_odd_queries_are_no_faults(client: Client) -> None:
    comes_in(client)
    assert client.get(f"{LIST}XP-999999/").status_code == 404
    assert client.post(f"{LIST}decisions/99999999/undo/").status_code == 404
    for query in ("series=x", "state=x", "page=0", "page=99999999999999999999", "q=%00", "q=" + "a" * 3000):
        assert client.get(f"{LIST}?{query}").status_code == 200, query
