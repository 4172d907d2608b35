"""Does the bench still run, from the large set to the table in a text? With tiny sizes, so no figure means anything."""

import subprocess
import sys
from pathlib import Path

from portal.embedded.service import ROOT
from tests.bench.__main__ import BEGIN, END

MEASURED = (
    "live CSV of 900 rows / bare COPY", "live CSV of 900 rows: worker above idle", "live CSV of 900 rows: first byte",
    "check_return, 300 rows / bare COPY", "check_return, 300 rows: memory above idle",
    "roll-up and CSV of one quarter / count and sum of all 1,200 lines", "a whole disclosure of 150 agreements",
    "trace of the largest body (", "published file of", "page: home, served / from memory",
    "page: a provider, drawn anew / from memory", "24 requests of 2", "10 pages, drawn anew: provider",
    "page: list of providers to match", "24 pages during 4 exports: p95 / p95 idle",
    "import_register, 300 charities / bare COPY", "import_register, 300 charities: memory above idle",
)  # fmt: skip


def test_everything_is_measured_and_written_between_the_marks(tmp_path: Path) -> None:
    text = tmp_path / "performance.md"
    text.write_text(f"Before.\n{BEGIN}\nAn old table.\n{END}\nAfter.\n")
    command = [sys.executable, "-m", "tests.bench", "--quick", "--write", str(text)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    written = text.read_text()
    assert written.startswith(f"Before.\n{BEGIN}\nA trial") and written.endswith(f"{END}\nAfter.\n")
    assert "old table" not in written
    for name in MEASURED:
        row = next((line for line in done.stdout.splitlines() if line.startswith(f"| {name}")), None)
        assert row and row.count("|") == 9 and row in written, name
