"""Load the demonstration: invented bodies and providers, eight quarters of returns, and their disclosures. Running
it again changes nothing.
"""

from portal.commands import PortalCommand
from supplychain import demonstration


class Command(PortalCommand):
    help = __doc__

    def work(self, *, verbosity, **options) -> None:
        tell, progress = self.tellers(verbosity)
        outcome = demonstration.load(tell=tell, progress=progress)
        if outcome.changed_rows or outcome.deeds_done:
            self.stdout.write(
                f"The demonstration is loaded: {outcome.deeds_done} of {outcome.deeds} deeds were done now."
            )
        else:
            self.stdout.write("The demonstration is there already; nothing was changed.")
        states = ", ".join(f"{number} {state}" for state, number in outcome.returns.items())
        self.stdout.write(f"Bodies: {outcome.bodies}. Providers: {outcome.providers}. Returns: {states}.")
        for publication in outcome.disclosures:
            self.stdout.write(
                f"Disclosure {publication.period} version {publication.version} ({publication.state}):"
                f" {publication.address}"
            )
        for account in outcome.accounts:
            self.stdout.write(f"Account {account.username}: {account.post}")
