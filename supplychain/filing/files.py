"""Where does a file that was sent stay? By its digest, once, readable by nobody else; its name is kept as text only."""

import os
import shutil
from pathlib import Path


def keep_upload(root: Path, source: Path, sha256: str) -> Path:
    """Copy ``source`` to ``root/ab/abcdef...`` unless it is there already; safe to be interrupted.

    Returns the place.
    """
    place = root / sha256[:2] / sha256
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = place.with_name(f".{sha256}.{os.getpid()}")
        with source.open("rb") as sent, half.open("wb") as kept:
            shutil.copyfileobj(sent, kept)
            kept.flush()
            os.fsync(kept.fileno())
        half.chmod(0o400)
        half.replace(place)
    return place
