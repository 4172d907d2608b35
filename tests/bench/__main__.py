"""How fast is the portal on this machine? ``python -m tests.bench`` measures and prints a table.

Everything happens in a clone of the tests' database, which is dropped at the end; the data is invented.
"""

import argparse
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import tests.settings  # noqa: F401 - names the folder of the servers before anything asks for it
from portal.embedded import hold

PAIRS = 9
PARTS = ("export", "check", "disclosure", "trace", "files", "pages", "beside", "registers", "names", "peers")
BEGIN, END = "<!-- bench: begin (python -m tests.bench --write docs/performance.md) -->", "<!-- bench: end -->"


def main() -> int:
    """Measure one after the other and print each row as soon as it is known; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures the portal.")
    parser.add_argument("--quick", action="store_true", help="tiny: proves that everything runs, and measures nothing")
    parser.add_argument("--pairs", type=int, help=f"runs of each deed and its limit; {PAIRS} if not given")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="the parts to measure")
    parser.add_argument("--write", type=Path, help="a text between whose two marks the table is put")
    asked = parser.parse_args()
    server = hold.database()
    import django

    django.setup()
    from tests import databases
    from tests.bench import clock, runs

    met, lines = True, []

    def tell(line: str) -> None:
        lines.append(line)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    if asked.quick:
        tell("A trial with tiny sizes: nothing below is a measurement.\n")
    tell(circumstances())
    begun = time.monotonic()
    with (
        databases.own_database() as folder,
        runs.ready(folder, asked.pairs or (1 if asked.quick else PAIRS), quick=asked.quick) as run,
    ):
        tell(f"{run.made.size}; made in {time.monotonic() - begun:.0f} s.\n\n{clock.HEAD}")
        for part in asked.only:
            for measured in getattr(run, part)():
                tell(measured.row())
                met &= measured.met
    tell(f"\nThe whole run took {(time.monotonic() - begun) / 60:.0f} minutes.")
    if asked.write:
        asked.write.write_text(
            between_marks(asked.write.read_text(encoding="utf-8"), "\n".join(lines)), encoding="utf-8"
        )
    if server is not None:
        server.leave()
    return 0 if met or asked.quick else 1


def between_marks(text: str, table: str) -> str:
    """The text with what stands between its marks replaced. Raises ``ValueError`` where it has no marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The text has no marks for the table: {BEGIN} and {END}")
    return f"{before}{begin}\n{table}\n{end}{after}"


def circumstances() -> str:
    """When, what and where: the day, the commit, the machine and how busy it is."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')} UTC, commit {commit or 'unknown'}, Python {platform.python_version()}, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start."
    )


if __name__ == "__main__":
    sys.exit(main())
