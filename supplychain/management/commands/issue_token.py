"""Issue a token with which a program files returns in somebody's name; its text is printed this once."""

from django.core.management.base import CommandParser

from portal.commands import PortalCommand, clock, person
from portal.models import Scope
from supplychain.actions.tokens import DAYS, MOST_DAYS, issue_token


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="USER", help="the account in whose name it is used")
        parser.add_argument(
            "--body", default="", metavar="CODE", help="for this body only; else for all of the account"
        )
        parser.add_argument(
            "--days", type=int, default=DAYS, metavar="N", help=f"until it expires, at most {MOST_DAYS}"
        )
        parser.add_argument("--name", default="issued at a command line", help="what it is for")
        parser.add_argument(
            "--scope", action="append", choices=Scope.values, help="what it may do; may be repeated; all if left out"
        )

    def work(self, *, by: str, body: str, days: int, name: str, scope: list[str] | None, **options: object) -> None:
        holder = person(by)
        token, text = issue_token(
            person=holder, name=name, scopes=scope or Scope.values, body_code=body, days=days, by=holder, now=clock()
        )
        self.stdout.write(text)
        self.stderr.write(
            f"Expires on {token.expires_at:%-d %B %Y}. Revoke it with: revoke_token {token.prefix} --by {by}"
        )
