"""Which organisation does somebody mean? Names of today, working and former names, and numbers, in one place.

Pages, the API and matching all ask here. A number is looked up exactly; a name is looked for by its words first (the
last one may be unfinished), then by likeness, so that typing errors are forgiven. Organisations of the portal and
entries of the registers stand in one list, each organisation once, the best name that was met beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from providers.identifiers import (
    MUTUAL,
    InvalidNumber,
    normalise,
    parse_charity_number,
    parse_company_number,
    parse_org_id,
)
from providers.names import folded

# Where numbers lead: to those that they were merged into, and to other numbers of the same organisation.
LED_TO = """
    WITH RECURSIVE led AS (
        SELECT unnest(%(ids)s) AS org_id, 0 AS step
        UNION
        SELECT next.org_id, led.step + 1 FROM led CROSS JOIN LATERAL (
            SELECT successor FROM providers_registerentry
            WHERE series = %(series)s AND org_id = led.org_id AND successor <> ''
            UNION ALL SELECT other FROM providers_registerlink WHERE series = %(series)s AND one = led.org_id
            UNION ALL SELECT one FROM providers_registerlink WHERE series = %(series)s AND other = led.org_id
        ) AS next (org_id) WHERE led.step < 6
    ) SELECT org_id, min(step) FROM led GROUP BY org_id
"""
HOLDERS = """
    SELECT asked.org_id, o.public_id, o.name, o.id
    FROM unnest(%(ids)s) AS asked (org_id) JOIN LATERAL (
        SELECT id FROM providers_organisation WHERE public_id = asked.org_id
        UNION SELECT organisation_id FROM providers_organisationalias WHERE old_id = asked.org_id
        UNION SELECT organisation_id FROM providers_organisationidentifier
        WHERE scheme = substring(asked.org_id FROM '^[A-Z]+-[A-Z]+')
          AND number = substring(asked.org_id FROM '^[A-Z]+-[A-Z]+-(.*)$')
    ) AS held ON true JOIN providers_organisation AS o ON o.id = held.id
    WHERE o.series = %(series)s
"""
ENTRIES = """
    SELECT org_id, name FROM (
        SELECT org_id, name, 0 AS rank FROM providers_registerentry
        WHERE series = %(series)s AND org_id = ANY(%(ids)s) AND name <> ''
        UNION ALL
        SELECT org_id, text, CASE kind WHEN 'registered' THEN 1 WHEN 'working' THEN 2 ELSE 3 END
        FROM providers_registername WHERE series = %(series)s AND org_id = ANY(%(ids)s) AND part = 0
    ) AS named ORDER BY rank, name
"""

NUMBER, TODAY, REGISTERED = "number", "today", "registered"
WORKING, FORMER, RETURNED = "working", "former", "returned"
KINDS = (NUMBER, TODAY, REGISTERED, RETURNED, WORKING, FORMER)  # in the order in which equally good ones are shown
LONGEST = 200  # characters of a question; names have no more
WORDS_AT_MOST = 12
LOOKED_AT = 4000  # names with all words that are compared; more say the same common word
A_GOOD_NAME = 0.8
# Likeness from which on two names may be one; short names lose more by one wrong letter.
SHORT, MIDDLE = 7, 12
LIKENESS = {SHORT: 0.3, MIDDLE: 0.37, LONGEST: 0.45}


@dataclass(frozen=True, slots=True)
class Found:
    """One organisation: ``org_id`` is its public id where the portal knows it, else its number in a register.

    ``name`` is the name that was met, of ``kind``; ``score`` is 0 to 1. ``organisation`` is the row's key, ``None``
    where only a register has it; ``part`` is not 0 where the name is that of a linked charity under the number;
    ``own`` names are the portal's own, not a register's.
    """

    org_id: str
    name: str
    kind: str
    score: float
    organisation: int | None = None
    part: int = 0
    own: bool = False


def search(text: str, *, series: str, limit: int = 20, registers: bool = True) -> list[Found]:
    """The organisations of a series that the text names, the best first; ``registers=False`` leaves out those that
    only a register has.
    """
    asked = " ".join(text[:LONGEST].replace("\x00", "").split())
    numbers = possible_ids(asked)
    if numbers:
        exact = by_number(numbers, series=series, registers=registers)
        if exact:
            return exact[:limit]
    return by_name(asked, series=series, limit=limit, registers=registers)


def possible_ids(text: str) -> list[str]:
    """The org-ids that a text may mean as a number: ``226171``, ``SC042386``, ``01234567``, ``GB-CHC-226171``."""
    if not any(character.isdigit() for character in text):
        return []
    found = []
    for parse in (parse_org_id, parse_charity_number, parse_company_number):
        try:
            found.append(parse(text).org_id)
        except InvalidNumber as refused:
            if refused.suggestion and parse is parse_company_number:
                found.append(f"GB-COH-{refused.suggestion}")
    bare = normalise(text)
    if bare.startswith("XP-"):
        found.append(bare)
    if bare.isalnum() and bare.isascii() and bare.upper().endswith(("R", "RS", "C", "W")):
        found.append(f"{MUTUAL}-{bare}")
    return list(dict.fromkeys(found))


def by_number(org_ids: list[str], *, series: str, registers: bool = True) -> list[Found]:
    """Whose numbers are these? Today's organisation, also for a former id, for the other number of the same
    organisation, and for the number of one that was merged into another.
    """
    steps = {row[0]: row[1] for row in reversed(_rows(LED_TO, {"series": series, "ids": org_ids}))}
    of_organisations = _rows(HOLDERS, {"series": series, "ids": list(steps)})
    known = sorted(
        (steps[asked], Found(public_id, name, NUMBER, 1.0, pk)) for asked, public_id, name, pk in of_organisations
    )
    if known:
        nearest = [found for step, found in known if step == known[0][0]]
        return list(dict.fromkeys(nearest))
    if not registers:
        return []
    entries = {row[0]: row[1] for row in reversed(_rows(ENTRIES, {"series": series, "ids": list(steps)}))}
    last = max((steps[org_id] for org_id in entries), default=0)
    return [Found(org_id, name, NUMBER, 1.0) for org_id, name in sorted(entries.items()) if steps[org_id] == last]


def by_name(text: str, *, series: str, limit: int = 20, registers: bool = True) -> list[Found]:
    """The organisations with a name like this one; none where the text holds no letter or digit."""
    name = folded(text)[:LONGEST]
    words = [word for word in name.split() if word.isalnum()][:WORDS_AT_MOST]
    if not words:
        return []
    found = _met(_with_words(words), name, series, limit, registers)
    if len(found) < limit and not any(one.score >= A_GOOD_NAME for one in found):
        found += _met(_alike(name), name, series, limit, registers)
    if not found and len(words) > 1:
        found = _met(_within(), name, series, limit, registers)
    return _each_once(found)[:limit]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to look for a name: SQL for which names (``n``) are met, how good each is, and what it needs."""

    condition: str
    score: str
    values: dict[str, Any]
    limits: tuple[tuple[str, float], ...] = ()
    looked_at: int | None = None


def _with_words(words: list[str]) -> _Way:
    """Every word stands in the name, the last one begun."""
    query = " & ".join([*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}':*"])
    return _Way(
        "to_tsvector('simple'::regconfig, n.folded) @@ %(words)s::tsquery",
        "CASE WHEN n.folded = %(name)s THEN 1.0 ELSE 0.55 + 0.4 * similarity(n.folded, %(name)s) END",
        {"words": query},
        looked_at=LOOKED_AT,
    )


def _alike(name: str) -> _Way:
    """The whole name is like it."""
    least = next(likeness for length, likeness in LIKENESS.items() if len(name) <= length)
    return _Way(
        "n.folded %% %(name)s",
        "0.95 * similarity(n.folded, %(name)s)",
        {},
        (("pg_trgm.similarity_threshold", least),),
    )


def _within() -> _Way:
    """A part of the name is like it."""
    return _Way(
        "%(name)s <%% n.folded",
        "0.7 * word_similarity(%(name)s, n.folded)",
        {},
        (("pg_trgm.word_similarity_threshold", 0.6),),
    )


def _met(way: _Way, name: str, series: str, limit: int, registers: bool) -> list[Found]:
    """The best names that one way meets, each with its organisation where the portal knows it."""
    at_most = f"LIMIT {way.looked_at}" if way.looked_at else ""
    of_registers = f"""
        UNION ALL SELECT * FROM (
            SELECT NULL::bigint, n.org_id, n.text, n.kind, n.part, n.folded FROM providers_registername AS n
            WHERE n.series = %(series)s AND {way.condition} {at_most}
        ) AS of_registers
    """  # noqa: S608 (no input)
    statement = f"""
        SELECT coalesce(o.public_id, best.org_id), best.text, best.kind, best.score, o.id, best.part,
               best.organisation IS NOT NULL
        FROM (
            SELECT n.organisation, n.org_id, n.text, n.kind, n.part, {way.score} AS score FROM (
                SELECT n.id AS organisation, '' AS org_id, n.name AS text, '{TODAY}' AS kind, 0 AS part, n.folded
                FROM providers_organisation AS n WHERE n.series = %(series)s AND {way.condition}
                UNION ALL
                SELECT n.organisation_id AS organisation, '' AS org_id, n.text, n.kind, 0 AS part, n.folded
                FROM providers_organisationname AS n JOIN providers_organisation AS o ON o.id = n.organisation_id
                WHERE o.series = %(series)s AND {way.condition}
                {of_registers if registers else ""}
            ) AS n
            ORDER BY score DESC, n.folded COLLATE "C", n.org_id COLLATE "C" LIMIT %(limit)s
        ) AS best
        LEFT JOIN providers_organisationidentifier AS i
            ON best.organisation IS NULL AND i.scheme = substring(best.org_id from '^[A-Z]+-[A-Z]+')
            AND i.number = substring(best.org_id from '^[A-Z]+-[A-Z]+-(.*)$')
        LEFT JOIN providers_organisation AS o
            ON o.id = coalesce(best.organisation, i.organisation_id) AND o.series = %(series)s
    """  # noqa: S608 (no input)
    # Several names of one organisation may be met, so more names are looked at than organisations are wanted.
    values = {"name": name, "series": series, "limit": limit * 4, **way.values}
    with transaction.atomic():
        for setting, value in way.limits:
            _rows("SELECT set_config(%(setting)s, %(value)s, true)", {"setting": setting, "value": str(value)})
        return [Found(*row) for row in _rows(statement, values)]


def _each_once(found: Iterable[Found]) -> list[Found]:
    """Each organisation with its best name, the best organisation first."""
    best: dict[str, Found] = {}
    for one in found:
        if one.kind not in KINDS:
            one = replace(one, kind=RETURNED)
        held = best.get(one.org_id)
        if held is None or _order(one) < _order(held):
            best[one.org_id] = one
    return sorted(best.values(), key=_order)


def _order(one: Found) -> tuple:
    of_organisation = (one.organisation is None, not one.own)
    return (-round(one.score, 3), one.part > 0, *of_organisation, KINDS.index(one.kind), one.name, one.org_id)


def _rows(statement: str, values: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
