"""Is everything that is installed locked, explained and the same in every place where the portal runs?"""

import re
import tomllib
from pathlib import Path

import pytest

from portal.embedded.runner import read_procfile

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / ".requirements").glob("*.txt"))
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def pins(lock: Path) -> dict[str, set[str]]:
    """The versions of each package in a lock file."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", lock.read_text(), flags=re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_hashes_and_no_address(lock: Path):
    text = lock.read_text()
    assert "://" not in text
    assert "index-url" not in text
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if not entry.startswith("#")]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_tests_run_with_the_very_packages_that_production_runs_with():
    run, test = pins(ROOT / ".requirements" / "run.txt"), pins(ROOT / ".requirements" / "test.txt")
    assert {name: test.get(name) for name in run} == run


def test_every_dependency_has_its_reason_beside_it():
    project = tomllib.loads(PROJECT)
    wanted = [
        *project["project"]["dependencies"],
        *(x for group in project["dependency-groups"].values() for x in group),
    ]
    for dependency in wanted:
        assert re.search(rf'"{re.escape(dependency)}"\]?,? +# \w.+', PROJECT), f"{dependency} has no reason"


def test_every_dependency_is_locked():
    project = tomllib.loads(PROJECT)
    locked = set().union(*(pins(lock) for lock in LOCKS))
    wanted = [
        *project["project"]["dependencies"],
        *(x for group in project["dependency-groups"].values() for x in group),
    ]
    names = {re.match(r"[A-Za-z0-9_.-]+", dependency)[0].lower() for dependency in wanted}
    assert names <= locked


def test_the_front_end_lock_names_no_host():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity"') >= 1


def test_containers_run_the_processes_of_the_procfile():
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for entry in read_procfile(environment={"BIND": "x"}):
        assert f'command: ["python", "-m", "portal.embedded.runner", "{entry.name}"]' in compose


def test_the_build_server_runs_make_test():
    script = ROOT / ".ci" / "run"
    assert "make test" in script.read_text(encoding="utf-8")
    assert script.stat().st_mode & 0o111
