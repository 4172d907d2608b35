"""What do the tables of fixtures/reference say, and does everything in them hold together?

Reads the CSV files as text and judges them before anything is stored: columns, codes, links between tables, dates, numbers, sources.
Every finding is a sentence that names file and line, so that whoever adds a row sees what is wrong with it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas

from portal.quarters import Quarter
from providers.identifiers import (
    InvalidNumber,
    parse_charity_number,
    parse_company_number,
)
from providers.models import Confidence, OrganisationName, Sector

from .models import BodyKind, KpiKind

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "reference"

# Portal ids up to this one are given in organisations.csv; the database's sequence goes on after it.
LAST_RESERVED_PORTAL_ID = 999

PRECISIONS = ("day", "month", "year")
YES_NO = ("yes", "no")
CONFIDENCES = tuple(Confidence.values)
SOURCED = ("source", "confidence")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its columns, its key, and what its cells may hold.

    ``links`` maps a column to the table whose key its value is (several values with ``;`` between where the column is in ``several``),
    ``choices`` to the values allowed, ``dates`` names the dated columns, each with a ``_precision`` beside it.
    """

    file: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    links: dict[str, str] = field(default_factory=dict)
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    spans: tuple[tuple[str, str], ...] = ()


def _dated(*names: str) -> tuple[str, ...]:
    return tuple(column for name in names for column in (name, f"{name}_precision"))


PERIOD = _dated("from", "to")
SPAN = (("from", "to"),)

TABLES: dict[str, Table] = {
    table.file: table
    for table in (
        Table(
            "sources",
            ("code", "document", "publisher", "where"),
            ("code",),
            optional=("publisher", "where"),
        ),
        Table(
            "areas",
            ("code", "name", "nation", "note", *SOURCED),
            ("code",),
            choices={"nation": ("England", "Wales")},
            optional=("note",),
        ),
        Table(
            "organisations",
            (
                "key",
                "name",
                "sector",
                "legal_form",
                "charity_number",
                "company_number",
                "number_source",
                "portal_id",
                "note",
                *SOURCED,
            ),
            ("key",),
            choices={"sector": tuple(Sector.values)},
            links={"number_source": "sources"},
            several=("number_source",),
            optional=(
                "sector",
                "legal_form",
                "charity_number",
                "company_number",
                "number_source",
                "portal_id",
                "note",
            ),
        ),
        Table(
            "organisation_names",
            ("organisation", "name", "kind", *PERIOD, *SOURCED),
            ("organisation", "name", "kind"),
            links={"organisation": "organisations"},
            choices={"kind": tuple(OrganisationName.Kind.values)},
            dates=("from", "to"),
            spans=SPAN,
            optional=("from", "to"),
        ),
        Table(
            "bodies",
            (
                "code",
                "name",
                "short_name",
                "kind",
                "organisation",
                *_dated("obligation_from", "obligation_to"),
            )
            + (
                *_dated("in_force_from", "in_force_to"),
                "period_source",
                "period_confidence",
                "note",
                *SOURCED,
            ),
            ("code",),
            links={"organisation": "organisations", "period_source": "sources"},
            choices={
                "kind": (BodyKind.CRC.value, BodyKind.NPS.value, BodyKind.REGION.value),
                "period_confidence": CONFIDENCES,
            },
            dates=("obligation_from", "obligation_to", "in_force_from", "in_force_to"),
            spans=(
                ("obligation_from", "obligation_to"),
                ("in_force_from", "in_force_to"),
            ),
            several=("period_source",),
            optional=("obligation_to", "in_force_to", "note"),
        ),
        Table(
            "owners",
            (
                "organisation",
                "type",
                "legal_entity",
                "crcs_at_start",
                "end",
                "note",
                *SOURCED,
            ),
            ("organisation",),
            links={"organisation": "organisations"},
            optional=("legal_entity", "note"),
        ),
        Table(
            "owner_partners",
            ("owner", "partner", "role", "bodies", *SOURCED),
            ("owner", "partner"),
            links={"owner": "owners", "partner": "organisations", "bodies": "bodies"},
            several=("bodies",),
            optional=("bodies",),
        ),
        Table(
            "ownerships",
            ("body", "owner", *PERIOD, "note", *SOURCED),
            ("body", "owner", "from"),
            links={"body": "bodies", "owner": "owners"},
            dates=("from", "to"),
            spans=SPAN,
            optional=("to", "note"),
        ),
        Table(
            "body_areas",
            ("body", "area", *PERIOD, "note", *SOURCED),
            ("body", "area", "from"),
            links={"body": "bodies", "area": "areas"},
            dates=("from", "to"),
            spans=SPAN,
            optional=("to", "note"),
        ),
        Table(
            "successions",
            ("body", "successor", "area", *_dated("on"), *SOURCED),
            ("body", "successor", "area"),
            links={"body": "bodies", "successor": "bodies", "area": "areas"},
            dates=("on",),
        ),
        Table(
            "events",
            ("slug", *_dated("date"), "text", "bodies", "owners", *SOURCED),
            ("slug",),
            links={"bodies": "bodies", "owners": "owners"},
            dates=("date",),
            several=("bodies", "owners"),
            optional=("bodies", "owners"),
        ),
        Table(
            "services", ("code", "title", "group", "description", *SOURCED), ("code",)
        ),
        Table(
            "service_mappings",
            (
                "scheme",
                "external_code",
                "external_title",
                "service",
                "relation",
                *SOURCED,
            ),
            ("scheme", "external_code", "service"),
            links={"service": "services"},
            choices={
                "scheme": ("dynamic-framework", "crs-contract-type"),
                "relation": ("same", "part"),
            },
        ),
        Table(
            "cohorts",
            (
                "code",
                "title",
                "description",
                "protected_characteristic",
                "as_cohort",
                "as_led_by",
                *SOURCED,
            ),
            ("code",),
            choices={"as_cohort": YES_NO, "as_led_by": YES_NO},
            optional=("protected_characteristic",),
        ),
        Table("funding_types", ("code", "title", "description", *SOURCED), ("code",)),
        Table(
            "explanation_codes", ("code", "title", "description", *SOURCED), ("code",)
        ),
        Table(
            "kpis",
            (
                "code",
                "title",
                "what_is_counted",
                "kind",
                "counts_people",
                "target",
                *_dated("in_force_from", "in_force_to"),
            )
            + ("period_source", "period_confidence", *SOURCED),
            ("code",),
            links={"period_source": "sources"},
            choices={
                "kind": tuple(KpiKind.values),
                "counts_people": YES_NO,
                "period_confidence": CONFIDENCES,
            },
            dates=("in_force_from", "in_force_to"),
            spans=(("in_force_from", "in_force_to"),),
            several=("period_source",),
            optional=("target", "in_force_to"),
        ),
        Table(
            "kpi_national",
            ("kpi", "quarter", "value", "unit", *SOURCED),
            ("kpi", "quarter"),
            links={"kpi": "kpis"},
            choices={"unit": ("percent",)},
        ),
        Table(
            "body_kpis",
            ("body", "kpi", *PERIOD, *SOURCED),
            ("body", "kpi", "from"),
            links={"body": "bodies", "kpi": "kpis"},
            dates=("from", "to"),
            spans=SPAN,
            optional=("to",),
        ),
        Table(
            "bid_commitments",
            (
                "body",
                "owner",
                "organisation",
                "services",
                "services_confidence",
                "named_for",
                *_dated("named_on"),
                *SOURCED,
            ),
            ("body", "organisation"),
            links={
                "body": "bodies",
                "owner": "owners",
                "organisation": "organisations",
                "services": "services",
            },
            choices={"services_confidence": CONFIDENCES},
            dates=("named_on",),
            several=("services",),
            optional=("services", "services_confidence", "named_on"),
        ),
    )
}


def read(folder: Path = FOLDER) -> dict[str, list[Row]]:
    """Every table's rows as text. Raises ``FileNotFoundError``, ``UnicodeDecodeError`` or ``pandas.errors.ParserError``."""
    return {
        name: pandas.read_csv(
            folder / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8"
        )
        .fillna("")
        .to_dict("records")
        for name in TABLES
    }


def day(text: str) -> dt.date | None:
    """The day in a dated cell, or ``None`` where it is empty. Raises ``ValueError``."""
    return dt.date.fromisoformat(text) if text else None


def findings(tables: dict[str, list[Row]]) -> list[str]:
    """Everything that is wrong, one sentence each, in the order of :data:`TABLES`; empty where all is well."""
    sentences = [
        sentence
        for name, table in TABLES.items()
        for sentence in _table_findings(table, tables)
    ]
    if not sentences:  # what several rows say together is only asked of rows that are right by themselves
        sentences += _overlaps(
            "ownerships",
            tables["ownerships"],
            lambda row: row["body"],
            "has two owners",
        )
        kinds = {row["code"]: row["kind"] for row in tables["bodies"]}
        sentences += _overlaps(
            "body_areas",
            tables["body_areas"],
            lambda row: f"{row['area']} among {kinds[row['body']]} bodies",
            "belongs to two",
        )
        sentences += _overlaps(
            "body_kpis",
            tables["body_kpis"],
            lambda row: f"{row['body']} {row['kpi']}",
            "is listed twice",
        )
    return sentences


def _table_findings(table: Table, tables: dict[str, list[Row]]) -> Iterator[str]:
    rows = tables[table.file]
    if not rows:
        yield f"{table.file}.csv has no rows."
        return
    if tuple(rows[0]) != table.columns:
        yield f"{table.file}.csv has the columns {', '.join(rows[0])} and should have {', '.join(table.columns)}."
        return
    keys = {
        name: {
            ";".join(row[column] for column in TABLES[name].key) for row in tables[name]
        }
        for name in set(table.links.values())
    }
    known_sources = {row.get("code", "") for row in tables["sources"]}
    seen: set[tuple[str, ...]] = set()
    for line, row in enumerate(rows, start=2):
        place = f"{table.file}.csv, row {line}"
        key = tuple(row[column] for column in table.key)
        if key in seen:
            yield f"{place}: {' '.join(key)} is there already."
        seen.add(key)
        for sentence in _row_findings(table, row, keys, known_sources):
            yield f"{place}: {sentence}"


def _row_findings(
    table: Table, row: Row, keys: dict[str, set[str]], known_sources: set[str]
) -> Iterator[str]:
    precisions = {f"{column}_precision" for column in table.dates}
    for column in table.columns:
        value = row[column]
        if value != value.strip():
            yield f"{column} has spaces around it."
        if not value and column not in table.optional and column not in precisions:
            yield f"{column} is empty."
        if value and column in table.choices and value not in table.choices[column]:
            yield f"{column} is {value!r} and should be one of {', '.join(table.choices[column])}."
        if value and column in table.links:
            parts = value.split(";") if column in table.several else [value]
            for part in parts:
                if part not in keys[table.links[column]]:
                    yield f"{column} is {part!r}, which {table.links[column]}.csv does not have."
    if "confidence" in table.columns:
        if row["confidence"] not in CONFIDENCES:
            yield f"confidence is {row['confidence']!r} and should be one of {', '.join(CONFIDENCES)}."
        for code in row["source"].split(";"):
            if code not in known_sources:
                yield f"source is {code!r}, which sources.csv does not have."
        if row["source"] == "GK" and row["confidence"] != Confidence.UNVERIFIED:
            yield "general knowledge (GK) alone is unverified."
    yield from _date_findings(table, row)
    yield from _own_findings(table.file, row)


def _date_findings(table: Table, row: Row) -> Iterator[str]:
    for column in table.dates:
        value, precision = row[column], row[f"{column}_precision"]
        try:
            day(value)
        except ValueError:
            yield f"{column} is {value!r} and should be a date such as 2015-02-01."
            return
        if value and precision not in PRECISIONS:
            yield f"{column}_precision should be one of {', '.join(PRECISIONS)}."
        if precision and not value:
            yield f"{column}_precision is given without a date."
        if precision == "month" and not value.endswith("-01"):
            yield f"{column} is known to the month only, so it is written as the first day of it."
    for first, last in table.spans:
        if row[first] and row[last] and row[first] >= row[last]:
            yield f"{last} is the day after the last one and has to lie after {first}."


def _own_findings(file: str, row: Row) -> Iterator[str]:
    """What only this table knows about itself."""
    if file == "organisations":
        for column, parse in (
            ("charity_number", parse_charity_number),
            ("company_number", parse_company_number),
        ):
            try:
                if row[column] and parse(row[column]).as_written != row[column]:
                    yield f"{column} is {row[column]!r} and should be written {parse(row[column]).as_written}."
            except InvalidNumber as error:
                yield error.reason
        numbered = bool(row["charity_number"] or row["company_number"])
        if numbered != bool(row["number_source"]):
            yield "a number and its number_source belong together."
        if not numbered and not row["portal_id"]:
            yield "an organisation without any number needs a portal_id."
        portal_id = row["portal_id"]
        if portal_id and not (
            portal_id[:3] == "XP-" and portal_id[3:].isdecimal() and len(portal_id) == 9
        ):
            yield f"portal_id is {portal_id!r} and should look like XP-000123."
        elif portal_id and not 1 <= int(portal_id[3:]) <= LAST_RESERVED_PORTAL_ID:
            yield f"portal_id is {portal_id} and should lie between XP-000001 and XP-{LAST_RESERVED_PORTAL_ID:06d}."
    if file == "events" and len(row["text"]) > 300:
        yield "text is longer than 300 characters."
    if file == "kpi_national":
        try:
            Quarter.parse(row["quarter"])
        except ValueError as error:
            yield str(error)
    for column in {"kpis": ("target",), "kpi_national": ("value",)}.get(file, ()):
        if row[column] and not _is_percent(row[column]):
            yield f"{column} is {row[column]!r} and should be a percentage from 0 to 100."


def _is_percent(text: str) -> bool:
    try:
        return 0 <= Decimal(text) <= 100
    except InvalidOperation:
        return False


def _overlaps(file: str, rows: list[Row], group: Any, what: str) -> Iterator[str]:
    spans: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        spans.setdefault(group(row), []).append(
            (row["from"] or "0000", row["to"] or "9999")
        )
    for name, periods in spans.items():
        periods.sort()
        for (_, end), (start, _) in pairwise(periods):
            if start < end:
                yield f"{file}.csv: {name} {what} on {start}."
