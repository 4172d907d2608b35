"""Is the demonstration loaded once, whole, the same every time, and without a touch on anything real?"""

import filecmp
import os
import shutil
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from portal import jobs
from portal.errors import NotNow, NotValid
from portal.models import Job, RoleGrant, User
from providers.actions import add_organisation
from providers.identifiers import Identifier
from providers.models import Organisation, OrganisationIdentifier, OrganisationName, Series
from supplychain import demonstration
from supplychain.actions import returns
from supplychain.demonstration import deeds
from supplychain.demonstration.people import password_of
from supplychain.demonstration.play import EARLIER
from supplychain.demonstration.tables import FOLDER
from supplychain.models import Agreement, Area, Body, BodyArea, Code, Event, Kpi, Ownership, Publication, Return, Source
from tests import databases
from tests.world import ACCOUNTS, SERIES


class Interrupted(Exception):  # noqa: N818 (nothing is wrong)
    """What stops a run in the middle, as a killed process would."""


@pytest.fixture
def empty_portal(database_server, django_db_setup, django_db_blocker, published_files: Path) -> Iterator[Path]:
    """A portal with the reference data and no demonstration, in a database of its own; gives its published files."""
    before = databases.current_url()
    name = f"test_{os.getpid()}_empty"
    with django_db_blocker.unblock():
        database_server.drop(name)
        database_server.clone(database_server.names("^template_migrated_")[-1], name)
        databases.point_django_to(databases.url_of(name))
        try:
            call_command("load_reference", verbosity=0, stdout=StringIO())
            yield published_files
        finally:
            connections.close_all()
            databases.point_django_to(before)
            database_server.drop(name)


def real_rows() -> dict[str, list[tuple]]:
    """Every row that belongs to the real series or to none."""
    mine = {"series": Series.DEMONSTRATION}
    of_body = {"body__series": Series.DEMONSTRATION}
    of_organisation = {"organisation__series": Series.DEMONSTRATION}
    others = [
        *((model, mine) for model in (Area, Body, Kpi, Organisation)),
        *((model, of_body) for model in (BodyArea, Ownership)),
        *((model, of_organisation) for model in (OrganisationIdentifier, OrganisationName)),
        (Code, {}),
        (Event, {}),
        (Source, {"code": "DEMO"}),
    ]
    return {
        model.__name__: sorted(model.objects.exclude(**theirs).values_list() if theirs else model.objects.values_list())
        for model, theirs in others
    }


def every_count() -> dict[str, int]:
    """How many rows each table has, history included."""
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


def same_files(one: Path, other: Path) -> int:
    """How many files two folders have, after it was made sure that they have the same, byte for byte."""
    names = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
    _, differing, unreadable = filecmp.cmpfiles(one, other, names, shallow=False)
    assert (differing, unreadable) == ([], [])
    return len(names)


def test_interrupted_anywhere_it_ends_in_the_same_bytes(
    empty_portal: Path, database_server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before a deed, within an acceptance, within a build and before a publication; each time begun again.

    Two of the eight quarters: the others are played by the same deeds.
    """
    untouched = real_rows()

    def stop_before(words: str):
        def tell(step: str) -> None:
            if words in step:
                raise Interrupted

        return tell

    with pytest.raises(Interrupted):
        demonstration.load(tell=stop_before("accepter: send-back D07"))
    assert Return.objects.get(body="D07").state == "submitted"
    known = [Agreement.objects.count(), Organisation.objects.count(), Return.objects.filter(state="accepted").count()]
    with monkeypatch.context() as patch:
        # The last thing that acceptance does: parties were made known and ids drawn, and all of it rolls back.
        patch.setattr(returns, "make_stale", lambda *_: (_ for _ in ()).throw(Interrupted()))
        with pytest.raises(Interrupted):
            demonstration.load()
    assert Return.objects.get(body="D07").sent_back_at
    still = [Agreement.objects.count(), Organisation.objects.count(), Return.objects.filter(state="accepted").count()]
    assert still == known

    def stop_within(step) -> None:
        if step.name == "write flows.csv":
            raise Interrupted

    with pytest.raises(Interrupted):
        demonstration.load(progress=stop_within)
    assert Publication.objects.get().state == "building"
    with pytest.raises(Interrupted):
        demonstration.load(tell=stop_before("publish version 2 of 2017-18 Q2"))
    states = Publication.objects.order_by("period", "version").values_list("state", flat=True)
    assert list(states) == ["published", "published", "built"]

    with pytest.raises(Interrupted):
        demonstration.load(tell=stop_before("build version 1 of 2017-18 Q3"))
    for quarter in ("2017-18-q1", "2017-18-q2"):
        played, whole = (files / SERIES / quarter for files in (empty_portal, database_server.files))
        assert same_files(played, whole) > 12
    assert real_rows() == untouched


@pytest.mark.long
def test_the_whole_world_is_played_in_half_a_minute(empty_portal: Path, database_server) -> None:
    """In one process, through the actions, into the same bytes as those that all tests stand on."""
    begun = time.monotonic()
    outcome = demonstration.load()
    seconds = time.monotonic() - begun
    assert outcome.deeds_done == outcome.deeds
    assert same_files(empty_portal / SERIES, database_server.files / SERIES) > 100
    assert seconds < 30


@pytest.mark.django_db
def test_a_worker_is_waited_for_only_where_one_may_come() -> None:
    def job(**values) -> int:
        return Job.objects.create(kind="test-kind", key=f"test {Job.objects.count()}", **values).pk

    assert deeds._patience(job(rung_at=None)) == 0, "nobody can be rung"
    assert deeds._patience(job(rung_at=timezone.now())) == deeds.PATIENCE_SECONDS
    job(rung_at=timezone.now(), worker=jobs.this_worker())
    assert deeds._patience(job(rung_at=timezone.now())) == 0, "nobody came for the one before"


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_says_so() -> None:
    before, begun, said = every_count(), time.monotonic(), StringIO()
    call_command("load_demo", stdout=said, stderr=said)
    assert time.monotonic() - begun < 2
    assert every_count() == before
    assert "nothing was changed" in said.getvalue()


@pytest.mark.django_db
def test_a_world_of_another_script_stays_as_it_is(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "demo", ignore=shutil.ignore_patterns("returns"))
    script = (folder / "deeds.csv").read_text(encoding="utf-8")
    heading, rest = script.split("\n", 1)
    more = "2017-07-03 09:00,preparer,file,2017-18 Q1,D12,2017-18-q1/D12,,,"
    (folder / "deeds.csv").write_text(f"{heading}\n{more}\n{rest}", encoding="utf-8")
    before, told = every_count(), []
    outcome = demonstration.load(folder=folder, tell=told.append)
    assert (outcome.changed_rows, outcome.deeds_done) == (0, 0) and told == [EARLIER]
    assert every_count() == before


@pytest.mark.django_db
def test_the_command_says_what_is_there() -> None:
    said = StringIO()
    call_command("load_demo", stdout=said)
    for expected in (
        "Bodies: 12. Providers: 65.",
        "89 published, 2 superseded, 2 withdrawn",
        "2018-19 Q1 version 1 (superseded): /demonstration/disclosures/2018-19-q1/v1/",
        "2018-19 Q1 version 2 (published): /demonstration/disclosures/2018-19-q1/v2/",
        "2018-19 Q4 version 1 (published): /demonstration/disclosures/2018-19-q4/v1/",
        *(f"Account {account}: " for account in ACCOUNTS),
    ):
        assert expected in said.getvalue()


@pytest.mark.django_db
def test_accounts_sign_in_with_a_password_of_this_installation_and_hold_one_role_each() -> None:
    for account in User.objects.filter(username__in=ACCOUNTS):
        assert account.check_password(password_of(account.username))
        assert not account.is_staff and not account.is_superuser
        assert account.post.endswith("(demonstration)")
        assert list(RoleGrant.objects.filter(user=account).values_list("role", "body_code")) == [(account.username, "")]


@pytest.mark.django_db
def test_an_account_that_is_there_keeps_what_it_has() -> None:
    """Somebody gave the publisher another post: loading again leaves that alone."""
    User.objects.filter(username="publisher").update(post="Somebody else's post")
    call_command("load_demo", verbosity=0, stdout=StringIO())
    assert User.objects.get(username="publisher").post == "Somebody else's post"


@pytest.mark.django_db
def test_an_instance_without_demonstration_refuses(settings) -> None:
    settings.PORTAL_DEMONSTRATION = False
    before, said = every_count(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("load_demo", stderr=said)
    assert ended.value.code == 1
    assert "PORTAL_DEMONSTRATION is off" in said.getvalue()
    assert every_count() == before


def test_two_never_load_at_once(own_database) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(7708)")
            with pytest.raises(NotNow, match="Another process"):
                demonstration.load()
            cursor.execute("SELECT pg_advisory_unlock(7708)")
        assert demonstration.load().deeds_done == 0
    finally:
        other.close()


@pytest.mark.django_db
def test_a_number_of_the_real_series_is_not_taken_over() -> None:
    """Were a number of the demonstration ever given to somebody real, loading stops before it touches anything."""
    OrganisationIdentifier.objects.filter(number="9901001").update(number="9909999")
    real = add_organisation(
        name="Somebody", series=Series.REAL, source="TEST", confidence="solid",
        identifiers=[Identifier("GB-CHC", "9909998")],
    )  # fmt: skip
    OrganisationIdentifier.objects.filter(organisation=real).update(number="9901001")
    before = every_count()
    with pytest.raises(NotValid, match="9901001"):
        demonstration.load()
    assert every_count() == before


@pytest.mark.django_db
def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text("code,title\nx,X\n", encoding="utf-8")
    with pytest.raises(NotValid, match=r"areas\.csv .* should have the columns code, name"):
        demonstration.load(folder=tmp_path)
    (tmp_path / "areas.csv").unlink()
    with pytest.raises(NotValid, match=r"areas\.csv .* can't be read"):
        demonstration.load(folder=tmp_path)
