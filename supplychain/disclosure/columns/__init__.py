"""Which columns are published, in which order, and what does each mean? Defined here once.

Files, ``datapackage.json``, the data dictionary page, live extracts, changes and verification all follow these
definitions. Columns may be appended at the end of a table, never inserted, renamed or taken away.
"""

import datetime as dt

from .agreements import FLOWS, KPI_CONTRIBUTIONS, SUPPLY_CHAIN
from .parties import BODIES, CHANGES, PROVIDERS

__all__ = ["BODIES", "CHANGES", "FLOWS", "HISTORY", "KPI_CONTRIBUTIONS", "PROVIDERS", "SUPPLY_CHAIN", "TABLES"]

# In the order in which people meet them; foreign keys name tables of this list.
TABLES = (SUPPLY_CHAIN, KPI_CONTRIBUTIONS, FLOWS, PROVIDERS, BODIES, CHANGES)
# What readers of the tables have to know of each change of them, newest first. Whoever appends a column adds a line.
HISTORY = (
    (
        dt.date(2026, 11, 23),
        "The first form of the tables (format 1 of the manifest). No column was added or taken away since.",
    ),
)
