"""Which address leads where?"""

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from providers.models import Series


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all; asks nothing of the database."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether pages can be served: the database is reached and every migration applied. 503 with a sentence if not."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not cache.get("migrations-applied"):
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return HttpResponse("Migrations are still to be applied.\n", status=503, content_type="text/plain")
            cache.set("migrations-applied", True, 60)
    except DatabaseError:
        return HttpResponse("The database can't be reached.\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("", include("supplychain.public.site_urls")),
    path("", include("supplychain.filing.urls")),
    path(
        "demonstration/",
        include("supplychain.public.urls", namespace="demonstration"),
        {"series": Series.DEMONSTRATION.value},
    ),
    path("", include("supplychain.public.urls", namespace="real"), {"series": Series.REAL.value}),
]
