"""By what can the agreements of one quarter's page be narrowed, what is chosen of it, and how is it taken back?

The lists are those of the search without what the page itself is about; what is chosen lives in the address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest

from supplychain.analysis.selection import FILTERS, Notice
from supplychain.models import FrozenBody, Publication
from supplychain.public.faceted import FACETS, Choice, lists, tags, titles
from supplychain.public.series import World
from supplychain.public.words import Words

OWN_PARAMETERS = ("quarter", "format", "page")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a reader chose, with the words for it."""

    choice: Choice
    titles: Mapping[str, Mapping[str, str]]

    @classmethod
    def asked(cls, request: HttpRequest, world: World, known: Words) -> "Narrowing":
        """Read from an address; what is not understood is a notice of the choice. One query."""
        called = titles(world, known)
        elsewhere = [name for name in FACETS if name not in FILTERS or name == "service"]
        choice = Choice.asked(request, world, called, (*OWN_PARAMETERS, *elsewhere))
        here = [Notice(name, f"“{name}” narrows a search, not this page.") for name in elsewhere if name in request.GET]
        selection = replace(choice.selection, notices=(*choice.selection.notices, *here))
        return cls(replace(choice, selection=selection), called)

    def shown(self, publication: Publication) -> dict:
        """The lists as a form shows them, with what can be chosen in one version, and what is chosen, each with the
        address without it. One query.
        """
        bodies = FrozenBody.objects.filter(publication=publication).exclude(filing_status="not-required")
        values = {
            **{name: self.titles[name] for name in ("area", "funding_type")},
            "body": bodies.order_by("code").values_list("code", flat=True),
            "tier": {*publication.totals_pence, *publication.lines_without_amount},
            "sector": FILTERS["sector"].choices,
        }
        found = lists(self.choice, {name: dict.fromkeys(values.get(name, ())) for name in FACETS}, self.titles)
        quarter = ("quarter", publication.quarter.slug)
        return {"lists": found, "tags": tags(self.choice, found, [quarter]), "without": f"?{urlencode([quarter])}"}
