"""Did the body file, when, and what did it correct? Quarter by quarter within the time in which returns are required.

Whether a return came late goes by a due date that was set; where none was, nobody is called late. A correction shows
what the version before said beside what stands now.
"""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q

from supplychain.models import FrozenBody
from supplychain.public.corrections import Correction, corrections_of
from supplychain.public.series import World


def record(series: World, code: str, statuses: list[FrozenBody]) -> dict:
    """The filing record of a body: its quarters, newest first, counts over them, and what was corrected. One query."""
    corrections = corrections_of(series, Q(key=code) | Q(key__startswith=f"{code}/"))
    by_period: dict[str, list[Correction]] = {}
    for correction in corrections:
        by_period.setdefault(correction.publication.period, []).append(correction)
    rows = [
        {"row": row, "quarter": row.publication.quarter, "corrections": by_period.get(row.publication.period, [])}
        for row in statuses
    ]
    return {"statuses": rows, "counts": counts(statuses, len(by_period)), "corrections": corrections}


def counts(statuses: Iterable[FrozenBody], corrected: int) -> list[str]:
    """How many quarters ended how, in words; quarters in which nothing was required are told apart."""
    found = Counter(word for row in statuses for word in words(row))
    found["corrected later"] = corrected
    order = ("on time", "late", "filed, no due date set", "nil", "missing", "compiled from public records",
             "corrected later", "no return was required")  # fmt: skip
    return [f"{word}: {found[word]}" for word in order if found[word]]


def words(row: FrozenBody) -> list[str]:
    """What one quarter counts as; a nil return is also on time or late."""
    if row.filing_status == "not-required":
        return ["no return was required"]
    if row.filing_status == "compiled":
        return ["compiled from public records"]
    if row.filing_status == "missing":
        return ["missing"]
    when = "filed, no due date set" if row.late is None else "late" if row.late else "on time"
    return [when, "nil"] if row.filing_status == "nil" else [when]
