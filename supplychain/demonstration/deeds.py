"""What is each deed of the script, was it done already, and how is it done?

A deed is known again by its own moment, for the script's clock is the clock of every deed: where a return, or a request
to withhold, carries it in one of its ``_at`` columns, this deed and all before it on the same body and quarter were
done. Building and publishing are known by the version that they led to.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from portal import jobs
from portal.errors import NotNow, NotValid
from portal.models import Job, JobStep, User
from portal.quarters import Quarter
from providers.models import Series
from supplychain.actions import disclosures, returns, withholdings
from supplychain.filing.check import ReturnPaths, Stated
from supplychain.models import Publication, Return, Withholding
from supplychain.states import PUBLIC_STATES, PublicationState

from .tables import Row, moment

Progress = Callable[[JobStep], None]
# How long a worker gets to take a build before this process does it.
PATIENCE_SECONDS = 2.0
MARKS = ("prepared_at", "submitted_at", "sent_back_at", "accepted_at", "withdrawn_at")
BUILT_STATES = [PublicationState.BUILT, *PUBLIC_STATES]


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed: ``version`` is that of the disclosure which it builds or publishes (0 for deeds on returns)."""

    at: dt.datetime
    by: str
    name: str
    quarter: Quarter
    body: str
    files: str
    explain: dict[str, str]
    text: str
    announced: dt.datetime | None
    version: int

    def __str__(self) -> str:
        what = f"{self.body} {self.quarter}" if self.body else f"version {self.version} of {self.quarter}"
        return f"{self.at:%Y-%m-%d %H:%M}  {self.by}: {self.name} {what}"


def read_deeds(rows: Iterable[Row]) -> list[Deed]:
    """The script in its order. Raises :class:`NotValid` for a deed that nobody knows."""
    found, counted = [], Counter[tuple[str, str]]()
    for row in rows:
        if row["deed"] not in DEEDS:
            raise NotValid(
                "demonstration-deed", f"The script of the demonstration has an unknown deed {row['deed']!r}."
            )
        counted[row["deed"], row["quarter"]] += 1
        found.append(
            Deed(
                at=moment(row["at"]),
                by=row["by"],
                name=row["deed"],
                quarter=Quarter.parse(row["quarter"]),
                body=row["body"],
                files=row["files"],
                explain=dict(answer.partition("=")[::2] for answer in row["explain"].split(";") if answer),
                text=row["text"],
                announced=moment(row["announced"]) if row["announced"] else None,
                version=0 if row["body"] else counted[row["deed"], row["quarter"]],
            )
        )
    if found != sorted(found, key=lambda deed: deed.at):
        raise NotValid("demonstration-order", "The script of the demonstration is not in the order of its moments.")
    return found


def still_to_do(deeds: list[Deed]) -> list[Deed]:
    """Those deeds that the database knows nothing of, in order. Three queries."""
    ours = {"body__series": Series.DEMONSTRATION}
    marked = list(Return.objects.filter(**ours).values_list("body_id", *MARKS))
    marked += Withholding.objects.filter(**ours).values_list("body_id", "requested_at", "accepted_at")
    seen = {(body, at) for body, *moments in marked for at in moments}
    last: dict[tuple[str, Quarter], int] = {}
    for place, deed in enumerate(deeds):
        if (deed.body, deed.at) in seen:
            last[deed.body, deed.quarter] = place
    versions = {
        (publication.period, publication.version): publication.state
        for publication in Publication.objects.disclosures().in_series(Series.DEMONSTRATION)
    }

    def done(place: int, deed: Deed) -> bool:
        if deed.body:
            return place <= last.get((deed.body, deed.quarter), -1)
        state = versions.get((str(deed.quarter), deed.version))
        return state in (PUBLIC_STATES if deed.name == "publish" else BUILT_STATES)

    return [deed for place, deed in enumerate(deeds) if not done(place, deed)]


def do(deed: Deed, folder: Path, progress: Progress | None = None) -> None:
    """Do a deed as its person at its moment. Raises what the action raises, and :class:`NotNow` for a failed build."""
    DEEDS[deed.name](deed, User.objects.get(username=deed.by), folder, progress)


def _file(deed: Deed, by: User, folder: Path, progress: Progress | None) -> None:
    place = folder / "returns" / deed.files
    paths = {name: place / f"{name}.csv" for name in ("funding", "kpi", "own_delivery", "control")}
    filed = returns.file_return(
        paths=ReturnPaths(**{name: path for name, path in paths.items() if path.exists()}),
        stated=Stated(),
        body_code=deed.body,
        quarter=deed.quarter,
        by=by,
        now=deed.at,
        correction_reason=deed.text,
    )
    wrong = next((issue for issue in filed.report.issues if issue.severity == "error"), None)
    if wrong:
        raise NotValid(
            "demonstration-file", f"{deed.files}: {wrong.rule} in row {wrong.row} of {wrong.table}: {wrong.message}"
        )


def _submit(deed: Deed, by: User, folder: Path, progress: Progress | None) -> None:
    returns.submit_return(body_code=deed.body, quarter=deed.quarter, by=by, now=deed.at, explanations=deed.explain)


def _accept(deed: Deed, by: User, folder: Path, progress: Progress | None) -> None:
    returns.accept_return(body_code=deed.body, quarter=deed.quarter, by=by, now=deed.at)


def _send_back(deed: Deed, by: User, folder: Path, progress: Progress | None) -> None:
    returns.send_back_return(body_code=deed.body, quarter=deed.quarter, by=by, now=deed.at, reason=deed.text)


def _withdraw(deed: Deed, by: User, folder: Path, progress: Progress | None) -> None:
    returns.withdraw_return(body_code=deed.body, quarter=deed.quarter, by=by, now=deed.at, reason=deed.text)


def _ask_to_withhold(deed: Deed, by: User, folder: Path, progress: Progress | None) -> None:
    withholdings.request_withholding(
        body_code=deed.body,
        agreement_ref=deed.explain["agreement"],
        ground=deed.explain["ground"],
        public_interest=deed.text,
        expires_on=dt.date.fromisoformat(deed.explain["until"]),
        by=by,
        now=deed.at,
    )


def _agree_to_withhold(deed: Deed, by: User, folder: Path, progress: Progress | None) -> None:
    withholdings.accept_withholding(body_code=deed.body, agreement_ref=deed.explain["agreement"], by=by, now=deed.at)


def _build(deed: Deed, by: User, folder: Path, progress: Progress | None) -> None:
    """The work is a worker's; where none can be rung, or none comes, it is done here."""
    publication = disclosures.build_disclosure(
        series=Series.DEMONSTRATION, quarter=deed.quarter, by=by, now=deed.at, correction_notice=deed.text
    )
    if publication.state == PublicationState.BUILDING and publication.job_id:
        jobs.wait(publication.job_id, patience_seconds=_patience(publication.job_id), progress=progress)
        publication = Publication.objects.select_related("job").get(pk=publication.pk)
    if publication.state != PublicationState.BUILT:
        why = publication.job.failure if publication.job else ""
        raise NotNow(
            "build-failed",
            f"Version {publication.version} for {publication.period} ended as {publication.state}. {why}".strip(),
        )


def _patience(job_id: int) -> float:
    """How long a worker is waited for: not at all where none can be rung, or none came for the build before."""
    job = Job.objects.get(pk=job_id)
    before = Job.objects.filter(kind=job.kind, pk__lt=job_id).order_by("-pk").first()
    alone = before is not None and before.worker == jobs.this_worker()
    return 0 if job.rung_at is None or alone else PATIENCE_SECONDS


def _publish(deed: Deed, by: User, folder: Path, progress: Progress | None) -> None:
    """Announced and published in one transaction, so that no scheduler comes between: the moment passed long ago."""
    series, quarter = Series.DEMONSTRATION, deed.quarter
    with transaction.atomic():
        if deed.announced:
            disclosures.schedule_disclosure(series=series, quarter=quarter, by=by, now=deed.announced, at=deed.at)
        disclosures.publish_disclosure(series=series, quarter=quarter, by=by, now=deed.at)


DEEDS: dict[str, Callable[[Deed, User, Path, Progress | None], None]] = {
    "file": _file,
    "submit": _submit,
    "accept": _accept,
    "send-back": _send_back,
    "withdraw": _withdraw,
    "ask-to-withhold": _ask_to_withhold,
    "agree-to-withhold": _agree_to_withhold,
    "build": _build,
    "publish": _publish,
}
