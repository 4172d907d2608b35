"""What does an address ask? Which lines, broken down by what, in which measure; and where are the answers?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest

from supplychain.analysis.breakdown import DIMENSIONS
from supplychain.analysis.selection import Notice, Selection, shown
from supplychain.disclosure.columns import SUPPLY_CHAIN
from supplychain.public import selected
from supplychain.public.series import World

PAID = "paid"
MEASURES = {PAID: "Paid", "agreements": "Agreements", "providers": "Providers", "lines": "Lines"}
CHOICES: dict[str, Mapping[str, object]] = {"by": DIMENSIONS, "then": DIMENSIONS, "measure": MEASURES}
COLUMNS = [column.name for column in SUPPLY_CHAIN.columns]
OWN_PARAMETERS = (*CHOICES, "columns", "format")


@dataclass(frozen=True)
class Question:
    """A selection and how it is shown. ``measure`` is empty where the address leaves it to what is known.

    ``columns`` are those that the CSV shall have, in the order of the published file; none where it shall have all.
    """

    world: World
    selection: Selection
    by: list[str]
    measure: str
    columns: tuple[str, ...] = ()

    @classmethod
    def asked(cls, request: HttpRequest, world: World, others: Sequence[str] = ()) -> "Question":
        """Read from an address; what isn't understood is left out, and is a notice of the selection.

        ``others`` are parameters that a page reads by itself.
        """
        given = selected.asked(request)
        selection = Selection.parse(world.name, given, (*OWN_PARAMETERS, *others))
        notices, chosen = list(selection.notices), {}
        for name, choices in CHOICES.items():
            value = (given.get(name) or [""])[-1].strip()
            chosen[name] = value if value in choices else ""
            if value and not chosen[name]:
                notices.append(Notice(name, f"“{name}” has to be one of {', '.join(choices)}."))
        columns = {name.strip() for name in given.get("columns", [])}
        notices += [
            Notice("columns", f"There is no column “{shown(name)}”.") for name in sorted(columns - set(COLUMNS))
        ]
        by = [name for name in (chosen["by"], chosen["then"]) if name] or ["tier"]
        return cls(
            world, replace(selection, notices=tuple(notices)), list(dict.fromkeys(by)), chosen["measure"],
            tuple(name for name in COLUMNS if name in columns),
        )  # fmt: skip

    @property
    def title(self) -> str:
        """What the breakdown is by, in words."""
        return " and ".join(DIMENSIONS[name].title.lower() for name in self.by)

    @property
    def addresses(self) -> dict[str, str]:
        """Where the same selection is: as the page, for a frame, as CSV, and for programs."""
        drawn: list[tuple[str, str]] = list(zip(("by", "then"), self.by, strict=False))
        if self.measure:
            drawn.append(("measure", self.measure))
        return {
            "permalink": self._at("/explore/", drawn),
            "embed": self._at("/explore/embed/", drawn),
            "line_by_line": self._at("/explore/lines/", []),
            "csv": self._at("/explore/", [("format", "csv")]),
            "api_totals": self._at("/api/v1/totals/", [("by", name) for name in self.by]),
            "api_lines": self._at("/api/v1/agreements/", []),
        }

    def _at(self, address: str, more: Sequence[tuple[str, str]]) -> str:
        query = "&".join(filter(None, (self.selection.query, urlencode(more))))
        return f"{self.world.prefix}{address}{'?' + query if query else ''}"
