"""Is the house tidy?

Length of files, words at the door of every module, names that mean something, one door for writes.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.house.test_layers import ROOT, floor, module_name, source_files

CEILING = 400
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
HOMELESS = {"utils", "helpers", "common", "manager", "misc"}
WRITES = {"create", "bulk_create", "update", "bulk_update", "delete", "save", "get_or_create", "update_or_create"}
# Rows are written below the deeds only by the modules that the deeds call for exactly that.
WRITING_MODULES = (
    "providers.actions",
    "portal.jobs",
    "supplychain.filing.staging",
    "supplychain.disclosure",
    "supplychain.actions",
    "supplychain.reference",
    "supplychain.demonstration",
)


@pytest.mark.parametrize("path", [*source_files(), *TEST_FILES], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= CEILING


@pytest.mark.parametrize("path", source_files(), ids=module_name)
def test_every_module_says_what_it_answers(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    small = len(tree.body) <= 3 and path.name in ("apps.py", "__init__.py")
    assert small or ast.get_docstring(tree), f"{module_name(path)} has no docstring"


def test_every_module_has_a_name_that_says_something() -> None:
    assert [module_name(p) for p in source_files() if HOMELESS & set(module_name(p).split("."))] == []


def test_rows_are_written_through_the_door_only() -> None:
    """Calls such as ``Model.objects.create`` or ``row.save()`` stand only in actions and in what they call for it."""
    writing = []
    for path in source_files():
        name = module_name(path)
        if name.startswith(WRITING_MODULES) or (floor(name) == 0 and name.startswith("portal.embedded")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                owner = ast.unparse(node.func.value)
                if ".objects" in owner or node.func.attr == "save":
                    writing.append(f"{name}:{node.lineno} {owner}.{node.func.attr}")
    assert writing == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    """No registry host, no home folder of a machine, in anything that is committed as text."""
    forbidden = re.compile(r"(pypi\.org|pythonhosted|registry\.npmjs|/root/|/home/[a-z]+/)")
    single = [ROOT / name for name in ("package-lock.json", "Makefile", "pyproject.toml", "README.md", "Dockerfile")]
    texts = [*source_files(), *(ROOT / ".requirements").glob("*"), *(ROOT / "docs").rglob("*.md"), *single]
    named = [
        str(path.relative_to(ROOT))
        for path in texts
        if path.exists() and forbidden.search(path.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_no_remark_of_a_template_runs_over_its_line() -> None:
    """Such a remark is no remark to Django: readers would see it."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert line.count("{#") == line.count("#}"), f"{path.relative_to(ROOT)}:{number}"
