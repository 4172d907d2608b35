"""What has to be in the database and among the static files before the processes start? Shows its steps; repeatable."""

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandParser, call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.embedded.steps import Progress, Steps

SOURCES = ("portal", "providers", "supplychain", "audits", "fixtures")


class Command(BaseCommand):
    help = "Migrates, grants roles, loads the reference data and the demonstration, and collects the static files."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-static", action="store_true", help="The static files were collected before.")

    def handle(self, *args: object, no_static: bool, **options: object) -> None:
        steps = Steps()
        stamp = settings.PORTAL_VAR / "prepared"
        wanted = digest(file for name in SOURCES for file in files_below(settings.BASE_DIR / name))
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            with steps.step("Migrate the database"):
                call_command("migrate", verbosity=0, interactive=False)
        if missing or read(stamp) != wanted:
            self._load(steps)
            stamp.write_text(wanted, encoding="utf-8")
        if not no_static:
            self._collect(steps)

    def _load(self, steps: Steps) -> None:
        loads = {"grant_roles": "Grant the database roles", "load_reference": "Load the reference data"}
        if settings.PORTAL_DEMONSTRATION:
            loads["load_demo"] = "Load the demonstration"
        for command, title in loads.items():
            if command in get_commands():
                with steps.step(title) as progress:
                    said = LastLine(progress)
                    try:
                        call_command(command, stdout=said, stderr=said)
                    except BaseException:
                        self.stderr.write(said.getvalue())
                        raise
                    progress.tell("")

    def _collect(self, steps: Steps) -> None:
        stamp = settings.PORTAL_VAR / "static-collected"
        wanted = digest(file for folder in settings.STATICFILES_DIRS for file in files_below(Path(folder)))
        if read(stamp) != wanted or not (settings.STATIC_ROOT / "staticfiles.json").exists():
            with steps.step("Collect and compress the static files"):
                call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=["*.scss"])
            stamp.write_text(wanted, encoding="utf-8")


class LastLine(io.StringIO):
    """Takes what a command says, and shows its last line beside the step."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress

    def write(self, text: str) -> int:
        if text.strip():
            self.progress.tell(text.strip().splitlines()[-1].strip()[:60])
        return super().write(text)


def digest(files: Iterable[Path]) -> str:
    """SHA-256 over the names and contents of files and over the database's address."""
    total = hashlib.sha256(repr(sorted(settings.DATABASES["default"].items(), key=str)).encode())
    for file in sorted(files):
        content = file.read_bytes()
        total.update(f"{file}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
