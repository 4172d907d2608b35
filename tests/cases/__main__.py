"""What comes out of every rule fixture and of every bad input, in one table? Ends with 1 where anything differs."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from portal.embedded import hold

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> int:
    """Try all cases in a database of their own and print a row for each as soon as it is known."""
    server = hold.database()
    import django

    django.setup()
    from tests import databases
    from tests.integration.filing_world import make_world

    with databases.own_database() as folder:
        make_world()
        environment = os.environ | {"DATABASE_URL": databases.current_url()}
        environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_FILES": str(folder / "files")}
        tried = list(_tell(_all_rows(folder, environment)))
    if server is not None:
        server.leave()
    different = sum(tried)
    say(f"\n{len(tried)} cases, {different} of them other than expected.")
    return 1 if different else 0


def _all_rows(folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, str, str, str, list[str], float]]:
    """Name, what is planted, expected, what came out, what is wrong and the seconds of every case."""
    from tests.cases import fixtures, large
    from tests.cases.all import CASES
    from tests.cases.case import try_case
    from tests.cases.children import try_apart
    from tests.integration.filing_world import RETURNS

    for fixture in fixtures.FOLDERS:
        began = time.monotonic()
        outcome, wrong = fixtures.try_folder(fixture)
        name = f"rule {fixture.relative_to(RETURNS)}"
        yield name, "", fixtures.expected_shown(fixture), outcome.shown, wrong, time.monotonic() - began
    tries = [*((case, try_case) for case in CASES)]
    tries += [(case, lambda *given: try_apart(*given, environment)) for case in (*large.CASES, *large.SLOW)]
    for case, trying in tries:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            began = time.monotonic()
            outcome, wrong = trying(case, Path(place))
            yield case.name, case.planted, case.expected, outcome.shown, wrong, time.monotonic() - began


def _tell(rows: Iterator[tuple[str, str, str, str, list[str], float]]) -> Iterator[bool]:
    """Print each row; whether it differs from what was expected."""
    say(f"{'case':<38} {'planted':<46} {'expected':<34} {'came out':<34} {'s':>5}")
    for name, planted, expected, found, wrong, seconds in rows:
        say(f"{name[:38]:<38} {planted[:46]:<46} {expected[:34]:<34} {found[:34]:<34} {seconds:5.1f}")
        for sentence in wrong:
            say(f"    DIFFERS: {sentence[:1000]}")
        yield bool(wrong)


def say(text: str) -> None:
    """Say it at once: the whole takes minutes."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
