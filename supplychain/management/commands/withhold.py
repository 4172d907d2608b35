"""Ask that the amounts of an agreement stay unpublished until a day, or accept what another person asked for."""

import datetime as dt

from portal.commands import PortalCommand, clock, person, read_day
from supplychain.actions.withholdings import accept_withholding, request_withholding
from supplychain.models import Withholding


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        parser.add_argument("body", help="code of the reporting body")
        parser.add_argument("agreement_ref", help="reference of the agreement")
        parser.add_argument("--by", required=True, metavar="USER")
        deed = parser.add_mutually_exclusive_group(required=True)
        deed.add_argument("--ground", choices=Withholding.Ground.values, help="ask for it, on this ground")
        deed.add_argument("--accept", action="store_true", help="accept what another person asked for")
        parser.add_argument("--note", default="", help="why it outweighs the public interest in the amount")
        parser.add_argument("--until", type=read_day, help="the day on which the request runs out, such as 2027-03-31")

    def work(self, *, body, agreement_ref, by, ground, accept, note, until, **options) -> None:
        which = {"body_code": body, "agreement_ref": agreement_ref, "by": person(by), "now": clock()}
        if accept:
            withheld = accept_withholding(**which)
        else:
            until = until or dt.date.min  # refused with a sentence
            withheld = request_withholding(**which, ground=ground, public_interest=note, expires_on=until)
        state = "accepted" if withheld.accepted_at else "asked for"
        self.stdout.write(f"Withholding {body}/{agreement_ref} is {state}, until {withheld.expires_on:%-d %B %Y}.")
