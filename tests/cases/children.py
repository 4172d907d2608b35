"""How much memory and time does a check take in a process of its own?"""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .case import Case, Outcome, differences

ROOT = Path(__file__).parents[2]
MOST_MEMORY = 300.0  # MB
MOST_SECONDS = 60.0
# Between the two stands a small process, because the kernel counts the memory of whoever starts a process as its own.
MEASURED = (
    "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); sys.exit(done.returncode)"
)


def run_apart(arguments: Sequence[str], environment: Mapping[str, str]) -> Outcome:
    """Run ``check_return`` with ``--json`` in a process of its own, and measure it."""
    command = [sys.executable, "manage.py", "check_return", *arguments, "--json"]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    *said, kilobytes = done.stderr.splitlines()
    return Outcome(done.returncode, done.stdout, "\n".join(said), seconds, int(kilobytes) * 1024 / 1e6)


def try_apart(case: Case, folder: Path, environment: Mapping[str, str]) -> tuple[Outcome, list[str]]:
    """Try a case in a process of its own; what is wrong with what came out, its memory and its time included."""
    outcome = run_apart(case.make(folder), environment)
    wrong = differences(case, outcome)
    if outcome.peak >= MOST_MEMORY:
        wrong.append(f"it took {outcome.peak:.0f} MB")
    if outcome.seconds >= MOST_SECONDS:
        wrong.append(f"it took {outcome.seconds:.0f} s")
    return outcome, wrong
