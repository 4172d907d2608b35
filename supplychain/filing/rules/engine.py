"""How are all rules asked at once over the staged rows?

Each check inserts what it finds into the temporary table ``found``, in one statement over all rows; then the first
thousand get their words. Needs the staged tables of :mod:`supplychain.filing.staging` in the same transaction.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from portal.quarters import Quarter
from providers.models import OrganisationIdentifier, RegisterCopy
from supplychain.filing.findings import LISTED
from supplychain.models import Body, BodyArea, BodyKpi, Ownership

from . import history
from .catalogue import CHECKS, InForce
from .issues import Issues, Place
from .rule import Check
from .suspects import find_suspects
from .tracing import trace

FOUND = """
    CREATE TEMP TABLE found (
        rule text, variant text, form text, table_name text, row_number integer, column_name text, value text, figures
            jsonb
    ) ON COMMIT DROP
"""
FIRST = f"""
    SELECT rule, variant, form, table_name, row_number, column_name, value, figures::text FROM found
    ORDER BY coalesce(table_name, '') COLLATE "C", coalesce(row_number, 0), coalesce(column_name, '') COLLATE "C", rule
        COLLATE "C", value COLLATE "C"
    LIMIT {LISTED}
"""
TABLES = (
    "found",
    "repeated",
    "links",
    "depths",
    "chain",
    "suspects",
    "chain_suspects",
    "twins",
    "named",
    "history_suspects",
    *history.TABLES,
)


@dataclass(slots=True)
class Asked:
    """What a file is judged against. ``body`` and ``quarter`` are those of the file, where they can be told."""

    body: Body | None
    quarter: Quarter | None
    at: dt.date
    alone: bool
    tables: Collection[str]
    present: list[str] = field(default_factory=list)  # "table.column"
    left_out: list[str] = field(default_factory=list)  # references in rows that could not be read
    income: Decimal | None = None
    income_row: int | None = None  # of the control table, where it stands there


def run(asked: Asked, issues: Issues, letters: Mapping[str, Mapping[str, str]]) -> None:
    """Ask every rule and add what was found to ``issues``; ``letters`` by table and column."""
    with connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(FOUND)
        body = asked.body.code if asked.body else None
        trace(cursor, body)
        if not asked.alone:
            history.gather(cursor, asked.body, asked.quarter, issues.force)
        with_values = parameters(asked, issues.force, cursor)
        find_suspects(cursor, with_values, history=not asked.alone)
        alike = int(issues.force["O05"].thresholds["alike_pct"]) / 100
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(alike)])
        registers = RegisterCopy.objects.filter(series=with_values["series"]).exists()
        for check in CHECKS:
            if _is_asked(check, asked) and (registers or not check.register):
                cursor.execute(f"INSERT INTO found {check.sql}", with_values)
        _collect(cursor, issues, letters)


def _is_asked(check: Check, asked: Asked) -> bool:
    """Can the check find anything in this return at all?"""
    columns = {f"{check.table}.{name}" for name in check.needs}
    there = not check.table or check.table in asked.tables
    return there and not (check.history and asked.alone) and columns.issubset(asked.present)


def parameters(asked: Asked, force: Mapping[str, InForce], cursor: CursorWrapper) -> dict[str, Any]:
    """The named parameters of checks. Unknown things are NULL, so that nothing is found by them."""
    body, quarter = asked.body, asked.quarter
    areas_on = _areas_on(body, quarter)
    own = _org_ids([body.organisation_id]) if body else []
    quarters = int(force["P01"].thresholds["quarters"])
    last, missing = (None, None) if asked.alone else history.gap(body, quarter, cursor)
    found: dict[str, Any] = {
        "body": body.code if body else None,
        "series": body.series if body else None,
        "last": str(last) if last else None,
        "previous": quarter.previous.start if quarter else None,
        "missing": str(missing) if missing else None,
        "kpis": _kpis_of(body, quarter),
        "quarter": str(quarter) if quarter else None,
        "start": quarter.start if quarter else None,
        "last_day": quarter.last_day if quarter else None,
        "last_invoices": quarter.plus(-quarters).start if quarter else None,
        "areas_on": areas_on.isoformat() if areas_on else None,
        "areas": areas_of(body, quarter),
        "own_ids": own,
        "group_ids": own + (_org_ids(_owners(body, quarter)) if body and quarter else []),
        "income": asked.income,
        "income_row": asked.income_row,
        "income_column": "income" if asked.income_row is None else "value",
        "balance": Decimal(0) if asked.alone or not (body and quarter) else history.brought_forward(cursor),
        "at": asked.at,
        "present": asked.present,
        "left_out": asked.left_out,
        "refs_missing": "funding" in asked.tables and "funding.agreement_ref" not in asked.present,
    }
    for code, one in force.items():
        for name, value in one.thresholds.items():
            found[f"{code}_{name}"] = value
    return found


def areas_of(body: Body | None, quarter: Quarter | None) -> list[str]:
    """The areas of a body on the last day of the quarter on which it was in force, sorted."""
    day = _areas_on(body, quarter)
    if day is None:
        return []
    return sorted(BodyArea.objects.filter(body=body, during__contains=day).values_list("area_id", flat=True))


def _kpis_of(body: Body | None, quarter: Quarter | None) -> list[str]:
    """The KPIs of a body's contract on any day of the quarter, sorted; none where nothing is known of it."""
    if body is None or quarter is None:
        return []
    inside = BodyKpi.objects.filter(body=body, during__overlap=(quarter.start, quarter.end))
    return sorted(set(inside.values_list("kpi_id", flat=True)))


def _areas_on(body: Body | None, quarter: Quarter | None) -> dt.date | None:
    """The quarter's last day, or the body's own last day where that comes first."""
    if body is None or quarter is None or not body.owes(quarter):
        return None
    ends = [bound - dt.timedelta(days=1) for bound in (body.in_force.upper, body.obligation.upper) if bound]
    return min([quarter.last_day, *ends])


def _owners(body: Body, quarter: Quarter) -> list[int]:
    return list(
        Ownership.objects.filter(body=body, during__overlap=(quarter.start, quarter.end)).values_list(
            "owner_id", flat=True
        )
    )


def _org_ids(organisations: list[int]) -> list[str]:
    numbers = OrganisationIdentifier.objects.filter(organisation__in=organisations)
    return [identifier.org_id for identifier in numbers]


def _collect(cursor: CursorWrapper, issues: Issues, letters: Mapping[str, Mapping[str, str]]) -> None:
    cursor.execute("SELECT rule, form, count(*) FROM found GROUP BY rule, form")
    for rule, form, number in cursor.fetchall():
        issues.count(rule, issues.force[rule].milder(form), number)
    cursor.execute(FIRST)
    issues.take(
        issues.make(
            rule,
            Place(table, row, column, letters.get(table, {}).get(column)),
            variant=variant,
            form=form,
            value=value,
            figures=json.loads(figures, parse_float=Decimal),
        )
        for rule, variant, form, table, row, column, value, figures in cursor.fetchall()
    )
