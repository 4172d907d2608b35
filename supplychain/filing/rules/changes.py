"""What may a rule become, and how are its thresholds said?

A rule's severity and thresholds are data with a first day. Not everything can be such data: an error that keeps the
database from an impossible row stays one, and a threshold is a whole number of its kind.
"""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from portal.errors import NotValid

from .catalogue import InForce
from .rule import RANK

# The kind of a threshold is the last word of its name: the least and the most that it may be.
LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "pct": (0, 1_000),
        "gbp": (0, 1_000_000),
        "quarters": (1, 20),
        "tier": (2, 20),
        "digits": (1, 12),  # as many as the database keeps before the decimal point
        "times": (2, 1_000),
        "days": (1, 3_650),
        "names": (1, 100_000),
    }
)
LARGEST_SHARE = 100  # of a percentage that is a part of something, such as tolerance_pct


def limits(name: str) -> tuple[int, int]:
    """The least and the most that a threshold may be. Raises ``KeyError`` for a name of no known kind."""
    first, _, kind = name.rpartition("_")
    least, most = LIMITS[kind]
    return (least, LARGEST_SHARE) if first and kind == "pct" else (least, most)


def changed(now: InForce, severity: str | None, thresholds: Mapping[str, str | int]) -> InForce:
    """The rule with another severity (``None``: the same) and other values of the thresholds that are named.

    Raises :class:`NotValid` for what the rule can't become, and where nothing would change.
    """
    code = now.rule.code
    if severity is not None and severity not in RANK:
        raise NotValid("unknown-severity", f"{severity!r} is not a severity; choose one of: {', '.join(RANK)}.")
    if severity not in (None, "error") and now.rule.severity == "error" and not now.rule.eases:
        raise NotValid(
            "stays-an-error",
            f"{code} stays an error: a return that breaks it can't be stored, or must not become public.",
        )
    for name in thresholds:
        if name not in now.rule.thresholds:
            known = ", ".join(now.rule.thresholds)
            has = f"it has {known}" if known else "it has none"
            raise NotValid("unknown-threshold", f"{code} has no threshold {name!r}: {has}.")
    values = {name: _value(code, name, value) for name, value in thresholds.items()}
    chosen: Any = severity or now.severity  # a key of RANK by now
    become = dataclasses.replace(now, severity=chosen, thresholds={**now.thresholds, **values})
    if become == now:
        raise NotValid("nothing-changed", f"{code} is as you want it already: {said(now)}.")
    return become


def _value(code: str, name: str, value: str | int) -> int:
    least, most = limits(name)
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise NotValid(
            "threshold-not-valid",
            f"{name} of {code} should be a whole number from {least:,} to {most:,}, not {text!r}.",
        )
    return int(text)


def said(one: InForce) -> str:
    """Severity and thresholds in a line: “warning, 50 %, 4 quarters, least £100”."""
    return ", ".join([one.severity, *in_words(one.thresholds)])


def in_words(thresholds: Mapping[str, Any]) -> list[str]:
    """Each threshold for people: “tolerance 5 %”, “least £100”, “4 quarters”, “tier 4”."""
    return [_worded(name, value) for name, value in thresholds.items()]


def _worded(name: str, value: Any) -> str:
    first, _, kind = name.rpartition("_")
    forms = {"pct": f"{value} %", "gbp": f"£{value:,}", "tier": f"tier {value}"}
    return f"{first.replace('_', ' ')} {forms.get(kind, f'{value} {kind}')}".strip()
