"""Accept a submitted return as it stands: a second person, bound to its digest."""

from portal.commands import PortalCommand, clock, person
from supplychain.actions.returns import accept_return
from supplychain.management.arguments import add_deed


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        add_deed(parser)
        parser.add_argument(
            "--digest", help="the digest that you saw; refused where the return says something else by now"
        )

    def work(self, *, body, quarter, by, digest, **options) -> None:
        filed = accept_return(body_code=body, quarter=quarter, by=person(by), now=clock(), digest=digest)
        self.stdout.write(f"Version {filed.version} of {body} for {quarter} is accepted; digest {filed.digest}.")
