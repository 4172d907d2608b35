"""Which invented bodies, owners, areas, providers and measures are there? Brings the rows to the tables.

What the tables no longer name stays where returns or publications may stand on it; dated facts that left them are
removed. Rows of the real series are neither read as the demonstration's own nor changed.
"""

import datetime as dt
from decimal import Decimal

from portal.errors import NotValid
from providers.identifiers import Identifier, parse_charity_number, parse_company_number, public_id
from providers.models import Organisation, OrganisationIdentifier, OrganisationName, Sector, Series
from supplychain.models import Area, BidCommitment, Body, BodyArea, BodyKind, BodyKpi, Kpi, Ownership, Source
from supplychain.reference.syncing import Counts, period, sync

from .tables import SOURCE, Row

INVENTED = {"source": SOURCE, "confidence": "solid"}


def load_parties(tables: dict[str, list[Row]]) -> int:
    """Bring the rows to what ``tables`` say; how many were not as they should be.

    In the caller's transaction. Raises :class:`NotValid` where a number or code belongs to the real series.
    """
    _check_apart(tables)
    done = [
        sync(
            Source.objects.filter(code=SOURCE),
            ["code"],
            [
                Source(
                    code=SOURCE,
                    document="Invented for the demonstration: nothing of it exists",
                    where="/demonstration/",
                )
            ],
        ),
        sync(
            Area.objects.filter(series=Series.DEMONSTRATION),
            ["code"],
            [
                Area(code=row["code"], name=row["name"], series=Series.DEMONSTRATION, **INVENTED)
                for row in tables["areas"]
            ],
        ),
    ]
    organisations, counts = _load_organisations(tables["organisations"])
    done += counts
    done += _load_bodies(tables, organisations)
    done += _load_kpis(tables)
    return sum(counts.touched for counts in done)


def numbers(row: Row) -> list[Identifier]:
    """The register numbers of an organisation's row."""
    found = []
    if row["charity_number"]:
        found.append(parse_charity_number(row["charity_number"]))
    if row["company_number"]:
        found.append(parse_company_number(row["company_number"]))
    return found


def _public_id(row: Row) -> str:
    found = public_id(numbers(row))
    if found is None:
        raise NotValid("demonstration-number", f"organisations.csv: {row['key']} has no number, so it isn't listed.")
    return found


def _check_apart(tables: dict[str, list[Row]]) -> None:
    """No code and no number of the demonstration is one of the real series."""
    taken = [
        Area.objects.filter(series=Series.REAL, pk__in=[row["code"] for row in tables["areas"]]),
        Body.objects.filter(series=Series.REAL, pk__in=[row["code"] for row in tables["bodies"]]),
        Kpi.objects.filter(series=Series.REAL, pk__in=[row["code"] for row in tables["kpis"]]),
    ]
    real = [code for rows in taken for code in rows.values_list("pk", flat=True)]
    every = [number.number for row in tables["organisations"] for number in numbers(row)]
    real += OrganisationIdentifier.objects.filter(number__in=every, organisation__series=Series.REAL).values_list(
        "number", flat=True
    )
    if real:
        raise NotValid(
            "demonstration-not-apart", f"The demonstration can't use what the real series uses: {', '.join(real)}."
        )


def _load_organisations(rows: list[Row]) -> tuple[dict[str, Organisation], list[Counts]]:
    """Organisations by the tables' key; those without a number become known by the returns that name them."""
    ids = {row["key"]: _public_id(row) for row in rows}
    ours = Organisation.objects.in_series(Series.DEMONSTRATION)
    wanted = [
        Organisation(
            public_id=ids[row["key"]],
            series=Series.DEMONSTRATION,
            name=row["name"],
            sector=Sector(row["sector"]),
            legal_form=row["legal_form"],
            **INVENTED,
        )
        for row in rows
    ]
    done = [sync(ours, ["public_id"], wanted, leave=("income_band", "income_year"))]  # the registers say them
    stored = {organisation.public_id: organisation for organisation in ours.all()}
    organisations = {key: stored[known] for key, known in ids.items()}
    done.append(
        sync(
            OrganisationIdentifier.objects.filter(organisation__series=Series.DEMONSTRATION),
            ["scheme", "number"],
            [
                OrganisationIdentifier(
                    organisation=organisations[row["key"]], scheme=number.scheme, number=number.number, **INVENTED
                )
                for row in rows
                for number in numbers(row)
            ],
        )
    )
    done.append(
        sync(
            OrganisationName.objects.filter(
                organisation__series=Series.DEMONSTRATION, kind=OrganisationName.Kind.REGISTERED
            ),
            ["organisation_id", "text"],
            [
                OrganisationName(
                    organisation=organisations[row["key"]],
                    text=row["name"],
                    kind=OrganisationName.Kind.REGISTERED,
                    during=(None, None),
                    **INVENTED,
                )
                for row in rows
            ],
        )
    )
    return organisations, done


def _load_bodies(tables: dict[str, list[Row]], organisations: dict[str, Organisation]) -> list[Counts]:
    kind = BodyKind.DEMONSTRATION
    return [
        sync(
            Body.objects.in_series(Series.DEMONSTRATION),
            ["code"],
            [
                Body(
                    code=row["code"],
                    name=row["name"],
                    kind=kind,
                    series=Series.DEMONSTRATION,
                    organisation=organisations[row["organisation"]],
                    in_force=period(row, "in_force"),
                    obligation=period(row, "obligation"),
                    note=row["note"],
                    **INVENTED,
                )
                for row in tables["bodies"]
            ],
        ),
        sync(
            Ownership.objects.filter(body__series=Series.DEMONSTRATION),
            ["body_id", "owner_id", "during"],
            [
                Ownership(
                    body_id=row["body"],
                    owner=organisations[row["owner"]],
                    during=period(row),
                    note=row["note"],
                    **INVENTED,
                )
                for row in tables["ownerships"]
            ],
            remove=True,
        ),
        sync(
            BodyArea.objects.filter(body__series=Series.DEMONSTRATION),
            ["body_id", "area_id", "during"],
            [
                BodyArea(body_id=row["body"], kind=kind, area_id=row["area"], during=period(row), **INVENTED)
                for row in tables["body_areas"]
            ],
            remove=True,
        ),
        sync(
            BidCommitment.objects.filter(body__series=Series.DEMONSTRATION),
            ["body_id", "organisation_id"],
            [
                BidCommitment(
                    body_id=row["body"],
                    organisation=organisations[row["organisation"]],
                    service=row["named_for"],
                    named_on=dt.date.fromisoformat(row["named_on"]),
                    **INVENTED,
                )
                for row in tables["bid_commitments"]
            ],
            remove=True,
        ),
    ]


def _load_kpis(tables: dict[str, list[Row]]) -> list[Counts]:
    return [
        sync(
            Kpi.objects.filter(series=Series.DEMONSTRATION),
            ["code"],
            [
                Kpi(
                    code=row["code"],
                    title=row["title"],
                    counted=row["what_is_counted"],
                    kind=row["kind"],
                    counts_people=row["counts_people"] == "yes",
                    target=Decimal(row["target"]) if row["target"] else None,
                    in_force=period(row, "in_force"),
                    series=Series.DEMONSTRATION,
                    **INVENTED,
                )
                for row in tables["kpis"]
            ],
        ),
        sync(
            BodyKpi.objects.filter(body__series=Series.DEMONSTRATION),
            ["body_id", "kpi_id", "during"],
            [
                BodyKpi(body_id=row["body"], kpi_id=row["kpi"], during=period(row), **INVENTED)
                for row in tables["body_kpis"]
            ],
            remove=True,
        ),
    ]
