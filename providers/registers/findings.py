"""Which rows are not taken from a file, how many for which reason, and where are the first of them?"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.errors import NotValid

EXAMPLES = 3
FAULTY_FEW = 20  # so many may be wrong in any file
FAULTY_SHARE = 20  # and of a long one, one row in so many
JUDGED_EVERY = 10_000


def printable(text: object, length: int = 60) -> str:
    """The beginning of a text out of a file, on one line and without what a terminal would take for a command."""
    shown = " ".join(str(text).split())[:length]
    return "".join(character if character.isprintable() else "?" for character in shown)


class NotTaken(Exception):  # noqa: N818 - a row that is passed over, for a reason
    """A row that is left out on purpose: ``reason`` names its kind, ``shown`` what is special about it."""

    faulty = False

    def __init__(self, reason: str, shown: object = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.shown = printable(shown)


class Faulty(NotTaken):
    """A row that is not as the register would write it."""

    faulty = True


@dataclass(slots=True)
class Reason:
    """How many rows for one reason, and the first of them."""

    rows: int = 0
    examples: list[str] = field(default_factory=list)


class Findings:
    """What was left out while reading a file, by reason."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.read = 0
        self.faulty = 0
        self.reasons: dict[str, Reason] = {}

    def note(self, number: int, why: NotTaken) -> None:
        """Row ``number`` is not taken."""
        self.faulty += why.faulty
        if why.faulty and self.faulty % JUDGED_EVERY == 0:
            self.judge()
        self.add(why.reason, f"row {number:,}" + (f" ({why.shown})" if why.shown else ""))

    def add(self, reason: str, example: str, rows: int = 1) -> None:
        """So many rows more are not taken, of which one is shown."""
        found = self.reasons.setdefault(reason, Reason())
        found.rows += rows
        if rows and example and len(found.examples) < EXAMPLES:
            found.examples.append(example)

    def judge(self) -> None:
        """Refuse a file of which too much is faulty, as far as it was read. Raises :class:`NotValid`."""
        if self.faulty > max(FAULTY_FEW, self.read // FAULTY_SHARE) or (self.faulty and self.faulty == self.read):
            raise NotValid(
                "register-faulty",
                f"{self.faulty:,} of the {self.read:,} rows of {self.name} are faulty, more than one in {FAULTY_SHARE}:"
                f" {'; '.join(self.sentences())}. Nothing was loaded.",
            )

    def sentences(self) -> Iterator[str]:
        """One for each reason: ``there is no number: 12 (row 3, row 17, row 20 and others)``."""
        for reason, found in sorted(self.reasons.items(), key=lambda item: (-item[1].rows, item[0])):
            more = " and others" if found.rows > len(found.examples) else ""
            yield f"{reason}: {found.rows:,} ({', '.join(found.examples)}{more})"

    def counts(self) -> dict[str, int]:
        """Rows by reason."""
        return {reason: found.rows for reason, found in sorted(self.reasons.items())}
