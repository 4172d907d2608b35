"""Under which names and passwords can somebody act in the demonstration?"""

from django.conf import settings

from portal.commands import PortalCommand, clock
from portal.models import Role, RoleGrant, User
from supplychain.demonstration.people import password_of


class Command(PortalCommand):
    help = "Lists the accounts of the demonstration with their passwords and what each does."

    def work(self, **options: object) -> None:
        if not settings.PORTAL_DEMONSTRATION:
            return
        grants = RoleGrant.objects.filter(during__contains=clock().date()).select_related("user")
        deeds: dict[User, list[str]] = {}
        for grant in grants.order_by("user__date_joined", "user_id", "id"):
            deeds.setdefault(grant.user, []).append(Role(grant.role).label)
        if deeds:
            self.stdout.write("Accounts of the demonstration (sign in at /filing/, or name them with --by):\n\n")
        for user, roles in deeds.items():
            password = password_of(user.username)
            shown = password if user.check_password(password) else "(a password of its own)"
            self.stdout.write(f"    {user.username:<12} {shown:<24} {', '.join(roles)}")
