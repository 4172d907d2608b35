"""How do files come into being so that a killed or doubled worker can do no harm?

Each file is written under a name that nobody else uses, synced, and renamed into the staging folder; the whole folder
is synced and renamed into its place at the end. Two workers at one build write the same bytes: the last rename changes
nothing.
"""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from supplychain.models import Publication


def staging(publication: Publication) -> Path:
    """Where a build puts its files until they are complete."""
    return Path(settings.PORTAL_FILES) / ".staging" / str(publication.pk)


def published(publication: Publication) -> Path:
    """Where the files of a version are found for good."""
    return Path(settings.PORTAL_FILES) / publication.folder


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file to write ``path`` with; it appears there, whole and synced, when the block ends well."""
    unfinished = path.parent.parent / f".{path.parent.name}.{uuid.uuid4().hex}"  # beside, so that no stray moves along
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with unfinished.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def clear(publication: Publication) -> None:
    """Take away what an earlier attempt at the same build left in staging."""
    folder = staging(publication)
    shutil.rmtree(folder, ignore_errors=True)
    for stray in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(stray, ignore_errors=True) if stray.is_dir() else stray.unlink(missing_ok=True)


def move_into_place(publication: Publication, manifest_sha256: str) -> None:
    """Rename the staging folder to where readers look; an abandoned build that was never published makes way.

    Where it stands there already (the worker was killed just after the rename) nothing is done but clearing up. Raises
    ``FileNotFoundError`` where the files are in neither place.
    """
    source, target = staging(publication), published(publication)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not _holds(target, manifest_sha256):
        if not _holds(source, manifest_sha256):
            raise FileNotFoundError(f"The files of {publication} are neither in staging nor in place.")
        _sync(source)
        if target.exists():
            target.rename(source.parent / f".{source.name}.{uuid.uuid4().hex}")
        source.rename(target)
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        _sync(folder)
    clear(publication)


def _holds(folder: Path, manifest_sha256: str) -> bool:
    """Does the folder hold this manifest, and every file as its sums say?"""
    try:
        if sha256(folder / "manifest.json") != manifest_sha256:
            return False
        sums = [line.split("  ", 1) for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
        return all(sha256(folder / name) == digest for digest, name in sums)
    except FileNotFoundError:
        return False


def _sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
