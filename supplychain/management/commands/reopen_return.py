"""Take back an acceptance before publication, with the reason."""

from supplychain.actions.returns import reopen_return
from supplychain.management.reasoned import ReasonedCommand


class Command(ReasonedCommand):
    help = __doc__
    deed = staticmethod(reopen_return)
    done = "reopened"
