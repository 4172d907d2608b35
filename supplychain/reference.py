"""How do the reference tables get into the database, and what changed when they did?

One transaction brings the rows of the real series to what fixtures/reference says. Running it again changes nothing. Things with an
address of their own (areas, bodies, organisations, codes, measures, sources) are added and corrected, never removed, for others may
stand on them; dated facts about them that left the tables are removed. The demonstration's rows are never touched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
from django.db import connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from portal.errors import NotValid
from portal.quarters import Quarter
from providers.identifiers import (
    Identifier,
    parse_charity_number,
    parse_company_number,
    public_id,
)
from providers.models import (
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
    OrganisationName,
    Series,
)

from . import reference_tables
from .models import (
    Area,
    BidCommitment,
    Body,
    BodyArea,
    BodyKpi,
    Code,
    CodeList,
    Event,
    Kpi,
    KpiNational,
    OwnerPartner,
    Ownership,
    Source,
    Succession,
)
from .reference_tables import FOLDER, LAST_RESERVED_PORTAL_ID, Row, day

CODE_FILES = {
    "services": CodeList.SERVICE,
    "cohorts": CodeList.COHORT,
    "funding_types": CodeList.FUNDING_TYPE,
    "explanation_codes": CodeList.EXPLANATION,
}
SHOWN_FINDINGS = 10


@dataclass(slots=True)
class Counts:
    """What happened to the rows of one table."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def touched(self) -> int:
        """Rows that are not as they were."""
        return self.added + self.changed + self.removed


def load(*, folder: Path = FOLDER) -> dict[str, Counts]:
    """Bring the database to the tables of ``folder``; the counts of each table. Raises :class:`~portal.errors.NotValid`."""
    try:
        tables = reference_tables.read(folder)
    except (
        OSError,
        UnicodeDecodeError,
        pandas.errors.ParserError,
        pandas.errors.EmptyDataError,
    ) as error:
        raise NotValid(
            "reference-unreadable",
            f"The reference tables in {folder.name} can't be read: {error}.",
        ) from error
    found = reference_tables.findings(tables)
    if found:
        more = (
            f" There are {len(found) - SHOWN_FINDINGS} more findings."
            if len(found) > SHOWN_FINDINGS
            else ""
        )
        raise NotValid("reference-not-valid", " ".join(found[:SHOWN_FINDINGS]) + more)
    with transaction.atomic():
        return _store(tables)


def _store(tables: dict[str, list[Row]]) -> dict[str, Counts]:
    counts = {
        "sources": _sync(
            Source.objects.all(), ["code"], [Source(**row) for row in tables["sources"]]
        )
    }
    counts["areas"] = _sync(
        Area.objects.filter(series=Series.REAL),
        ["code"],
        [
            Area(
                code=row["code"],
                name=row["name"],
                nation=row["nation"],
                **_sourced(row),
            )
            for row in tables["areas"]
        ],
    )
    for file, code_list in CODE_FILES.items():
        codes = [
            _code(code_list, order, row)
            for order, row in enumerate(tables[file], start=1)
        ]
        counts[file] = _sync(Code.objects.filter(list=code_list), ["code"], codes)
    organisations, counts["organisations"] = _organisations(tables["organisations"])
    counts["organisation_names"] = _names(tables["organisation_names"], organisations)
    counts["bodies"] = _sync(
        Body.objects.filter(series=Series.REAL),
        ["code"],
        [_body(row, organisations) for row in tables["bodies"]],
    )
    kinds = {row["code"]: row["kind"] for row in tables["bodies"]}
    counts["ownerships"] = _sync(
        Ownership.objects.filter(body__series=Series.REAL),
        ["body_id", "owner_id", "during"],
        [
            Ownership(
                body_id=row["body"],
                owner=organisations[row["owner"]],
                during=_period(row),
                note=row["note"],
                **_sourced(row),
            )
            for row in tables["ownerships"]
        ],
        remove=True,
    )
    counts["body_areas"] = _sync(
        BodyArea.objects.filter(body__series=Series.REAL),
        ["body_id", "area_id", "during"],
        [
            BodyArea(
                body_id=row["body"],
                kind=kinds[row["body"]],
                area_id=row["area"],
                during=_period(row),
                **_sourced(row),
            )
            for row in tables["body_areas"]
        ],
        remove=True,
    )
    counts["successions"] = _sync(
        Succession.objects.filter(body__series=Series.REAL),
        ["body_id", "successor_id", "area_id"],
        [
            Succession(
                body_id=row["body"],
                successor_id=row["successor"],
                area_id=row["area"],
                **_sourced(row),
            )
            for row in tables["successions"]
        ],
        remove=True,
    )
    counts["owner_partners"] = _sync(
        OwnerPartner.objects.filter(owner__series=Series.REAL),
        ["owner_id", "partner_id"],
        [
            OwnerPartner(
                owner=organisations[row["owner"]],
                partner=organisations[row["partner"]],
                role=row["role"],
                **_sourced(row),
            )
            for row in tables["owner_partners"]
        ],
        remove=True,
    )
    counts["events"] = _events(tables["events"], organisations)
    counts["kpis"] = _sync(
        Kpi.objects.filter(series=Series.REAL),
        ["code"],
        [_kpi(row) for row in tables["kpis"]],
    )
    counts["kpi_national"] = _sync(
        KpiNational.objects.filter(kpi__series=Series.REAL),
        ["kpi_id", "quarter"],
        [
            KpiNational(
                kpi_id=row["kpi"],
                quarter=Quarter.parse(row["quarter"]),
                value=Decimal(row["value"]),
                **_sourced(row),
            )
            for row in tables["kpi_national"]
        ],
        remove=True,
    )
    counts["body_kpis"] = _sync(
        BodyKpi.objects.filter(body__series=Series.REAL),
        ["body_id", "kpi_id", "during"],
        [
            BodyKpi(
                body_id=row["body"],
                kpi_id=row["kpi"],
                during=_period(row),
                **_sourced(row),
            )
            for row in tables["body_kpis"]
        ],
        remove=True,
    )
    counts["bid_commitments"] = _sync(
        BidCommitment.objects.filter(body__series=Series.REAL),
        ["body_id", "organisation_id"],
        [
            BidCommitment(
                body_id=row["body"],
                organisation=organisations[row["organisation"]],
                service=row["named_for"],
                named_on=day(row["named_on"]),
                **_sourced(row),
            )
            for row in tables["bid_commitments"]
        ],
        remove=True,
    )
    return counts


def _sourced(row: Row) -> dict[str, str]:
    return {"source": row["source"], "confidence": row["confidence"]}


def _period(row: Row, name: str = "") -> DateRange:
    prefix = f"{name}_" if name else ""
    return DateRange(day(row[f"{prefix}from"]), day(row[f"{prefix}to"]))


def _code(code_list: CodeList, order: int, row: Row) -> Code:
    return Code(
        list=code_list,
        code=row["code"],
        title=row["title"],
        description=row["description"],
        group=row.get("group") or row.get("protected_characteristic") or "",
        order=order,
        **_sourced(row),
    )


def _body(row: Row, organisations: dict[str, Organisation]) -> Body:
    return Body(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        organisation=organisations[row["organisation"]],
        in_force=_period(row, "in_force"),
        obligation=_period(row, "obligation"),
        note=row["note"],
        **_sourced(row),
    )


def _kpi(row: Row) -> Kpi:
    return Kpi(
        code=row["code"],
        title=row["title"],
        counted=row["what_is_counted"],
        kind=row["kind"],
        counts_people=row["counts_people"] == "yes",
        target=Decimal(row["target"]) if row["target"] else None,
        in_force=_period(row, "in_force"),
        **_sourced(row),
    )


def _comparable(value: Any) -> Any:
    """Values as they compare: ranges with the same days are equal whatever their bounds are called."""
    return (value.lower, value.upper) if isinstance(value, DateRange) else value


def _sync(
    existing: models.QuerySet,
    key: Sequence[str],
    wanted: Iterable[models.Model],
    *,
    remove: bool = False,
) -> Counts:
    """Make the rows of ``existing`` those that are ``wanted``, told apart by ``key``; others go only where ``remove`` says so."""
    model = existing.model
    fields = [
        f.attname
        for f in model._meta.concrete_fields
        if not f.primary_key or f.attname in key
    ]
    present = {
        tuple(_comparable(getattr(row, name)) for name in key): row for row in existing
    }
    counts, new, changed = Counts(), [], []
    for row in wanted:
        counts.rows += 1
        old = present.pop(tuple(_comparable(getattr(row, name)) for name in key), None)
        if old is None:
            new.append(row)
            continue
        differing = [
            name
            for name in fields
            if _comparable(getattr(old, name)) != _comparable(getattr(row, name))
        ]
        if differing:
            for name in differing:
                setattr(old, name, getattr(row, name))
            changed.append(old)
    if remove and present:
        counts.removed = (
            existing.filter(pk__in=[row.pk for row in present.values()])
            .delete()[1]
            .get(model._meta.label, 0)
        )
    updatable = [f.name for f in model._meta.concrete_fields if not f.primary_key]
    if changed:
        model._default_manager.bulk_update(changed, updatable)
    model._default_manager.bulk_create(new)
    counts.added, counts.changed = len(new), len(changed)
    return counts


def _organisations(rows: list[Row]) -> tuple[dict[str, Organisation], Counts]:
    """Find or make each organisation by its numbers and portal id, never by its name alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('providers_portal_id_real', %s) FROM providers_portal_id_real WHERE last_value < %s",
            [LAST_RESERVED_PORTAL_ID, LAST_RESERVED_PORTAL_ID],
        )
    by_number = {
        Identifier(held.scheme, held.number): held.organisation
        for held in OrganisationIdentifier.objects.select_related("organisation")
    }
    by_public_id = {
        alias.old_id: alias.organisation
        for alias in OrganisationAlias.objects.select_related("organisation")
    }
    by_public_id |= {
        organisation.public_id: organisation
        for organisation in Organisation.objects.in_series(Series.REAL)
    }
    counts = Counts(rows=len(rows))
    organisations = {}
    for row in rows:
        numbers = [
            parse(row[column])
            for column, parse in (
                ("charity_number", parse_charity_number),
                ("company_number", parse_company_number),
            )
            if row[column]
        ]
        candidates = [by_number[number] for number in numbers if number in by_number]
        candidates += [
            by_public_id[known]
            for known in [public_id(numbers), row["portal_id"]]
            if known in by_public_id
        ]
        if len({candidate.pk for candidate in candidates}) > 1:
            held = ", ".join(sorted({candidate.public_id for candidate in candidates}))
            raise NotValid(
                "reference-two-organisations",
                f"{row['name']}: its numbers belong to different organisations: {held}.",
            )
        organisation = candidates[0] if candidates else Organisation(series=Series.REAL)
        if organisation.series != Series.REAL:
            raise NotValid(
                "reference-of-demonstration",
                f"{row['name']}: its number is used by the demonstration.",
            )
        organisations[row["key"]] = organisation
        _keep_organisation(organisation, row, numbers, counts)
    return organisations, counts


def _keep_organisation(
    organisation: Organisation, row: Row, numbers: list[Identifier], counts: Counts
) -> None:
    made = organisation.pk is None
    held = (
        []
        if made
        else [
            Identifier(known.scheme, known.number)
            for known in organisation.identifiers.all()
        ]
    )
    values = {
        "public_id": public_id([*held, *numbers]) or row["portal_id"],
        "name": row["name"],
        "sector": row["sector"],
        "legal_form": row["legal_form"],
        **_sourced(row),
    }
    former = organisation.public_id
    differing = [
        name for name, value in values.items() if getattr(organisation, name) != value
    ]
    for name, value in values.items():
        setattr(organisation, name, value)
    if differing:
        organisation.save()
    if former and former != organisation.public_id:
        OrganisationAlias.objects.create(
            old_id=former,
            organisation=organisation,
            reason="A registered number became known.",
        )
    confidence = {"source": row["number_source"], "confidence": row["confidence"]}
    missing = [number for number in numbers if number not in held]
    for number in missing:
        OrganisationIdentifier.objects.create(
            organisation=organisation,
            scheme=number.scheme,
            number=number.number,
            **confidence,
        )
    if made:
        counts.added += 1
    elif differing or missing:
        counts.changed += 1


def _names(rows: list[Row], organisations: dict[str, Organisation]) -> Counts:
    """Other names; those that registers and returns brought stay."""
    wanted = [
        OrganisationName(
            organisation=organisations[row["organisation"]],
            text=row["name"],
            kind=row["kind"],
            during=_period(row),
            **_sourced(row),
        )
        for row in rows
    ]
    real = OrganisationName.objects.filter(organisation__in=organisations.values())
    return _sync(real, ["organisation_id", "text", "kind"], wanted)


def _events(rows: list[Row], organisations: dict[str, Organisation]) -> Counts:
    wanted = [
        Event(
            slug=row["slug"],
            day=day(row["date"]),
            precision=row["date_precision"],
            text=row["text"],
            **_sourced(row),
        )
        for row in rows
    ]
    ours = Event.objects.exclude(bodies__series=Series.DEMONSTRATION).exclude(
        owners__series=Series.DEMONSTRATION
    )
    before = {
        event.slug: _links(event) for event in ours.prefetch_related("bodies", "owners")
    }
    counts = _sync(ours, ["slug"], wanted, remove=True)
    for event, row in zip(wanted, rows, strict=True):
        bodies = {code for code in row["bodies"].split(";") if code}
        owners = {organisations[key].pk for key in row["owners"].split(";") if key}
        if before.get(event.slug, (set(), set())) != (bodies, owners):
            stored = Event.objects.get(slug=event.slug)
            stored.bodies.set(bodies)
            stored.owners.set(owners)
            counts.changed += event.slug in before
    return counts


def _links(event: Event) -> tuple[set[str], set[int]]:
    return {body.pk for body in event.bodies.all()}, {
        owner.pk for owner in event.owners.all()
    }
