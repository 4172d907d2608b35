"""Take in what a program sends to be filed, once for each of its keys, and file it in a job.

The answer to a key stays the same whatever becomes of the filing. The job reads the files where they were received and
files them through :func:`supplychain.actions.returns.file_return`, in the name of the token's person and as of the
moment of receipt, so that nobody is late because a worker was.
"""

import datetime as dt
import hashlib
import json
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from portal import jobs
from portal.errors import NotAllowed, NotValid, Refusal, TooOften
from portal.models import Token, User
from supplychain.actions.door import action, day
from supplychain.actions.returns import Filed, check_series, file_return
from supplychain.filing.report import as_json
from supplychain.filing.said import Said, read_fields
from supplychain.filing.uploads import ReceivedForm, paths_in
from supplychain.models import Body, Filing, FilingState
from supplychain.models.filings import WAITING, new_key
from supplychain.permissions import check_can_prepare

KIND = "file"
KEYS_KEPT = dt.timedelta(days=7)
MOST_WAITING = 20  # of one token
LEFT_BEHIND_SECONDS = 24 * 3600


def folder() -> Path:
    """Where files lie until they are filed."""
    return Path(settings.PORTAL_VAR) / "filings"


@action
def receive_filing(
    *, token: Token, series: str, idempotency_key: str, form: ReceivedForm, received: Path, by: User, now: dt.datetime
) -> Filing:
    """Take in a form whose files lie in the folder ``received``; the filing that stands for this key.

    With a key that was answered before nothing is taken in. Raises :class:`NotValid` where that key came with other
    content, or something is wrong that can be told without reading the files; :class:`NotAllowed` for a body that token
    or person may not file for; :class:`TooOften` where too much of the token waits already.
    """
    digest = _digest(series, form)
    known = _known(token, idempotency_key, now)
    if known is None:
        said = read_fields(form.fields)
        if not form.files and not said.stated.nil:
            raise NotValid("no-file", "Send the funding table as a file called “funding”, or nil=yes for a nil return.")
        body_code = _check(token, said, series, by, now)
        if Filing.objects.filter(token=token, state__in=WAITING).count() >= MOST_WAITING:
            raise TooOften("too-much-waits", f"{MOST_WAITING} filings of this token wait to be checked.", 60)
        try:
            with transaction.atomic():
                filing = Filing.objects.create(
                    key=new_key(), series=series, token=token, received_at=now, received_by=by,
                    idempotency_key=idempotency_key, digest=digest, body_code=body_code, fields=form.fields,
                    files=[file.as_json() for file in form.files],
                )  # fmt: skip
        except IntegrityError as error:
            if "filing_once_per_key" not in str(error):
                raise
            known = Filing.objects.get(token=token, idempotency_key=idempotency_key)
        else:
            if form.files:
                received.rename(folder() / filing.key)
            filing.job = jobs.enqueue(kind=KIND, key=f"{KIND} {filing.pk}", payload={"filing": filing.pk}, by=by)
            filing.save(update_fields=["job"])
            return filing
    if known.digest != digest:
        raise NotValid(
            "key-used", "This Idempotency-Key came with other content before: send the same, or take a new key."
        )
    return known


def _known(token: Token, idempotency_key: str, now: dt.datetime) -> Filing | None:
    """The filing that has the key; keys that were kept long enough are forgotten first."""
    same = Filing.objects.filter(token=token, idempotency_key=idempotency_key)
    same.filter(received_at__lt=now - KEYS_KEPT).update(idempotency_key=None)
    return same.first()


def _digest(series: str, form: ReceivedForm) -> str:
    """What makes two requests the same: series, fields, and the bytes of the files by table."""
    content = {"series": series, "fields": form.fields, "files": {file.table: file.sha256 for file in form.files}}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _check(token: Token, said: Said, series: str, by: User, now: dt.datetime) -> str:
    """The body that is filed for, as far as it was said; what can be refused at once is."""
    code = said.body_code or token.body_code
    if token.body_code and code != token.body_code:
        raise NotAllowed("other-body", f"This token is for {token.body_code} only, not for {code}.")
    if code:
        body = Body.objects.filter(code=code).first()
        if body is None:
            raise NotValid("field-body", f"There is no reporting body {code!r}.")
        check_series(body, series)
        check_can_prepare(by, code, day(now))
    return code


def _begin(payload: dict[str, Any]) -> None:
    Filing.objects.filter(pk=payload["filing"], state=FilingState.RECEIVED).update(state=FilingState.CHECKING)


def _file(payload: dict[str, Any]) -> None:
    filing = Filing.objects.select_for_update(of=("self",)).select_related("received_by").get(pk=payload["filing"])
    if filing.state not in WAITING:
        return
    said = read_fields(filing.fields)
    try:
        filed = file_return(
            paths=paths_in(folder() / filing.key, filing.files),
            stated=said.stated,
            body_code=filing.body_code or None,
            quarter=said.quarter,
            by=filing.received_by,
            now=filing.received_at,
            correction_reason=said.reason,
            series=filing.series,
        )
    except Refusal as refusal:
        _refuse(filing, refusal.code, refusal.sentence)
    else:
        _keep(filing, filed)
    _end(filing)


def _keep(filing: Filing, filed: Filed) -> None:
    filing.report = as_json(filed.report)
    filing.body_code = filed.report.body_code or filing.body_code
    if filed.filed is not None:
        filing.state, filing.of_return = FilingState.FILED, filed.filed
        filing.already_received = filed.already_received
        return
    first = next((issue for issue in filed.report.issues if issue.severity == "error"), None)
    if filed.report.readable or first is None:
        _refuse(filing, "no-body", "Nothing is stored: the files do not say for which body and quarter they are.")
    else:
        _refuse(filing, first.rule, f"Nothing is stored: {first.message}")


def _refuse(filing: Filing, code: str, sentence: str) -> None:
    filing.state, filing.code, filing.sentence = FilingState.REFUSED, code, sentence


def _failed(payload: dict[str, Any], reason: str) -> None:
    filing = Filing.objects.select_for_update().get(pk=payload["filing"])
    if filing.state in WAITING:
        filing.state, filing.code = FilingState.FAILED, "fault"
        filing.sentence = (
            f"The portal could not file this; nothing was stored. Send it again with a new key. ({reason})"
        )
        _end(filing)


def _end(filing: Filing) -> None:
    """Write down how it ended; its files go when that is committed."""
    filing.finished_at = max(dt.datetime.now(dt.UTC), filing.received_at)
    filing.save()
    transaction.on_commit(lambda: shutil.rmtree(folder() / filing.key, ignore_errors=True), robust=True)


jobs.register(jobs.JobKind(name=KIND, steps=lambda _: [("begin", _begin), ("file", _file)], failed=_failed))


def sweep() -> None:
    """Remove what nobody needs any more: files of requests that broke off or filings that are over."""
    if not folder().is_dir():
        return
    waiting = set(Filing.objects.filter(state__in=WAITING).values_list("key", flat=True))
    for place in folder().iterdir():
        if place.name not in waiting and time.time() - place.stat().st_mtime > LEFT_BEHIND_SECONDS:
            shutil.rmtree(place, ignore_errors=True)
