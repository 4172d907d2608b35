"""What becomes of a build when the files can't be written? It fails with a sentence, and readers notice nothing."""

import datetime as dt
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal import jobs
from portal.embedded.service import ROOT
from portal.models import JobState, User
from supplychain.actions.disclosures import build_disclosure, publish_disclosure
from supplychain.disclosure.verify import verify_folder
from supplychain.models import Publication
from supplychain.states import PublicationState
from tests.faults import builds
from tests.integration.disclosure_builder import SERIES

QUARTER = builds.QUARTERS[0]
NOW = dt.datetime(2026, 11, 2, 10, 0, tzinfo=dt.UTC)
NOTICE = "Corrected: one return was wrong."
LARGEST_FILE = 8192  # bytes; the supply chain is larger


@dataclass(frozen=True)
class Store:
    """A published first version, and a correction that waits to be built as the second."""

    files: Path
    first: Publication
    publisher: User
    environment: dict[str, str]

    def build(self, prepare: Callable[[], None] | None = None) -> tuple[int, str]:
        """Build the second version at a command line; exit code and what was said."""
        command = [sys.executable, "manage.py", "build_disclosure", str(QUARTER), "--demonstration", "--notice", NOTICE]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, preexec_fn=prepare, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def check_first_is_served(self) -> None:
        """The published version stands, and its files are whole."""
        assert Publication.objects.of(SERIES, QUARTER).current().get() == self.first
        assert verify_folder(self.files / self.first.folder) == []

    def check_second_can_be_built_and_published(self) -> None:
        """Once the files can be written again, and nothing of the failed attempt is left."""
        which = {"series": SERIES, "quarter": QUARTER, "by": self.publisher, "now": NOW}
        job = jobs.run(build_disclosure(**which).job_id)
        assert job.state == JobState.DONE, job.failure
        second = publish_disclosure(**which)
        assert (second.version, verify_folder(self.files / second.folder)) == (2, [])
        assert list((self.files / ".staging").iterdir()) == []
        assert verify_folder(self.files / self.first.folder) == []


@pytest.fixture
def store(own_database, published_files: Path) -> Iterator[Store]:
    world = builds.make_world(quarters=[QUARTER])
    publisher = world.publisher
    which = {"series": SERIES, "quarter": QUARTER, "by": publisher, "now": NOW}
    jobs.run(build_disclosure(**which).job_id)
    first = publish_disclosure(**which)
    world.line(world.filed("D91", QUARTER, replaces=builds.returns_of(QUARTER).get(body="D91")), "A-1", "Provider 1")
    environment = own_database.environment | {"REDIS_URL": "redis://127.0.0.1:1/0"}
    yield Store(published_files, first, publisher, environment)


def test_disk_full_in_the_middle_of_a_file(store: Store) -> None:
    def no_large_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))

    code, said = store.build(no_large_files)
    assert code == 1
    assert "Step write supply-chain.csv failed 3 times; the last time: File too large." in said
    assert "Traceback" not in said
    assert builds.latest(QUARTER).state == PublicationState.FAILED
    store.check_first_is_served()
    store.check_second_can_be_built_and_published()


def test_staging_can_not_be_written(store: Store) -> None:
    staging = store.files / ".staging"
    staging.rmdir()
    staging.write_text("A file where a folder should be.")
    code, said = store.build()
    assert code == 1
    assert "Step write supply-chain.csv failed 3 times; the last time: " in said
    assert builds.latest(QUARTER).state == PublicationState.FAILED
    store.check_first_is_served()
    staging.unlink()
    store.check_second_can_be_built_and_published()


def test_files_can_not_be_moved_into_place(store: Store) -> None:
    """What lies in the way is not ours to remove: the build fails, and works once somebody took it away."""
    place = store.files / store.first.folder
    away = place.parent.with_name("away")
    place.parent.rename(away)
    place.parent.write_text("A file where a folder should be.")
    code, said = store.build()
    assert code == 1
    assert "Step move failed 3 times; the last time: " in said
    assert builds.latest(QUARTER).state == PublicationState.FAILED
    place.parent.unlink()
    away.rename(place.parent)
    store.check_first_is_served()
    store.check_second_can_be_built_and_published()
