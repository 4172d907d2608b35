"""Load today's real map of the twelve regions from the project's own tables, and publish it."""

from portal.commands import PortalCommand, clock
from supplychain.compiled import local
from supplychain.management.commands.import_crs import cost


class Command(PortalCommand):
    help = (
        f"{__doc__} For a portal on one machine: the demonstration's preparer, accepter and publisher do it. Running it"
        " again changes nothing. In a deployed instance people do the same by import_crs, accept_return,"
        " build_disclosure and publish_disclosure."
    )

    def work(self, *, verbosity, **options) -> None:
        tell, progress = self.tellers(verbosity)
        outcome = local.load(now=clock(), tell=tell, progress=progress)
        compiled, changed = outcome.filed.compiled, len(outcome.filed.changed)
        if changed or outcome.accepted or outcome.published:
            done = f"{changed} returns were filed and {outcome.accepted} accepted now"
            self.stdout.write(f"Today's map of the regions is loaded for {outcome.quarter}: {done}.")
        else:
            self.stdout.write("Today's map of the regions is there already; nothing was changed.")
        self.stdout.write(
            f"Contracts: {compiled.contracts}. Links below them: {compiled.links}. Skipped: {cost(compiled.skipped)}."
            f" Held back: {cost(compiled.held_back)}."
        )
        if outcome.published:
            self.stdout.write(f"Version {outcome.published.version} is public at {outcome.published.address}")
