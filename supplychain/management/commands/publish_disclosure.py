"""Publish a built disclosure: at its announced moment (by default 09:30 on the next weekday), or at once with --now."""

from portal.commands import PortalCommand, clock, person, read_moment
from supplychain.actions.disclosures import publish_disclosure, schedule_disclosure
from supplychain.actions.door import LONDON
from supplychain.management.arguments import add_disclosure, series_of


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        add_disclosure(parser, by=True)
        moment = parser.add_mutually_exclusive_group()
        moment.add_argument("--now", action="store_true", help="at once")
        moment.add_argument("--at", type=read_moment, help="at this moment")
        parser.add_argument("--note", default="", help="why an announced moment changes; public")

    def work(self, *, quarter, by, now, at, note, **options) -> None:
        which = {"series": series_of(options), "quarter": quarter, "by": person(by), "now": clock()}
        if now:
            publication = publish_disclosure(**which)
            self.stdout.write(f"Version {publication.version} for {quarter} is public at {publication.address}")
        else:
            release = schedule_disclosure(**which, at=at, note=note)
            moment = release.goes_public_at.astimezone(LONDON)
            self.stdout.write(
                f"Version {release.version} for {quarter} goes public on {moment:%-d %B %Y at %H:%M} (London)."
            )
