"""How many providers were there quarter by quarter, as pictures? One for each kind of return: they don't add up."""

from collections.abc import Sequence

from portal.pictures.time_series import Point, TimeSeries
from portal.quarters import Quarter
from supplychain.models import Publication
from supplychain.public.explore.rows import KINDS


def providers_by_quarter(
    counts: Sequence[tuple[Quarter, str, int]], versions: Sequence[Publication], what: str
) -> list[TimeSeries]:
    """Pictures of ``counts`` (quarter, kind of return, providers), where at least two quarters can be compared.

    ``versions`` are all that may be read: between the first and the last quarter that is counted, others have a
    mark of their own. ``what`` goes into the title: "in Northumbria".
    """
    known = {publication.period for publication in versions}
    pictures = []
    for kind in sorted({kind for _, kind, _ in counts}):
        counted = {quarter: providers for quarter, its_kind, providers in counts if its_kind == kind}
        if len(counted) < 2:
            continue
        between = (Quarter.parse(period) for period in known)
        missing = [quarter for quarter in between if min(counted) < quarter < max(counted) and quarter not in counted]
        pictures.append(
            TimeSeries(
                id=f"providers-{kind}",
                title=f"Providers {what} by quarter",
                takeaway=f"{counted[max(counted)]} in {max(counted).label} ({KINDS[kind]}).",
                points=[
                    *(Point(quarter, providers) for quarter, providers in counted.items()),
                    *(Point(quarter, None, "not-named") for quarter in missing),
                ],
                unit="providers",
            )
        )
    return pictures
