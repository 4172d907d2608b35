"""Which lines does a page show of a selection, in which order, and how many pages are there?"""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest

from portal.errors import Refusal
from supplychain.analysis.breakdown import Figures
from supplychain.analysis.selection import Selection
from supplychain.disclosure.columns import SUPPLY_CHAIN
from supplychain.models import FrozenLine

LINES_A_PAGE = 100
CHAINS = 'p.period COLLATE "C" DESC, r.body_code COLLATE "C", r.path'
LARGEST = f"r.amount_paid_gbp DESC NULLS LAST, {CHAINS}"


class SelectedLines:
    """The lines of a selection as a paginator asks for them, ordered by :data:`CHAINS` or :data:`LARGEST`.

    ``count`` is how many there are, or how many of them are wanted at most.
    """

    def __init__(self, selection: Selection, count: int, order: str = CHAINS) -> None:
        self.selection = selection
        self.number = count
        self.order = order

    def count(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> list[FrozenLine]:
        condition, values = self.selection.where
        statement = f"""
            SELECT r.id FROM {SUPPLY_CHAIN.rows} WHERE {condition}
            ORDER BY {self.order} LIMIT %s OFFSET %s
        """  # noqa: S608 (no input)
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, part.stop - part.start, part.start])
            ids = [number for (number,) in cursor]
        found = FrozenLine.objects.select_related("publication").in_bulk(ids)
        return [found[number] for number in ids]


def paginator(selection: Selection, totals: Sequence[Figures]) -> Paginator:
    """Pages of the lines of a selection, whose totals were asked for before."""
    return Paginator(SelectedLines(selection, sum(entry.lines for entry in totals)), LINES_A_PAGE)


def asked(request: HttpRequest) -> dict[str, list[str]]:
    """What the address asks for, without parameters that are left empty, as forms send them."""
    return {name: filled for name, values in request.GET.lists() if (filled := [v for v in values if v.strip()])}


def refuse_notices(selection: Selection) -> None:
    """A file holds what was asked for or does not come. Raises :class:`Refusal`."""
    if selection.notices:
        raise Refusal("not-understood", " ".join(notice.sentence for notice in selection.notices[:10]))
