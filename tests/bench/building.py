"""How long do a disclosure, its roll-up and the tracing of its money take?"""

import random
import tempfile
from pathlib import Path

from django.db import connection, transaction

from supplychain.analysis import money
from supplychain.disclosure import build
from supplychain.disclosure.columns import FLOWS
from supplychain.disclosure.writers import plain_csv
from supplychain.models import Publication

from .clock import Measured, in_pairs, seconds

GOAL_ROLL_UP, GOAL_SECONDS, GOAL_TRACE_MS = 3, 60, 150
SCAN = "SELECT count(*), sum(amount_paid_gbp) FROM supplychain_frozenline"
TRACES = 40


def roll_up(publication: Publication, lines: int, pairs: int) -> list[Measured]:
    """Flows of money of one quarter, rolled up and written as CSV, against counting and summing."""
    with tempfile.TemporaryDirectory() as folder:

        def deed() -> float:
            return seconds(lambda: plain_csv.write(FLOWS, publication, Path(folder) / "flows"))

        def limit(where: str = "") -> float:
            with connection.cursor() as cursor:
                return seconds(lambda: cursor.execute(SCAN + where))

        name = "roll-up and CSV of one quarter"
        own = f" WHERE publication_id = {publication.pk}"
        return [
            in_pairs(f"{name} / count and sum of all {lines:,} lines", GOAL_ROLL_UP, pairs, limit, deed),
            in_pairs(f"{name} / count and sum of its own lines", None, pairs, lambda: limit(own), deed),
        ]


def disclosure(publication: Publication, agreements: int, runs: int) -> Measured:
    """Every step of a build, each in its transaction as a worker does them; again and again for the same version."""

    def built() -> None:
        for _, step in build.steps(publication.pk):
            with transaction.atomic():
                step()

    figures = [seconds(built) for _ in range(runs)]
    publication.refresh_from_db()
    return Measured(f"a whole disclosure of {agreements:,} agreements", "s", figures, GOAL_SECONDS)


def trace(publication: Publication, largest: str) -> list[Measured]:
    """The money of one body with every agreement below it: the largest body, and bodies by chance."""
    chance = random.Random(1)
    codes = [body.code for body in money.trace_all(publication) if body.by_tier]
    agreements = len(money.trace(publication, largest).hops)
    drawn = [chance.choice(codes) for _ in range(TRACES)]
    return [
        Measured(name, "ms", [seconds(lambda code=code: money.trace(publication, code)) * 1000 for code in asked],
                 GOAL_TRACE_MS, by_p95=True)
        for name, asked in (
            (f"trace of the largest body ({agreements:,} agreements)", [largest] * TRACES),
            ("trace of a body by chance", drawn),
        )
    ]  # fmt: skip
