"""``manage.py load_reference``: bring bodies, owners, areas, codes and measures to what fixtures/reference says."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import Refusal
from supplychain import reference


class Command(BaseCommand):
    help = "Load the reference tables. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=reference.FOLDER, help="another folder with the same tables")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            counts = reference.load(folder=folder)
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=1) from refusal
        for table, count in counts.items():
            changes = f"{count.added:>4} added, {count.changed:>4} changed, {count.removed:>4} removed"
            self.stdout.write(f"{table:<20} {count.rows:>4} rows, {changes}")
        touched = sum(count.touched for count in counts.values())
        self.stdout.write(f"{touched} changed in all.")
