"""What do the registers say of the organisations that the portal knows: income, its year, and legal form?

Income and year are the registers' word alone, so they go where no entry tells them; a legal form is only given to an
organisation that has none.
"""

# ruff: noqa: S608 - nothing but our own words

from django.db.backends.utils import CursorWrapper

# Bands of yearly income as Clinks asks for them in its surveys of the sector (domain facts, section 7): the first
# amount that is no longer in the band, in pounds.
BANDS = (
    (10_000, "under 10k"),
    (100_000, "10k to 100k"),
    (500_000, "100k to 500k"),
    (1_000_000, "500k to 1m"),
    (10_000_001, "1m to 10m"),
)
ABOVE = "over 10m"
BAND_SQL = f"CASE {' '.join(f'WHEN income < {below} THEN {band!r}' for below, band in BANDS)} ELSE {ABOVE!r} END"
# The financial year from April in which the charity's own year ended.
YEAR_SQL = "extract(year FROM year_end - interval '3 months')::integer"
NEWEST = """
    ORDER BY e.income_year_end DESC, e.org_id) FILTER (WHERE e.income_gbp IS NOT NULL AND e.income_year_end IS NOT NULL
"""
TELL = f"""
    UPDATE providers_organisation AS o
    SET income_band = s.band, income_year = s.year, legal_form = s.form
    FROM (
        SELECT id, CASE WHEN income IS NULL THEN '' ELSE {BAND_SQL} END AS band,
               CASE WHEN income IS NULL THEN ''
                    ELSE {YEAR_SQL} || '-' || lpad((({YEAR_SQL} + 1) %% 100)::text, 2, '0') END AS year,
               coalesce(nullif(legal_form, ''), form, '') AS form
        FROM (
            SELECT o.id, o.legal_form,
                   (array_agg(e.income_gbp {NEWEST}))[1] AS income,
                   (array_agg(e.income_year_end {NEWEST}))[1] AS year_end,
                   (array_agg(e.legal_form ORDER BY e.org_id) FILTER (WHERE e.legal_form <> ''))[1] AS form
            FROM providers_organisation AS o
            LEFT JOIN providers_organisationidentifier AS i ON i.organisation_id = o.id
            LEFT JOIN providers_registerentry AS e ON e.series = o.series AND e.org_id = i.scheme || '-' || i.number
            WHERE o.series = %(series)s AND (%(ids)s::bigint[] IS NULL OR o.id = ANY (%(ids)s::bigint[]))
            GROUP BY o.id
        ) AS told
    ) AS s
    WHERE o.id = s.id AND (o.income_band, o.income_year, o.legal_form) IS DISTINCT FROM (s.band, s.year, s.form)
"""


def tell(cursor: CursorWrapper, series: str, ids: list[int] | None = None) -> int:
    """Bring organisations of a series, or only those with these keys, to what the registers say of their numbers.
    Returns how many were changed.
    """
    cursor.execute(TELL, {"series": series, "ids": ids})
    return cursor.rowcount
