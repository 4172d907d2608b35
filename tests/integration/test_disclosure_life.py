"""Does a disclosure go its way as the state table says: built by a job, published once, corrected, taken back?"""

import csv
import datetime as dt
import hashlib
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from portal import jobs
from portal.errors import NotAllowed, NotFound, NotNow, NotValid
from supplychain.actions import disclosures, returns, takedowns
from supplychain.actions.prepared import prepare_answers
from supplychain.disclosure import chain
from supplychain.models import ChainLink, FrozenLine, Line, PreparedAnswer, Publication, Release, Return
from supplychain.states import PublicationState, ReturnState
from tests.integration.filing_cast import NOTHING_STATED, NOW, QUARTER, Cast, below, line, make_cast, write

pytestmark = pytest.mark.django_db(transaction=True)

RETURN = {"body_code": "D91", "quarter": QUARTER, "now": NOW}
WHICH = {"series": "demonstration", "quarter": QUARTER, "now": NOW}
PUBLISHED_AT = NOW + dt.timedelta(days=1)


class Story:
    """The deeds of a disclosure's life in as few words as a test wants to say."""

    def __init__(self, cast: Cast, folder: Path) -> None:
        self.cast, self.folder = cast, folder

    def file(self, *rows, by=None, reason: str = "") -> Return:
        paths = write(self.folder, *rows)
        which = {"body_code": None, "quarter": None, "now": NOW, "correction_reason": reason}
        return returns.file_return(paths=paths, stated=NOTHING_STATED, by=by or self.cast.preparer, **which).filed

    def accept(self, *rows, by=None, reason: str = "") -> Return:
        self.file(*rows, by=by, reason=reason)
        returns.submit_return(by=by or self.cast.preparer, **RETURN)
        return returns.accept_return(by=self.cast.accepter, **RETURN)

    def build(self, notice: str = "") -> Publication:
        publication = disclosures.build_disclosure(by=self.cast.publisher, correction_notice=notice, **WHICH)
        if publication.state == PublicationState.BUILDING:
            jobs.run(publication.job_id)
        publication.refresh_from_db()
        return publication

    def publish(self) -> Publication:
        return disclosures.publish_disclosure(by=self.cast.publisher, **WHICH | {"now": PUBLISHED_AT})


@pytest.fixture
def story(own_database, tmp_path, settings) -> Story:
    settings.PORTAL_VAR = tmp_path / "var"
    return Story(make_cast(), tmp_path)


@pytest.fixture
def first(story: Story) -> int:
    """The number of the next version in this quarter of the demonstration."""
    return Publication.objects.of("demonstration", QUARTER).count() + 1


def names_of(publication: Publication) -> dict[str, str]:
    return {f.name: f.sha256 for f in publication.files.all()}


NOTICE = "A body was added to the test."


def test_from_accepted_to_public(story: Story, first: int, published_files: Path) -> None:
    story.accept(line("A1"), below("A2", "A1", "250.00"))
    built = story.build(NOTICE)
    assert (built.state, built.version) == (PublicationState.BUILT, first)
    public = story.publish()
    assert (public.state, public.published_by, public.is_current) == ("published", story.cast.publisher, True)
    assert Return.objects.get(body=story.cast.body).state == ReturnState.PUBLISHED
    for name, digest in names_of(public).items():
        assert hashlib.sha256((published_files / public.folder / name).read_bytes()).hexdigest() == digest
    link = ChainLink.objects.get(publication=public)
    assert (link.manifest_sha256, link.link) == (public.digest, chain.digest(link))
    with (published_files / public.folder / "supply-chain.csv").open(encoding="utf-8", newline="") as file:
        ours = [row for row in csv.DictReader(file) if row["body_code"] == "D91"]
    assert [(r["agreement_ref"], r["tier"], r["payer_name"], r["amount_paid_gbp"]) for r in ours] == [
        ("A1", "2", "Test Body", "1000.00"),
        ("A2", "3", "Test Mentoring", "250.00"),
    ]


def test_the_publisher_prepared_none_of_it(story: Story) -> None:
    story.accept(line("A1"), by=story.cast.both)
    built = story.build(NOTICE)
    with pytest.raises(NotAllowed, match="prepared the return of D91"):
        disclosures.publish_disclosure(by=story.cast.both, **WHICH)
    with pytest.raises(IntegrityError, match="The publisher prepared one of the returns"), transaction.atomic():
        Publication.objects.filter(pk=built.pk).update(
            state="published", published_at=NOW, published_by=story.cast.both
        )


def test_what_is_published_is_frozen_in_the_database(story: Story) -> None:
    story.accept(line("A1"))
    story.build(NOTICE)
    public = story.publish()
    attempts = [
        lambda: Publication.objects.filter(pk=public.pk).update(digest="0" * 64),
        lambda: Publication.objects.filter(pk=public.pk).update(state="built"),
        lambda: FrozenLine.objects.filter(publication=public).update(provider_name="Another"),
        lambda: FrozenLine.objects.filter(publication=public).delete(),
        lambda: public.files.all().delete(),
        lambda: ChainLink.objects.filter(publication=public).delete(),
        lambda: Line.objects.filter(of_return__body=story.cast.body).update(service_summary="Another"),
        lambda: Line.objects.filter(of_return__body=story.cast.body).delete(),
        lambda: Return.objects.filter(body=story.cast.body).update(digest="0" * 64),
        lambda: Return.objects.filter(body=story.cast.body).update(state="accepted"),
    ]
    for attempt in attempts:
        with (
            pytest.raises(Exception, match=r"frozen|not edited|never deleted|Cannot (delete|update)"),
            transaction.atomic(),
        ):
            attempt()


def test_a_return_that_changes_makes_a_built_version_stale(story: Story) -> None:
    story.accept(line("A1"))
    assert story.build(NOTICE).state == PublicationState.BUILT
    returns.reopen_return(by=story.cast.accepter, reason="A row was missed.", **RETURN)
    publication = Publication.objects.of("demonstration", QUARTER).get(state="open")
    with pytest.raises(NotNow, match="is open, so it can't be published"):
        story.publish()
    story.accept(line("A1"), line("A3", charity_number="9944444", provider_name="Test Third"))
    rebuilt = story.build(NOTICE)
    assert (rebuilt.pk, rebuilt.state) == (publication.pk, PublicationState.BUILT)
    assert FrozenLine.objects.filter(publication=rebuilt, body_code="D91").count() == 2


def test_a_return_accepted_during_the_build_makes_it_stale_at_its_end(story: Story) -> None:
    story.accept(line("A1"))
    publication = disclosures.build_disclosure(by=story.cast.publisher, correction_notice=NOTICE, **WHICH)
    seen: list[str] = []

    def reopen_in_the_middle(step) -> None:
        if step.name == "freeze-lines" and not seen:
            seen.append(step.name)
            returns.reopen_return(by=story.cast.accepter, reason="Meanwhile.", **RETURN)

    jobs.run(publication.job_id, progress=reopen_in_the_middle)
    publication.refresh_from_db()
    assert publication.state == PublicationState.OPEN


def test_stopped_and_built_again(story: Story) -> None:
    story.accept(line("A1"))
    publication = disclosures.build_disclosure(by=story.cast.publisher, correction_notice=NOTICE, **WHICH)
    stopped = disclosures.stop_build(by=story.cast.publisher, **WHICH)
    assert (stopped.state, jobs.run(publication.job_id).state) == (PublicationState.FAILED, "stopped")
    assert story.build().state == PublicationState.BUILT


def test_building_twice_gives_the_same_bytes(story: Story) -> None:
    story.accept(line("A1"), below("A2", "A1", "250.00"))
    one = names_of(story.build(NOTICE))
    disclosures.reopen_disclosure(by=story.cast.publisher, **WHICH)
    assert names_of(story.build(NOTICE)) == one


def test_nothing_new_is_nothing_to_build(story: Story) -> None:
    story.accept(line("A1"))
    story.build(NOTICE)
    story.publish()
    with pytest.raises(NotNow, match="Nothing has changed since version"):
        story.build(NOTICE)


def test_a_quarter_without_accepted_returns_is_not_built(story: Story) -> None:
    empty = WHICH | {"quarter": QUARTER.plus(-8)}
    with pytest.raises(NotNow, match="has been accepted yet"):
        disclosures.build_disclosure(by=story.cast.publisher, **empty)
    with pytest.raises(NotFound):
        disclosures.publish_disclosure(by=story.cast.publisher, **empty)


def test_a_correction_is_a_new_version_with_reason_notice_and_differences(story: Story, published_files: Path) -> None:
    story.accept(line("A1"), line("A3", charity_number="9944444", provider_name="Test Third"))
    with pytest.raises(NotValid, match="give a public notice"):
        story.build()
    story.build(NOTICE)
    one = story.publish()
    changed = line("A1", amount_paid_gbp="900.00", amount_to_date_gbp="900.00")
    with pytest.raises(NotValid, match="say in a sentence what changed"):
        story.file(changed)
    with pytest.raises(NotValid, match="is what version 1 of D91"):
        story.file(line("A3", charity_number="9944444", provider_name="Test Third"), line("A1"), reason="None.")
    second = story.accept(changed, reason="An invoice was counted twice.")
    assert (second.version, second.replaces.version) == (2, 1)
    story.build()
    two = story.publish()
    assert two.correction_notice == "D91: An invoice was counted twice."
    one.refresh_from_db()
    assert (one.state, two.state, two.version, two.previous) == ("superseded", "published", one.version + 1, one)
    assert list(Return.objects.filter(body=story.cast.body).order_by("version").values_list("state", flat=True)) == [
        "superseded",
        "published",
    ]
    with (published_files / two.folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["basis"] == "version" and row["file"] == "supply-chain.csv"]
    assert [(r["key"], r["change"], r["column"], r["old"], r["new"]) for r in rows] == [
        ("D91/A1", "changed", "amount_paid_gbp", "1000.00", "900.00"),
        ("D91/A1", "changed", "amount_to_date_gbp", "1000.00", "900.00"),
        ("D91/A3", "removed", "", "", ""),
    ]
    assert [link.number for link in ChainLink.objects.filter(publication__in=[one, two])][-1] == (
        ChainLink.objects.filter(series="demonstration").count()
    )


def test_scheduled_and_released_at_its_moment_and_not_before(story: Story) -> None:
    story.accept(line("A1"))
    story.build(NOTICE)
    now = dt.datetime.now(dt.UTC)
    late = WHICH | {"now": now}
    release = disclosures.schedule_disclosure(by=story.cast.publisher, at=now + dt.timedelta(days=3), **late)
    assert disclosures.release_due(now=now) == []
    Release.objects.filter(pk=release.pk).update(goes_public_at=now - dt.timedelta(minutes=1))
    assert [p.state for p in disclosures.release_due(now=now)] == ["published"]
    assert disclosures.release_due(now=now) == []


def test_taken_off_the_calendar_nothing_is_released(story: Story) -> None:
    story.accept(line("A1"))
    story.build(NOTICE)
    now = dt.datetime.now(dt.UTC)
    late = WHICH | {"now": now}
    release = disclosures.schedule_disclosure(by=story.cast.publisher, at=now + dt.timedelta(days=3), **late)
    disclosures.unschedule_disclosure(by=story.cast.publisher, **late)
    Release.objects.filter(pk=release.pk).update(goes_public_at=now - dt.timedelta(minutes=1))
    assert disclosures.release_due(now=now) == []


def test_an_announced_moment_changes_only_with_a_public_note(story: Story) -> None:
    story.accept(line("A1"))
    story.build(NOTICE)
    by = {"by": story.cast.publisher}
    disclosures.schedule_disclosure(at=NOW + dt.timedelta(days=3), **by, **WHICH)
    with pytest.raises(NotValid, match="say publicly why"):
        disclosures.schedule_disclosure(at=NOW + dt.timedelta(days=4), **by, **WHICH)
    changed = disclosures.schedule_disclosure(at=NOW + dt.timedelta(days=4), note="One body is late.", **by, **WHICH)
    assert changed.note == "One body is late."


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2018-10-26T09:00+01:00", "2018-10-26T08:30:00+00:00"),  # Friday, summer time
        ("2018-10-26T10:00+01:00", "2018-10-29T09:30:00+00:00"),  # the clocks go back on the Sunday between
        ("2019-03-29T10:00+00:00", "2019-04-01T08:30:00+00:00"),  # and forward
    ],
)
def test_releases_are_at_half_past_nine_in_london_on_weekdays(now: str, expected: str) -> None:
    assert disclosures.next_release(dt.datetime.fromisoformat(now)).astimezone(dt.UTC).isoformat() == expected


def test_taken_back_by_two_people(story: Story, published_files: Path) -> None:
    secret = "Shelter at 1 Hidden Lane"
    story.accept(line("A1", service_summary=secret))
    story.build(NOTICE)
    public = story.publish()
    what = {"series": "demonstration", "body_code": "D91", "agreement_ref": "A1", "part": "service_summary", "now": NOW}
    takedowns.request_takedown(reason="safety", by=story.cast.publisher, **what)
    with pytest.raises(NotAllowed, match="another person has to confirm"):
        takedowns.confirm_takedown(by=story.cast.publisher, **what)
    prepare_answers(public.series)
    assert takedowns.confirm_takedown(by=story.cast.both, **what) == [public]
    assert not PreparedAnswer.objects.filter(series=public.series).exists(), "answers were made of it, too"
    folder = published_files / public.folder
    assert {path.name for path in folder.iterdir()} == {"manifest.json", "SHA256SUMS"}
    tombs = {t.name: (t.sha256, t.reason) for t in public.tombstones.all()}
    assert tombs["supply-chain.csv"] == (names_of(public)["supply-chain.csv"], "safety")
    again = story.build("One summary was taken back for the safety of people.")
    story.publish()
    for path in (published_files / again.folder).iterdir():
        assert secret.encode() not in path.read_bytes(), path.name
    redacted = FrozenLine.objects.get(publication=again, agreement_ref="A1", body_code="D91")
    assert (redacted.service_summary, redacted.withheld_reason, redacted.amount_paid_gbp) == ("", "safety", 1000)


def test_who_accepts_returns_can_be_the_second_person_of_a_takedown(story: Story) -> None:
    story.accept(line("A1"))
    story.build(NOTICE)
    public = story.publish()
    what = {"series": "demonstration", "body_code": "D91", "agreement_ref": "A1", "part": "provider", "now": NOW}
    with pytest.raises(NotAllowed, match="publisher, or accepter for D91"):
        takedowns.request_takedown(reason="safety", by=story.cast.preparer, **what)
    takedowns.request_takedown(reason="safety", by=story.cast.publisher, **what)
    with pytest.raises(NotAllowed, match="publisher, or accepter for D91"):
        takedowns.confirm_takedown(by=story.cast.preparer, **what)
    assert takedowns.confirm_takedown(by=story.cast.accepter, **what) == [public]


def test_the_public_role_sees_no_row_that_was_taken_down_or_is_not_out_yet(story: Story) -> None:
    story.accept(line("A1"))
    publication = story.build(NOTICE)

    def seen() -> tuple[int, int]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE portal_public")
            cursor.execute("SELECT count(*) FROM supplychain_frozenline WHERE body_code = 'D91'")
            lines = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM supplychain_publication WHERE id = %s", [publication.pk])
            return lines, cursor.fetchone()[0]

    assert seen() == (0, 0)
    story.publish()
    assert seen() == (1, 1)
    what = {"series": "demonstration", "body_code": "D91", "agreement_ref": "A1", "part": "provider", "now": NOW}
    takedowns.request_takedown(reason="legal", by=story.cast.publisher, **what)
    takedowns.confirm_takedown(by=story.cast.both, **what)
    assert seen() == (0, 1)


def test_private_tables_are_closed_to_the_public_role(story: Story) -> None:
    for table in ("supplychain_return", "supplychain_line", "portal_user", "portal_job", "supplychain_returnissue"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE portal_public")
            cursor.execute(f"SELECT 1 FROM {table}")


def test_workers_can_not_switch_the_freezing_off_nor_change_history(story: Story) -> None:
    for statement in (
        "ALTER TABLE supplychain_frozenline DISABLE TRIGGER ALL",
        "TRUNCATE supplychain_frozenline",
        "SET session_replication_role = replica",
        "UPDATE portal_user SET is_superuser = true",
        "DELETE FROM portal_joblog",
        "DELETE FROM supplychain_returnevent",
        "UPDATE supplychain_publicationevent SET state = 'open'",
        "UPDATE portal_rolegrantevent SET role = 'publisher'",
    ):
        with (
            pytest.raises(Exception, match=r"owner|permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET LOCAL ROLE portal_worker")
            cursor.execute(statement)
