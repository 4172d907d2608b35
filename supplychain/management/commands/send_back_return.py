"""Give a submitted return back to its preparer, with the reason."""

from supplychain.actions.returns import send_back_return
from supplychain.management.reasoned import ReasonedCommand


class Command(ReasonedCommand):
    help = __doc__
    deed = staticmethod(send_back_return)
    done = "sent back"
