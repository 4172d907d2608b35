"""Sign a checked return, so that a second person can review it."""

from portal.commands import PortalCommand, clock, person
from supplychain.actions.returns import submit_return
from supplychain.management.arguments import add_deed


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        add_deed(parser)
        parser.add_argument(
            "--explain",
            action="append",
            default=[],
            metavar="RULE=CODE",
            help="answer a warning that no row explains, such as M09=one-off-payment",
        )

    def work(self, *, body, quarter, by, explain, **options) -> None:
        answers = dict(answer.partition("=")[::2] for answer in explain)
        filed = submit_return(body_code=body, quarter=quarter, by=person(by), now=clock(), explanations=answers)
        self.stdout.write(f"Version {filed.version} of {body} for {quarter} is submitted; digest {filed.digest}.")
