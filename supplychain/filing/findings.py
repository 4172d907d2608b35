"""How does any layer say what it found in a return, and what to do about it?

A ``Finding`` is one entry of the report, with the keys of the public JSON form; a ``FindingLog`` keeps the first of
them and counts them all, so that a file with a million faults costs no memory; ``Unreadable`` is the end of reading.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from portal.errors import NotValid

Severity = Literal["error", "warning", "information"]
VALUE_LENGTH = 80
LISTED = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding on a return.

    ``rule`` is its code in the catalogue. ``row`` counts as the spreadsheet does (header 1); ``None`` where the finding
    concerns the whole file or table. ``letter`` is the column's letter in the file. ``value`` is cut at 80 characters.
    ``message`` says what is there, with the figures; ``expected`` what should be; ``fix`` what to do.
    """

    rule: str
    severity: Severity
    table: str | None
    row: int | None
    column: str | None
    letter: str | None
    value: str | None
    message: str
    expected: str
    fix: str

    def __post_init__(self) -> None:
        if self.value is not None and len(self.value) > VALUE_LENGTH:
            object.__setattr__(self, "value", self.value[:VALUE_LENGTH])

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        """The order of the report: table, row, column, rule; what concerns the whole comes first."""
        return (self.table or "", self.row or 0, self.column or "", self.rule)

    def as_json(self) -> dict[str, str | int | None]:
        """The entry of ``issues`` in the report, ready for ``json.dumps``."""
        return asdict(self)


class Unreadable(NotValid):
    """No header and rows can be read from a file; ``finding`` says why. Commands end with 2."""

    def __init__(self, finding: Finding) -> None:
        super().__init__("unreadable", finding.message)
        self.finding = finding


class FindingLog:
    """Findings in the order in which they were made: the first ``keep`` of them, and the number of all."""

    def __init__(self, keep: int = LISTED) -> None:
        self.keep = keep
        self.listed: list[Finding] = []
        self.by_rule: Counter[str] = Counter()
        self.by_severity: Counter[str] = Counter()

    def __len__(self) -> int:
        return sum(self.by_rule.values())

    def add(self, finding: Finding, *, always: bool = False) -> None:
        """Count a finding, and keep it while there is room (``always``: even when there is none)."""
        self.by_rule[finding.rule] += 1
        self.by_severity[finding.severity] += 1
        if always or len(self.listed) < self.keep:
            self.listed.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add each of them."""
        for finding in findings:
            self.add(finding)
