"""How fast is the portal on this machine? ``python -m tests.bench`` measures and prints a table.

Everything happens in a clone of the tests' database, which is dropped at the end; the data is invented.
"""

import argparse
import os
import platform
import subprocess
import sys
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import tests.settings  # noqa: F401 - names the folder of the servers before anything asks for it
from portal.embedded import hold

PAIRS = 9
CHECKED_ROWS = (100_000, 400_000)
EXPORTED_ROWS = 400_000


def main() -> int:
    """Measure one after the other and print each row as soon as it is known; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="runs of each deed and its limit")
    parser.add_argument("--rows", type=int, nargs="*", default=CHECKED_ROWS, help="sizes of the returns to check")
    parser.add_argument("--exported", type=int, default=EXPORTED_ROWS, help="lines to export; 0 for no export")
    asked = parser.parse_args()
    server = hold.database()
    import django

    django.setup()
    from tests import databases
    from tests.bench import checking, clock, exporting, synthetic

    met = True
    with databases.own_database() as folder:
        synthetic.make_body()
        tell(f"{circumstances()}\n\n{clock.HEAD}")
        for rows in asked.rows:
            measured = checking.measure(folder, rows, asked.pairs)
            met &= measured.met
            tell(measured.row())
        if asked.exported:
            measured = exporting.measure(folder, asked.exported, asked.pairs)
            met &= measured.met
            tell(measured.row())
    if server is not None:
        server.leave()
    return 0 if met else 1


def tell(text: str) -> None:
    """Say it at once: a whole run takes minutes."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def circumstances() -> str:
    """When, what and where: the day, the commit, the machine and how busy it is."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')} UTC, commit {commit or 'unknown'}, Python {platform.python_version()}, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start."
    )


if __name__ == "__main__":
    sys.exit(main())
