"""Can a program file a return, once for each of its keys, and learn what became of it?"""

import datetime as dt

import pytest
from django.utils import timezone

from portal import jobs
from portal.models import RoleGrant
from supplychain.actions import filings, tokens
from supplychain.filing.layout import TABLES
from supplychain.filing.said import FIELDS
from supplychain.models import Filing, FilingWindow, Return, Upload
from supplychain.public.api.schema import document
from tests.integration.filing_cast import QUARTER, line, write
from tests.integration.filing_client import REAL, RETURNS, Program, program, token_of

__all__ = ["program"]


def test_a_return_is_filed_and_its_status_tells_everything(program: Program) -> None:
    posted = program.post(program.good, body="D91", quarter="2018-19-q1", rows="2", total_tier_2="1500.50")
    assert posted.status_code == 202 and set(posted.json()) == {"id", "status_url", "received_at"}
    assert posted["Location"] == posted.json()["status_url"]
    assert posted["RateLimit-Limit"] == "120" and posted["Cache-Control"] == "no-store"
    before = program.status(posted)
    assert (before.pop("status"), before["files"][0]["name"]) == ("received", "funding.csv")
    assert before["return"] is before["report"] is before["finished_at"] is before["refusal"] is None
    filing = Filing.objects.get(key=posted.json()["id"])
    assert (filings.folder() / filing.key / "funding" / "funding.csv").read_bytes() == program.good

    jobs.run(filing.job_id)
    after = program.status(posted)
    filed = Return.objects.get(body_id="D91")
    assert (after["status"], after["refusal"]) == ("filed", None)
    assert after["return"] == {
        "body": "D91", "quarter": "2018-19 Q1", "version": 1, "state": "checked", "digest": filed.digest,
        "already_received": False,
    }  # fmt: skip
    assert after["report"]["format"] == 1 and after["report"]["digest"] == filed.digest
    assert (filed.prepared_by, filed.prepared_at) == (program.cast.preparer, filing.received_at)
    assert (filed.rows_stated, filed.lines.count()) == (2, 2)
    assert Upload.objects.get(of_return=filed).name == "funding.csv"
    assert list(filings.folder().iterdir()) == [], "the files lie with the return now"


def test_the_same_key_gets_the_same_answer_and_files_once(program: Program) -> None:
    first = program.post(program.good, key="once-and-for-all")
    again = program.post(program.good, key="once-and-for-all")
    jobs.run(Filing.objects.get().job_id)
    later = program.post(program.good, key="once-and-for-all")
    assert first.status_code == again.status_code == later.status_code == 202
    assert first.content == again.content == later.content and first["Location"] == later["Location"]
    for other in ({"reason": "Another one."}, {"funding": program.good + b"\n"}):
        refused = program.post(other.pop("funding", program.good), key="once-and-for-all", **other)
        assert (refused.status_code, refused.json()["code"]) == (422, "key-used")
    program.token, program.text = token_of(program.cast.both)
    assert program.post(program.good, key="once-and-for-all").json()["id"] != first.json()["id"]
    assert Filing.objects.count() == 2


def test_a_forgotten_key_makes_no_new_version_of_the_same_content(program: Program) -> None:
    first = program.filed(program.good, key="used-long-ago")
    Filing.objects.update(received_at=timezone.now() - filings.KEYS_KEPT - dt.timedelta(minutes=1))
    again = program.filed(program.good, key="used-long-ago")
    assert again["id"] != first["id"]
    assert again["return"] == first["return"] | {"already_received": True}
    assert Return.objects.filter(body_id="D91").count() == 1


def test_what_has_errors_is_a_draft_with_its_report(program: Program, tmp_path) -> None:
    bad = write(tmp_path, line("A-1", amount_paid_gbp="12,000")).funding.read_bytes()
    told = program.filed(bad)
    assert (told["status"], told["return"]["state"]) == ("filed", "draft")
    assert told["report"]["counts"]["error"] == 1 and told["report"]["issues"][0]["rule"] == "V02"
    right = program.filed(program.good)
    assert (right["return"]["version"], right["return"]["state"]) == (1, "checked")


@pytest.mark.parametrize(
    ("funding", "code"),
    [(b"", "F01"), (b"PK\x03\x04nothing", "F11"), (b"caf\xe9,b\n1,2\n", "F04"), (b"a,b\n1,2\n", "no-body")],
)
def test_what_can_not_be_read_or_belongs_to_nobody_is_refused(program: Program, funding: bytes, code: str) -> None:
    told = program.filed(funding, name="x\u202e/..\\é" + "y" * 300 + ".csv")
    assert (told["status"], told["return"], told["refusal"]["code"]) == ("refused", None, code)
    assert told["refusal"]["sentence"].startswith("Nothing is stored") and told["report"]["format"] == 1
    assert not Return.objects.filter(body_id="D91").exists()


def test_a_closed_quarter_is_refused_as_of_the_moment_of_receipt(program: Program) -> None:
    FilingWindow.objects.filter(series="demonstration", quarter=QUARTER).update(closes_at=timezone.now())
    told = program.filed(program.good)
    assert (told["status"], told["refusal"]["code"]) == ("refused", "P03")
    soon = timezone.now() + dt.timedelta(hours=1)
    FilingWindow.objects.filter(series="demonstration", quarter=QUARTER).update(closes_at=soon)
    posted = program.post(program.good)
    FilingWindow.objects.filter(series="demonstration", quarter=QUARTER).update(closes_at=timezone.now())
    jobs.run(Filing.objects.get(key=posted.json()["id"]).job_id)
    assert program.status(posted)["status"] == "filed", "nobody is late because a worker was"


def test_a_real_body_and_a_body_of_the_demonstration_have_addresses_of_their_own(program: Program) -> None:
    for address, body in ((REAL, "D91"), (RETURNS, "C01")):
        program.address = address
        refused = program.post(None, nil="yes", body=body, quarter="2018-19 Q1")
        assert (refused.status_code, refused.json()["code"]) == (422, "other-series")
    program.address = REAL
    assert program.filed(program.good)["refusal"]["code"] == "other-series", "whose it is stands in the file only"
    real = program.filed(None, nil="yes", body="C01", quarter="2018-19 Q1")
    assert (real["series"], real["return"]["body"], real["return"]["state"]) == ("real", "C01", "checked")
    assert program.client.get(f"{RETURNS}{real['id']}/", headers=program.headers()).status_code == 404


def test_what_a_fault_breaks_is_told_as_failed(program: Program, monkeypatch) -> None:
    def broken(**asked: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(filings, "file_return", broken)
    told = program.filed(program.good)
    assert (told["status"], told["refusal"]["code"]) == ("failed", "fault")
    assert "Send it again with a new key" in told["refusal"]["sentence"]
    assert list(filings.folder().iterdir()) == []


def test_a_token_files_only_so_much_at_once(program: Program, monkeypatch) -> None:
    monkeypatch.setattr(filings, "MOST_WAITING", 1)
    first = program.post(program.good, key="the-first-one")
    refused = program.post(program.good)
    assert (refused.status_code, refused.json()["code"], refused["Retry-After"]) == (429, "too-much-waits", "60")
    assert program.post(program.good, key="the-first-one").content == first.content
    monkeypatch.setattr(tokens, "A_MINUTE", 3)
    asked = [program.client.get(first["Location"], headers=program.headers()) for _ in range(2)]
    assert {answer.status_code for answer in asked} == {429}
    assert 0 < int(asked[0]["Retry-After"]) <= 60 and asked[0]["RateLimit-Reset"] == asked[0]["Retry-After"]


def test_what_was_left_behind_is_swept_away(program: Program, monkeypatch) -> None:
    program.post(program.good)
    (filings.folder() / "incoming-broken").mkdir()
    filings.sweep()
    assert len(list(filings.folder().iterdir())) == 2
    monkeypatch.setattr(filings, "LEFT_BEHIND_SECONDS", -1)
    filings.sweep()
    assert [place.name for place in filings.folder().iterdir()] == [Filing.objects.get().key]


def test_who_loses_the_role_files_no_more(program: Program) -> None:
    waiting = program.post(program.good)
    RoleGrant.objects.filter(user=program.cast.preparer).delete()
    jobs.run(Filing.objects.get().job_id)
    assert program.status(waiting)["refusal"]["code"] == "role-needed"
    refused = program.post(program.good, body="D91")
    assert (refused.status_code, refused.json()["code"]) == (403, "role-needed")


def test_the_schema_describes_every_part_of_the_form_and_asks_for_the_token(db) -> None:
    paths = document()["paths"]
    form = paths["/api/v1/returns/"]["post"]
    parts = form["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert list(parts) == [*TABLES, *FIELDS] and all(part["description"] for part in parts.values())
    asked = paths["/api/v1/returns/{id}/"]["get"]
    assert form["security"] == asked["security"] == [{"token": []}]
    assert set(form["responses"]) >= {"202", "400", "401", "403", "411", "413", "415", "422", "429", "503"}
    assert document()["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
