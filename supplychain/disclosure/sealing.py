"""How can anyone tell that the files are whole and unchanged? By the manifest, the sums, the archive and our record.

``manifest.json`` lists every file of data with its size, rows and digest; its own digest stands in the chain of
publications.
"""

import csv
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

from django.db import connection

from supplychain.disclosure.folders import sha256, written
from supplychain.disclosure.writers import WRITERS, datapackage
from supplychain.models import Publication, PublishedFile

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
FORMAT = 1
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold


def archive_name(publication: Publication) -> str:
    """``2018-19-q1-v1.zip``."""
    return f"{publication.quarter.slug}-v{publication.version}.zip"


def data_files() -> list[str]:
    """The files that the manifest lists, sorted."""
    return sorted([*(writer.name for writer in WRITERS), datapackage.NAME])


def count_rows(path: Path) -> int | None:
    """Rows of a CSV without its header; ``None`` for a file that is not a table."""
    if path.suffix != ".csv":
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def totals(publication: Publication) -> tuple[dict[str, int], dict[str, int]]:
    """By tier: the pence that are shown as paid, and how many lines show none."""
    statement = """
        SELECT tier::text, COALESCE(sum(amount_paid_gbp) * 100, 0)::bigint,
               count(*) FILTER (WHERE amount_paid_gbp IS NULL)
        FROM supplychain_frozenline WHERE publication_id = %s GROUP BY tier ORDER BY tier
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [publication.pk])
        rows = cursor.fetchall()
    return {tier: pence for tier, pence, _ in rows}, {tier: lacking for tier, _, lacking in rows}


def manifest(publication: Publication, folder: Path) -> dict[str, Any]:
    """What ``manifest.json`` says of the files in the folder."""
    parts = publication.parts.select_related("of_return").order_by("of_return__body_id")
    return {
        "format": FORMAT,
        "kind": str(publication.kind),
        "quarter": publication.period,
        "version": publication.version,
        "files": [_entry(folder / name) for name in data_files()],
        "totals_pence": totals(publication)[0],
        "returns": [
            {"body": part.of_return.body_id, "version": part.of_return.version, "digest": part.digest} for part in parts
        ],
        "rules_version": publication.rules_version,
        "previous": publication.previous.digest if publication.previous else None,
    }


def _entry(path: Path) -> dict[str, Any]:
    return {"name": path.name, "bytes": path.stat().st_size, "rows": count_rows(path), "sha256": sha256(path)}


def seal(publication: Publication, folder: Path) -> str:
    """Write data package, manifest, sums and archive; returns the manifest's digest. A lost file is rewritten."""
    for writer in WRITERS:
        if not (folder / writer.name).exists():
            writer.write(publication, folder)
    datapackage.write(publication, folder)
    with written(folder / MANIFEST) as file:
        file.write((json.dumps(manifest(publication, folder), indent=2, sort_keys=True) + "\n").encode())
    summed = sorted([*data_files(), MANIFEST])
    with written(folder / SUMS) as file:
        file.write("".join(f"{sha256(folder / name)}  {name}\n" for name in summed).encode())
    _archive(folder, sorted([*summed, SUMS]), archive_name(publication))
    return sha256(folder / MANIFEST)


def _archive(folder: Path, names: list[str], archive: str) -> None:
    with written(folder / archive) as file, zipfile.ZipFile(file, "w") as packed:
        for name in names:
            member = zipfile.ZipInfo(name, LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # the same on every platform
            member.external_attr = 0o644 << 16
            with (folder / name).open("rb") as source, packed.open(member, "w") as target:
                shutil.copyfileobj(source, target)


def record(publication: Publication, folder: Path) -> None:
    """Write down what the files are, and the totals; the digest of the manifest with them."""
    names = sorted([*data_files(), MANIFEST, SUMS, archive_name(publication)])
    PublishedFile.objects.filter(publication=publication).delete()
    PublishedFile.objects.bulk_create(PublishedFile(publication=publication, **_entry(folder / name)) for name in names)
    pence, lacking = totals(publication)
    Publication.objects.filter(pk=publication.pk).update(
        digest=sha256(folder / MANIFEST), totals_pence=pence, lines_without_amount=lacking
    )
