"""What do other ways of writing and reading the same rows take? One process for each, against the same limits.

``python -m tests.bench.peers NAME ROWS PAIRS`` measures one of :data:`PEERS` on the database of DATABASE_URL and
prints its pairs of seconds (limit, peer) and its memory as JSON. Each is written as it commonly is, not tuned;
importing a library is not counted.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.service import ROOT
from tests import databases

from .clock import Measured, in_pairs, peak, start_peak


@dataclass(frozen=True, slots=True)
class Peer:
    """``rows`` is how many it can do nine times in reasonable time; ``needs`` are packages of the group ``bench``."""

    name: str
    title: str
    rows: int
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> list[str]:
        """Packages that it needs and that are not installed."""
        return [name for name in self.needs if importlib.util.find_spec(name) is None]


PEERS = (
    Peer("export_portal", "export by the portal", 100_000),
    Peer("export_orm", "export by the ORM's iterator and csv.writer", 100_000),
    Peer("export_pandas", "export by pandas (read_sql, to_csv)", 100_000, ("sqlalchemy",)),
    Peer("export_rest", "export by REST framework and its CSV renderer", 10_000, ("rest_framework_csv",)),
    Peer("export_import_export", "export by django-import-export", 10_000, ("import_export",)),
    Peer("read_orm", "reading by csv and bulk_create, no rule", 100_000),
    Peer("read_pandas", "reading by pandas (read_csv, to_sql), no rule", 20_000, ("sqlalchemy",)),
    Peer("read_import_export", "reading by django-import-export in bulk, no rule", 10_000, ("import_export",)),
)


def measure(pairs: int, most_rows: int) -> Iterator[Measured]:
    """Every peer that is installed, in a process of its own on the present database."""
    environment = os.environ | {"DATABASE_URL": databases.current_url()}
    for peer in PEERS:
        if peer.missing:
            sys.stderr.write(
                f"{peer.title} is left out: {', '.join(peer.missing)} is missing; make bench installs it.\n"
            )
            continue
        rows = min(peer.rows, most_rows)
        command = [sys.executable, "-m", "tests.bench.peers", peer.name, str(rows), str(pairs)]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
        found = json.loads(done.stdout)
        name = f"{peer.title}, {rows:,} rows"
        timed = [tuple(pair) for pair in found["pairs"]]
        yield Measured(f"{name} / bare COPY", "x", [deed / limit for limit, deed in timed], pairs=timed)
        yield Measured(f"{name}: memory above idle", "MB", [found["megabytes"]])


def main(name: str, rows: int, pairs: int) -> None:
    """Measure one peer and print what was found."""
    import django

    django.setup()
    from tests.bench import peer_exports, peer_reads

    kind = peer_exports if name.startswith("export") else peer_reads
    with tempfile.TemporaryDirectory() as folder:
        limit, deed = kind.prepared(name, rows, Path(folder))
        idle = start_peak()
        measured = in_pairs(name, None, pairs, limit, deed)
        sys.stdout.write(json.dumps({"pairs": measured.pairs, "megabytes": peak() - idle}))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
