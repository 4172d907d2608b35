"""What changed against the version before, and against the quarter before? Cell by cell, as the text of the files.

What was taken back since shows neither its old nor its new value, only that the column changed; so do amounts that the
version before showed and that are withheld now.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from supplychain.disclosure.columns import BODIES, KPI_CONTRIBUTIONS, SUPPLY_CHAIN
from supplychain.disclosure.selection import building, parameters, set_based
from supplychain.disclosure.tables import Table
from supplychain.models import FrozenChange, Publication

IGNORED = {"quarter", "version"}
PROVIDER = ("provider_id", "provider_name", "charity_number", "company_number", "sector")
PAYER = ("payer_id", "payer_name")
AREAS = ("area_codes", "area_scope")


@dataclass(frozen=True, slots=True)
class Compared:
    """A table whose rows are compared by ``key``; ``masked`` is SQL that is true for a cell that is not to be shown."""

    table: Table
    key: tuple[str, ...]
    masked: str = "false"

    def side(self, publication: str) -> str:
        """SQL of one publication's rows: the key, and a text for every column in their order."""
        key = " || '/' || ".join(self.table.column(name).sql for name in self.key)
        cells = ", ".join(f"({self.table.column(name).sql})::text" for name in self.columns)
        named = {column.name for column in self.table.columns}
        extra = "".join(f", r.{name}" for name in ("body_code", "agreement_ref", "upstream_ref") if name in named)
        rows = f"FROM {self.table.rows} WHERE r.publication_id = %({publication})s"
        return f"SELECT {key} AS key, ARRAY[{cells}] AS cells{extra} {rows}"

    @property
    def columns(self) -> list[str]:
        return [column.name for column in self.table.columns if column.name not in IGNORED]


def quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


# A part that was taken back of this line or, for the payer, of the line above it, whenever that was.
TAKEN_BACK = f"""
    EXISTS (
        SELECT FROM supplychain_redaction AS taken
        WHERE taken.series = %(series)s AND taken.confirmed_at IS NOT NULL
          AND taken.body_code = COALESCE(now.body_code, before.body_code)
          AND (taken.agreement_ref = now.agreement_ref AND (
                   taken.part = 'provider' AND cell.name IN ({quoted(PROVIDER)})
                   OR taken.part = 'service_summary' AND cell.name = 'service_summary'
                   OR taken.part = 'area_codes' AND cell.name IN ({quoted(AREAS)}))
               OR taken.part = 'provider' AND cell.name IN ({quoted(PAYER)})
                  AND taken.agreement_ref IN (now.upstream_ref, before.upstream_ref))
    )
"""
WITHHELD_NOW = """
    %(basis)s = 'version' AND now.cells[array_position(%(names)s, cell.name || '_status')] = '[w]'
"""
COMPARED = (
    Compared(SUPPLY_CHAIN, ("body_code", "agreement_ref"), f"{TAKEN_BACK} OR COALESCE({WITHHELD_NOW}, false)"),
    Compared(
        KPI_CONTRIBUTIONS,
        ("body_code", "kpi_code", "agreement_ref"),
        TAKEN_BACK.replace("(now.upstream_ref, before.upstream_ref)", "(NULL)"),
    ),
    Compared(BODIES, ("code",)),
)


def bases(publication: Publication) -> Iterator[tuple[str, int]]:
    """What a publication is compared with: (basis, id of the other publication)."""
    if publication.previous_id:
        yield "version", publication.previous_id
    quarter_before = Publication.objects.of(publication.series, publication.quarter.previous).current().first()
    if quarter_before:
        yield "quarter", quarter_before.pk


def statement(compared: Compared) -> str:
    """SQL that writes the differences of one table."""
    return f"""
        WITH now AS ({compared.side("publication")}), before AS ({compared.side("other")})
        INSERT INTO supplychain_frozenchange (publication_id, basis, file, key, change, "column", old, new)
        SELECT %(publication)s, %(basis)s, %(file)s, key,
               CASE WHEN before.cells IS NULL THEN 'added' WHEN now.cells IS NULL THEN 'removed' ELSE 'changed' END,
               COALESCE(cell.name, ''),
               CASE WHEN cell.name IS NULL OR {compared.masked} THEN '' ELSE COALESCE(cell.old, '') END,
               CASE WHEN cell.name IS NULL OR {compared.masked} THEN '' ELSE COALESCE(cell.new, '') END
        FROM now FULL JOIN before USING (key)
        LEFT JOIN LATERAL (
            SELECT name, old, new FROM unnest(%(names)s, before.cells, now.cells) AS pair (name, old, new)
            WHERE before.cells IS NOT NULL AND now.cells IS NOT NULL AND old IS DISTINCT FROM new
        ) AS cell ON true
        WHERE now.cells IS DISTINCT FROM before.cells
        ORDER BY key COLLATE "C", cell.name COLLATE "C"
    """  # noqa: S608 (no input)


def freeze_changes(publication_id: int) -> None:
    """Write down the differences to each basis that there is."""
    publication = building(publication_id)
    FrozenChange.objects.filter(publication=publication).delete()
    with set_based() as cursor:
        for basis, other in bases(publication):
            for compared in COMPARED:
                values = {"basis": basis, "other": other, "file": compared.table.file, "names": compared.columns}
                cursor.execute(statement(compared), parameters(publication) | values)
