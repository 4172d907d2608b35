"""What does an address ask? Which lines, broken down by what, in which measure; and where are the answers?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest

from supplychain.analysis.breakdown import DIMENSIONS
from supplychain.analysis.selection import Notice, Selection
from supplychain.public import selected
from supplychain.public.series import World

PAID = "paid"
MEASURES = {PAID: "Paid", "agreements": "Agreements", "providers": "Providers", "lines": "Lines"}
CHOICES: dict[str, Mapping[str, object]] = {"by": DIMENSIONS, "then": DIMENSIONS, "measure": MEASURES}
OWN_PARAMETERS = (*CHOICES, "format")


@dataclass(frozen=True)
class Question:
    """A selection and how it is shown. ``measure`` is empty where the address leaves it to what is known."""

    world: World
    selection: Selection
    by: list[str]
    measure: str

    @classmethod
    def asked(cls, request: HttpRequest, world: World) -> "Question":
        """Read from an address; what isn't understood is left out, and is a notice of the selection."""
        given = selected.asked(request)
        selection = Selection.parse(world.name, given, OWN_PARAMETERS)
        notices, chosen = list(selection.notices), {}
        for name, choices in CHOICES.items():
            value = (given.get(name) or [""])[-1].strip()
            chosen[name] = value if value in choices else ""
            if value and not chosen[name]:
                notices.append(Notice(name, f"“{name}” has to be one of {', '.join(choices)}."))
        by = [name for name in (chosen["by"], chosen["then"]) if name] or ["tier"]
        return cls(world, replace(selection, notices=tuple(notices)), list(dict.fromkeys(by)), chosen["measure"])

    @property
    def title(self) -> str:
        """What the breakdown is by, in words."""
        return " and ".join(DIMENSIONS[name].title.lower() for name in self.by)

    @property
    def addresses(self) -> dict[str, str]:
        """Where the same selection is: as the page, for a frame, as CSV, and for programs."""
        shown: list[tuple[str, str]] = list(zip(("by", "then"), self.by, strict=False))
        if self.measure:
            shown.append(("measure", self.measure))
        return {
            "permalink": self._at("/explore/", shown),
            "embed": self._at("/explore/embed/", shown),
            "csv": self._at("/explore/", [("format", "csv")]),
            "api_totals": self._at("/api/v1/totals/", [("by", name) for name in self.by]),
            "api_lines": self._at("/api/v1/agreements/", []),
        }

    def _at(self, address: str, more: Sequence[tuple[str, str]]) -> str:
        query = "&".join(filter(None, (self.selection.query, urlencode(more))))
        return f"{self.world.prefix}{address}{'?' + query if query else ''}"
