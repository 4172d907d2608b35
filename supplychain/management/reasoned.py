"""What do the deeds on a return have in common that need a reason?"""

from collections.abc import Callable

from portal.commands import PortalCommand, clock, person
from supplychain.management.arguments import add_deed
from supplychain.models import Return


class ReasonedCommand(PortalCommand):
    """``BODY QUARTER --by USER --reason SENTENCE``."""

    deed: Callable[..., Return]
    done: str

    def add_arguments(self, parser) -> None:
        add_deed(parser)
        parser.add_argument("--reason", required=True, help="why, in a sentence")

    def work(self, *, body, quarter, by, reason, **options) -> None:
        filed = self.deed(body_code=body, quarter=quarter, by=person(by), now=clock(), reason=reason)
        self.stdout.write(f"Version {filed.version} of {body} for {quarter} is {self.done}.")
