"""How do the reference tables get into the database, and what changed when they did?

One transaction brings the rows of the real series to what fixtures/reference says. Running it again changes nothing.
Things with an address of their own (areas, bodies, organisations, codes, measures, sources) are added and corrected,
never removed, for others may stand on them; dated facts about them that left the tables are removed. The
demonstration's rows are never touched.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
from django.db import transaction

from portal.errors import NotValid
from portal.quarters import Quarter
from providers.models import Organisation, Series
from supplychain.filing.rules.catalogue import default_versions
from supplychain.models import (
    Area,
    BidCommitment,
    Body,
    BodyArea,
    BodyKpi,
    Code,
    CodeList,
    Kpi,
    KpiNational,
    OwnerPartner,
    Ownership,
    RuleVersion,
    Source,
    Succession,
)

from .findings import findings
from .parties import load_events, load_names, load_organisations
from .syncing import Counts, period, sourced, sync
from .tables import FOLDER, Row, day, read

CODE_FILES = {
    "services": CodeList.SERVICE,
    "cohorts": CodeList.COHORT,
    "funding_types": CodeList.FUNDING_TYPE,
    "explanation_codes": CodeList.EXPLANATION,
}
SHOWN_FINDINGS = 10


def load(*, folder: Path = FOLDER) -> dict[str, Counts]:
    """Bring the database to the tables of ``folder``; the counts of each. Raises :class:`~portal.errors.NotValid`."""
    try:
        tables = read(folder)
    except OSError as error:
        raise NotValid("reference-unreadable", f"{error.filename} can't be read: {error.strerror}.") from error
    except (ValueError, pandas.errors.ParserError) as error:  # not UTF-8, empty, or rows of different length
        raise NotValid("reference-unreadable", f"A reference table can't be read: {error}.") from error
    found = findings(tables)
    if found:
        unseen = len(found) - SHOWN_FINDINGS
        more = f" There are {unseen} more findings." if unseen > 0 else ""
        raise NotValid("reference-not-valid", " ".join(found[:SHOWN_FINDINGS]) + more)
    with transaction.atomic():
        return _store(tables)


def _store(tables: dict[str, list[Row]]) -> dict[str, Counts]:
    counts = {"sources": sync(Source.objects.all(), ["code"], [Source(**row) for row in tables["sources"]])}
    counts["areas"] = sync(
        Area.objects.filter(series=Series.REAL),
        ["code"],
        [Area(code=row["code"], name=row["name"], nation=row["nation"], **sourced(row)) for row in tables["areas"]],
    )
    for file, code_list in CODE_FILES.items():
        codes = [_code(code_list, order, row) for order, row in enumerate(tables[file], start=1)]
        counts[file] = sync(Code.objects.filter(list=code_list), ["code"], codes)
    organisations, counts["organisations"] = load_organisations(tables["organisations"], tables["crs_providers"])
    counts["organisation_names"] = load_names(tables["organisation_names"], organisations)
    counts["bodies"] = sync(
        Body.objects.filter(series=Series.REAL), ["code"], [_body(row, organisations) for row in tables["bodies"]]
    )
    kinds = {row["code"]: row["kind"] for row in tables["bodies"]}
    counts["ownerships"] = sync(
        Ownership.objects.filter(body__series=Series.REAL),
        ["body_id", "owner_id", "during"],
        [
            Ownership(
                body_id=row["body"],
                owner=organisations[row["owner"]],
                during=period(row),
                note=row["note"],
                **sourced(row),
            )
            for row in tables["ownerships"]
        ],
        remove=True,
    )
    counts["body_areas"] = sync(
        BodyArea.objects.filter(body__series=Series.REAL),
        ["body_id", "area_id", "during"],
        [
            BodyArea(
                body_id=row["body"], kind=kinds[row["body"]], area_id=row["area"], during=period(row), **sourced(row)
            )
            for row in tables["body_areas"]
        ],
        remove=True,
    )
    counts["successions"] = sync(
        Succession.objects.filter(body__series=Series.REAL),
        ["body_id", "successor_id", "area_id"],
        [
            Succession(body_id=row["body"], successor_id=row["successor"], area_id=row["area"], **sourced(row))
            for row in tables["successions"]
        ],
        remove=True,
    )
    counts["owner_partners"] = sync(
        OwnerPartner.objects.filter(owner__series=Series.REAL),
        ["owner_id", "partner_id"],
        [
            OwnerPartner(
                owner=organisations[row["owner"]],
                partner=organisations[row["partner"]],
                role=row["role"],
                **sourced(row),
            )
            for row in tables["owner_partners"]
        ],
        remove=True,
    )
    counts["events"] = load_events(tables["events"], organisations)
    counts["kpis"] = sync(Kpi.objects.filter(series=Series.REAL), ["code"], [_kpi(row) for row in tables["kpis"]])
    counts["kpi_national"] = sync(
        KpiNational.objects.filter(kpi__series=Series.REAL),
        ["kpi_id", "quarter"],
        [_national(row) for row in tables["kpi_national"]],
        remove=True,
    )
    counts["body_kpis"] = sync(
        BodyKpi.objects.filter(body__series=Series.REAL),
        ["body_id", "kpi_id", "during"],
        [
            BodyKpi(body_id=row["body"], kpi_id=row["kpi"], during=period(row), **sourced(row))
            for row in tables["body_kpis"]
        ],
        remove=True,
    )
    counts["bid_commitments"] = sync(
        BidCommitment.objects.filter(body__series=Series.REAL),
        ["body_id", "organisation_id"],
        [
            BidCommitment(
                body_id=row["body"],
                organisation=organisations[row["organisation"]],
                service=row["named_for"],
                # A day that stands for an unknown one is no date to show.
                named_on=day(row["named_on"]) if row["named_on_precision"] == "day" else None,
                **sourced(row),
            )
            for row in tables["bid_commitments"]
        ],
        remove=True,
    )
    # Versions that somebody set with a later first day stay as they are.
    counts["rule_versions"] = sync(
        RuleVersion.objects.all(), ["rule", "valid_from"], [RuleVersion(**version) for version in default_versions()]
    )
    return counts


def _code(code_list: CodeList, order: int, row: Row) -> Code:
    return Code(
        list=code_list,
        code=row["code"],
        title=row["title"],
        description=row["description"],
        group=row.get("group") or row.get("protected_characteristic") or "",
        order=order,
        **sourced(row),
    )


def _body(row: Row, organisations: dict[str, Organisation]) -> Body:
    return Body(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        organisation=organisations[row["organisation"]],
        in_force=period(row, "in_force"),
        obligation=period(row, "obligation"),
        period_source=row["period_source"],
        period_confidence=row["period_confidence"],
        note=row["note"],
        **sourced(row),
    )


def _kpi(row: Row) -> Kpi:
    return Kpi(
        code=row["code"],
        title=row["title"],
        counted=row["what_is_counted"],
        kind=row["kind"],
        counts_people=row["counts_people"] == "yes",
        target=Decimal(row["target"]) if row["target"] else None,
        in_force=period(row, "in_force"),
        **sourced(row),
    )


def _national(row: Row) -> KpiNational:
    quarter: Any = Quarter.parse(row["quarter"])  # Django's type hints know a date where QuarterField takes a Quarter
    return KpiNational(kpi_id=row["kpi"], quarter=quarter, value=Decimal(row["value"]), **sourced(row))
