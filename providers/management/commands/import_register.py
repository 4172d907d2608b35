"""Bring what the portal knows of a register to a copy of one of its tables."""

from pathlib import Path

from portal.commands import PortalCommand, clock, read_day
from providers.actions import Imported, import_register
from providers.models import Series
from providers.registers.sources import Unreadable

UNREADABLE = 2


class Command(PortalCommand):
    help = (
        f"{__doc__} FILE is a table of the Charity Commission’s public extract (zip or JSON), its register of mergers,"
        " a list of pairs of numbers, or Companies House’s basic company data (CSV or zip); which one is told from its"
        " fields. Loading the same file again changes nothing. Ends with 0 (done), 1 (refused) or 2 (usage, or"
        " unreadable)."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE", help="the file as it was published")
        parser.add_argument(
            "--as-at", type=read_day, metavar="DAY", help="of which day the copy is, where the file doesn’t say it"
        )
        parser.add_argument("--series", choices=Series.values, default=Series.REAL, help="by default the real one")
        parser.add_argument(
            "--fewer", action="store_true", help="it is right that much of what was known is gone from this copy"
        )

    def work(self, *, path, as_at, series, fewer, verbosity, **options) -> int | None:
        tell, _ = self.tellers(verbosity)
        try:
            done = import_register(path=path, series=series, today=clock().date(), as_at=as_at, fewer=fewer, tell=tell)
        except Unreadable as refusal:
            self.stderr.write(refusal.sentence)
            return UNREADABLE
        for sentence in sentences(done):
            self.stdout.write(sentence)
        return None


def sentences(done: Imported) -> list[str]:
    """What was read, taken, changed and left out, for people."""
    kind, findings = done.kind, done.findings
    if not kind.staged:
        return [f"{done.name} is {kind.what}, with {findings.read:,} rows. {kind.takes}"]
    if done.same:
        return [f"{done.name} is the copy of {done.as_at} of {kind.what} that is there already; nothing was changed."]
    said = [
        f"{done.name} is {kind.what}, as of {done.as_at}: {findings.read:,} rows read, {done.taken:,} taken.",
        kind.takes,
    ]
    for what, changes in done.changes.items():
        said.append(
            f"{what.capitalize()}: {changes.added:,} added, {changes.changed:,} changed,"
            f" {changes.gone:,} gone from this copy."
        )
    if not any(changes.any for changes in done.changes.values()):
        said.append("Nothing was changed by it.")
    if done.led:
        made = f"; {done.led.made:,} are known by a merger alone" if done.led.made else ""
        said.append(f"{done.led.numbers:,} numbers lead to the one that goes on after a merger{made}.")
    if done.told:
        said.append(f"{done.told:,} organisations that the portal knows were changed by what it says.")
    said += [f"Of note: {sentence}." for sentence in findings.sentences()]
    if done.unknown:
        said.append(f"Fields that are not in the published list, ignored: {', '.join(done.unknown[:20])}.")
    return said
