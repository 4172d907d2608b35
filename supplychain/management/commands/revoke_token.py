"""End a token at once."""

from django.core.management.base import CommandParser

from portal.commands import PortalCommand, clock, person
from supplychain.actions.tokens import revoke_token


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("prefix", help="what the token begins with, up to the full stop")
        parser.add_argument("--by", required=True, metavar="USER", help="its holder, or an administrator")

    def work(self, *, prefix: str, by: str, **options: object) -> None:
        token = revoke_token(prefix=prefix.partition(".")[0], by=person(by), now=clock())
        self.stdout.write(f"{token.prefix} is revoked.")
