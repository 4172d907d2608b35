"""Hold a disclosure back before it is public: stop its build, open it again, or take it off the calendar."""

from portal.commands import PortalCommand, clock, person
from supplychain.actions.disclosures import reopen_disclosure, stop_build, unschedule_disclosure
from supplychain.management.arguments import add_disclosure, series_of

DEEDS = {"stop": stop_build, "reopen": reopen_disclosure, "unschedule": unschedule_disclosure}


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        add_disclosure(parser, by=True)
        deed = parser.add_mutually_exclusive_group(required=True)
        deed.add_argument("--stop", dest="deed", action="store_const", const="stop", help="stop the build")
        deed.add_argument("--reopen", dest="deed", action="store_const", const="reopen", help="take in more returns")
        deed.add_argument("--unschedule", dest="deed", action="store_const", const="unschedule", help="no release yet")

    def work(self, *, quarter, by, deed, **options) -> None:
        publication = DEEDS[deed](series=series_of(options), quarter=quarter, by=person(by), now=clock())
        self.stdout.write(f"Version {publication.version} for {quarter} is {publication.state}.")
