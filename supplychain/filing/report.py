"""How is a report read, by people at a terminal and by programs?"""

from collections import defaultdict
from typing import Any

from supplychain.filing.check import Report
from supplychain.filing.findings import Finding
from supplychain.filing.rules.catalogue import BY_CODE
from supplychain.filing.rules.rule import RANK

FORMAT = 1
EXAMPLES = 3
WORDS = {"error": "errors", "warning": "warnings", "information": "for information"}


def as_json(report: Report) -> dict[str, Any]:
    """The report as the public JSON document, ready for ``json.dumps``."""
    return {
        "format": FORMAT,
        "file": {"sha256": report.sha256, "bytes": report.bytes, "rows": report.rows},
        "digest": report.digest,
        "counts": dict(report.counts),
        "truncated": report.truncated,
        "issues": [finding.as_json() for finding in report.issues],
    }


def unusable_json(
    sentence: str, code: str = "F11", expected: str = "a command that can be understood", fix: str = "See --help."
) -> dict[str, Any]:
    """The document where nothing was checked or kept: one issue with the reason; ``code`` is a rule or a refusal's."""
    issue = Finding(code, "error", None, None, None, None, None, sentence, expected, fix)
    return {
        "format": FORMAT,
        "file": {"sha256": None, "bytes": 0, "rows": 0},
        "digest": None,
        "counts": {"error": 1, "warning": 0, "information": 0},
        "truncated": False,
        "issues": [issue.as_json()],
    }


def as_text(report: Report) -> str:
    """The report for people: what was read, then each rule that found something with its first examples and what to
    do.
    """
    lines = _heading(report)
    by_rule: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in report.issues:
        by_rule[finding.severity, finding.rule].append(finding)
    for severity, rule in sorted(by_rule, key=lambda key: (-RANK[key[0]], key[1])):
        lines += ["", *_rule(severity, rule, by_rule[severity, rule], report)]
    if report.truncated:
        lines += [
            "",
            f"The first {len(report.issues):,} of {sum(report.counts.values()):,} findings are looked at here.",
        ]
    lines += ["", _verdict(report)]
    return "\n".join(map(printable, lines)) + "\n"


def printable(text: str) -> str:
    """A line that no terminal obeys: what can't be seen, out of a file or its name, is shown by its code."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _heading(report: Report) -> list[str]:
    whose = " ".join(str(part) for part in (report.body_code, report.quarter) if part) or "no body and quarter"
    lines = [f"Return of {whose}: {report.rows:,} funding {_plural(report.rows, 'row')}, rules {report.rules_version}"]
    lines += [
        f"  {file.table}: {file.name}, {file.bytes:,} bytes, SHA-256 {file.sha256 or 'not taken'}"
        for file in report.files
    ]
    if report.empty_rows:
        ignored = ", ".join(f"{number:,} of {table}" for table, number in report.empty_rows.items())
        lines.append(f"  empty rows ignored: {ignored}")
    if report.digest:
        lines.append(f"  digest of the content: {report.digest}")
    return lines


def _rule(severity: str, code: str, findings: list[Finding], report: Report) -> list[str]:
    rule = BY_CODE[code]
    number = report.rule_counts.get(code, len(findings))
    times = f"{number:,} times" if number > 1 else "once"
    if severity != rule.severity or len({finding.severity for finding in report.issues if finding.rule == code}) > 1:
        times = f"{len(findings):,} of {number:,}" if number > len(findings) else times
    lines = [f"{severity.upper()} {code} {rule.title} ({times})"]
    alike: dict[tuple[str | None, str | None, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        alike[finding.table, finding.column, finding.message].append(finding)
    shown = list(alike.values())[:EXAMPLES]
    advice = {(group[0].expected, group[0].fix) for group in shown}
    for group in shown:
        first = group[0]
        lines.append(f"  {_place(group)}{first.message}")
        if first.value is not None and first.value not in first.message:
            lines.append(f"      value: {first.value!r}")
        if len(advice) > 1:
            lines.append(f"      {first.fix}")
    more = [finding for group in list(alike.values())[EXAMPLES:] for finding in group]
    if more or number > len(findings):
        lines.append(f"  and {number - len(findings) + len(more):,} more: {_rows(more)}")
    if len(advice) == 1:
        lines += [f"  Expected: {findings[0].expected}", f"  What to do: {findings[0].fix}"]
    return lines


def _place(group: list[Finding]) -> str:
    """Where findings that say the same are: the table, their rows, the column."""
    first = group[0]
    parts = [first.table or ""]
    if first.row is not None:
        parts.append(f"row {first.row:,}" if len(group) == 1 else _rows(group))
    if first.column:
        parts.append(f"{first.column} (column {first.letter})" if first.letter else first.column)
    elif first.letter:
        parts.append(f"column {first.letter}")
    place = ", ".join(part for part in parts if part)
    return f"{place}: " if place else ""


def _rows(findings: list[Finding]) -> str:
    shown = [f"{finding.row:,}" for finding in findings[:10] if finding.row is not None]
    more = " ..." if len(findings) > len(shown) else ""
    return f"rows {', '.join(shown)}{more}" if shown else "see --json"


def _verdict(report: Report) -> str:
    counts = ", ".join(f"{report.counts[severity]:,} {words}" for severity, words in WORDS.items())
    if not report.readable:
        return f"The file can't be read: {counts}."
    if report.counts["error"]:
        return f"Not ready: {counts}. Correct the errors and check again."
    if report.counts["warning"]:
        return f"Ready, with warnings to answer by an explanation_code: {counts}."
    return f"Ready: {counts}."


def _plural(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"
