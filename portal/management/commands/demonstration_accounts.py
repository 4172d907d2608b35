"""Under which names can somebody act in the demonstration?"""

from django.conf import settings

from portal.commands import PortalCommand, clock
from portal.models import Role, RoleGrant


class Command(PortalCommand):
    help = "Lists the accounts of the demonstration with what each does."

    def work(self, **options: object) -> None:
        if not settings.PORTAL_DEMONSTRATION:
            return
        grants = RoleGrant.objects.filter(during__contains=clock().date()).select_related("user")
        deeds: dict[str, list[str]] = {}
        for grant in grants.order_by("user__date_joined", "user_id", "id"):
            deeds.setdefault(grant.user.username, []).append(Role(grant.role).label)
        if deeds:
            self.stdout.write(
                "Accounts of the demonstration (name them with --by; no page asks for a password yet):\n\n"
            )
        for name, roles in deeds.items():
            self.stdout.write(f"    {name:<12} {', '.join(roles)}")
