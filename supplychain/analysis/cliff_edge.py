"""Which agreements end soon after a day, where and for whom, and is another one reported that goes on?

As reported as of that day (:mod:`supplychain.analysis.reported`): an end on the day itself counts. Whether an
agreement is followed is told by :mod:`supplychain.analysis.succession`. An agreement counts in each area, service and
group that it names, so these are never added up.

The statements give the same rows to pages and to CSV.
"""

import calendar
import datetime as dt

from supplychain.analysis import reported
from supplychain.analysis.reported import REPORTED
from supplychain.analysis.rows import Statement
from supplychain.analysis.selection import NONE, Selection
from supplychain.analysis.succession import FOLLOWED

MONTHS = (12, 6, 3)
# What the lines may be grouped by: SQL for the codes of a line.
GROUPS = {
    "area": "r.area_codes",
    "service": "ARRAY(SELECT DISTINCT unnest(r.other_categories || r.service_category))",
    "cohort": "r.cohorts",
}
STEPS = (3, 6, 12)
WITHIN = "CASE WHEN r.end_date <= %s THEN 3 WHEN r.end_date <= %s THEN 6 ELSE 12 END"
COUNTS = ", ".join(
    f"count(*) FILTER (WHERE r.within_months <= {months}) AS within_{months}, "
    f"count(*) FILTER (WHERE r.within_months <= {months} AND r.followed = 'no') AS not_followed_{months}"
    for months in STEPS
)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def ending_statement(
    selection: Selection, day: dt.date, months: int, most: int | None = None, after: int = 0
) -> Statement:
    """One row for each selected agreement that ends on the day or within ``months`` after it, the next one first; at
    most so many, without the first ``after``.
    """
    ending, values = _ending(selection, day, months)
    statement = f"""
        {ending}
        SELECT r.end_date, r.within_months AS ends_within_months, r.followed, r.body_code, r.body_name, r.agreement_ref,
               r.tier, NULLIF(r.provider_id, '') AS provider_id, NULLIF(r.provider_name, '') AS provider_name,
               r.service_category, NULLIF(array_to_string(r.cohorts, ';'), '') AS cohorts,
               NULLIF(array_to_string(r.area_codes, ';'), '') AS area_codes, r.start_date, r.period AS quarter,
               %s AS series
        FROM ending AS r ORDER BY r.end_date, r.body_code COLLATE "C", r.agreement_ref COLLATE "C"
        LIMIT %s OFFSET %s
    """  # noqa: S608 (no input)
    return statement, [*values, selection.series, most, after]


def grouped_statement(selection: Selection, day: dt.date, by: str) -> Statement:
    """One row for each code of ``by`` (one of :data:`GROUPS`): how many end within 3, 6 and 12 months, and how many of
    these are not followed.
    """
    ending, values = _ending(selection, day, 12)
    statement = f"""
        {ending}
        SELECT named.code, {COUNTS} FROM ending AS r
        CROSS JOIN LATERAL unnest(COALESCE(NULLIF({GROUPS[by]}, '{{}}'), '{{{NONE}}}')) AS named(code)
        GROUP BY named.code ORDER BY within_12 DESC, named.code
    """  # noqa: S608 (no input)
    return statement, values


def totals_statement(selection: Selection, day: dt.date) -> Statement:
    """One row: how many selected agreements run on the day, how many of these have no end date, how many end within
    3, 6 and 12 months, and how many of these are not followed.
    """
    ending, values = _ending(selection, day, 12)
    statement = f"""
        {ending}
        SELECT count(*) AS running, count(*) FILTER (WHERE s.end_date IS NULL) AS open_ended, {COUNTS}
        FROM selected AS s LEFT JOIN ending AS r ON r.id = s.id
        WHERE s.start_date <= %s AND (s.end_date IS NULL OR s.end_date >= %s)
    """  # noqa: S608 (no input)
    return statement, [*values, day, day]


def _ending(selection: Selection, day: dt.date, months: int) -> Statement:
    """Common table expressions up to ``ending``, and their values."""
    condition, chosen = selection.where
    statement = f"""
        WITH {REPORTED},
        selected AS (
            SELECT r.* FROM reported AS r JOIN supplychain_publication AS p ON p.id = r.publication_id WHERE {condition}
        ),
        soon AS (SELECT r.*, {WITHIN} AS within_months FROM selected AS r WHERE r.end_date >= %s AND r.end_date <= %s),
        followed AS ({FOLLOWED.format(of="soon")}),
        ending AS (
            SELECT soon.*, CASE WHEN followed.id IS NULL THEN 'no' ELSE 'yes' END AS followed
            FROM soon LEFT JOIN followed ON followed.id = soon.id
        )
    """  # noqa: S608 (no input)
    until = {number: months_after(day, number) for number in (3, 6, months)}
    ends = [until[3], until[6], day, until[months]]
    return statement, [*reported.values(selection.series, day), *chosen, *ends, selection.series]
