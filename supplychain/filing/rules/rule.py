"""What is a rule, and in which words does it speak?

A rule is one entry of the catalogue: what it asks, why, how severe it is and what to do. A check finds where it is
broken, over staged rows in SQL or over one cell in Python; the words are filled with the figures that the check found.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from supplychain.filing.findings import Severity

RANK: Mapping[str, int] = MappingProxyType({"information": 0, "warning": 1, "error": 2})
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "F": "File and shape",
        "V": "Values in cells",
        "O": "Who the provider is",
        "T": "Tiers and chain",
        "M": "Money",
        "P": "Periods",
        "K": "KPIs",
        "X": "Across returns",
    }
)
TAGS: Mapping[str, str] = MappingProxyType({"A": "accuracy", "C": "completeness", "X": "existence and consistency"})
FIRST_DAY = dt.date(2014, 6, 1)  # before the first quarter for which a return can be filed


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding says, as templates for ``str.format`` with the figures of the check."""

    message: str
    expected: str
    fix: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    ``tag`` is a key of ``TAGS``; ``severity`` the default from ``valid_from`` on; ``words`` by variant, of which
    ``""`` is the usual one; ``mild``: a milder form of it exists, which is at most a warning; ``advice``: what to do
    in general, where the fixes of the words hold figures; ``thresholds``: starting
    figures, kept as data with the severity; ``history``: it compares with what was published before; ``eases``: as an
    error it may be made milder, because a return that breaks it can be stored and published all the same.
    """

    code: str
    title: str
    tag: str
    severity: Severity
    plain: str
    why: str
    example: str
    words: Mapping[str, Words]
    mild: str = ""
    advice: str = ""
    thresholds: Mapping[str, int | str] = field(default_factory=dict)
    history: bool = False
    eases: bool = False
    valid_from: dt.date = FIRST_DAY

    @property
    def group(self) -> str:
        """The letter of its group, a key of ``GROUPS``."""
        return self.code[0]

    @property
    def group_title(self) -> str:
        """The group in words."""
        return GROUPS[self.group]

    @property
    def in_plain_words(self) -> str:
        """What the rule asks, in a sentence or two."""
        return self.plain

    @property
    def message(self) -> str:
        """The usual message, as a template."""
        return self._usual.message

    @property
    def expected(self) -> str:
        """What is expected, as a template."""
        return self._usual.expected

    @property
    def fix(self) -> str:
        """What to do in general, without figures: of a finding, see :meth:`say`."""
        return self.advice or " ".join(
            dict.fromkeys(words.fix for words in self.words.values() if "{" not in words.fix)
        )

    @property
    def _usual(self) -> Words:
        return next(iter(self.words.values()))

    def say(self, variant: str, figures: Mapping[str, Any]) -> Words:
        """The words of a variant with the figures in them. Raises ``KeyError`` where either is missing."""
        words = self.words[variant]
        return Words(words.message.format(**figures), words.expected.format(**figures), words.fix.format(**figures))


@dataclass(frozen=True, slots=True)
class Check:
    """SQL that finds where rules are broken.

    Its columns: rule, variant, milder severity or NULL, table, row, column, value, figures (jsonb). Parameters are
        those of
    ``supplychain.filing.rules.engine.parameters``. ``table``: only where that table is there (blank: always);
    ``history``: not for a file judged alone; ``needs``: columns without which there is nothing to find; ``register``:
    only where a copy of a register is there.
    """

    name: str
    sql: str
    table: str = "funding"
    history: bool = False
    needs: tuple[str, ...] = ()
    register: bool = False


def words(message: str, expected: str, fix: str) -> dict[str, Words]:
    """The words of a rule that has one form only."""
    return {"": Words(message, expected, fix)}


def rows_of(table: str) -> str:
    """SQL: where a check that looks at one row alone finds the rows of a table (see ``suspects``)."""
    return "suspects" if table == "funding" else f"staged_{table}"


def not_found(alias: str, *rules: str) -> str:
    """SQL: none of these rules found anything in the row of the funding table ``alias`` yet, so that nothing is said
    that only follows from it.
    """
    codes = ", ".join(f"'{rule}'" for rule in rules)
    return f"""NOT EXISTS (SELECT FROM found AS f WHERE f.rule IN ({codes}) AND f.table_name = 'funding'
          AND f.row_number = {alias}.row_number)"""


def sound(*columns: str, alias: str = "s") -> str:
    """SQL: none of these cells is faulty already, so nothing further is said about it."""
    return " AND ".join(f"({alias}.faults IS NULL OR NOT {alias}.faults ? '{column}')" for column in columns)
