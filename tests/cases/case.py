"""What is one case of bad input, how is it tried, and what may never happen whatever stands in a file?"""

import io
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command

from supplychain.filing.findings import LISTED, VALUE_LENGTH

ISSUE = ["rule", "severity", "table", "row", "column", "letter", "value", "message", "expected", "fix"]
SECRET = "GB29-NWBK-6016"  # stands in cells that are never to be repeated, stored or logged
MOST_WORDS = 3_000  # characters of one issue
MOST_TEXT = 100_000  # characters of a report for people
Make = Callable[[Path], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A bad (or only odd) input: ``make`` writes it into a folder and gives the arguments of ``check_return``.

    ``rules``: how often each rule has to find something; ``says``: words that some message has to hold; ``at``: row and
    column of the first issue.
    """

    name: str
    planted: str
    make: Make
    code: int
    rules: Mapping[str, int] = field(default_factory=dict)
    says: str = ""
    at: tuple[int | None, str | None] | None = None

    @property
    def expected(self) -> str:
        """What has to come out, in a few words."""
        return in_short(self.code, self.rules)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of ``check_return``; ``peak`` in MB and ``seconds`` where a process of its own was measured."""

    code: int
    out: str
    err: str
    seconds: float = 0.0
    peak: float = 0.0

    @property
    def document(self) -> dict:
        """The one JSON document on the output. Raises ``ValueError`` where there is none, or more."""
        return json.loads(self.out)

    @property
    def rules(self) -> Counter[str]:
        """How often each rule is listed."""
        return Counter(issue["rule"] for issue in self.document["issues"])

    @property
    def shown(self) -> str:
        """What came out, in a few words."""
        try:
            document = self.document
        except ValueError:
            return f"exit {self.code}, no document"
        rules = in_short(self.code, self.rules)
        return f"{rules}, {sum(document['counts'].values()):,} in all" if document["truncated"] else rules


def in_short(code: int, rules: Mapping[str, int]) -> str:
    """An end in a few words: ``exit 1: V02, V06 x 3``."""
    found = ", ".join(rule if number == 1 else f"{rule} x {number:,}" for rule, number in sorted(rules.items()))
    return f"exit {code}: {found or 'nothing to say'}"


def run(arguments: Sequence[str], command: str = "check_return") -> Outcome:
    """Run the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    began, code = time.monotonic(), 0
    try:
        call_command(command, *arguments, stdout=out, stderr=err, no_color=True)
    except SystemExit as end:
        code = int(end.code or 0)
    return Outcome(code, out.getvalue(), err.getvalue(), time.monotonic() - began)


def try_case(case: Case, folder: Path) -> tuple[Outcome, list[str]]:
    """Try a case as a document, and as text where more than plain letters stand in it; what is wrong with either."""
    arguments = list(case.make(folder))
    outcome = run([*arguments, "--json"])
    wrong = differences(case, outcome)
    if "\\u" in outcome.out or case.code != 1:
        wrong += text_complaints(run(arguments), case.code)
    return outcome, wrong


def differences(case: Case, outcome: Outcome) -> list[str]:
    """Where an outcome is not as the case has it, or is as it may never be."""
    wrong = complaints(outcome)
    if wrong:
        return wrong
    issues = outcome.document["issues"]
    if (outcome.code, outcome.rules) != (case.code, Counter(case.rules)):
        wrong.append(f"expected {case.expected}, found {outcome.shown}")
    if case.says and not any(case.says in issue["message"] + issue["fix"] for issue in issues):
        wrong.append(f"no message says {case.says!r}: {[issue['message'] for issue in issues[:3]]}")
    if case.at and issues and (issues[0]["row"], issues[0]["column"]) != case.at:
        wrong.append(f"the first issue is at {issues[0]['row']}, {issues[0]['column']}")
    return wrong


def complaints(outcome: Outcome) -> list[str]:
    """What is wrong with an outcome whatever was in the file."""
    wrong = []
    if SECRET in outcome.out + outcome.err:
        wrong.append("a value of an unknown column is repeated")
    if "Traceback" in outcome.err or "fault of the portal" in outcome.out + outcome.err:
        wrong.append(f"the check broke off: {outcome.err[-500:]}")
    try:
        document = outcome.document
    except ValueError as error:
        return [*wrong, f"not one JSON document: {error}"]
    issues, counts = document["issues"], document["counts"]
    total = sum(counts.values())
    if list(document) != ["format", "file", "digest", "counts", "truncated", "issues"]:
        wrong.append(f"keys of the document: {list(document)}")
    if outcome.code != (2 if document["digest"] is None else 1 if counts["error"] else 0):
        wrong.append(f"exit {outcome.code} with {counts} and digest {document['digest']}")
    if len(issues) != min(total, LISTED) or document["truncated"] != (total > LISTED):
        wrong.append(f"{len(issues)} issues of {total} are listed")
    if total <= LISTED and Counter(issue["severity"] for issue in issues) != Counter(counts):
        wrong.append(f"counts {counts} differ from what is listed")
    order = [(issue["table"] or "", issue["row"] or 0, issue["column"] or "", issue["rule"]) for issue in issues]
    if order != sorted(order):
        wrong.append("the issues are out of order")
    for issue in issues:
        texts = [str(value) for value in issue.values()]
        if list(issue) != ISSUE or len(issue["value"] or "") > VALUE_LENGTH or sum(map(len, texts)) > MOST_WORDS:
            wrong.append(f"an issue is not in its form: {str(issue)[:500]}")
        if not (issue["message"].endswith((".", "?")) and issue["expected"] and issue["fix"]):
            wrong.append(f"an issue is not in sentences: {issue}")
    return wrong


def text_complaints(outcome: Outcome, code: int) -> list[str]:
    """What is wrong with a report for people."""
    wrong = []
    if outcome.code != code:
        wrong.append(f"as text it ends with {outcome.code}")
    if len(outcome.out) > MOST_TEXT:
        wrong.append(f"the text has {len(outcome.out):,} characters")
    hidden = {sign for sign in outcome.out + outcome.err if not sign.isprintable() and sign != "\n"}
    if hidden:
        wrong.append(f"the text holds characters that a terminal may obey: {sorted(map(ascii, hidden))}")
    if SECRET in outcome.out + outcome.err:
        wrong.append("the text repeats a value of an unknown column")
    return wrong
