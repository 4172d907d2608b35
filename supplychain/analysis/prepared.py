"""Which breakdowns are worked out before anybody asks, because over all lines of a series they take seconds?

An answer is a function of frozen rows: it holds as long as the same versions are valid, and says of which it is. A
reader who finds none for the versions of the moment works it out from the lines. So answers may come late, or never,
and none is ever wrong. They are written by :mod:`supplychain.actions.prepared`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from supplychain.analysis.rows import rows_of
from supplychain.analysis.selection import VALID, Selection

# The versions that are valid for a series, as one text.
VERSIONS = f"""
    SELECT COALESCE(md5(string_agg(p.id::text, ',' ORDER BY p.id)), '') AS versions
    FROM supplychain_publication AS p WHERE {VALID}
"""  # noqa: S608 (no input)
FOUND = f"""
    SELECT COALESCE(answer -> %s, '[]')::text AS answer FROM supplychain_preparedanswer
    WHERE series = %s AND question = %s AND versions = ({VERSIONS})
"""  # noqa: S608 (no input)
# Each provider by the id that a version gives it, as lists count them.
COUNT_PROVIDERS = f"""
    SELECT count(DISTINCT party.public_id) AS providers
    FROM supplychain_frozenparty AS party JOIN supplychain_publication AS p ON p.id = party.publication_id WHERE {VALID}
"""  # noqa: S608 (no input)
PROVIDERS = "providers"
TOO_MANY = "too many"
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Each:
    """Every value of a filter at once: ``key`` is SQL for the value of a line, from ``rows`` beside it."""

    key: str
    rows: str = ""


NO_FILTER = Each("''::text")  # everything has one value, an empty one
# A line counts for every area that it names.
EACH = {
    "": NO_FILTER,
    "service": Each("r.service_category"),
    "body": Each("r.body_code"),
    "area": Each("named.area", "CROSS JOIN LATERAL (SELECT DISTINCT unnest(r.area_codes)) AS named(area)"),
}
# Beside everything by any one dimension: by which a single service, body or area is.
OF_ONE = {
    "service": ((), ("quarter",), ("tier",)),
    "body": ((), ("quarter",), ("tier",), ("quarter", "tier")),
    "area": ((), ("quarter",), ("tier",), ("quarter", "area")),
}


def found(selection: Selection, by: Sequence[str]) -> Rows | str | None:
    """The rows of a breakdown as they were prepared, :data:`TOO_MANY`, or ``None`` where they were not. One query,
    and none where the question is never prepared.
    """
    name, values = next(iter(selection.chosen.items()), ("", ("",)))
    prepared = tuple(by) in OF_ONE.get(name, ()) if name else len(by) < 2
    if not prepared or len(selection.chosen) > 1 or len(values) > 1:
        return None
    answer = _answer(values[0], selection.series, question(name, by))
    if answer is None:
        return None
    rows = json.loads(answer)
    return rows if rows == TOO_MANY else [tuple(row) for row in rows]


def providers(series: str) -> int:
    """How many providers the valid versions name, by the ids that they have there. Two queries at most."""
    answer = _answer("", series, question(PROVIDERS, ()))
    return count_providers(series) if answer is None else int(answer)


def count_providers(series: str) -> int:
    """The same, from the rows of the versions. One query."""
    (row,) = rows_of((COUNT_PROVIDERS, [series]))
    return row["providers"]


def question(name: str, by: Sequence[str]) -> str:
    """What stands with an answer: ``area/quarter``."""
    return f"{name}/{'+'.join(by)}"


def versions(series: str) -> str:
    """Of which versions an answer is that is worked out now. One query."""
    (row,) = rows_of((VERSIONS, [series]))
    return row["versions"]


def _answer(value: str, series: str, asked: str) -> str | None:
    """What is there for one value of a filter, as JSON; ``None`` where nothing is for the versions of the moment."""
    rows = rows_of((FOUND, [value, series, asked, series]))
    return rows[0]["answer"] if rows else None
