"""Does the database still say what the files say? The other half of verification, for whoever has the database.

Files are compared with the record of them, frozen rows with the files that were made of them, the digest with the chain
of publications, and the returns with what went in.
"""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from supplychain.disclosure import chain, sealing
from supplychain.disclosure.columns import TABLES
from supplychain.disclosure.folders import published, sha256
from supplychain.disclosure.tables import Table
from supplychain.disclosure.verify import Unreadable, read_manifest
from supplychain.disclosure.writers.plain_csv import copy_statement
from supplychain.models import ChainLink, Publication
from supplychain.states import PUBLIC_STATES


class Digest:
    """Something to write into of which only the SHA-256 is kept."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return len(data)


def withdrawn_files(publication: Publication) -> frozenset[str]:
    """Names of the files that were taken down, of which tombstones are left."""
    return frozenset(publication.tombstones.values_list("name", flat=True))


def verify_database(publication: Publication) -> list[str]:
    """What differs between the database and the files of a built or published version, one sentence each."""
    folder = published(publication)
    wrong = [*_check_records(publication, folder), *_check_totals(publication), *_check_inputs(publication, folder)]
    for table in TABLES:
        wrong += _check_rows(table, publication, folder)
    if publication.state in PUBLIC_STATES:
        wrong += _check_chain(publication)
    return wrong


def _check_records(publication: Publication, folder: Path) -> Iterator[str]:
    withdrawn = withdrawn_files(publication)
    recorded = list(publication.files.all())
    if not recorded:
        yield "No file of this version is on record."
    for file in recorded:
        path = folder / file.name
        if file.name in withdrawn:
            if path.exists():
                yield f"{file.name} was taken down and is still there."
        elif not path.is_file():
            yield f"{file.name} is on record and missing."
        elif (path.stat().st_size, sha256(path)) != (file.bytes, file.sha256):
            yield f"{file.name} is not the file on record."
    for stone in publication.tombstones.all():
        if not any(
            (file.name, file.bytes, file.sha256) == (stone.name, stone.bytes, stone.sha256) for file in recorded
        ):
            yield f"The tombstone of {stone.name} has another digest than the file had."
    manifest = folder / sealing.MANIFEST
    if manifest.is_file() and sha256(manifest) != publication.digest:
        yield "The manifest is not the one on record."


def _check_totals(publication: Publication) -> Iterator[str]:
    pence, lacking = sealing.totals(publication)
    if pence != publication.totals_pence or lacking != publication.lines_without_amount:
        yield f"The frozen lines add up to {pence}, the record says {publication.totals_pence}."


def _check_rows(table: Table, publication: Publication, folder: Path) -> Iterator[str]:
    """Exporting the frozen rows again gives the same bytes."""
    path = folder / table.file
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file), [])
    if not set(names) <= {column.name for column in table.columns}:
        yield f"{table.file} has columns that nobody defined."
        return
    again = Digest()
    with connection.cursor() as cursor:
        cursor.copy_expert(copy_statement(table, publication.pk, names), again)
    if again.sha256.hexdigest() != sha256(path):
        yield f"The frozen rows no longer give {table.file}."


def _check_inputs(publication: Publication, folder: Path) -> Iterator[str]:
    parts = list(publication.parts.select_related("of_return").order_by("of_return__body_id"))
    for part in parts:
        if part.digest != part.of_return.digest:
            yield f"The return of {part.of_return.body_id} is not the one that went in."
    try:
        manifest = read_manifest(folder)
    except Unreadable as refusal:
        yield str(refusal)
        return
    listed = [(entry["body"], entry["version"], entry["digest"]) for entry in manifest["returns"]]
    if listed != [(part.of_return.body_id, part.of_return.version, part.digest) for part in parts]:
        yield "The manifest lists other returns than went in."
    if manifest["previous"] != (publication.previous.digest if publication.previous else None):
        yield "The manifest names another version before this one."


def _check_chain(publication: Publication) -> Iterator[str]:
    link = ChainLink.objects.filter(publication=publication).first()
    if link is None:
        yield "The chain of publications has no link for this version."
        return
    if link.manifest_sha256 != publication.digest or link.published_at != publication.published_at:
        yield f"Link {link.number} of the chain tells of another manifest or moment."
    links = ChainLink.objects.filter(series=publication.series).order_by("number").select_related("publication")
    yield from chain.verify(chain.text(links))
