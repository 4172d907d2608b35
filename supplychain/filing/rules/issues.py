"""How do many findings of many sources become one list of at most a thousand and complete counts?"""

import dataclasses
import heapq
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from supplychain.filing.findings import LISTED, Finding, Severity

from .catalogue import InForce


class Place(NamedTuple):
    """Where a finding is: ``None`` for what concerns the whole file, table or row."""

    table: str | None
    row: int | None = None
    column: str | None = None
    letter: str | None = None


class Issues:
    """The first ``LISTED`` findings in the order of the report, and the number of all.

    Every source hands over its own first ones in that order, so that the merged list is right whatever the number.
    """

    def __init__(self, force: Mapping[str, InForce]) -> None:
        self.force = force
        self.by_rule: Counter[str] = Counter()
        self.by_severity: Counter[str] = Counter()
        self._listed: list[Finding] = []

    def count(self, rule: str, severity: str, number: int = 1) -> None:
        """Findings that are not listed."""
        self.by_rule[rule] += number
        self.by_severity[severity] += number

    def take(self, findings: Iterable[Finding]) -> None:
        """List findings, whose number is counted with :meth:`count`."""
        self._listed.extend(findings)
        if len(self._listed) > 2 * LISTED:
            self._listed = self.listed

    def add(self, finding: Finding) -> None:
        """Count and list one finding."""
        self.count(finding.rule, finding.severity)
        self.take([finding])

    def make(
        self,
        rule: str,
        place: Place,
        *,
        variant: str = "",
        form: Severity | None = None,
        value: str | None = None,
        figures: Mapping[str, Any] | None = None,
    ) -> Finding:
        """A finding in the words of its rule; ``form``: at most this severe."""
        force = self.force[rule]
        words = force.rule.say(variant, figures or {})
        return Finding(rule, force.milder(form), *place, value, words.message, words.expected, words.fix)

    def as_found(self, finding: Finding) -> Finding:
        """A finding of a reader, with the severity that its rule has now where that is milder."""
        force = self.force.get(finding.rule)
        severity = (
            force.milder(finding.severity) if force and force.rule.severity != force.severity else finding.severity
        )
        if severity == finding.severity:
            return finding
        return dataclasses.replace(finding, severity=severity)

    @property
    def listed(self) -> list[Finding]:
        """The findings of the report, in its order."""
        return heapq.nsmallest(LISTED, self._listed, key=lambda finding: finding.sort_key)

    @property
    def total(self) -> int:
        """The number of all findings."""
        return sum(self.by_rule.values())

    @property
    def counts(self) -> dict[str, int]:
        """The number of all findings, by severity."""
        return {severity: self.by_severity[severity] for severity in ("error", "warning", "information")}
