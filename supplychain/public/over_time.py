"""How many providers were there quarter by quarter, as pictures? One for each kind of return: they don't add up."""

from collections.abc import Sequence

from portal.pictures.time_series import Point, TimeSeries
from portal.quarters import Quarter
from supplychain.analysis.breakdown import Figures
from supplychain.models import Publication
from supplychain.public.explore.rows import KINDS


def providers_by_quarter(figures: Sequence[Figures], versions: Sequence[Publication], what: str) -> list[TimeSeries]:
    """Pictures of figures by quarter, where there are at least two quarters to compare.

    ``versions`` are all that may be read: between the first and the last quarter with figures, those without have a
    mark of their own. ``what`` goes into the title: "in Northumbria".
    """
    known = {publication.period for publication in versions}
    pictures = []
    for kind in sorted({entry.return_kind for entry in figures}):
        counted = {Quarter.parse(entry.keys["quarter"]): entry for entry in figures if entry.return_kind == kind}
        if len(counted) < 2:
            continue
        between = (Quarter.parse(period) for period in known)
        missing = [quarter for quarter in between if min(counted) < quarter < max(counted) and quarter not in counted]
        last = counted[max(counted)]
        pictures.append(
            TimeSeries(
                id=f"providers-{kind}",
                title=f"Providers {what} by quarter",
                takeaway=f"{last.providers} in {max(counted).label} ({KINDS[kind]}).",
                points=[
                    *(Point(quarter, entry.providers) for quarter, entry in counted.items()),
                    *(Point(quarter, None, "not-named") for quarter in missing),
                ],
                unit="providers",
            )
        )
    return pictures
