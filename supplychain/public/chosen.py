"""Which quarter does a page of one quarter speak of: the newest that holds lines, or the one that the address names?"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from portal.quarters import Quarter
from supplychain.analysis.selection import shown
from supplychain.models import FrozenLine, Publication
from supplychain.models.frozen import Frozen
from supplychain.public import published
from supplychain.public.series import World


@dataclass(frozen=True, slots=True)
class Chosen:
    """The valid version that a page shows (``None``: nothing is published), those that it could show, newest first,
    and a sentence where the address names a quarter that there is not.
    """

    publication: Publication | None
    offered: list[Publication]
    notice: str = ""

    @property
    def newest(self) -> bool:
        """Is it the newest one of all that are offered?"""
        return bool(self.offered) and self.publication == self.offered[0]

    @property
    def query(self) -> str:
        """The query that leads to the same quarter elsewhere: none for the newest."""
        return "" if self.newest or self.publication is None else f"?quarter={self.publication.quarter.slug}"


def chosen_quarter(
    request: HttpRequest, world: World, wanted: QuerySet[Frozen] | Collection[str] | None = None
) -> Chosen:
    """The quarter that ``?quarter=`` asks for, else the newest one that holds any of the rows that are ``wanted``
    (lines, where nothing is said), or the newest of these periods. One query.
    """
    if isinstance(wanted, Collection):
        offered = list(published.readable(world.name).filter(period__in=wanted))
    else:
        rows = FrozenLine.objects.all() if wanted is None else wanted
        offered = list(published.readable(world.name).filter(Exists(rows.filter(publication=OuterRef("pk")))))
    newest = offered[0] if offered else None
    asked = request.GET.get("quarter", "").strip()
    if not asked:
        return Chosen(newest, offered)
    try:
        period = str(Quarter.parse(asked))
    except ValueError:
        return Chosen(newest, offered, f"“{shown(asked)}” is not a quarter such as 2018-19 Q1; this is the newest one.")
    found = next((publication for publication in offered if publication.period == period), None)
    return Chosen(found, offered) if found else Chosen(newest, offered, f"Nothing is published here for {period}.")
