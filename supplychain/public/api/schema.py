"""What does the API answer at which address? The OpenAPI document, drawn once from the code itself."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from supplychain.public.api.resource import VERSION, Resource, operation
from supplychain.public.series import World

BASE = "/api/v1/"


@cache
def document() -> dict[str, Any]:
    """The document of the real series, without the place where it is served."""
    return SchemaGenerator(api_version=VERSION).get_schema(request=None, public=True)


def of_world(world: World, request: HttpRequest) -> dict[str, Any]:
    """The document as it holds for one series on this host."""
    place = {"url": request.build_absolute_uri(f"{world.prefix}/").rstrip("/")}
    return document() | {"servers": [place]}


def only_version_1(endpoints: list[tuple]) -> list[tuple]:
    """What the document describes: each address once, as it is in the real series."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(BASE)]


@operation("schema", "This document", OpenApiTypes.OBJECT, "about")
class Schema(Resource):
    """The OpenAPI document."""

    def get(self, request: Request) -> Response:
        """The document of this series."""
        return Response(of_world(self.world, request))


@operation("root", "What there is", OpenApiTypes.OBJECT, "about")
class Root(Resource):
    """The addresses of all lists, by name."""

    def get(self, request: Request) -> Response:
        """Every address that takes no further part, and where to read about it."""
        here = request.build_absolute_uri(self.world.prefix + BASE)
        read = [path for path, methods in document()["paths"].items() if "get" in methods and path != BASE]
        lists = [path.removeprefix(BASE).strip("/") for path in read if "{" not in path]
        return Response(
            {
                "version": VERSION,
                "series": self.world.name,
                "reference": request.build_absolute_uri(f"{self.world.prefix}/data/api/"),
                "licence": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
                "resources": {name: f"{here}{name}/" for name in lists},
            }
        )
