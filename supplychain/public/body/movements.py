"""Who is in a body's chain now and was not in the quarter before, and who is no longer named?"""

from supplychain.analysis.movements import moved
from supplychain.models import FrozenBody
from supplychain.public.series import World
from supplychain.public.words import Words

FILED = ("published", "nil")


def movements(series: World, chain: FrozenBody | None, statuses: list[FrozenBody], known: Words) -> dict:
    """Providers gained and lost against the quarter before, or the sentence that says why that can't be told."""
    if chain is None or chain.filing_status not in FILED:
        return {}
    quarter = chain.publication.quarter.previous
    before = next((row for row in statuses if row.publication.period == str(quarter)), None)
    if before is None or before.filing_status not in FILED:
        why = (
            f"No return of the body was required for {quarter.label}." if before is not None
            and before.filing_status == "not-required" else f"No return of the body for {quarter.label} is published."
        )  # fmt: skip
        return {"moved_why": f"{why} So it can’t be told who is new."}
    gained, lost = moved(chain.publication, before.publication, chain.code)
    rows = [("added", entry) for entry in gained] + [("no longer named", entry) for entry in lost]
    return {
        "moved_before": quarter,
        "moved": [
            {"how": how, "row": entry, "services": ", ".join(known.service(one) for one in entry.services)}
            for how, entry in rows
        ],
    }
