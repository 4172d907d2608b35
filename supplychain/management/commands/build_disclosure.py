"""Build the next version of a quarter's disclosure: the worker does it, or this command where no worker takes it."""

from portal import jobs
from portal.commands import PortalCommand, clock, person
from portal.models import Role, RoleGrant, User
from supplychain.actions.disclosures import build_disclosure
from supplychain.management.arguments import add_disclosure, series_of
from supplychain.models import Publication
from supplychain.states import PublicationState

PATIENCE_SECONDS = 3.0


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        add_disclosure(parser, by=False)
        parser.add_argument(
            "--notice",
            default="",
            help="for a later version: the public sentence on what was corrected and why, if not those of the returns",
        )

    def work(self, *, quarter, by, notice, **options) -> int | None:
        builder = person(by) if by else only_publisher()
        publication = build_disclosure(
            series=series_of(options), quarter=quarter, by=builder, now=clock(), correction_notice=notice
        )
        if publication.state == PublicationState.BUILDING and publication.job_id:
            self.stderr.write(f"Building version {publication.version} for {quarter}:")
            jobs.wait(publication.job_id, patience_seconds=PATIENCE_SECONDS, progress=self.step)
            publication = Publication.objects.select_related("job").get(pk=publication.pk)
        if publication.state != PublicationState.BUILT:
            why = publication.job.failure if publication.job else ""
            self.stderr.write(
                f"The build of version {publication.version} for {quarter} ended as {publication.state}. {why}"
            )
            return 1
        self.stdout.write(f"Version {publication.version} for {quarter} is built; manifest {publication.digest}.")
        return None


def only_publisher() -> User:
    """Who builds where nobody is named: the account with the publisher's role that was granted first."""
    grant = RoleGrant.objects.filter(role=Role.PUBLISHER, body_code="").order_by("pk").select_related("user").first()
    return grant.user if grant else person("publisher")
