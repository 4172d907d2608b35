"""Print who acts in the demonstration: account and post."""

from portal.commands import PortalCommand
from supplychain import demonstration


class Command(PortalCommand):
    help = __doc__

    def work(self, **options) -> None:
        for account in demonstration.accounts():
            self.stdout.write(f"{account.username:<12}{account.post}")
