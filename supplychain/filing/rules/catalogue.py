"""Which rules are there, and how severe are they on a day?

The words are in the modules of the groups; severity and thresholds are rows of ``RuleVersion`` with a first day each,
made from the defaults here, so that a rule can become stricter on an announced day without a release.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from supplychain.filing.findings import Severity
from supplychain.models import RuleVersion

from . import across, chain, continuity, identity, kpi, limits, money, period, register, shape, values
from .rule import GROUPS, RANK, Check, Rule

# Changes whenever a rule finds something else than before, or says what it finds in other figures.
CATALOGUE_VERSION = "2026-11-26"

# In this order: what says that a row is there twice, or that an amount can't be right, comes before what would follow.
MODULES = (shape, values, identity, register, limits, money, chain, period, continuity, across, kpi)
RULES: tuple[Rule, ...] = tuple(
    sorted(
        (rule for module in MODULES for rule in module.RULES),
        key=lambda rule: (list(GROUPS).index(rule.group), rule.code),
    )
)
BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}
CHECKS: tuple[Check, ...] = tuple(check for module in MODULES for check in module.CHECKS)


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule as it is in force on a day: its severity and its thresholds."""

    rule: Rule
    severity: Severity
    thresholds: Mapping[str, Any]

    def milder(self, form: Severity | None) -> Severity:
        """The severity of a form of the rule that is at most ``form``."""
        return self.severity if form is None or RANK[form] >= RANK[self.severity] else form


def in_force(at: dt.date) -> dict[str, InForce]:
    """Every rule as it is in force on a day, by code. One query."""
    found = {rule.code: InForce(rule, rule.severity, rule.thresholds) for rule in RULES}
    for version in RuleVersion.objects.filter(valid_from__lte=at).order_by("valid_from"):
        if version.rule in found:
            rule = BY_CODE[version.rule]
            found[rule.code] = InForce(rule, _severity(version.severity), {**rule.thresholds, **version.thresholds})
    return found


def rules_version(at: dt.date) -> str:
    """The version of the rules in force on a day: that of the catalogue, and a digest of severities and thresholds."""
    return version_of(in_force(at))


def version_of(force: Mapping[str, InForce]) -> str:
    """The same of rules that were looked up already."""
    content = {code: [one.severity, dict(one.thresholds)] for code, one in force.items()}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return f"{CATALOGUE_VERSION}-{digest[:12]}"


def default_versions() -> list[dict[str, Any]]:
    """The rows of ``RuleVersion`` with which a portal starts: fields by name, one for each rule."""
    return [
        {
            "rule": rule.code,
            "valid_from": rule.valid_from,
            "severity": rule.severity,
            "thresholds": dict(rule.thresholds),
            "reason": "As the portal starts.",
        }
        for rule in RULES
    ]


def _severity(text: str) -> Severity:
    if text not in RANK:
        raise ValueError(f"{text!r} is not a severity.")
    return text  # type: ignore[return-value]
