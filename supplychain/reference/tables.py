"""Which tables does fixtures/reference hold, with which columns, keys and links?"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas

from providers.models import Confidence, Language, OrganisationName, Sector
from supplychain.models import BodyKind, KpiKind

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "reference"

# Portal ids up to this one are given in organisations.csv; the database's sequence goes on after it.
LAST_RESERVED_PORTAL_ID = 999

PRECISIONS = ("day", "month", "year")
YES_NO = ("yes", "no")
CONFIDENCES = tuple(Confidence.values)
REAL_KINDS = (BodyKind.CRC.value, BodyKind.NPS.value, BodyKind.REGION.value)
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its columns, its key, and what its cells may hold.

    ``links`` maps a column to the table whose key its value is, ``choices`` to the values allowed; columns in
    ``several`` hold any number of values with ``;`` between. Each of ``dates`` has a ``_precision`` beside it, and
    ``spans`` pairs those of which the second is later.
    """

    file: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    optional: frozenset[str]
    dates: tuple[str, ...]
    spans: tuple[tuple[str, str], ...]
    several: frozenset[str]
    links: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]


def _table(
    file: str,
    columns: str,
    key: str,
    *,
    optional: str = "",
    dates: str = "",
    several: str = "",
    links: Mapping[str, str] | None = None,
    choices: Mapping[str, tuple[str, ...]] | None = None,
    sourced: bool = True,
) -> Table:
    """A table out of words: columns in order, those in ``dates`` with their precision, source and confidence last."""
    dated = tuple(dates.split())
    expanded = [part for name in columns.split() for part in ([name, f"{name}_precision"] if name in dated else [name])]
    starts = [name.removesuffix("from") for name in dated if name.endswith("from")]
    return Table(
        file=file,
        columns=(*expanded, *(("source", "confidence") if sourced else ())),
        key=tuple(key.split()),
        optional=frozenset(optional.split()),
        dates=dated,
        spans=tuple((f"{start}from", f"{start}to") for start in starts),
        several=frozenset(several.split()),
        links=links or {},
        choices=choices or {},
    )


_ALL = (
    _table("sources", "code document publisher where", "code", optional="publisher where", sourced=False),
    _table("areas", "code name nation note", "code", optional="note", choices={"nation": ("England", "Wales")}),
    _table(
        "organisations",
        "key name language sector legal_form charity_number company_number number_source portal_id note",
        "key",
        optional="language sector legal_form charity_number company_number number_source portal_id note",
        several="number_source",
        links={"number_source": "sources"},
        choices={"language": tuple(Language.values), "sector": tuple(Sector.values)},
    ),
    _table(
        "organisation_names",
        "organisation name kind from to",
        "organisation name kind",
        optional="from to",
        dates="from to",
        links={"organisation": "organisations"},
        choices={"kind": tuple(OrganisationName.Kind.values)},
    ),
    _table(
        "bodies",
        "code name short_name kind organisation obligation_from obligation_to in_force_from in_force_to "
        "period_source period_confidence note",
        "code",
        optional="obligation_to in_force_to note",
        dates="obligation_from obligation_to in_force_from in_force_to",
        several="period_source",
        links={"organisation": "organisations", "period_source": "sources"},
        choices={"kind": REAL_KINDS, "period_confidence": CONFIDENCES},
    ),
    _table(
        "owners",
        "organisation type legal_entity crcs_at_start end note",
        "organisation",
        optional="legal_entity note",
        links={"organisation": "organisations"},
    ),
    _table(
        "owner_partners",
        "owner partner role bodies",
        "owner partner",
        optional="bodies",
        several="bodies",
        links={"owner": "owners", "partner": "organisations", "bodies": "bodies"},
    ),
    _table(
        "ownerships",
        "body owner from to note",
        "body owner from",
        optional="to note",
        dates="from to",
        links={"body": "bodies", "owner": "owners"},
    ),
    _table(
        "body_areas",
        "body area from to note",
        "body area from",
        optional="to note",
        dates="from to",
        links={"body": "bodies", "area": "areas"},
    ),
    _table(
        "successions",
        "body successor area on",
        "body successor area",
        dates="on",
        links={"body": "bodies", "successor": "bodies", "area": "areas"},
    ),
    _table(
        "events",
        "slug date text bodies owners",
        "slug",
        optional="bodies owners",
        dates="date",
        several="bodies owners",
        links={"bodies": "bodies", "owners": "owners"},
    ),
    _table("services", "code title group description", "code"),
    _table(
        "service_mappings",
        "scheme external_code external_title service relation",
        "scheme external_code service",
        links={"service": "services"},
        choices={"scheme": ("dynamic-framework", "crs-contract-type"), "relation": ("same", "part")},
    ),
    _table(
        "cohorts",
        "code title description protected_characteristic as_cohort as_led_by",
        "code",
        optional="protected_characteristic",
        choices={"as_cohort": YES_NO, "as_led_by": YES_NO},
    ),
    _table("funding_types", "code title description", "code"),
    _table("explanation_codes", "code title description", "code"),
    _table(
        "kpis",
        "code title what_is_counted kind counts_people target in_force_from in_force_to "
        "period_source period_confidence",
        "code",
        optional="target in_force_to",
        dates="in_force_from in_force_to",
        several="period_source",
        links={"period_source": "sources"},
        choices={"kind": tuple(KpiKind.values), "counts_people": YES_NO, "period_confidence": CONFIDENCES},
    ),
    _table(
        "kpi_national", "kpi quarter value unit", "kpi quarter", links={"kpi": "kpis"}, choices={"unit": ("percent",)}
    ),
    _table(
        "body_kpis",
        "body kpi from to",
        "body kpi from",
        optional="to",
        dates="from to",
        links={"body": "bodies", "kpi": "kpis"},
    ),
    _table(
        "bid_commitments",
        "body owner organisation services services_confidence named_for named_on",
        "body organisation",
        optional="services services_confidence named_on",
        dates="named_on",
        several="services",
        links={"body": "bodies", "owner": "owners", "organisation": "organisations", "services": "services"},
        choices={"services_confidence": CONFIDENCES},
    ),
    _table(
        "crs_contracts",
        "contract_reference contract_type region area prime_code shown_from shown_to",
        "contract_reference",
        optional="region area shown_to",
        links={"region": "bodies", "area": "areas", "prime_code": "crs_providers"},
    ),
    _table(
        "crs_subcontracts",
        "contract_reference subcontractor_code",
        "contract_reference subcontractor_code",
        links={"contract_reference": "crs_contracts", "subcontractor_code": "crs_providers"},
    ),
    _table(
        "crs_providers",
        "code name organisation sector own_service_of held_back reason",
        "code",
        optional="organisation sector own_service_of reason",
        links={"organisation": "organisations", "own_service_of": "bodies"},
        choices={"sector": tuple(Sector.values), "held_back": YES_NO},
    ),
)
TABLES: dict[str, Table] = {table.file: table for table in _ALL}


def read(folder: Path = FOLDER) -> dict[str, list[Row]]:
    """Every table's rows as text. Raises ``OSError``, ``UnicodeDecodeError`` and the reading errors of pandas."""
    return {name: read_table(name, folder) for name in TABLES}


def read_table(name: str, folder: Path = FOLDER) -> list[Row]:
    """One table's rows as text. Raises what :func:`read` raises."""
    path = folder / f"{name}.csv"
    frame = pandas.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8").fillna("")
    return [dict(zip(frame.columns, cells, strict=True)) for cells in frame.itertuples(index=False, name=None)]


def day(text: str) -> dt.date | None:
    """The day in a dated cell, or ``None`` where it is empty. Raises ``ValueError``."""
    return dt.date.fromisoformat(text) if text else None
