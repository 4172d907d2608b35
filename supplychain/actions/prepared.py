"""How are answers that take seconds there before anybody asks?

Whoever does it again finds nothing left to do, so it needs no record of what has to be done: the versions that an
answer names tell whether it still holds.
"""

import zlib
from typing import Any

from django.db import connection

from supplychain.actions.door import action
from supplychain.analysis import breakdown, prepared
from supplychain.analysis.selection import Selection
from supplychain.models import PreparedAnswer

LOCK = 7712  # first key of the advisory locks under which answers are worked out


def prepare_answers(series: str) -> int:
    """Work out every answer that is not there for the versions that are valid now, each in its own transaction; returns
    how many were written.
    """
    valid = prepared.versions(series)
    there = set(PreparedAnswer.objects.filter(series=series, versions=valid).values_list("question", flat=True))
    missing = [(name, of) for name, of in questions() if prepared.question(name, of) not in there]
    return sum(prepare_answer(series=series, name=name, of=of, by=None) for name, of in missing)


def questions() -> list[tuple[str, tuple[str, ...]]]:
    """Each filter with what its answers are broken down by: everything by any one dimension, too."""
    everything = [("", of) for of in ((), *((name,) for name in breakdown.DIMENSIONS))]
    of_one = [(name, of) for name, found in prepared.OF_ONE.items() for of in found]
    return [(prepared.PROVIDERS, ()), *everything, *of_one]


@action
def prepare_answer(*, series: str, name: str, of: tuple[str, ...], by: None) -> bool:
    """Work out one answer; ``False`` where another process is at it, or other versions became valid meanwhile."""
    question = prepared.question(name, of)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, zlib.crc32(f"{series}/{question}".encode()) >> 1]
        )
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SET LOCAL work_mem = '128MB'")  # all lines of a series are sorted
    valid = prepared.versions(series)
    if name == prepared.PROVIDERS:
        answer: dict[str, Any] = {"": prepared.count_providers(series)}
    else:
        answer = dict(breakdown.worked_out(Selection(series, {}), of, prepared.EACH[name]))
    if prepared.versions(series) != valid:
        return False
    PreparedAnswer.objects.update_or_create(
        series=series, question=question, defaults={"versions": valid, "answer": answer}
    )
    return True


@action
def forget_answers(*, series: str, by: None) -> None:
    """Remove every answer of a series, because something that went into them must no longer be seen."""
    PreparedAnswer.objects.filter(series=series).delete()
