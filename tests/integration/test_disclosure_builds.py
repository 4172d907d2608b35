"""Do the same returns give the same bytes, once, whatever happens? And does a correction say what it changed?"""

import datetime as dt
import shutil
from pathlib import Path

import pgtrigger
import pytest

from supplychain.disclosure import build, folders
from supplychain.disclosure.selection import inputs_digest
from supplychain.disclosure.verify import verify_folder
from supplychain.disclosure.verify_records import verify_database
from supplychain.models import (
    Agreement,
    Extension,
    FilingWindow,
    FrozenBody,
    FrozenLine,
    Line,
    Publication,
    PublicationReturn,
    PublishedFile,
    Return,
    Withholding,
)
from tests.integration.disclosure_builder import Q1, Q2, World, folder, rows, run

pytestmark = pytest.mark.django_db


def fill(world: World, *, backwards: bool = False) -> None:
    """The same content, filed in another order."""
    refs = [("D91", "A-1", "Alpha"), ("D91", "A-2", "Beta"), ("D92", "B-1", "Alpha"), ("D92", "B-2", "Gamma")]
    filed: dict[str, Return] = {}
    for code in ("D92", "D91") if backwards else ("D91", "D92"):
        filed[code] = world.filed(code, Q1, income_gbp="10.00")
    for code, ref, payee in reversed(refs) if backwards else refs:
        world.line(filed[code], ref, payee, people_supported=2, cohorts=["women"], areas=["t-north", "t-south"])
    for code in filed:
        world.figures(filed[code], world.kpi(), "40", **({"A_1": "12"} if code == "D91" else {"B_1": "13"}))


def bytes_of(place: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(place.iterdir())}


@pytest.fixture
def world() -> World:
    made = World()
    for code in ("D91", "D92"):
        made.body(code, owner="Owner Ltd")
    for number, name in enumerate(("Alpha", "Beta", "Gamma")):
        made.organisation(name, f"GB-CHC-999000{number}")
    return made


def test_same_returns_same_bytes(world: World) -> None:
    """Filed in another order, under other row ids, built in another run."""
    fill(world)
    publication = world.built()
    first = bytes_of(folder(publication))
    ids = set(FrozenLine.objects.filter(publication=publication).values_list("pk", flat=True))
    Publication.objects.filter(pk=publication.pk).update(state="open", built_at=None, digest="")
    PublicationReturn.objects.filter(publication=publication).delete()
    Return.objects.filter(body_id__in=["D91", "D92"]).update(state="sent-back")  # what is accepted can't be deleted
    Line.objects.filter(of_return__body_id__in=["D91", "D92"]).delete()
    for model in (Agreement, Return):
        model.objects.filter(body_id__in=["D91", "D92"]).delete()
    fill(world, backwards=True)
    Publication.objects.filter(pk=publication.pk).update(state="building")
    run(publication)
    assert bytes_of(folder(publication)) == first
    assert not ids & set(FrozenLine.objects.filter(publication=publication).values_list("pk", flat=True))


def test_every_step_can_be_done_twice(world: World) -> None:
    fill(world)
    publication = world.built()
    wanted = bytes_of(folder(publication))
    Publication.objects.filter(pk=publication.pk).update(state="building", built_at=None)
    for _, step in build.steps(publication.pk):
        step()
        step()
    assert bytes_of(folder(publication)) == wanted
    assert PublishedFile.objects.filter(publication=publication).count() == len(wanted)


STEPS = [name for name, _ in build.steps(0)]
EDITED = "supplychain.Line:bound_with_return_update"  # the database refuses it; these tests do it all the same


@pytest.mark.parametrize("killed", STEPS)
def test_a_build_that_was_given_up_anywhere_leads_to_the_same_bytes(world: World, killed: str) -> None:
    """An attempt gets as far as one step, with another amount than is put right before the build begins again."""
    fill(world)
    reference = world.built()
    wanted = bytes_of(folder(reference))
    shutil.rmtree(folder(reference))
    Publication.objects.filter(pk=reference.pk).update(state="building", built_at=None)
    line = Line.objects.get(of_return__body_id="D91", agreement_ref="A-1")
    with pgtrigger.ignore(EDITED):
        Line.objects.filter(pk=line.pk).update(amount_paid_gbp="7.00")
    for name, step in build.steps(reference.pk):
        step()
        if name == killed:
            break
    with pgtrigger.ignore(EDITED):
        line.save()
    stray = folders.staging(reference).parent / f".{reference.pk}.stray"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"half a file")
    run(reference)
    assert bytes_of(folder(reference)) == wanted
    assert list(folders.staging(reference).parent.iterdir()) == []


def test_killed_between_rename_and_commit(world: World) -> None:
    """The folder is in place already when the step is done again."""
    fill(world)
    publication = world.opened()
    steps = dict(build.steps(publication.pk))
    for name, step in steps.items():
        if name == "record":
            break
        step()
    wanted = bytes_of(folder(publication))
    steps["move"]()
    steps["record"]()
    assert bytes_of(folder(publication)) == wanted and verify_folder(folder(publication)) == []


def test_an_abandoned_build_makes_way(world: World) -> None:
    fill(world)
    publication = world.built()
    before = bytes_of(folder(publication))
    Publication.objects.filter(pk=publication.pk).update(state="building", built_at=None)
    with pgtrigger.ignore(EDITED):
        Line.objects.filter(agreement_ref="A-1", of_return__body_id="D91").update(amount_paid_gbp="7.00")
    run(publication)
    assert bytes_of(folder(publication))["supply-chain.csv"] != before["supply-chain.csv"]
    assert verify_folder(folder(publication)) == []


def test_lost_staging_files_are_written_again(world: World) -> None:
    fill(world)
    publication = world.built()
    wanted = bytes_of(folder(publication))
    Publication.objects.filter(pk=publication.pk).update(state="building", built_at=None)
    for name, step in build.steps(publication.pk):
        if name == "seal":
            (folders.staging(publication) / "flows.csv").unlink()
        step()
    assert bytes_of(folder(publication)) == wanted


def test_a_file_that_could_not_be_finished_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "1" / "a.csv"
    with pytest.raises(RuntimeError), folders.written(target) as file:
        file.write(b"half")
        raise RuntimeError("killed")
    assert not target.exists() and not any(path.is_file() for path in tmp_path.rglob("*"))


class TestInputsDigest:
    def test_it_moves_with_whatever_changes_the_files(self, world: World) -> None:
        fill(world)
        publication = world.built()
        assert inputs_digest(publication) == publication.inputs_digest
        seen = {publication.inputs_digest}

        def moved() -> bool:
            seen.add(inputs_digest(publication))
            return len(seen) == before + 1

        before = len(seen)
        world.redact("D91", "A-1", "service_summary")
        assert moved()
        before = len(seen)
        world.withhold("D91", "A-1")
        assert moved()
        before = len(seen)
        Return.objects.filter(body_id="D92").update(
            state="sent-back", accepted_by=None, accepted_at=None, accepted_digest=""
        )
        assert moved()

    def test_it_stays_while_nothing_changes(self, world: World) -> None:
        fill(world)
        publication = world.published()
        assert inputs_digest(publication) == publication.inputs_digest
        world.body("D93")
        world.line(world.filed("D93", Q2), "Z-1", "Zeta")
        Withholding.objects.create(
            body_id="D93", agreement_ref="Z-1", ground="safety", public_interest="Test.",
            expires_on=dt.date(2020, 1, 1), requested_at=dt.datetime.now(dt.UTC), requested_by=world.preparer,
        )  # fmt: skip
        assert inputs_digest(publication) == publication.inputs_digest


class TestCorrection:
    def corrected(self, world: World) -> Publication:
        world.window(Q1, dt.datetime(2014, 8, 15, tzinfo=dt.UTC))
        fill(world)
        world.published()
        old = Return.objects.get(body_id="D91", quarter=Q1)
        filed = world.filed(
            "D91", Q1, replaces=old, submitted_at=dt.datetime(2014, 12, 1, tzinfo=dt.UTC), income_gbp="10.00"
        )
        world.line(filed, "A-1", "Alpha", "70.00", people_supported=2, cohorts=["women"], areas=["t-north", "t-south"])
        world.line(filed, "A-3", "Gamma")
        world.figures(filed, world.kpi(), "40", A_1="14")
        return world.published()

    def test_the_second_version_lists_what_changed_and_names_the_first(self, world: World) -> None:
        publication = self.corrected(world)
        found = [
            (row["file"], row["key"], row["change"], row["column"], row["old"], row["new"])
            for row in rows(publication, "changes.csv")
            if row["basis"] == "version"
        ]
        assert found == [
            ("bodies.csv", "D91", "changed", "return_version", "1", "2"),
            ("kpi-contributions.csv", "D91/T01/A-1", "changed", "numerator", "12", "14"),
            ("supply-chain.csv", "D91/A-1", "changed", "amount_paid_gbp", "100.00", "70.00"),
            ("supply-chain.csv", "D91/A-1", "changed", "amount_to_date_gbp", "100.00", "70.00"),
            ("supply-chain.csv", "D91/A-2", "removed", "", "", ""),
            ("supply-chain.csv", "D91/A-3", "added", "", "", ""),
        ]
        assert publication.previous.version == 1 and verify_database(publication) == []

    def test_a_correction_makes_nobody_late(self, world: World) -> None:
        row = next(row for row in rows(self.corrected(world), "bodies.csv") if row["code"] == "D91")
        assert (row["late"], row["submitted_at"], row["return_version"]) == ("no", "2014-08-01T12:00:00Z", "2")

    def test_the_first_version_stays_as_it_was(self, world: World) -> None:
        fill(world)
        first = world.published()
        before = bytes_of(folder(first))
        filed = world.filed("D91", Q1, replaces=Return.objects.get(body_id="D91", quarter=Q1))
        world.line(filed, "A-1", "Alpha", "70.00")
        world.published()
        first.refresh_from_db()
        assert bytes_of(folder(first)) == before and verify_database(first) == []

    def test_the_next_quarter_is_compared_with_the_valid_version(self, world: World) -> None:
        self.corrected(world)
        filed = world.filed("D91", Q2)
        world.line(filed, "A-1", "Alpha", "71.00", people_supported=2, cohorts=["women"], areas=["t-north", "t-south"])
        found = {
            (row["key"], row["column"]): (row["old"], row["new"])
            for row in rows(world.published(Q2), "changes.csv")
            if row["basis"] == "quarter" and row["file"] == "supply-chain.csv" and row["change"] == "changed"
        }
        assert found == {
            ("D91/A-1", "amount_paid_gbp"): ("70.00", "71.00"), ("D91/A-1", "amount_to_date_gbp"): ("70.00", "71.00")
        }  # fmt: skip

    def test_a_return_that_is_not_corrected_stands_again(self, world: World) -> None:
        publication = self.corrected(world)
        assert {row["agreement_ref"] for row in rows(publication, "supply-chain.csv")} == {"A-1", "A-3", "B-1", "B-2"}
        versions = FrozenBody.objects.filter(publication=publication).values_list("code", "return_version")
        assert {code: version for code, version in versions if code.startswith("D9")} == {"D91": 2, "D92": 1}


def test_dates_come_from_window_and_extension(world: World) -> None:
    due = dt.datetime(2014, 7, 30, 16, 0, tzinfo=dt.UTC)
    world.window(Q1, due)
    fill(world)
    Extension.objects.create(
        body_id="D92",
        quarter=Q1,
        due_at=due + dt.timedelta(days=9),
        reason="Flood.",
        granted_at=due,
        granted_by=world.accepter,
    )
    found = {row["code"]: (row["due_at"], row["late"]) for row in rows(world.built(), "bodies.csv")}
    assert found["D91"] == ("2014-07-30T16:00:00Z", "yes") and found["D92"] == ("2014-08-08T16:00:00Z", "no")
    assert FilingWindow.objects.filter(quarter=Q1).count() == 1
