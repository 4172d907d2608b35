"""Does a return go its way as the state table says, with two people, bound to its digest?"""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from portal.errors import NotAllowed, NotFound, NotNow, NotValid
from providers.models import Organisation
from supplychain.actions import returns
from supplychain.models import Agreement, Line, Return, ReturnIssue, Upload
from supplychain.states import RETURN_MOVES, ReturnState
from tests.integration.filing_cast import NOTHING_STATED, NOW, QUARTER, Cast, below, line, make_cast, write

pytestmark = pytest.mark.django_db

WHICH = {"body_code": "D91", "quarter": QUARTER, "now": NOW}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def file(cast: Cast, tmp_path, settings):
    """File rows as the preparer (or another person)."""
    settings.PORTAL_VAR = tmp_path / "var"

    def file(*rows, by=None, **more):
        given = {"body_code": None, "quarter": None, "now": NOW} | more
        return returns.file_return(paths=write(tmp_path, *rows), stated=NOTHING_STATED, by=by or cast.preparer, **given)

    return file


def accepted(cast: Cast, file, *rows) -> Return:
    file(*rows or (line("A1"),))
    returns.submit_return(by=cast.preparer, **WHICH)
    return returns.accept_return(by=cast.accepter, **WHICH)


def test_a_good_file_goes_from_draft_to_accepted(cast: Cast, file) -> None:
    filed = file(line("A1"), below("A2", "A1", "250.00")).filed
    assert (filed.state, filed.version, filed.kind) == (ReturnState.CHECKED, 1, "demonstration")
    assert list(filed.lines.values_list("agreement_ref", "tier", "payer_key", "payee_key").order_by("tier")) == [
        ("A1", 2, "body:D91", "GB-CHC-9911111"),
        ("A2", 3, "GB-CHC-9911111", "GB-CHC-9922222"),
    ]
    assert returns.submit_return(by=cast.preparer, **WHICH).state == ReturnState.SUBMITTED
    done = returns.accept_return(by=cast.accepter, digest=filed.digest, **WHICH)
    assert (done.state, done.accepted_digest, done.accepted_by) == (ReturnState.ACCEPTED, filed.digest, cast.accepter)
    assert {a.ref: a.payee.public_id for a in Agreement.objects.filter(body=cast.body)} == {
        "A1": "GB-CHC-9911111",
        "A2": "GB-CHC-9922222",
    }
    assert Organisation.objects.get(public_id="GB-CHC-9922222").sector == "voluntary"


def test_a_file_with_an_error_stays_a_draft_with_its_issues(cast: Cast, file) -> None:
    filed = file(line("A1", area="nowhere")).filed
    assert (filed.state, filed.issue_counts["error"], filed.lines.count()) == (ReturnState.DRAFT, 1, 0)
    issue = ReturnIssue.objects.get(of_return=filed)
    assert (issue.rule, issue.row, issue.column, issue.value) == ("V06", 2, "area", "nowhere")
    with pytest.raises(NotNow, match="is draft, so it can't be submitted"):
        returns.submit_return(by=cast.preparer, **WHICH)


def test_the_file_is_kept_by_its_digest(cast: Cast, file, settings) -> None:
    file(line("A1"))
    upload = Upload.objects.get(of_return__body=cast.body)
    kept = settings.PORTAL_VAR / "uploads" / upload.sha256[:2] / upload.sha256
    assert kept.stat().st_size == upload.bytes
    assert kept.read_text(encoding="utf-8").startswith("reporting_body,quarter,")


def test_the_same_content_again_makes_no_new_version(cast: Cast, file) -> None:
    one, two = line("A1"), line("A2", charity_number="9944444", provider_name="Test Third")
    first = file(one, two)
    again = file(two, one)
    assert (again.already_received, again.filed) == (True, first.filed)
    assert Return.objects.filter(body=cast.body).count() == 1


def test_filing_again_replaces_what_was_not_yet_submitted(cast: Cast, file) -> None:
    first = file(line("A1")).filed
    second = file(line("B1")).filed
    assert (second.pk, second.lock_version) == (first.pk, first.lock_version + 1)
    assert [x.agreement_ref for x in second.lines.all()] == ["B1"]


def test_nobody_reviews_what_they_prepared(cast: Cast, file) -> None:
    file(line("A1"), by=cast.both)
    returns.submit_return(by=cast.both, **WHICH)
    with pytest.raises(NotAllowed, match="another person has to review"):
        returns.accept_return(by=cast.both, **WHICH)


def test_the_database_refuses_one_person_too(cast: Cast, file) -> None:
    filed = file(line("A1"), by=cast.both).filed
    with pytest.raises(IntegrityError, match="return_accepted_by_another"), transaction.atomic():
        Return.objects.filter(pk=filed.pk).update(accepted_at=NOW, accepted_by=cast.both)


def test_a_role_is_needed_for_every_deed(cast: Cast, file) -> None:
    with pytest.raises(NotAllowed, match="the role preparer for D91 is needed"):
        file(line("A1"), by=cast.accepter)
    file(line("A1"))
    with pytest.raises(NotAllowed):
        returns.submit_return(by=cast.accepter, **WHICH)
    returns.submit_return(by=cast.preparer, **WHICH)
    for deed in (returns.accept_return, returns.send_back_return):
        extra = {"reason": "x"} if deed is returns.send_back_return else {}
        with pytest.raises(NotAllowed, match="the role accepter"):
            deed(by=cast.publisher, **WHICH, **extra)


def test_accepting_binds_to_what_was_seen(cast: Cast, file) -> None:
    file(line("A1"))
    returns.submit_return(by=cast.preparer, **WHICH)
    with pytest.raises(NotValid, match="not what you saw"):
        returns.accept_return(by=cast.accepter, digest="0" * 64, **WHICH)


def test_sent_back_filed_again_and_accepted(cast: Cast, file) -> None:
    file(line("A1"))
    returns.submit_return(by=cast.preparer, **WHICH)
    back = returns.send_back_return(by=cast.accepter, reason="The March invoice is missing.", **WHICH)
    assert (back.state, back.sent_back_reason) == (ReturnState.SENT_BACK, "The March invoice is missing.")
    filed = file(line("A1", amount_paid_gbp="1200.00", amount_to_date_gbp="1200.00")).filed
    assert (filed.pk, filed.state, filed.submitted_by) == (back.pk, ReturnState.CHECKED, None)
    returns.submit_return(by=cast.preparer, **WHICH)
    assert returns.accept_return(by=cast.accepter, **WHICH).state == ReturnState.ACCEPTED


def test_reopening_voids_the_acceptance(cast: Cast, file) -> None:
    accepted(cast, file)
    filed = returns.reopen_return(by=cast.accepter, reason="A row was missed.", **WHICH)
    assert (filed.state, filed.accepted_by, filed.accepted_digest) == (ReturnState.SENT_BACK, None, "")


def test_an_accepted_return_is_not_overwritten(cast: Cast, file) -> None:
    accepted(cast, file)
    with pytest.raises(NotNow, match="is accepted, so it can't be filed again"):
        file(line("B1"))


def test_withdrawn_and_begun_anew_as_the_next_version(cast: Cast, file) -> None:
    file(line("A1"))
    gone = returns.withdraw_return(by=cast.preparer, reason="Wrong quarter.", **WHICH)
    assert gone.state == ReturnState.WITHDRAWN
    with pytest.raises(NotFound):
        returns.submit_return(by=cast.preparer, **WHICH)
    assert file(line("A1")).filed.version == 2


@pytest.mark.parametrize("deed", [returns.withdraw_return, returns.send_back_return, returns.reopen_return])
def test_giving_no_reason_is_refused(cast: Cast, file, deed) -> None:
    file(line("A1"))
    returns.submit_return(by=cast.preparer, **WHICH)
    by = cast.preparer if deed is returns.withdraw_return else cast.accepter
    if deed is returns.reopen_return:
        returns.accept_return(by=cast.accepter, **WHICH)
    with pytest.raises(NotValid, match="Say why"):
        deed(by=by, reason=" ", **WHICH)


def test_a_new_payee_needs_a_new_reference(cast: Cast, file) -> None:
    accepted(cast, file)
    returns.reopen_return(by=cast.accepter, reason="Another provider.", **WHICH)
    file(line("A1", provider_name="Test Other", charity_number="9933333"))
    returns.submit_return(by=cast.preparer, **WHICH)
    with pytest.raises(NotValid, match="a new payee needs a new reference"):
        returns.accept_return(by=cast.accepter, **WHICH)


def test_one_name_without_a_number_is_one_organisation_of_its_body(cast: Cast, file) -> None:
    group = {"charity_number": "", "no_number_reason": "unregistered-group", "provider_name": "Test Choir"}
    accepted(cast, file, line("A1", **group), line("A2", service_category="women", **group))
    payees = {a.payee for a in Agreement.objects.filter(body=cast.body)}
    assert len(payees) == 1
    assert payees.pop().public_id.startswith("XP-9")


def test_a_quarter_that_has_not_ended_is_not_open(cast: Cast, file) -> None:
    with pytest.raises(NotNow, match="is not open for filing yet: it ends on 30 June 2018"):
        file(line("A1"), now=dt.datetime(2018, 6, 30, 12, tzinfo=dt.UTC))


def test_a_file_about_nothing_known_is_reported_and_not_stored(cast: Cast, file) -> None:
    outcome = file(line("A1", reporting_body="D77"))
    assert outcome.filed is None
    assert "V06" in {issue.rule for issue in outcome.report.issues}


def test_rules_that_changed_since_the_check_ask_for_another_look(cast: Cast, file) -> None:
    filed = file(line("A1")).filed
    Return.objects.filter(pk=filed.pk).update(rules_version="older")
    with pytest.raises(NotNow, match="The rules changed"):
        returns.submit_return(by=cast.preparer, **WHICH)


def test_a_warning_has_to_be_explained_in_the_row_or_for_the_return(cast: Cast, file) -> None:
    late_invoice = line("A1", start_date="2017-01-01", end_date="2018-03-31")
    filed = file(late_invoice).filed
    assert filed.issue_counts["warning"] == 1
    rule = filed.issues.get(severity="warning").rule
    with pytest.raises(NotValid, match=f"Warnings of {rule} need an explanation"):
        returns.submit_return(by=cast.preparer, **WHICH)
    with pytest.raises(NotValid, match="is not an explanation"):
        returns.submit_return(by=cast.preparer, explanations={rule: "because"}, **WHICH)
    assert returns.submit_return(by=cast.preparer, explanations={rule: "timing"}, **WHICH).state == "submitted"


def test_every_move_of_the_table_belongs_to_a_deed() -> None:
    deeds = {name.removesuffix("_return") for name in vars(returns) if name.endswith("_return")}
    by_people = {move.verb for move in RETURN_MOVES if move.who != "system"}
    assert by_people - deeds == {"refile", "check"}, "filing does both"


def test_the_database_refuses_a_broken_chain(cast: Cast, file) -> None:
    """Wrong payer, wrong depth and a cycle, each against the composite key."""
    filed = file(line("A1"), below("A2", "A1", "0")).filed
    for change in ({"payer_key": "GB-CHC-9999999"}, {"tier": 4}, {"upstream_ref": "A2"}):
        with pytest.raises(IntegrityError, match="line_hangs_on_upstream"), transaction.atomic():
            Line.objects.filter(of_return=filed, agreement_ref="A2").update(**change)
            with_constraints_checked()


def with_constraints_checked() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
