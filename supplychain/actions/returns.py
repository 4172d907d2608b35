"""Every deed on a return: file, submit, accept, send back, reopen, withdraw.

Filing reads and checks the file, stores what it says in the same transaction, and leaves a checked return where
nothing is wrong, a draft with its issues where something is. Acceptance binds to the digest, makes the parties and
agreements known, and makes a disclosure stale that was built without it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal.errors import NotFound, NotNow, NotValid
from portal.models import User
from portal.quarters import Quarter
from providers.models import Series
from supplychain.actions.disclosures import make_stale
from supplychain.actions.door import action, day
from supplychain.actions.parties import bind_agreements
from supplychain.filing.check import Report, Stated, check
from supplychain.filing.codes import EXPLANATION_CODES
from supplychain.filing.files import keep_upload
from supplychain.filing.readers import ReturnPaths
from supplychain.filing.rules.catalogue import rules_version
from supplychain.filing.staging import store
from supplychain.models import Body, BodyKind, Explanation, FilingWindow, Line, Return, ReturnIssue, ReturnKind, Upload
from supplychain.permissions import check_can_prepare, check_can_review
from supplychain.states import RETURN_MOVES, ReturnState, move


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing led to:

    the report of the check, and the return (none where the file could not be read or tells no body and quarter).
    """

    report: Report
    filed: Return | None
    already_received: bool = False


@action
def file_return(
    *,
    paths: ReturnPaths,
    stated: Stated,
    body_code: str | None,
    quarter: Quarter | None,
    by: User,
    now: dt.datetime,
    correction_reason: str = "",
    kind: str | None = None,
    series: str | None = None,
) -> Filed:
    """Read, check and store a return; ``series`` is the one that the body has to be of.

    The same content again makes no new version. After publication it becomes the next version, which needs
    ``correction_reason``. Raises :class:`Unreadable`, :class:`NotAllowed`, :class:`NotNow` (P03: the window; R03: a
    version under review or accepted) and :class:`NotValid` (R04: a correction that says the same; R09: no reason).
    """
    report = check(paths, stated=stated, expected_body=body_code, expected_quarter=quarter, alone=False, at=day(now))
    if not report.readable or report.body_code is None or report.quarter is None:
        return Filed(report, None)
    body = Body.objects.select_for_update().filter(pk=report.body_code).first()  # one filing of a body at a time
    if body is None:
        return Filed(report, None)
    if series is not None:
        check_series(body, series)
    check_can_prepare(by, body.code, day(now))
    earlier = list(Return.objects.of(body.code, report.quarter).order_by("version"))
    live = next(
        (r for r in earlier if r.state not in (ReturnState.PUBLISHED, ReturnState.SUPERSEDED, ReturnState.WITHDRAWN)),
        None,
    )
    published = next((r for r in earlier if r.state == ReturnState.PUBLISHED), None)
    if live and report.ok and live.digest == report.digest and _stands(live, report):
        return Filed(report, live, already_received=True)
    _check_window(body, report.quarter, published, now)
    if live:
        move(RETURN_MOVES, live.state, "refile", f"Version {live.version} for {body.code} {report.quarter}")
        _empty(live)
        filed = live
    else:
        filed = Return(
            body=body,
            quarter=report.quarter,
            version=len(earlier) + 1,
            replaces=published,
            kind=kind or default_kind(body),
        )
    if published:
        if report.ok and report.digest == published.digest:
            raise NotValid(
                "R04", f"This is what version {published.version} of {body.code} {report.quarter} says already."
            )
        filed.correction_reason = correction_reason.strip() or filed.correction_reason
        if not filed.correction_reason:
            raise NotValid(
                "R09",
                f"{body.code} {report.quarter} is published: say in a sentence what changed and why (--reason).",
            )
    _store(filed, report, by=by, now=now)
    return Filed(report, filed)


def check_series(body: Body, series: str) -> None:
    """Is it a body of this series? Raises :class:`NotValid`."""
    if body.series != series and body.series == Series.DEMONSTRATION:
        raise NotValid("other-series", f"{body.code} is of the demonstration: file its returns below /demonstration/.")
    if body.series != series:
        raise NotValid("other-series", f"{body.code} is a real body: file its returns outside /demonstration/.")


def _stands(live: Return, report: Report) -> bool:
    """Needs the version no other look? One that is checked does where the rules changed since."""
    if live.state == ReturnState.CHECKED:
        return live.rules_version == report.rules_version
    return live.state in (ReturnState.SUBMITTED, ReturnState.ACCEPTED)


def default_kind(body: Body) -> str:
    """Demonstration bodies file demonstration returns, real ones filed returns; compiled ones say so themselves."""
    return ReturnKind.DEMONSTRATION if body.kind == BodyKind.DEMONSTRATION else ReturnKind.FILED


def _check_window(body: Body, quarter: Quarter, published: Return | None, now: dt.datetime) -> None:
    """P03: the quarter has ended and its window is open; corrections of what is published are always taken."""
    window = FilingWindow.objects.filter(series=body.series, quarter=quarter).first()
    if (window and now < window.opens_at) or quarter.end > day(now):
        raise NotNow("P03", f"{quarter} is not open for filing yet: it ends on {quarter.last_day:%-d %B %Y}.")
    if window and window.closes_at and now >= window.closes_at and not published:
        raise NotNow("P03", f"Filing for {quarter} closed on {window.closes_at:%-d %B %Y}; ask for an extension.")


def _empty(filed: Return) -> None:
    """Take out what an earlier file of the same version left, and everything that was bound to it."""
    for rows in (filed.lines, filed.kpi_rows, filed.own_delivery, filed.issues, filed.explanations):
        rows.all().delete()
    filed.submitted_at = filed.submitted_by = filed.accepted_at = filed.accepted_by = None
    filed.accepted_digest = ""


def _store(filed: Return, report: Report, *, by: User, now: dt.datetime) -> None:
    figures = report.stated
    filed.state = ReturnState.CHECKED if report.ok else ReturnState.DRAFT
    filed.lock_version += 1
    filed.digest, filed.rules_version, filed.issue_counts = report.digest or "", report.rules_version, report.counts
    filed.nil, filed.rows_stated, filed.total_tier_2_stated = figures.nil, figures.rows, figures.total_tier_2
    filed.income_gbp = figures.income
    filed.expected_caseload, filed.actual_caseload = figures.expected_caseload, figures.actual_caseload
    filed.prepared_at, filed.prepared_by = now, by
    filed.save()
    for file in report.files:
        if "F02" not in report.rule_counts:  # what stands in a column that nobody knows is not kept
            keep_upload(Path(settings.PORTAL_VAR) / "uploads", file.path, file.sha256)
        Upload.objects.create(
            of_return=filed,
            table=file.table,
            name=file.name[:255],
            sha256=file.sha256,
            bytes=file.bytes,
            uploaded_at=now,
            uploaded_by=by,
        )
    ReturnIssue.objects.bulk_create(
        ReturnIssue(
            of_return=filed,
            **{key: value if value is not None or key == "row" else "" for key, value in issue.as_json().items()},
        )
        for issue in report.issues
    )
    if report.ok:
        store(filed.pk)


def _live(body_code: str, quarter: Quarter) -> Return:
    """The version on its way, locked. Raises :class:`NotFound`."""
    filed = Return.objects.select_for_update().of(body_code, quarter).live().first()
    if filed is None:
        raise NotFound("no-return", f"There is no return of {body_code} for {quarter} on its way.")
    return filed


def _move(filed: Return, verb: str) -> None:
    step = move(
        RETURN_MOVES, filed.state, verb, f"Version {filed.version} of the return of {filed.body_id} for {filed.quarter}"
    )
    filed.state = step.target
    filed.lock_version += 1


@action
def submit_return(
    *, body_code: str, quarter: Quarter, by: User, now: dt.datetime, explanations: Mapping[str, str] | None = None
) -> Return:
    """Sign a checked return. ``explanations`` gives a code of the explanation list for each warning rule that no row
    explains itself.

    Raises :class:`NotValid` naming the warnings that nobody answered (R05), :class:`NotNow` where the rules changed
    since the check (R02).
    """
    filed = _live(body_code, quarter)
    check_can_prepare(by, body_code, day(now))
    _move(filed, "submit")
    if filed.rules_version != rules_version(day(now)):
        raise NotNow("R02", "The rules changed since this return was checked: file it again.")
    for rule, code in (explanations or {}).items():
        if code not in EXPLANATION_CODES:
            raise NotValid(
                "unknown-explanation", f"{code!r} is not an explanation; choose one of: {', '.join(EXPLANATION_CODES)}."
            )
        Explanation.objects.update_or_create(
            of_return=filed, rule=rule, defaults={"code": code, "given_by": by, "given_at": now}
        )
    open_rules = _unanswered(filed)
    if open_rules:
        raise NotValid(
            "R05",
            f"Warnings of {', '.join(open_rules)} need an explanation: a code in the row,"
            f" or --explain {open_rules[0]}=CODE.",
        )
    filed.submitted_at, filed.submitted_by = now, by
    filed.save()
    return filed


def _unanswered(filed: Return) -> list[str]:
    """Rules with a warning that neither its row nor the return explains."""
    explained = set(filed.explanations.values_list("rule", flat=True))
    rows = set(Line.objects.filter(of_return=filed).exclude(explanation_code=[]).values_list("row_number", flat=True))
    warnings = filed.issues.filter(severity="warning").values_list("rule", "table", "row").distinct()
    return sorted(
        {rule for rule, table, row in warnings if rule not in explained and not (table == "funding" and row in rows)}
    )


@action
def accept_return(*, body_code: str, quarter: Quarter, by: User, now: dt.datetime, digest: str | None = None) -> Return:
    """Accept a submitted return as it stands; ``digest``, where given, is the one the person saw.

    Parties and agreements become known, and a disclosure that was built without it goes stale. Raises
    :class:`NotAllowed` for who prepared it (R01), :class:`NotValid` where the content is not what was seen (R08), or
    an agreement has another payee than before.
    """
    filed = _live(body_code, quarter)
    check_can_review(by, filed, day(now))
    _move(filed, "accept")
    if digest is not None and digest != filed.digest:
        raise NotValid("R08", "The return is not what you saw any more: look at it again before you accept it.")
    bind_agreements(filed)
    filed.accepted_at, filed.accepted_by, filed.accepted_digest = now, by, filed.digest
    filed.save()
    make_stale(filed.body.series, quarter)
    return filed


@action
def send_back_return(*, body_code: str, quarter: Quarter, by: User, now: dt.datetime, reason: str) -> Return:
    """Give a submitted return back to its preparer, with the reason."""
    filed = _live(body_code, quarter)
    check_can_review(by, filed, day(now))
    _move(filed, "send_back")
    _note_sent_back(filed, by, now, reason)
    return filed


@action
def reopen_return(*, body_code: str, quarter: Quarter, by: User, now: dt.datetime, reason: str) -> Return:
    """Take back an acceptance before publication; a disclosure that was built with it goes stale."""
    filed = _live(body_code, quarter)
    check_can_review(by, filed, day(now))
    _move(filed, "reopen")
    filed.accepted_at = filed.accepted_by = None
    filed.accepted_digest = ""
    _note_sent_back(filed, by, now, reason)
    make_stale(filed.body.series, quarter)
    return filed


def _note_sent_back(filed: Return, by: User, now: dt.datetime, reason: str) -> None:
    if not reason.strip():
        raise NotValid("reason-needed", "Say why the return goes back to its preparer (--reason).")
    filed.sent_back_at, filed.sent_back_by, filed.sent_back_reason = now, by, reason.strip()
    filed.save()


@action
def withdraw_return(*, body_code: str, quarter: Quarter, by: User, now: dt.datetime, reason: str) -> Return:
    """Take a return back before it is accepted. What was filed stays on record."""
    filed = _live(body_code, quarter)
    check_can_prepare(by, body_code, day(now))
    _move(filed, "withdraw")
    if not reason.strip():
        raise NotValid("reason-needed", "Say why the return is withdrawn (--reason).")
    filed.withdrawn_at, filed.withdrawn_by, filed.withdrawn_reason = now, by, reason.strip()
    filed.save()
    return filed
