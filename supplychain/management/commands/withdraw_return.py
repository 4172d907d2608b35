"""Take a return back before it is accepted, with the reason."""

from supplychain.actions.returns import withdraw_return
from supplychain.management.reasoned import ReasonedCommand


class Command(ReasonedCommand):
    help = __doc__
    deed = staticmethod(withdraw_return)
    done = "withdrawn"
