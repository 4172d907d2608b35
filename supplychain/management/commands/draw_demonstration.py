"""Draw the demonstration's files into docs/demonstration.md; with --check only say whether the drawing is current."""

from portal.commands import DrawingCommand
from supplychain.demonstration.drawing import drawn


class Command(DrawingCommand):
    help = __doc__
    page, what = "demonstration.md", "demonstration"

    def drawn(self) -> str:
        return drawn()
