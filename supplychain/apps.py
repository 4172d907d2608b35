from django.apps import AppConfig


class SupplyChainConfig(AppConfig):
    name = "supplychain"
    default_auto_field = "django.db.models.BigAutoField"
