"""What does a fault test build, and how does it tell that this was built once and is what it would have been?"""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.models import QuerySet

from portal.jobs import MAX_ATTEMPTS
from portal.models import Job, JobState, Role, RoleGrant, User
from portal.quarters import Quarter
from supplychain.actions.disclosures import build_disclosure, publish_disclosure, reopen_disclosure
from supplychain.disclosure import build
from supplychain.disclosure.folders import published
from supplychain.models import ChainLink, Publication, PublishedFile, Return
from supplychain.states import PublicationState
from tests.faults.processes import Portal
from tests.integration.disclosure_builder import LIFE, SERIES, World

QUARTERS = tuple(Quarter(2014, number) for number in (1, 2, 3, 4))
LATER, LAST = Quarter(2015, 1), Quarter(2015, 2)
STEPS = (*(name for name, _ in build.steps(0)), "finish")


def make_world(quarters: Iterable[Quarter] = (*QUARTERS, LATER, LAST)) -> World:
    """Two bodies with accepted returns in every quarter, large enough that files take more than one write."""
    world = World()
    RoleGrant.objects.create(user=world.publisher, role=Role.PUBLISHER, during=(LIFE[0], None))
    for code in ("D91", "D92"):
        world.body(code, owner="Owner Ltd")
    for quarter in quarters:
        world.window(quarter, dt.datetime.combine(quarter.end, dt.time(), dt.UTC) + dt.timedelta(days=45))
        for code in ("D91", "D92"):
            filed = world.filed(code, quarter, income_gbp="250000.00")
            for number in range(1, 41):
                world.line(filed, f"A-{number}", f"Provider {number}", f"{number}.25", people_supported=number)
                world.line(filed, f"B-{number}", f"Provider {number + 40}", f"{number}.10", above=f"A-{number}")
            world.own_delivery(filed, "10.00")
            world.figures(filed, world.kpi(), "400/500", A_1="30/31", A_2="2")
    return world


def now() -> dt.datetime:
    """The moment at which people do things."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Undisturbed:
    """What a build gives when nobody disturbs it."""

    quarter: Quarter
    digest: str
    files: dict[str, str]


def latest(quarter: Quarter) -> Publication | None:
    """The quarter's newest version."""
    return Publication.objects.of(SERIES, quarter).order_by("-version").first()


def returns_of(quarter: Quarter) -> QuerySet[Return]:
    """The returns that this world holds for a quarter."""
    return Return.objects.filter(body__series=SERIES, quarter=quarter)


def reopen(quarter: Quarter, by: User) -> None:
    """Open the quarter's version again where it is built, and take its files away: every build has to make its own."""
    last = latest(quarter)
    if last is not None and last.state == PublicationState.BUILT:
        reopen_disclosure(series=SERIES, quarter=quarter, by=by, now=now())
        shutil.rmtree(published(last))


def begin(quarter: Quarter, by: User) -> Publication:
    """Begin to build the quarter's version, again where it was built before."""
    reopen(quarter, by)
    return build_disclosure(series=SERIES, quarter=quarter, by=by, now=now())


def built(portal: Portal, publication: Publication, seconds: float = 60.0) -> Publication:
    """Wait until the version is built, by nobody's hands, and its job is over."""
    return state_of(portal, publication, PublicationState.BUILT, seconds)


def state_of(portal: Portal, publication: Publication, state: str, seconds: float = 60.0) -> Publication:
    """Wait until the version has a state, or any that says that waiting is in vain."""

    def settled() -> bool:
        publication.refresh_from_db()
        return publication.state != PublicationState.BUILDING

    portal.until(settled, f"{publication} is {state}", seconds)
    assert publication.state == state, f"it is {publication.state}: {told(publication)}\n{portal.logs()}"
    return publication


def told(publication: Publication) -> str:
    """What the job says happened."""
    job = Job.objects.get(pk=publication.job_id)
    return "\n".join([f"{job.state} {job.failure}", *job.log.values_list("text", flat=True)])


def bytes_of(portal: Portal, publication: Publication) -> dict[str, str]:
    """Name and digest of every file where readers look."""
    folder = portal.files / publication.folder
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def strays(portal: Portal) -> list[Path]:
    """What lies outside the folders of versions: unfinished files and forgotten staging folders."""
    staging = portal.files / ".staging"
    return sorted(staging.rglob("*")) if staging.exists() else []


def check_built_once(portal: Portal, publication: Publication, undisturbed: Undisturbed) -> None:
    """The same bytes as undisturbed, one record of each, nothing left over, and it can be published, once."""
    publication.refresh_from_db()
    expected = undisturbed.files
    assert {"supply-chain.csv", "manifest.json", "SHA256SUMS"} < set(expected)
    assert publication.digest == undisturbed.digest == expected["manifest.json"]
    assert bytes_of(portal, publication) == expected
    recorded = list(PublishedFile.objects.filter(publication=publication).values_list("name", "sha256"))
    assert sorted(recorded) == sorted(expected.items())
    assert strays(portal) == []
    job = Job.objects.get(pk=publication.job_id)
    assert job.state == JobState.DONE, told(publication)
    assert all(1 <= step.attempts <= MAX_ATTEMPTS and step.state == JobState.DONE for step in job.steps.all())
    assert not Job.objects.filter(key=job.key).exclude(pk=job.pk).filter(finished_at=None).exists()
    check_publishes_once(publication)


def check_publishes_once(publication: Publication) -> None:
    """Publish, look, and take it back, so that the version can be built again."""
    with transaction.atomic():
        before = ChainLink.objects.filter(series=SERIES).count()
        publisher = User.objects.get(username="test-publisher")
        publish_disclosure(series=SERIES, quarter=publication.quarter, by=publisher, now=now())
        assert ChainLink.objects.filter(series=SERIES).count() == before + 1
        assert ChainLink.objects.filter(publication=publication, manifest_sha256=publication.digest).count() == 1
        assert Publication.objects.of(SERIES, publication.quarter).current().get().pk == publication.pk
        transaction.set_rollback(True)
    assert connection.get_autocommit()
