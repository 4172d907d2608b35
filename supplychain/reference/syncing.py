"""Which rows of a table have to be added, changed or removed so that it says what it should?"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange

from .tables import Row, day


@dataclass(slots=True)
class Counts:
    """What happened to the rows of one table."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def touched(self) -> int:
        """Rows that are not as they were."""
        return self.added + self.changed + self.removed


def sourced(row: Row) -> dict[str, str]:
    """The source and confidence of a row, as every model of a fact has them."""
    return {"source": row["source"], "confidence": row["confidence"]}


def period(row: Row, name: str = "") -> DateRange:
    """The days from ``from`` up to, but not including, ``to``; open where empty. ``name`` goes before both columns."""
    prefix = f"{name}_" if name else ""
    return DateRange(day(row[f"{prefix}from"]), day(row[f"{prefix}to"]))


def _comparable(value: Any) -> Any:
    """Values as they compare: ranges with the same days are equal whatever their bounds are called."""
    return (value.lower, value.upper) if isinstance(value, DateRange) else value


def sync(
    existing: models.QuerySet,
    key: Sequence[str],
    wanted: Iterable[models.Model],
    *,
    remove: bool = False,
    leave: Collection[str] = (),
) -> Counts:
    """Make the rows of ``existing`` those that are ``wanted``, told apart by ``key``, but for the fields in ``leave``.

    Rows that are not wanted go only where ``remove`` says so. Periods compare by their days, whatever their bounds are.
    """
    model = existing.model
    # What the model works out itself is no difference.
    stated = [f for f in model._meta.concrete_fields if f.editable and f.name not in leave]
    fields = [f.attname for f in stated if not f.primary_key or f.attname in key]
    present = {tuple(_comparable(getattr(row, name)) for name in key): row for row in existing}
    counts, new, changed = Counts(), [], []
    for row in wanted:
        counts.rows += 1
        old = present.pop(tuple(_comparable(getattr(row, name)) for name in key), None)
        if old is None:
            new.append(row)
            continue
        differing = [name for name in fields if _comparable(getattr(old, name)) != _comparable(getattr(row, name))]
        if differing:
            for name in differing:
                setattr(old, name, getattr(row, name))
            changed.append(old)
    if remove and present:
        counts.removed = (
            existing.filter(pk__in=[row.pk for row in present.values()]).delete()[1].get(model._meta.label, 0)
        )
    updatable = [f.name for f in model._meta.concrete_fields if not f.primary_key]
    if changed:
        model._default_manager.bulk_update(changed, updatable)
    model._default_manager.bulk_create(new)
    counts.added, counts.changed = len(new), len(changed)
    return counts
