"""Is everything that is no good request refused with a status, a code and a sentence, and never kept?"""

from django.utils import timezone

from portal.models import Token, User
from supplychain.actions import filings
from supplychain.actions.tokens import revoke_token
from supplychain.models import Filing
from tests.integration.filing_client import RETURNS, Program, program, token_of

__all__ = ["program"]
EDGE = "edge"
FORM = f"multipart/form-data; boundary={EDGE}"
KEY = "test-key-of-a-refusal"


def part(name: str, content: bytes = b"a,b\n1,2\n", more: str = '; filename="f.csv"', header: str = "") -> bytes:
    return (
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{header}\r\n'.encode() + content + b"\r\n"
    )


END = f"--{EDGE}--\r\n".encode()
FUNDING = part("funding")
# What is sent, its type, further headers: the status and the code that come out.
CASES = {
    "no file": (part("body", b"D91", "") + END, FORM, {}, 422, "no-file"),
    "nothing": (b"", FORM, {}, 415, "no-form"),
    "two files of a name": (FUNDING + FUNDING + END, FORM, {}, 422, "repeated-file"),
    "an unknown file": (part("evidence") + END, FORM, {}, 422, "unknown-field"),
    "an unknown field": (FUNDING + part("state", b"accepted", "") + END, FORM, {}, 422, "unknown-field"),
    "a field twice": (FUNDING + part("rows", b"1", "") * 2 + END, FORM, {}, 422, "repeated-field"),
    "a file as text": (part("funding", more="") + END, FORM, {}, 422, "no-file"),
    "a file without a name": (part("funding", more='; filename=""') + END, FORM, {}, 422, "no-file"),
    "NUL in a field": (FUNDING + part("body", b"D9\0", "") + END, FORM, {}, 422, "field-body"),
    "an amount in words": (FUNDING + part("income", b"12,000", "") + END, FORM, {}, 422, "field-income"),
    "a huge amount": (FUNDING + part("total_tier_2", b"9" * 13, "") + END, FORM, {}, 422, "field-total-tier-2"),
    "no number of rows": (FUNDING + part("rows", "²".encode(), "") + END, FORM, {}, 422, "field-rows"),
    "no quarter": (FUNDING + part("quarter", b"Q1", "") + END, FORM, {}, 422, "field-quarter"),
    "neither yes nor no": (FUNDING + part("nil", b"maybe", "") + END, FORM, {}, 422, "field-nil"),
    "control characters": (FUNDING + part("reason", b"a\x1b[2J", "") + END, FORM, {}, 422, "field-reason"),
    "a body that nobody knows": (FUNDING + part("body", b"Z99", "") + END, FORM, {}, 422, "field-body"),
    "broken off": (FUNDING + part("kpi")[:-9], FORM, {}, 400, "broken-off"),
    "no form at all": (b"hello", FORM, {}, 400, "broken-off"),
    "a huge header": (part("funding", header=f"X-Long: {'x' * 5000}\r\n") + END, FORM, {}, 400, "broken-form"),
    "too many fields": (part("rows", b"1", "") * 1100 + END, FORM, {}, 413, "too-many-fields"),
    "a field that is too long": (part("reason", b"x" * 2_600_000, "") + END, FORM, {}, 413, "too-many-fields"),
    "another type": (b"{}", "application/json", {}, 415, "no-form"),
    "no boundary": (FUNDING + END, "multipart/form-data", {}, 415, "no-form"),
    "chunked": (FUNDING + END, FORM, {"Transfer-Encoding": "chunked"}, 411, "no-length"),
    "no length": (FUNDING + END, FORM, {"Content-Length": ""}, 411, "no-length"),
    "too long": (FUNDING + END, FORM, {"Content-Length": "9" * 12}, 413, "F07"),
    "no key": (FUNDING + END, FORM, {"Idempotency-Key": ""}, 400, "key-needed"),
    "a short key": (FUNDING + END, FORM, {"Idempotency-Key": "short"}, 400, "key-needed"),
    "a long key": (FUNDING + END, FORM, {"Idempotency-Key": "k" * 256}, 400, "key-needed"),
    "a key with a blank": (FUNDING + END, FORM, {"Idempotency-Key": "two words"}, 400, "key-needed"),
    "a key that is no ASCII": (FUNDING + END, FORM, {"Idempotency-Key": "schlüssel"}, 400, "key-needed"),
}


def test_each_bad_request_is_refused_with_its_code(program: Program) -> None:
    wrong = {}
    for case, (body, kind, headers, status, code) in CASES.items():
        extra = {} if headers.get("Content-Length") is None else {"CONTENT_LENGTH": headers["Content-Length"]}
        sent = program.headers(**{name: value for name, value in headers.items() if name != "Content-Length"})
        answer = program.client.generic("POST", RETURNS, body, content_type=kind, headers=sent, **extra)
        told = answer.json() if answer["Content-Type"] == "application/json" else {"code": answer["Content-Type"]}
        if (answer.status_code, told["code"]) != (status, code) or not told["sentence"].endswith((".", ")")):
            wrong[case] = (answer.status_code, told)
    assert wrong == {}
    assert not Filing.objects.exists() and list(filings.folder().iterdir()) == []


def test_a_file_that_grows_over_the_limit_is_given_up(program: Program, monkeypatch) -> None:
    monkeypatch.setattr("supplychain.filing.uploads.CSV_BYTES", 100)
    answer = program.post(b"x" * 101)
    assert (answer.status_code, answer.json()["code"]) == (413, "F07")
    assert list(filings.folder().iterdir()) == []


def unusable(program: Program) -> dict[str, str]:
    """Texts of tokens that can't be used, by why."""
    texts = {"unknown": program.text[:-1] + "!", "far too long": "x" * 5000, "no text at all": "psc_\x80"}
    for why in ("expired", "revoked", "holder gone"):
        token, texts[why] = token_of(program.cast.both if why == "holder gone" else program.cast.preparer)
        if why == "expired":
            Token.objects.filter(pk=token.pk).update(expires_at=timezone.now())
        if why == "revoked":
            revoke_token(prefix=token.prefix, by=program.cast.preparer, now=timezone.now())
    User.objects.filter(pk=program.cast.both.pk).update(is_active=False)
    return texts


def test_tokens_that_can_not_be_used_are_told_alike(program: Program) -> None:
    posted, answers = program.post(program.good), set()
    for why, text in unusable(program).items():
        for method, address in (("post", RETURNS), ("get", posted["Location"])):
            answer = getattr(program.client, method)(address, headers=program.headers(Authorization=f"Bearer {text}"))
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="returns"'), why
            answers.add(answer.content)
    assert len(answers) == 1
    for kind in ("", "Basic dXNlcjpwYXNz", "Bearer", "Bearer  "):
        answer = program.client.post(RETURNS, headers=program.headers(Authorization=kind))
        assert (answer.status_code, answer.json()["code"]) == (401, "no-token")


def test_a_session_is_no_token(program: Program) -> None:
    program.client.force_login(program.cast.preparer)
    assert program.client.post(RETURNS, {"nil": "yes"}, headers={"Idempotency-Key": KEY}).status_code == 401


def test_a_token_opens_what_it_is_for_and_nothing_else(program: Program) -> None:
    posted = program.post(program.good, body="D91")
    _, program.text = token_of(program.cast.preparer, scopes=["returns:read"])
    assert program.post(program.good).json()["code"] == "scope-needed"
    assert program.status(posted)["status"] == "received"
    _, program.text = token_of(program.cast.preparer, scopes=["returns:file"])
    refused = program.client.get(posted["Location"], headers=program.headers())
    assert (refused.status_code, refused.json()["code"]) == (403, "scope-needed")
    _, program.text = token_of(program.cast.preparer, body_code="D01")
    assert program.post(program.good, body="D91").json()["code"] == "other-body"
    assert program.client.get(posted["Location"], headers=program.headers()).status_code == 404
    assert program.filed(program.good)["refusal"]["code"] == "F10" or Filing.objects.first().of_return is None
    _, program.text = token_of(program.cast.both)
    assert program.client.get(posted["Location"], headers=program.headers()).status_code == 404, "of somebody else"
    assert program.client.put(posted["Location"], headers=program.headers()).status_code == 405
