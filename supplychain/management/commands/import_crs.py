"""Compile the returns of the regions from the Refer and Monitor service's contracts."""

from pathlib import Path

from portal.commands import PortalCommand, clock, person, read_day, read_quarter
from portal.errors import NotValid
from portal.quarters import Quarter
from supplychain.actions.compiled import FiledCompiled, file_compiled
from supplychain.compiled.crs import read_folder
from supplychain.compiled.records import LeftOut, Records
from supplychain.compiled.shipped import SNAPSHOT, decisions, known_codes, write_tables

USAGE = 2


class Command(PortalCommand):
    help = (
        f"{__doc__} DIR holds contracts/*.json and providers/providers.json. The returns are submitted; another person"
        " accepts each with accept_return, then build_disclosure and publish_disclosure follow. Ends with 0 (done),"
        " 1 (refused) or 2 (nothing can be read, or usage)."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of the source")
        parser.add_argument("--by", metavar="USER", help="the account that files")
        parser.add_argument(
            "--of", type=read_day, default=SNAPSHOT, metavar="DAY", help="the source's day, as 2026-08-21"
        )
        parser.add_argument("--quarter", type=read_quarter, help="by default the one in which the source's day lies")
        parser.add_argument(
            "--write", type=Path, metavar="FOLDER", help="file nothing; write the project's own tables from the source"
        )

    def work(self, *, folder, by, of, quarter, write, **options) -> int | None:
        if not by and not write:
            self.stderr.write("Say who files (--by USER), or where the tables go (--write FOLDER).")
            return USAGE
        try:
            records = read_folder(folder, day=of, known=known_codes(), decide=decisions())
        except NotValid as refusal:
            self.stderr.write(refusal.sentence)
            return USAGE
        self.stdout.write(
            f"Read {len(records.contracts)} contracts of {len(records.providers)} providers, {links(records)}."
        )
        if write:
            self._write(records, write)
            return None
        filed = file_compiled(records=records, quarter=quarter or Quarter.containing(of), by=person(by), now=clock())
        report(self, filed)
        return None

    def _write(self, records: Records, folder: Path) -> None:
        for part in records.left_out:
            self.stdout.write(f"Left out: {part.what}: {part.why}")
        for name, rows in write_tables(records, folder).items():
            self.stdout.write(f"{name}.csv: {rows} rows")


def links(records: Records) -> str:
    """ "343 links from 46 primes to 107 subcontractors"."""
    primes = {contract.prime for contract in records.contracts}
    below = {code for contract in records.contracts for code in contract.subcontractors}
    return f"{records.links} links from {len(primes)} primes to {len(below)} subcontractors"


def report(command: PortalCommand, filed: FiledCompiled) -> None:
    """What was taken, skipped and held back, and where each return stands."""
    compiled = filed.compiled
    command.stdout.write(f"Taken: {compiled.contracts} contracts and {compiled.links} links below them.")
    for title, parts in (("Skipped", compiled.skipped), ("Held back", compiled.held_back)):
        command.stdout.write(f"{title}: {cost(parts)}.")
        for part in parts:
            command.stdout.write(f"  {part.what}: {part.why}")
    new = {found.pk for found in filed.changed}
    for found in filed.returns:
        what = "new" if found.pk in new else "as before"
        command.stdout.write(f"{found.body_id} {found.quarter} version {found.version}: {found.state}, {what}.")


def cost(parts: list[LeftOut]) -> str:
    """ "3 contracts and 12 links"."""
    return f"{sum(part.contracts for part in parts)} contracts and {sum(part.links for part in parts)} links"
