"""What has to be there before the processes start, and what do the workers fill in then? Repeatable."""

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandParser, call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from portal.embedded.steps import Progress, Steps

SOURCES = ("portal", "providers", "supplychain", "audits", "fixtures")
BEFORE = {"grant_roles": "Grant the database roles", "load_reference": "Load the reference data"}
# Deeds like any other: what they build is built by the worker that runs by then.
WORLDS = {"load_demo": "Play the demonstration", "load_compiled": "Compile today's map from public records"}


class Command(BaseCommand):
    help = "Migrates, grants roles, loads the reference data and collects the static files; --worlds plays the rest."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-static", action="store_true", help="The static files were collected before.")
        parser.add_argument("--worlds", action="store_true", help="With the processes up: the worlds to be seen.")

    def handle(self, *args: object, no_static: bool, worlds: bool, **options: object) -> None:
        steps = Steps()
        wanted = digest(file for name in SOURCES for file in files_below(settings.BASE_DIR / name))
        if worlds:
            self._load(steps, WORLDS if settings.PORTAL_DEMONSTRATION else {}, "filled", wanted)
            return
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            with steps.step("Migrate the database"):
                call_command("migrate", verbosity=0, interactive=False)
        self._load(steps, BEFORE, "prepared", wanted)
        if not no_static:
            self._collect(steps)

    def _load(self, steps: Steps, loads: dict[str, str], stamp_name: str, wanted: str) -> None:
        stamp = settings.PORTAL_VAR / stamp_name
        if read(stamp) == wanted:
            return
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
        stamp.write_text(wanted, encoding="utf-8")

    def _collect(self, steps: Steps) -> None:
        stamp = settings.PORTAL_VAR / "static-collected"
        wanted = digest(Path(folder.path(name)) for finder in get_finders() for name, folder in finder.list([]))
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
