"""Which part of the API is at which address? Below ``api/v1/`` of either series."""

from django.urls import path

from supplychain.public.api import rows, schema, totals
from supplychain.public.api.resource import at

urlpatterns = [
    path("", at(schema.Root), name="api"),
    path("schema/", at(schema.Schema), name="api-schema"),
    path("agreements/", at(rows.Agreements), name="api-agreements"),
    path("flows/", at(rows.Flows), name="api-flows"),
    path("kpi-contributions/", at(rows.KpiContributions), name="api-kpi-contributions"),
    path("totals/", at(totals.Totals), name="api-totals"),
]
