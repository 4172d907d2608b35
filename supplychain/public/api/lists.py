"""How is a list of records read, and one of them? Filtered by django-filter, a page at a time, each in one form."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponsePermanentRedirect
from django_filters import FilterSet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.errors import NotFound, Refusal
from supplychain.analysis.selection import TEXT
from supplychain.public.api import pages
from supplychain.public.api.resource import Resource, operation

LONGEST = 100


class Records(Resource, ABC):
    """What a list of records and one of them have in common."""

    serializer: type[serializers.Serializer]

    @abstractmethod
    def rows(self) -> QuerySet:
        """All of the series, with whatever their form needs fetched beside them."""

    def shown(self, found: Any, *, many: bool) -> Any:
        """Records in their published form."""
        return self.serializer(found, many=many, context={"request": self.request, "world": self.world}).data


class List(Records):
    """A list in the order of ``order``: fields of which no two rows have all alike, ``-`` before one that falls."""

    order: Sequence[str]
    filters: type[FilterSet] | None = None

    def get(self, request: Request, **parts: Any) -> Response:
        """A page of the list."""
        found = pages.page_of_queryset(request, self.chosen(request.query_params), self.order)
        return Response(found | {"results": self.shown(found["results"], many=True)})

    def chosen(self, query: Mapping[str, str]) -> QuerySet:
        """The rows that the query asks for. Raises :class:`Refusal`."""
        if self.filters is None:
            return self.rows()
        asked = self.filters(query, queryset=self.rows())
        if not asked.is_valid():
            sentences = [f"“{name}”: {' '.join(words)}" for name, words in asked.errors.items()]
            raise Refusal("not-understood", " ".join(sentences))
        return asked.qs


class One(Records):
    """One record, known by a part of the address."""

    key: str  # the field
    part: str  # of the address
    sentence: str  # where there is none, with {}

    moves = 301

    def get(self, request: Request, **parts: Any) -> HttpResponseBase:
        """The record, or where it is now."""
        asked = parts[self.part]
        found = self.rows().filter(**{self.key: asked}).first()
        if found is not None:
            return Response(self.shown(found, many=False))
        elsewhere = self.moved(asked)
        if elsewhere is None:
            raise NotFound("no-such-thing", self.sentence.format(asked))
        return HttpResponsePermanentRedirect(request.path.replace(f"/{asked}/", f"/{elsewhere}/"))

    def moved(self, asked: str) -> str | None:
        """What stands in the address of the record that is meant: it is written in capitals."""
        right = asked.upper()
        return right if right != asked and self.rows().filter(**{self.key: right}).exists() else None


def listing(name: str, summary: str, tag: str):
    """Makes and describes a list: its parameters are those of its filters, and of pages."""

    def make(resource: type[List]) -> type[List]:
        resource.parameters = (*parameters_of(resource.filters), *pages.PARAMETERS)
        return operation(name, summary, pages.described(resource.serializer), tag)(resource)

    return make


def single(name: str, summary: str, tag: str, description: str, pattern: str):
    """Makes and describes one record; the words are about the part of its address."""

    def make(resource: type[One]) -> type[One]:
        where = OpenApiParameter(
            resource.part, {"type": "string", "pattern": f"^{pattern}$"}, OpenApiParameter.PATH, True, description
        )
        resource.parts = (where,)
        return operation(name, summary, resource.serializer, tag)(resource)

    return make


def parameters_of(filters: type[FilterSet] | None) -> list[OpenApiParameter]:
    """The filters of a list as the schema describes them."""
    found = []
    for name, one in (filters.base_filters if filters else {}).items():
        choices = [choice for choice, _ in one.extra.get("choices", ())]
        longest = one.extra.get("max_length", LONGEST)
        value = {"enum": choices} if choices else {"maxLength": longest, "pattern": f"^{TEXT}$"}
        found.append(OpenApiParameter(name, {"type": "string", **value}, description=one.extra["help_text"]))
    return found
