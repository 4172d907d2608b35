"""Findings: do they have the public form, and does a log count all and keep the first?"""

import dataclasses

from portal.errors import NotValid
from supplychain.filing.findings import Finding, FindingLog, Unreadable

PLAIN = Finding("F03", "error", "funding", 4, None, None, None, "Row 4 has 3 cells.", "16 cells", "Add them.")


def test_json_has_exactly_the_published_keys():
    keys = ["rule", "severity", "table", "row", "column", "letter", "value", "message", "expected", "fix"]
    assert list(PLAIN.as_json()) == keys


def test_values_are_cut_at_80_characters():
    assert dataclasses.replace(PLAIN, value="ŵ" * 81).value == "ŵ" * 80
    assert dataclasses.replace(PLAIN, value="ŵ" * 80).value == "ŵ" * 80


def test_order_is_table_row_column_rule_with_the_whole_first():
    findings = [
        dataclasses.replace(PLAIN, table="kpi", row=2),
        dataclasses.replace(PLAIN, row=10, column="tier", rule="V02"),
        dataclasses.replace(PLAIN, row=10, column="tier", rule="V01"),
        dataclasses.replace(PLAIN, row=10, column="area"),
        dataclasses.replace(PLAIN, row=9),
        dataclasses.replace(PLAIN, row=None),
        dataclasses.replace(PLAIN, table=None, row=None),
    ]
    assert sorted(findings, key=lambda finding: finding.sort_key) == findings[::-1]


def test_log_keeps_the_first_and_counts_all():
    log = FindingLog(keep=2)
    log.extend(dataclasses.replace(PLAIN, row=row) for row in range(2, 7))
    log.add(dataclasses.replace(PLAIN, rule="F06", severity="warning"), always=True)
    assert [finding.row for finding in log.listed] == [2, 3, 4]
    assert log.by_severity == {"error": 5, "warning": 1}
    assert log.by_rule == {"F03": 5, "F06": 1}
    assert len(log) == 6


def test_unreadable_is_a_refusal_with_the_sentence_of_its_finding():
    error = Unreadable(PLAIN)
    assert isinstance(error, NotValid)
    assert (error.code, error.sentence, error.finding) == ("unreadable", PLAIN.message, PLAIN)
