"""What did later versions of a disclosure change in rows of its files? Cell by cell, with what stood there before."""

from dataclasses import dataclass, field

from django.db.models import Q

from supplychain.disclosure.columns import TABLES
from supplychain.models import FrozenChange, Publication
from supplychain.public import published
from supplychain.public.series import World

CHANGES_SHOWN = 40
TITLES = {column.name: column.title for table in TABLES for column in table.columns}


@dataclass(slots=True)
class Correction:
    """What one later version of a quarter changed in the rows asked for; ``count`` is of all cells and rows."""

    publication: Publication
    count: int = 0
    changes: list[dict] = field(default_factory=list)


def corrections_of(series: World, rows: Q) -> list[Correction]:
    """What later versions changed in these rows of the files, newest first. One query."""
    found: dict[int, Correction] = {}
    changes = (
        FrozenChange.objects.filter(
            rows, basis="version", publication__in=published.versions(series.name).filter(redacted_at=None).order_by()
        )
        .select_related("publication")
        .order_by("-publication__period", "-publication__version", "file", "key", "column")
    )
    for change in changes.iterator():
        correction = found.setdefault(change.publication_id, Correction(change.publication))
        correction.count += 1
        if len(correction.changes) < CHANGES_SHOWN:
            correction.changes.append({"row": change, "title": TITLES.get(change.column, change.column)})
    return list(found.values())
