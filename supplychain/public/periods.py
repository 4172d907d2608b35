"""How is a span of days said in words? The database keeps spans up to, and without, the day after."""

import datetime as dt

from django.db.backends.postgresql.psycopg_any import DateRange

from portal.templatetags.portal import london

DAY = dt.timedelta(days=1)


def last_day(span: DateRange | None) -> dt.date | None:
    """The last day of a span; ``None`` where it is open."""
    return span.upper - DAY if span and span.upper else None


def in_words(span: DateRange | None) -> str:
    """ "1 February 2015 to 25 June 2021", "from 1 February 2015", "until 25 June 2021", or "dates not known"."""
    first, last = (span.lower if span else None), last_day(span)
    if first and last:
        return f"{london(first)} to {london(last)}"
    if first:
        return f"from {london(first)}"
    return f"until {london(last)}" if last else "dates not known"
