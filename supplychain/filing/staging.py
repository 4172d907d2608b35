"""Where do the rows of a file stand while they are judged, and how do they become lines of a return?

In temporary tables of the transaction, one for each table of the return, typed as they are going to be stored; nothing
of them is left when the transaction ends. The digest is taken from them, so that it is the same whatever the format of
the file.
"""

# ruff: noqa: S608 - names in statements come from the layout and the catalogue, never from a file

import hashlib
from collections.abc import Callable, Iterator, Mapping

from django.db import DataError, connection, transaction
from django.db.backends.utils import CursorWrapper

from portal.copying import OPTIONS, Columns, RowStream, copy_into
from portal.money import fixed
from supplychain.models import Return

from .layout import FUNDING, KPI, OWN_DELIVERY, Column, Kind, Table
from .rules.engine import areas_of
from .rules.rows import PARTY, RowJudge

STAGED = (FUNDING, KPI, OWN_DELIVERY)
JOINED = {
    "funding": ("row_number", "agreement_ref", "upstream_ref", "provider_name", *PARTY),
    "kpi": ("row_number", "kpi_code", "agreement_ref"),
    "own_delivery": ("row_number",),
}  # columns of which PostgreSQL's planner has to know how many values they hold
# What the rules ask for most stands first in a row, so that they pass quickly over what few of them ask for.
ASKED_MOST = (
    *("tier", "start_date", "end_date", "agreement_ref", "upstream_ref", "amount_paid_gbp", "amount_to_date_gbp"),
    *("agreement_value_gbp", "opening_to_date_gbp", "prior_period_adjustment_gbp", "reverses_ref", "amount_status"),
    *("people_supported", "referrals_received"),
    *("funding_type", "area", *PARTY, "charity_number", "company_number", "no_number_reason"),
    *("provider_name", "service_category"),
)
STATISTICS = 20  # 6,000 rows are looked at: enough to tell few values from many
TEMPORARY_MEMORY = "256MB"  # for a million rows; taken as they come
ROWS_BETWEEN_NEWS = 20_000
DIGEST_FORMAT = "return 1\n"
SQL_TYPES: Mapping[Kind, str] = {
    Kind.AMOUNT: "numeric",
    Kind.NUMBER: "numeric",
    Kind.PERCENT: "numeric",
    Kind.INTEGER: "integer",
    Kind.TIER: "integer",
    Kind.DATE: "date",
    Kind.YESNO: "boolean",
    Kind.CODES: "text[]",
}


def make_tables() -> None:
    """Make the staged tables afresh. Only inside a transaction: they end with it."""
    if not connection.in_atomic_block:
        raise RuntimeError("Rows are staged inside a transaction only.")
    make_room()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'")
        cursor.execute(f"SET LOCAL default_statistics_target = {STATISTICS}")
        for table in STAGED:
            types = {column.name: SQL_TYPES.get(column.kind, "text") for column in table.columns}
            if table is FUNDING:
                types |= dict.fromkeys(PARTY, "text")
            names = [name for name in ASKED_MOST if name in types]
            columns = ["row_number integer NOT NULL", "faults jsonb"]
            columns += [f"{name} {types[name]}" for name in dict.fromkeys([*names, *types])]
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.staged_{table.name}")
            cursor.execute(f"CREATE TEMP TABLE staged_{table.name} ({', '.join(columns)}) ON COMMIT DROP")


def make_room() -> None:
    """Let the server keep temporary tables in memory; its own 8 MB would make every scan read and write files."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL temp_buffers = %s", [TEMPORARY_MEMORY])
    except DataError:  # the session had other temporary tables before, and its memory stays as it is
        pass


def load(judge: RowJudge, progress: Callable[[int], None] | None = None) -> int:
    """Stream the rows of a table into its staged table; the number of rows that are there then.

    ``progress`` hears the number of rows now and then. Whatever reading raises is raised here.
    """

    def batches() -> Iterator[Columns]:
        told = 0
        for batch in judge.batches():
            yield batch
            if progress and judge.rows >= told + ROWS_BETWEEN_NEWS:
                told = judge.rows
                progress(told)

    name = f"staged_{judge.table}"
    with connection.cursor() as cursor:
        copy_into(cursor, f"COPY {name} ({', '.join(judge.columns)}) FROM STDIN {OPTIONS}", RowStream(batches()))
        kept = cursor.rowcount
        cursor.execute(f"ANALYZE {name} ({', '.join(JOINED[judge.table])})")
        return kept


def digest(figures: Mapping[str, object]) -> str:
    """SHA-256 (hexadecimal) of the canonical content: the control ``figures`` and every staged table. After the rules.

    UTF-8 and LF; our columns in our order; rows sorted; amounts with two decimals, ISO dates, codes sorted with ``;``
    between.
    """
    hashed = hashlib.sha256(DIGEST_FORMAT.encode())
    for name in sorted(figures):
        if figures[name] is not None:
            hashed.update(f"{name}={figures[name]}\n".encode())
    with connection.cursor() as cursor:
        for table in STAGED:
            hashed.update(f"{table.name}\n".encode())
            cursor.copy_expert(f"COPY ({_sorted(cursor, table)}) TO STDOUT (FORMAT csv)", _Hashing(hashed))
    return hashed.hexdigest()


def _sorted(cursor: CursorWrapper, table: Table) -> str:
    """The canonical rows of a staged table in the order of their content, never of their row numbers."""
    columns = ", ".join(f"{_canonical(column)} AS {column.name}" for column in table.columns)
    order = "t::text"
    if table is FUNDING:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM repeated) AND"
            " NOT EXISTS (SELECT FROM staged_funding WHERE agreement_ref IS NULL)"
        )
        (told_by_reference,) = cursor.fetchone()
        order = "agreement_ref" if told_by_reference else order
    return f'SELECT * FROM (SELECT {columns}, faults::text FROM staged_{table.name}) AS t ORDER BY {order} COLLATE "C"'


class _Hashing:
    """What ``COPY ... TO STDOUT`` writes into."""

    def __init__(self, hashed) -> None:
        self.write = hashed.update


def _canonical(column: Column) -> str:
    if column.kind in (Kind.AMOUNT, Kind.NUMBER, Kind.PERCENT):
        return f"{column.name}::numeric(20, 2)"
    if column.kind is Kind.CODES:
        return f"array_to_string({column.name}, ';')"
    return f"coalesce({column.name}, 'known')" if column.name == "amount_status" else column.name


def store(return_id: int) -> None:
    """Keep the staged rows as the lines, KPI rows and own delivery of a return.

    In the transaction in which they were checked, and only where nothing was found to be an error.
    """
    filed = Return.objects.select_related("body").get(pk=return_id)
    values = {"return": return_id, "areas": areas_of(filed.body, filed.quarter)}
    with connection.cursor() as cursor:
        _store(cursor, FUNDING, "supplychain_line", values, FUNDING_SQL, "JOIN chain AS c USING (row_number)")
        _store(cursor, KPI, "supplychain_kpirow", values, {})
        _store(cursor, OWN_DELIVERY, "supplychain_owndelivery", values, {})


ALL_AREAS = "s.area = ARRAY['ALL']"
FUNDING_SQL = {"payee_key": "s.payee_key", "payer_key": "c.payer_key"}
NOT_STORED = ("reporting_body", "quarter", "area")  # the return's own, and areas with their scope


def _store(
    cursor: CursorWrapper, table: Table, target: str, values: dict, more: Mapping[str, str], join: str = ""
) -> None:
    stored = {"of_return_id": "%(return)s", "row_number": "s.row_number", **more}
    for column in table.columns:
        if column.name not in NOT_STORED:
            stored[column.name] = _stored(column)
    if "area" in table.names:
        stored["areas"] = f"CASE WHEN {ALL_AREAS} THEN %(areas)s::text[] ELSE s.area END"
        stored["area_scope"] = f"CASE WHEN {ALL_AREAS} THEN 'all' ELSE 'named' END"
    cursor.execute(
        f"INSERT INTO {target} ({', '.join(stored)}) SELECT {', '.join(stored.values())} FROM staged_{table.name} "
        f"AS s {join}",
        values,
    )


def _stored(column: Column) -> str:
    """A staged column as the model keeps it: blank text is '', no codes are an empty list, a blank status is known."""
    name = f"s.{column.name}"
    if column.name == "amount_status":
        return f"coalesce({name}, 'known')"
    if column.kind is Kind.CODES:
        return f"coalesce({name}, '{{}}')"
    if column.name in NULLABLE or column.kind in SQL_TYPES:
        return name
    return f"coalesce({name}, '')"


NULLABLE = ("upstream_ref",)


def control_text(value: object) -> str | None:
    """A control figure as the digest has it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else None
    return str(value) if isinstance(value, int) else fixed(value)  # type: ignore[arg-type]
