"""Who goes on after a merger? What all tables of mergers say together, each number led to one other, never in a circle.

The register of mergers goes before the history of events; a number for which its table names several successors is
led nowhere, and so is one in a circle.
"""

# ruff: noqa: S608 - nothing but our own words

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from .findings import Findings
from .mergers import TABLE as REGISTER

SAID = f"""
    CREATE TEMP TABLE said ON COMMIT DROP AS
    SELECT DISTINCT ON (org_id) org_id, min(successor) AS successor, max(merged_on) AS merged_on, min(name) AS name,
           count(DISTINCT successor) AS ways, false AS circular
    FROM providers_registermerger AS m
    WHERE series = %(series)s AND (
        "table" = '{REGISTER}' OR EXISTS (
            SELECT FROM providers_registerentry AS e
            WHERE e.series = m.series AND e.org_id = m.org_id AND e.removed_on IS NOT NULL
        )
    )
    GROUP BY org_id, "table" ORDER BY org_id, "table" <> '{REGISTER}'
"""
CIRCLES = """
    WITH RECURSIVE walk AS (
        SELECT org_id AS begun, successor AS now, ARRAY[org_id::text] AS seen FROM said WHERE ways = 1
        UNION ALL
        SELECT w.begun, s.successor, w.seen || s.org_id::text
        FROM walk AS w JOIN said AS s ON s.org_id = w.now AND s.ways = 1 AND s.org_id::text <> ALL (w.seen)
    )
    UPDATE said SET circular = true WHERE org_id IN (SELECT begun FROM walk WHERE now = begun)
"""
LED = "SELECT * FROM said WHERE ways = 1 AND NOT circular"
BRING = (
    f"""
    UPDATE providers_registerentry AS e SET successor = '', merged_on = NULL
    WHERE e.series = %(series)s AND e.successor <> '' AND starts_with(e.org_id, 'GB-CHC-')
      AND NOT EXISTS (SELECT FROM ({LED}) AS l WHERE l.org_id = e.org_id)
    """,
    f"""
    UPDATE providers_registerentry AS e SET successor = l.successor, merged_on = l.merged_on FROM ({LED}) AS l
    WHERE e.series = %(series)s AND e.org_id = l.org_id
      AND (e.successor, e.merged_on) IS DISTINCT FROM (l.successor, l.merged_on)
    """,
    """
    UPDATE providers_registerentry AS e SET name = s.name FROM said AS s
    WHERE e.series = %(series)s AND e.org_id = s.org_id AND NOT e.listed AND e.name <> s.name
    """,
    """
    DELETE FROM providers_registerentry AS e
    WHERE e.series = %(series)s AND NOT e.listed AND starts_with(e.org_id, 'GB-CHC-')
      AND NOT EXISTS (SELECT FROM said AS s WHERE s.org_id = e.org_id)
    """,
    f"""
    INSERT INTO providers_registerentry
        (series, org_id, listed, name, status, legal_form, places, successor, merged_on)
    SELECT %(series)s, s.org_id, false, s.name, '', '', '{{}}', coalesce(l.successor, ''), l.merged_on
    FROM said AS s LEFT JOIN ({LED}) AS l USING (org_id)
    WHERE NOT EXISTS (
        SELECT FROM providers_registerentry AS e WHERE e.series = %(series)s AND e.org_id = s.org_id
    )
    """,
)  # the rows that are made come last


@dataclass(frozen=True, slots=True)
class Led:
    """How many numbers lead to a successor, and how many of them the list of numbers does not have."""

    numbers: int
    made: int


def lead(cursor: CursorWrapper, series: str, findings: Findings) -> Led:
    """Bring the successors of entries to what the tables of mergers say; entries are made for numbers that only a
    merger names. Numbers that are led nowhere are added to ``findings``.
    """
    parameters = {"series": series}
    cursor.execute("DROP TABLE IF EXISTS pg_temp.said")
    cursor.execute(SAID, parameters)
    cursor.execute(CIRCLES)
    for statement in BRING:
        cursor.execute(statement, parameters)
    made = cursor.rowcount
    for reason, condition in (
        ("several charities are named as the one that goes on", "ways > 1"),
        ("mergers that lead back to where they began", "circular"),
    ):
        cursor.execute(f"SELECT org_id, successor FROM said WHERE {condition} ORDER BY org_id")
        for org_id, successor in cursor.fetchall():
            findings.add(reason, f"{org_id} into {successor}" if condition == "circular" else org_id)
    cursor.execute(f"SELECT count(*) FROM ({LED}) AS l")
    return Led(cursor.fetchone()[0], made)
