"""Do the arrows still point down? Every module imports from floors below its own, or from its own floor."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("portal", "providers", "supplychain", "audits")

# The longest prefix that fits decides. The picture is in docs/architecture.md.
FLOORS = {
    "portal.quarters": 0, "portal.money": 0, "portal.errors": 0, "portal.models": 0, "portal.jobs": 0,
    "portal.commands": 0, "portal.copying": 0, "portal.templatetags": 0, "portal.embedded": 0, "portal.environment": 0,
    "portal.clients": 0, "portal.api": 0, "portal.pictures": 0,
    "providers": 1,
    "supplychain.models": 2, "supplychain.states": 2,
    "supplychain.permissions": 3, "supplychain.filing": 3, "supplychain.disclosure": 3, "supplychain.analysis": 3,
    "supplychain.actions": 4, "supplychain.tasks": 4, "supplychain.reference": 4, "supplychain.demonstration": 4,
    "supplychain.compiled": 4,
    "supplychain.public": 5, "supplychain.management": 5, "supplychain.filing.views": 5, "supplychain.filing.api": 5,
    "supplychain.filing.urls": 5,
    "supplychain.apps": 5, "supplychain": 0,
    "audits": 6,
    "portal": 7,
}  # fmt: skip

PUBLIC_MODELS = {
    "supplychain.models.bodies", "supplychain.models.codes", "supplychain.models.calendar",
    "supplychain.models.publications", "supplychain.models.frozen",
}  # fmt: skip
PRIVATE_NAMES = {
    "Agreement", "Explanation", "Extension", "FilingWindow", "KpiRow", "Line", "OwnDelivery", "PublicationReturn",
    "Redaction", "Return", "ReturnIssue", "Upload", "Withholding", "Job", "JobStep", "JobLog", "User", "RoleGrant",
    "Filing", "SignInAttempt", "Token",
}  # fmt: skip


def source_files() -> list[Path]:
    return sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor(module: str) -> int:
    while module not in FLOORS:
        module = module.rpartition(".")[0]
    return FLOORS[module]


def imports(path: Path) -> list[tuple[str, list[str], bool, int]]:
    """(module, names, at the top level?, line) of every first-party import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(map(id, tree.body)) | {
        id(node) for statement in tree.body if isinstance(statement, ast.If | ast.Try) for node in statement.body
    }
    found = []
    package = module_name(path).split(".")
    package = package if path.name == "__init__.py" else package[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, [], id(node) in top, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module.split(".") if node.module else [])])
            found.append((module, [alias.name for alias in node.names], id(node) in top, node.lineno))
    return [entry for entry in found if entry[0].split(".")[0] in APPS]


def targets(module: str, names: list[str]) -> list[str]:
    """The modules that ``from module import names`` reaches: a name may be a module of its own."""
    folder = ROOT / Path(*module.split("."))
    deeper = [n for n in names if (folder / f"{n}.py").exists() or (folder / n / "__init__.py").exists()]
    return [f"{module}.{name}" for name in deeper] or [module]


@pytest.mark.parametrize("path", source_files(), ids=module_name)
def test_imports_point_down(path: Path) -> None:
    own = module_name(path)
    upward = [
        f"{own}:{line} imports {target} (floor {floor(own)} from {floor(target)})"
        for module, names, _, line in imports(path)
        for target in targets(module, names)
        if floor(target) > floor(own) and own != "portal"
    ]
    assert upward == []


@pytest.mark.parametrize("path", source_files(), ids=module_name)
def test_imports_stand_at_the_top(path: Path) -> None:
    inner = [f"{module_name(path)}:{line} imports {module}" for module, _, top, line in imports(path) if not top]
    allowed = {
        "supplychain.tasks",
        "portal.apps",
    }  # a task reaches its action; checks are registered when apps are ready
    assert inner == [] or module_name(path) in allowed, inner


def test_apps_never_import_each_other_both_ways() -> None:
    pairs = {
        (module_name(path).split(".")[0], module.split(".")[0])
        for path in source_files()
        for module, _, _, _ in imports(path)
        if module_name(path).split(".")[0] != module.split(".")[0]
    }
    both = {frozenset(pair) for pair in pairs if pair[::-1] in pairs}
    assert all("portal" in pair for pair in both), both


def test_nobody_imports_audits() -> None:
    importers = [
        module_name(p)
        for p in source_files()
        for m, _, _, _ in imports(p)
        if m.split(".")[0] == "audits" and not p.is_relative_to(ROOT / "audits")
    ]
    assert importers == []


def test_the_public_side_never_reaches_behind_the_wall() -> None:
    reaching = []
    for path in source_files():
        if not module_name(path).startswith("supplychain.public"):
            continue
        for module, names, _, line in imports(path):
            private = PRIVATE_NAMES & set(names)
            behind = module.startswith(
                (
                    "supplychain.actions",
                    "supplychain.models.returns",
                    "supplychain.permissions",
                    "portal.jobs",
                    "portal.models",
                )
            )
            if private or behind or (module.startswith("supplychain.models.") and module not in PUBLIC_MODELS):
                reaching.append(f"{module_name(path)}:{line} {module} {sorted(private)}")
    assert reaching == []
