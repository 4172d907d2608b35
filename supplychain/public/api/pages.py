"""How is a list of any length read, page by page, so that no row is missed or seen twice?

A page begins after the last row of the page before, wherever that stands now; a cursor holds that row's place in the
order of the list, signed, so that nothing but what we gave is ever read from it.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from portal.errors import Refusal
from supplychain.disclosure.tables import Table

SIZE, MOST = 100, 500
SIGNER = signing.Signer(salt="supplychain.public.api.cursor")
PARAMETERS = (
    OpenApiParameter(
        "page_size", {"type": "integer", "minimum": 1, "maximum": MOST, "default": SIZE}, description="Rows of a page."
    ),
    OpenApiParameter(
        "cursor", {"type": "string", "maxLength": 2000},
        description="Where a page begins: take it from next or previous, never make it.",
    ),
)  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page is asked for: of how many rows, after or (``back``) before which place."""

    size: int
    place: tuple[Any, ...] | None = None
    back: bool = False

    @classmethod
    def of(cls, request: Any) -> "Wanted":
        """Read from the query. Raises :class:`Refusal`."""
        text = request.query_params.get("page_size")
        if text is None:
            size = SIZE
        elif text.isascii() and text.isdecimal() and len(text) < 5 and 1 <= int(text) <= MOST:
            size = int(text)
        else:
            raise Refusal("not-a-page-size", f"“page_size” has to be a whole number from 1 to {MOST}.")
        cursor = request.query_params.get("cursor")
        if cursor is None:
            return cls(size)
        try:
            back, place = SIGNER.unsign_object(cursor)
        except (signing.BadSignature, ValueError):
            raise Refusal(
                "not-a-cursor", "“cursor” is none that was given here: begin with the first page and follow next."
            ) from None
        return cls(size, tuple(place), back)

    def answer(self, request: HttpRequest, found: Sequence[Row], place_of: Callable[[Row], Sequence[Any]]) -> dict:
        """The page with links to its neighbours; ``found`` are its rows as they were met, one more where there is."""
        more, rows = len(found) > self.size, list(found[: self.size])
        if self.back:
            rows.reverse()
        before = more if self.back else self.place is not None
        after = True if self.back else more
        return {
            "next": self._link(request, place_of(rows[-1]), False) if rows and after else None,
            "previous": self._link(request, place_of(rows[0]), True) if rows and before else None,
            "results": rows,
        }

    def _link(self, request: HttpRequest, place: Sequence[Any], back: bool) -> str:
        query = request.GET.copy()
        query["cursor"] = SIGNER.sign_object([back, list(place)], compress=True)
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def page_of_rows(
    request: Any, table: Table, versions: Sequence[tuple[int, str]], where: tuple[str, Sequence[Any]]
) -> dict:
    """A page of a published table: of versions (key and quarter, by quarter), the rows that satisfy a condition over
    ``r`` and ``p``. One query, which reads no version that the page does not need.
    """
    wanted = Wanted.of(request)
    compared, direction = ("<", "DESC") if wanted.back else (">", "ASC")
    keys = ['p.period COLLATE "C"', *table.order]
    conditions, values = ["r.publication_id = one.id", where[0]], [*where[1]]
    if wanted.place is not None:
        conditions.append(f"({', '.join(keys)}) {compared} ({', '.join(['%s'] * len(keys))})")
        values += wanted.place
        first = wanted.place[0]
        versions = [one for one in versions if (one[1] <= first if wanted.back else one[1] >= first)]
    asked = [key for key, _ in versions]
    order = ", ".join(f"{expression} {direction}" for expression in table.order)
    cells = ", ".join(f'{column.sql} AS "{column.name}"' for column in table.columns)
    places = ", ".join(f"{key} AS key_{number}" for number, key in enumerate(keys))
    statement = f"""
        SELECT page.* FROM unnest(%s::bigint[]) WITH ORDINALITY AS one (id, turn) CROSS JOIN LATERAL (
            SELECT {places}, row_number() OVER (ORDER BY {order}) AS place, {cells}
            FROM {table.rows} WHERE {" AND ".join(f"({condition})" for condition in conditions)}
            ORDER BY {order} LIMIT %s
        ) AS page
        ORDER BY one.turn, page.place LIMIT %s
    """  # noqa: S608 (no input)
    with connection.cursor() as cursor:
        cursor.execute(statement, [asked[::-1] if wanted.back else asked, *values, wanted.size + 1, wanted.size + 1])
        names = [column.name for column in table.columns]
        found = [
            dict(zip(names, row[len(keys) + 1 :], strict=True)) | {PLACE: row[: len(keys)]} for row in cursor.fetchall()
        ]
    return wanted.answer(request._request, found, lambda row: row[PLACE])


PLACE = object()  # of a row in its list, beside its cells


def page_of_queryset(request: Any, rows: QuerySet, order: Sequence[str]) -> dict:
    """A page of a list in the order of some fields, of which no two rows have all alike; ``-`` before one turns it."""
    wanted = Wanted.of(request)
    fields = [(name.lstrip("-"), name.startswith("-") != wanted.back) for name in order]
    if wanted.place is not None:
        beyond, same = Q(), Q()
        for (name, falling), value in zip(fields, wanted.place, strict=True):
            beyond |= same & Q(**{f"{name}__{'lt' if falling else 'gt'}": value})
            same &= Q(**{name: value})
        rows = rows.filter(beyond)
    rows = rows.order_by(*(f"-{name}" if falling else name for name, falling in fields))
    found = list(rows[: wanted.size + 1])
    return wanted.answer(request._request, found, lambda row: [as_json(getattr(row, name)) for name, _ in fields])


def as_json(value: Any) -> Any:
    """A value of a field as a cursor holds it; the database reads it back."""
    return value.isoformat() if isinstance(value, dt.datetime) else value


@cache
def described(rows: type[serializers.Serializer]) -> serializers.Serializer:
    """How a page of such rows looks, for the schema."""
    link = {"allow_null": True}
    return inline_serializer(
        f"{rows.__name__}Page",
        {
            "next": serializers.URLField(help_text="Where the next page is; null on the last one.", **link),
            "previous": serializers.URLField(help_text="Where the page before is; null on the first one.", **link),
            "results": rows(many=True),
        },
    )
