"""Do the reference tables hold together?

They are judged before anything is stored: columns, codes, links between tables, dates, numbers, sources. Every finding
is a sentence that names file and line, so that whoever adds a row sees what is wrong with it.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from portal.quarters import Quarter
from providers.identifiers import InvalidNumber, parse_charity_number, parse_company_number
from providers.models import Confidence

from .tables import CONFIDENCES, LAST_RESERVED_PORTAL_ID, PRECISIONS, TABLES, Row, Table, day


def findings(tables: dict[str, list[Row]]) -> list[str]:
    """Everything that is wrong, one sentence each, in the order of :data:`TABLES`; empty where all is well."""
    sentences = [sentence for name, table in TABLES.items() for sentence in _table_findings(table, tables)]
    if not sentences:  # what several rows say together is only asked of rows that are right by themselves
        sentences += _overlaps("ownerships", tables["ownerships"], lambda row: row["body"], "has two owners")
        kinds = {row["code"]: row["kind"] for row in tables["bodies"]}
        sentences += _overlaps(
            "body_areas",
            tables["body_areas"],
            lambda row: f"{row['area']} among {kinds[row['body']]} bodies",
            "belongs to two",
        )
        sentences += _overlaps(
            "body_kpis", tables["body_kpis"], lambda row: f"{row['body']} {row['kpi']}", "is listed twice"
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
        name: {";".join(row[column] for column in TABLES[name].key) for row in tables[name]}
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


def _row_findings(table: Table, row: Row, keys: dict[str, set[str]], known_sources: set[str]) -> Iterator[str]:
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
        for column, parse in (("charity_number", parse_charity_number), ("company_number", parse_company_number)):
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
        if portal_id and not (portal_id[:3] == "XP-" and portal_id[3:].isdecimal() and len(portal_id) == 9):
            yield f"portal_id is {portal_id!r} and should look like XP-000123."
        elif portal_id and not 1 <= int(portal_id[3:]) <= LAST_RESERVED_PORTAL_ID:
            yield f"portal_id is {portal_id} and should lie between XP-000001 and XP-{LAST_RESERVED_PORTAL_ID:06d}."
    if file == "crs_contracts" and bool(row["region"]) == bool(row["area"]):
        yield "it should name either a region or an area."
    if file == "crs_contracts":
        for column in ("shown_from", "shown_to"):
            try:
                day(row[column])
            except ValueError:
                yield f"{column} is {row[column]!r} and should be a date such as 2026-04-07."
    if file == "crs_providers" and not row["reason"] and (row["held_back"] == "yes" or row["own_service_of"]):
        yield "whoever is held back, or is a body's own service, needs a reason."
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


def _overlaps(file: str, rows: list[Row], group: Callable[[Row], str], what: str) -> Iterator[str]:
    spans: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        spans.setdefault(group(row), []).append((row["from"] or "0000", row["to"] or "9999"))
    for name, periods in spans.items():
        periods.sort()
        for (_, end), (start, _) in pairwise(periods):
            if start < end:
                yield f"{file}.csv: {name} {what} on {start}."
