"""Take back something that is public:

one person asks, another confirms; files go, tombstones stay, a redacted version is built.
"""

from portal.commands import PortalCommand, clock, person
from supplychain.actions.takedowns import confirm_takedown, request_takedown
from supplychain.management.arguments import series_of
from supplychain.models import Redaction, TakedownReason


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        parser.add_argument("body", help="code of the reporting body")
        parser.add_argument("agreement_ref", help="reference of the line")
        parser.add_argument("part", choices=Redaction.Part.values, help="what may no longer be seen")
        parser.add_argument("--demonstration", action="store_true")
        parser.add_argument("--by", required=True, metavar="USER")
        deed = parser.add_mutually_exclusive_group(required=True)
        deed.add_argument(
            "--reason",
            choices=TakedownReason.values,
            help="ask for it, with the class of reason that will be published",
        )
        deed.add_argument("--confirm", action="store_true", help="confirm what another person asked for")

    def work(self, *, body, agreement_ref, part, by, reason, confirm, **options) -> None:
        which = {
            "series": series_of(options), "body_code": body, "agreement_ref": agreement_ref, "part": part,
            "by": person(by), "now": clock(),
        }  # fmt: skip
        if not confirm:
            asked = request_takedown(**which, reason=reason)
            self.stdout.write(f"Asked for {', '.join(r.period for r in asked)}; a second person has to confirm it.")
            return
        for publication in confirm_takedown(**which):
            self.stdout.write(
                f"Files of version {publication.version} for {publication.period} are removed; build the next version"
                f' with build_disclosure "{publication.period}" --notice.'
            )
