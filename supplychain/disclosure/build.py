"""How is a disclosure built? In named steps, each in one transaction and each as good the second time as the first.

A worker may be killed anywhere: rows roll back, files are replaced whole, and the steps that are left lead to the same
bytes.
"""

from collections.abc import Callable
from functools import partial

from supplychain.disclosure import folders, sealing
from supplychain.disclosure.changes import freeze_changes
from supplychain.disclosure.freeze import freeze_lines, freeze_parties
from supplychain.disclosure.freeze_bodies import freeze_bodies
from supplychain.disclosure.freeze_kpis import freeze_kpis
from supplychain.disclosure.selection import building, inputs_digest, select
from supplychain.disclosure.writers import WRITERS, Writer
from supplychain.models import Publication

__all__ = ["inputs_digest", "steps"]


def steps(publication_id: int) -> list[tuple[str, Callable[[], None]]]:
    """(name, function) pairs of a build, in order; each raises :class:`NotNow` unless the version is being built."""
    named: list[tuple[str, Callable[[int], None]]] = [
        ("select", begin),
        ("freeze-parties", freeze_parties),
        ("freeze-lines", freeze_lines),
        ("freeze-kpis", freeze_kpis),
        ("freeze-bodies", freeze_bodies),
        ("freeze-changes", freeze_changes),
        *((f"write {writer.name}", partial(write, writer)) for writer in WRITERS),
        ("seal", seal),
        ("move", move),
        ("record", record),
    ]
    return [(name, partial(step, publication_id)) for name, step in named]


def begin(publication_id: int) -> None:
    """Choose the returns and clear away what an earlier attempt left, in the database and in the staging folder."""
    select(publication_id)
    folders.clear(building(publication_id))


def write(writer: Writer, publication_id: int) -> None:
    """Write one file into the staging folder."""
    publication = building(publication_id)
    writer.write(publication, folders.staging(publication))


def seal(publication_id: int) -> None:
    """Describe, list, sum and pack the files; note the digest of the manifest, by which the next step knows them."""
    publication = building(publication_id)
    digest = sealing.seal(publication, folders.staging(publication))
    Publication.objects.filter(pk=publication_id).update(digest=digest)


def move(publication_id: int) -> None:
    """Bring the files to where they stay."""
    publication = building(publication_id)
    folders.move_into_place(publication, publication.digest)


def record(publication_id: int) -> None:
    """Write down what was made."""
    publication = building(publication_id)
    sealing.record(publication, folders.published(publication))
