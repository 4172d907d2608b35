"""Is this file a good return? Reads it, stages it, asks every rule, and says what was found.

The caller owns the transaction: where it is rolled back nothing remains; where it is kept, ``staging.store`` can
follow.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction

from portal.quarters import Quarter
from supplychain.models import Area, Body, Kpi

from . import staging
from .control import Figures, Stated, read_control
from .findings import Finding
from .layout import TABLES
from .readers import FileFacts, OpenedReturn, ReturnPaths, Unreadable, measure, open_return
from .rules import engine
from .rules.catalogue import InForce, in_force, version_of
from .rules.cells import CodeBook
from .rules.issues import Issues, Place
from .rules.rows import RowJudge, Said

__all__ = ["CheckedFile", "Report", "ReturnPaths", "Stated", "check"]

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file of a return as it was sent; ``table`` is the one it was given as."""

    path: Path
    table: str
    name: str
    sha256: str
    bytes: int


@dataclass(slots=True)
class Report:
    """What a check found.

    ``counts`` are complete, ``issues`` the first thousand. ``digest`` is ``None`` where the file could not be read.
    ``sha256``, ``bytes`` and ``rows`` (not empty) are of the funding file; ``empty_rows`` were ignored, by table.
    ``body_code`` and ``quarter`` are those asked for, else those of the file.
    """

    rules_version: str
    stated: Stated
    body_code: str | None = None
    quarter: Quarter | None = None
    sha256: str | None = None
    bytes: int = 0
    rows: int = 0
    digest: str | None = None
    readable: bool = True
    counts: dict[str, int] = field(default_factory=lambda: {"error": 0, "warning": 0, "information": 0})
    truncated: bool = False
    issues: list[Finding] = field(default_factory=list)
    files: list[CheckedFile] = field(default_factory=list)
    rule_counts: dict[str, int] = field(default_factory=dict)
    empty_rows: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Nothing stands in the way of submission."""
        return self.readable and not self.counts["error"]


def check(
    paths: ReturnPaths,
    *,
    stated: Stated,
    expected_body: str | None,
    expected_quarter: Quarter | None,
    alone: bool,
    at: dt.date,
    progress: Progress | None = None,
) -> Report:
    """Check the files of a return by the rules in force on the day ``at``. Never raises for what is in a file.

    ``alone``: without the rules that compare with what was published before. ``progress`` hears sentences.
    """
    force = in_force(at)
    issues = Issues(force)
    report = Report(version_of(force), stated)
    try:
        # A savepoint, because PostgreSQL ends the transaction where a file breaks off while it is copied.
        with transaction.atomic(), open_return(paths) as opened:
            _Check(opened, issues, report, alone, at, progress or (lambda _sentence: None)).run(
                expected_body, expected_quarter
            )
            report.files = _files(opened)
    except Unreadable as refusal:
        issues = Issues(force)
        issues.add(refusal.finding)
        report = Report(version_of(force), stated, expected_body, expected_quarter, readable=False)
        report.files = _measured(paths)
    funding = next((file for file in report.files if file.table == "funding"), None)
    if funding:
        report.sha256, report.bytes = funding.sha256 or None, funding.bytes
    report.counts, report.issues = issues.counts, issues.listed
    report.rule_counts = dict(issues.by_rule)
    report.truncated = issues.total > len(issues.listed)
    return report


class _Check:
    """One check on its way."""

    def __init__(
        self, opened: OpenedReturn, issues: Issues, report: Report, alone: bool, at: dt.date, progress: Progress
    ) -> None:
        self.opened = opened
        self.issues = issues
        self.report = report
        self.alone = alone
        self.at = at
        self.progress = progress
        self.force: dict[str, InForce] = dict(issues.force)
        self.letters: dict[str, dict[str, str]] = {}
        self.present: list[str] = []
        self.said: dict[str, Said] = {}  # by table

    def run(self, expected_body: str | None, expected_quarter: Quarter | None) -> None:
        """Read, stage, judge."""
        opened, issues = self.opened, self.issues
        figures = read_control(opened.tables.get("control"), self.report.stated, issues)
        self.report.stated = figures.stated
        self.letters["control"] = {"value": figures.letter} if figures.letter else {}
        self._stage()
        self._readers_findings()
        funding = opened.tables.get("funding")
        self.report.rows = funding.filled if funding else 0
        self.report.empty_rows = {name: reader.empty for name, reader in opened.tables.items() if reader.empty}
        for finding in opened.missing_rows(nil=figures.stated.nil):
            issues.add(issues.as_found(finding))
        body, quarter = self._whose(expected_body, expected_quarter)
        asked = engine.Asked(
            body,
            quarter,
            self.at,
            self.alone,
            set(opened.tables),
            present=self.present,
            left_out=sorted(funding.misshapen_cells) if funding else [],
            income=figures.stated.income,
            income_row=figures.rows.get("income"),
        )
        self.progress("Asking the rules")
        engine.run(asked, issues, self.letters)
        self._control(figures)
        self.progress("Taking the digest")
        self.report.digest = staging.digest(
            {name: staging.control_text(value) for name, value in asdict(figures.stated).items()}
        )

    def _stage(self) -> None:
        staging.make_tables()
        book = CodeBook(
            frozenset(Body.objects.values_list("code", flat=True)),
            sorted(Area.objects.values_list("code", flat=True)),
            sorted(Kpi.objects.values_list("code", flat=True)),
            int(self.force["V03"].thresholds["digits"]),
        )
        for table in staging.STAGED:
            reader = self.opened.tables.get(table.name)
            if reader is None or reader.header is None:
                continue
            self.progress(f"Reading the {table.name} table")
            judge = RowJudge(reader, book, self.issues)
            self.letters[table.name] = judge.letters
            self.present += [f"{table.name}.{name}" for name in judge.letters]
            kept = staging.load(judge, self._told(table.name))
            self.said[table.name] = judge.said
            self.issues.take(judge.listed)
            if kept != judge.rows:
                figures = {"read": judge.rows, "kept": kept, "name": table.name}
                self.issues.add(self.issues.make("F05", Place(table.name), figures=figures))

    def _told(self, table: str) -> Callable[[int], None]:
        return lambda rows: self.progress(f"  {rows:,} rows of {table}")

    def _readers_findings(self) -> None:
        """What reading itself found: counted in full, listed as far as it was kept."""
        for log in (self.opened.findings, *(reader.findings for reader in self.opened.tables.values())):
            listed = [self.issues.as_found(finding) for finding in log.listed]
            for finding in listed:
                self.issues.count(finding.rule, finding.severity)
            for rule, number in log.by_rule.items():
                more = number - sum(finding.rule == rule for finding in listed)
                if more:
                    self.issues.count(rule, self.force[rule].severity, more)
            self.issues.take(listed)

    def _whose(self, expected_body: str | None, expected_quarter: Quarter | None) -> tuple[Body | None, Quarter | None]:
        """Body and quarter of the file, with F10 for rows that say something else, and V06 outside the obligation."""
        written = str(expected_quarter) if expected_quarter else None
        asked_body = expected_body
        if expected_body and not Body.objects.filter(pk=expected_body).exists():
            asked_body, figures = None, {"value": expected_body}
            place = Place(None, None, "reporting_body")
            self.issues.add(self.issues.make("V06", place, variant="body", value=expected_body, figures=figures))
        body_code = self._one("reporting_body", asked_body)
        quarter_text = self._one("quarter", written)
        body = Body.objects.filter(pk=body_code).first() if body_code else None
        quarter = Quarter.parse(quarter_text) if quarter_text else None
        if self.report.stated.nil and not self.report.rows:
            for column, what, known in (("reporting_body", "body", body_code), ("quarter", "quarter", quarter_text)):
                if not known:
                    place = Place(None, None, column)
                    self.issues.add(self.issues.make("V01", place, variant="whose", figures={"what": what}))
        if body and quarter and not body.owes(quarter):
            period = body.obligation
            last = period.upper - dt.timedelta(days=1) if period.upper else None
            runs = f"from {period.lower} to {last}" if last else f"from {period.lower} on"
            figures = {"body": body.code, "quarter": str(quarter), "period": runs}
            place = self._first("reporting_body", body.code)
            self.issues.add(self.issues.make("V06", place, variant="obligation", value=body.code, figures=figures))
        self.report.body_code = expected_body or body_code
        self.report.quarter = expected_quarter or quarter
        return body, quarter

    def _first(self, column: str, value: str) -> Place:
        """The first row of the funding table with this value; the table alone where there is none."""
        _number, row = self.said.get("funding", {}).get(column, {}).get(value, (0, None))
        return Place("funding", row, column, self.letters.get("funding", {}).get(column))

    def _one(self, column: str, expected: str | None) -> str | None:
        """The one value of a column over all tables: that of most rows of the first table that has any."""
        chosen = None
        for said in self.said.values():
            if chosen is None and said[column]:
                chosen = min(said[column].items(), key=_most_rows)[0]
        asked = expected or chosen
        for table_name, said in self.said.items():
            for value, (number, first) in sorted(said[column].items(), key=_most_rows):
                if value != asked:
                    rows_text = f"row {first:,}" if number == 1 else f"{number:,} rows, first in row {first:,}"
                    what = "body" if column == "reporting_body" else "quarter"
                    figures = {"name": table_name, "value": value, "rows": rows_text, "asked": asked, "what": what}
                    place = Place(table_name, first, column, self.letters[table_name].get(column))
                    self.issues.add(self.issues.make("F10", place, value=value, figures=figures))
        return chosen or expected

    def _control(self, figures: Figures) -> None:
        """M10: the stated number of rows and total against the file, where every row could be read."""
        stated, issues = figures.stated, self.issues
        funding = self.opened.tables.get("funding")
        if stated.rows is not None and stated.rows != self.report.rows and not (stated.nil and self.report.rows):
            numbers = {"stated": stated.rows, "found": self.report.rows}
            place = figures.place("rows")
            issues.add(issues.make("M10", place, variant="rows", value=str(stated.rows), figures=numbers))
        if stated.total_tier_2 is None or (funding and (funding.misshapen or not self._totalled())):
            return
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT coalesce(sum(amount_paid_gbp) FILTER (WHERE tier = 2), 0),
                       count(*) FILTER (WHERE faults ?| ARRAY['tier', 'amount_paid_gbp'])
                FROM staged_funding
                """
            )
            total, faulty = cursor.fetchone()
        if not faulty and total != stated.total_tier_2:
            difference = abs(total - stated.total_tier_2)
            sums = {"stated": stated.total_tier_2, "found": Decimal(total), "difference": difference}
            value = f"{stated.total_tier_2:.2f}"
            place = figures.place("total_tier_2")
            issues.add(issues.make("M10", place, variant="total", value=value, figures=sums))

    def _totalled(self) -> bool:
        return {"funding.tier", "funding.amount_paid_gbp"} <= set(self.present)


def _most_rows(said: tuple[str, tuple[int, int]]) -> tuple[int, int]:
    """The order of the values of a column: those of most rows first, then those that come first."""
    _value, (number, first) = said
    return -number, first


def _files(opened: OpenedReturn) -> list[CheckedFile]:
    found = []
    for table, path in opened.paths.given().items():
        facts = opened.facts(table)
        assert facts is not None
        found.append(_checked(path, table, facts))
    return found


def _checked(path: Path, table: str, facts: FileFacts) -> CheckedFile:
    """A file with its facts; bytes of its name that are no text are shown by their codes."""
    name = path.name.encode(errors="backslashreplace").decode()
    return CheckedFile(path, table, name, facts.sha256, facts.bytes)


def _measured(paths: ReturnPaths) -> list[CheckedFile]:
    """Digest and size of files that could not be read, as far as they can be opened."""
    found = []
    for table in TABLES:
        path = paths.given().get(table)
        facts = measure(path, table) if path else None
        if path and facts:
            found.append(_checked(path, table, facts))
    return found
