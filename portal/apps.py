from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the Celery application the current one for whoever rings, and register the start-up checks."""
        from portal import celery, checks  # noqa: F401  (both need the settings, which are there only now)
