"""Give the database roles of the processes their rights, after a migration."""

from django.core.management.base import BaseCommand

from portal import database_roles


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options) -> None:
        statements = database_roles.grant()
        self.stdout.write(f"Granted: {len(statements)} statements for {', '.join(database_roles.ROLES)}.")
