"""With which statements is the large set written? Set-based, one INSERT for each table."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db.backends.utils import CursorWrapper
from django.db.models import CharField, Field, JSONField, Model, TextField

from providers.models import Organisation, OrganisationIdentifier
from providers.registers.organisations import BANDS
from supplychain.filing.codes import CODE_LISTS
from supplychain.models import (
    Agreement,
    Area,
    Body,
    BodyArea,
    FrozenBody,
    FrozenKpi,
    FrozenLine,
    FrozenParty,
    Kpi,
    KpiRow,
    Line,
    PublicationReturn,
)

LIFE = f"daterange('{dt.date(2014, 6, 1)}', '{dt.date(2040, 1, 1)}')"
FILLED = [
    model._meta.db_table
    for model in (
        Organisation, OrganisationIdentifier, Agreement, Line, KpiRow, FrozenLine, FrozenKpi, FrozenParty, FrozenBody,
    )
]  # fmt: skip
KPIS = 8
SOURCED = {"source": "'PORTAL'", "confidence": "'solid'"}
INVENTED = SOURCED | {"series": "'demonstration'"}
CHARITY = "'99' || lpad(number::text, 6, '0')"  # a digit more than a charity number can have
TREES = ["Alder", "Birch", "Cedar", "Damson", "Elm", "Fern", "Gorse", "Hazel", "Ivy", "Juniper"]
WORK = ["Mentoring", "Housing", "Advice", "Skills", "Families", "Recovery"]
FORMS = ["Trust", "Centre", "Project", "Partnership"]
NAME = f"""
    (ARRAY{TREES})[1 + number %% {len(TREES)}] || ' ' || (ARRAY{WORK})[1 + number / 10 %% {len(WORK)}]
    || ' ' || (ARRAY{FORMS})[1 + number / 60 %% {len(FORMS)}] || ' ' || number
"""
# Two fifths of a body's agreements are at tier 2, two fifths below those, the rest below these. The power makes bodies
# of different size, the largest about three times as large as the smallest.
AGREEMENTS = """
    CREATE TEMP TABLE {table} ON COMMIT DROP AS
    WITH drawn AS (
        SELECT number,
               1 + floor(%(bodies)s * power(number * 7919::bigint %% 10007 / 10007.0, 1.25))::int AS body_number,
               1 + number * 31::bigint %% %(payees)s AS payee, 100 + number * 104729::bigint %% 9000000 AS pence
        FROM generate_series(1, %(agreements)s) AS number
    ),
    placed AS (
        SELECT drawn.*, row_number() OVER (PARTITION BY body_number ORDER BY number) - 1 AS place,
               greatest(count(*) OVER (PARTITION BY body_number) * 2 / 5, 1) AS step
        FROM drawn
    ),
    tiered AS (SELECT placed.*, 2 + least(place / step, 2) AS tier FROM placed),
    tree AS (
        SELECT tiered.*, {code} AS body, {ref} AS ref,
               ARRAY(SELECT 'A-' || lpad((place %% step + depth * step)::text, 7, '0')
                     FROM generate_series(0, tier - 3) AS depth) AS above
        FROM tiered
    )
    SELECT tree.*, tree.above[array_length(tree.above, 1)] AS upstream_ref, upper.payee AS payer
    FROM tree LEFT JOIN tree AS upper ON upper.body = tree.body AND upper.ref = tree.above[array_length(tree.above, 1)]
    ORDER BY tree.body, tree.ref
""".replace("{code}", "'M' || lpad(body_number::text, 2, '0')").replace("{ref}", "'A-' || lpad(place::text, 7, '0')")
PARTIES = """
    {table} AS a
    JOIN party AS payee ON payee.number = a.payee LEFT JOIN party AS payer ON payer.number = a.payer
    JOIN supplychain_body AS body ON body.code = a.body
    JOIN providers_organisation AS own ON own.id = body.organisation_id
"""
RETURNS = """
    supplychain_publication AS p
    JOIN supplychain_return AS r ON r.body_id LIKE 'M__' AND p.id = ANY(%(publications)s)
        AND r.quarter = to_date(left(p.period, 4), 'YYYY') + make_interval(months => 3 * right(p.period, 1)::int)
"""
# Each body has two areas, and most lines name one of them alone.
AREAS = """CASE WHEN a.number %% 10 < 7 THEN ARRAY['bench-' || lower(a.body)]
                WHEN a.number %% 10 < 9 THEN ARRAY['bench-' || lower(a.body) || '-2']
                ELSE ARRAY['bench-' || lower(a.body), 'bench-' || lower(a.body) || '-2'] END"""
# One line in fifty shows no amount, one in forty an estimate.
NOT_SHOWN, ESTIMATED = "a.number %% 50 = 7", "a.number %% 40 = 9"
PAID = "((pence + 100 * extract(month FROM {})::int)::numeric / 100)::numeric(14, 2)"
MEASURED = "generate_series(0, %(kpis)s / %(agreements)s) AS round WHERE a.number + round * %(agreements)s <= %(kpis)s"
KPI_CODE = f"'M-K' || 1 + (a.number + round) %% {KPIS}"
# What is bought on which terms, alike in returns and frozen rows.
TERMS = {
    "service_category": "(%(services)s::text[])[1 + (a.number + a.number / 7919) %% 20]",
    "service_summary": "'Weekly sessions for people leaving custody, by appointment, group ' || a.number %% 97",
    "area_scope": "'named'",
    "cohorts": "(%(cohorts)s::text[])[1 + a.number %% 40 : 1 + a.number %% 40 + (a.number %% 11 / 10)]",
    "specialist": "CASE a.number %% 6 WHEN 0 THEN true WHEN 3 THEN false END",
    "funding_type": "(%(terms)s::text[])[1 + a.number %% 3]",
    "start_date": "'2018-04-01'",
}


def name_of(number: int) -> str:
    """What :data:`NAME` gives in the database."""
    parts = TREES[number % len(TREES)], WORK[number // 10 % len(WORK)], FORMS[number // 60 % len(FORMS)], number
    return " ".join(map(str, parts))


def body_code(number: int) -> str:
    """``M01`` for the first one, which is the largest."""
    return f"M{number:02}"


class Filling:
    """Writes the set in the transaction of a cursor, table after table in the order of the methods."""

    def __init__(self, cursor: CursorWrapper, organisations: int, bodies: int) -> None:
        self.cursor = cursor
        self.values: dict[str, object] = {
            "organisations": organisations, "bodies": bodies, "services": list(CODE_LISTS["service_category"]),
            "terms": ["contract", "grant", "spot-purchase"], "cohorts": list(CODE_LISTS["cohort"]),
            "bands": [name for _below, name in BANDS],
        }  # fmt: skip

    def insert(self, model: type[Model], rows: str, **cells: str) -> None:
        """A row of ``model`` for each of ``rows`` (what follows FROM); columns without a cell are blank."""
        fields = [
            field
            for field in model._meta.concrete_fields
            if not field.generated and (field.column in cells or not field.primary_key)
        ]
        names = ", ".join(f'"{field.column}"' for field in fields)
        given = ", ".join(cells.get(field.column) or blank(field) for field in fields)
        statement = f"INSERT INTO {model._meta.db_table} ({names}) SELECT {given} FROM {rows}"
        self.cursor.execute(statement, self.values)

    def parties(self) -> None:
        """Providers with a charity number each, and bodies with an area each; measures for all."""
        numbers, bodies = "generate_series(1, %(organisations)s) AS number", "generate_series(1, %(bodies)s) AS number"
        code, own = "'M' || lpad(number::text, 2, '0')", "'XP-98' || lpad(number::text, 4, '0')"
        sectors = "(ARRAY['voluntary', 'private', 'public'])[1 + number %% 3]"
        band = "COALESCE((%(bands)s::text[])[number %% 11], '')"
        self.insert(
            Organisation,
            numbers,
            public_id=f"'GB-CHC-' || {CHARITY}",
            name=NAME,
            folded=f"lower({NAME})",
            sector=sectors,
            income_band=band,
            **INVENTED,
        )
        self.insert(Organisation, bodies, public_id=own, name=f"'Company of ' || {code}", **INVENTED)
        self.cursor.execute(
            f"""
            CREATE TEMP TABLE party ON COMMIT DROP AS
            SELECT number, id, public_id, name, sector, income_band, {CHARITY} AS charity
            FROM {numbers} JOIN providers_organisation ON public_id = 'GB-CHC-' || {CHARITY}
            """,
            self.values,
        )
        self.insert(
            OrganisationIdentifier, "party", organisation_id="id", scheme="'GB-CHC'", number="charity", **SOURCED
        )
        self.insert(
            Body, f"{bodies} JOIN providers_organisation AS own ON own.public_id = {own}", code=code,
            name=f"'Body of measurements ' || {code}", kind="'demonstration'", organisation_id="own.id", in_force=LIFE,
            obligation=LIFE, **INVENTED,
        )  # fmt: skip
        for area, called in ((f"'bench-' || lower({code})", "Area"), (f"'bench-' || lower({code}) || '-2'", "Coast")):
            self.insert(Area, bodies, code=area, name=f"'{called} of ' || {code}", **INVENTED)
            self.insert(BodyArea, bodies, body_id=code, kind="'demonstration'", area_id=area, during=LIFE, **SOURCED)
        self.insert(
            Kpi, f"generate_series(1, {KPIS}) AS number", code="'M-K' || number", title="'Measure ' || number",
            kind="'volume'", counts_people="true", in_force=LIFE, **INVENTED,
        )  # fmt: skip

    def agreements(self, table: str, agreements: int, payees: int) -> None:
        """Who funds whom, as a temporary table of so many rows: the chains are the same in every quarter."""
        values = self.values | {"agreements": agreements, "payees": payees}
        self.cursor.execute(AGREEMENTS.replace("{table}", table), values)
        self.cursor.execute(f"ANALYZE {table}; ANALYZE party")

    def returns(self, table: str, kpis: int) -> None:
        """Lines and KPI rows, ``kpis`` a quarter, of every return of the bodies that is there."""
        self.cursor.execute(f"SELECT count(*) FROM {table}")
        self.values |= {"kpis": kpis, "agreements": self.cursor.fetchone()[0]}
        rows = PARTIES.replace("{table}", table)
        filed = "JOIN supplychain_return AS r ON r.body_id = a.body"
        self.insert(Agreement, rows, body_id="a.body", ref="a.ref", payee_id="payee.id", first_quarter="'2019-04-01'")
        paid = PAID.format("r.quarter")
        self.insert(
            Line,
            f"{rows} {filed} JOIN supplychain_agreement AS agreed ON agreed.body_id = a.body AND agreed.ref = a.ref "
            "ORDER BY r.id, a.ref",
            of_return_id="r.id", row_number="a.place + 2", agreement_id="agreed.id", agreement_ref="a.ref",
            upstream_ref="a.upstream_ref", tier="a.tier", payer_key="COALESCE(payer.public_id, 'body:' || a.body)",
            payee_key="payee.public_id", provider_name="payee.name", charity_number="payee.charity",
            amount_status=known("'not-disclosed'", "'estimated'", "'known'"),
            areas=AREAS, **amounts(paid), **TERMS,
        )  # fmt: skip
        measured = f"{table} AS a {filed}, {MEASURED}"
        self.insert(
            KpiRow, measured, of_return_id="r.id", row_number="a.place + 2", kpi_code=KPI_CODE, agreement_ref="a.ref",
            numerator="a.number %% 40",
        )  # fmt: skip
        self.insert(
            KpiRow,
            f"(SELECT r.id, {KPI_CODE} AS code, sum(a.number %% 40) AS numerator FROM {measured} GROUP BY 1, 2) AS kpi",
            of_return_id="id", row_number="1", kpi_code="code", numerator="numerator + 7",
            denominator="numerator * 2 + 7",
        )  # fmt: skip

    def frozen(self, table: str, publications: list[int]) -> None:
        """The rows of these publications: lines, parties, bodies, and contributions where returns hold some."""
        self.values |= {"publications": publications}
        rows = f"{PARTIES.replace('{table}', table)} JOIN supplychain_publication AS p ON p.id = ANY(%(publications)s)"
        paid = PAID.format("p.opened_at")
        status = known("'[x]'", "'[e]'", "''")
        self.insert(
            FrozenLine, f"{rows} ORDER BY p.period, a.body, a.ref",
            publication_id="p.id", body_code="a.body", body_name="body.name", body_kind="body.kind",
            agreement_ref="a.ref", upstream_ref="COALESCE(a.upstream_ref, '')", path="a.above || a.ref", tier="a.tier",
            payer_id="COALESCE(payer.public_id, own.public_id)", payer_name="COALESCE(payer.name, own.name)",
            provider_id="payee.public_id", provider_name="payee.name", charity_number="payee.charity",
            sector="payee.sector", area_codes=AREAS, agreement_value_gbp_status="'[x]'",
            amount_paid_gbp_status=status, amount_to_date_gbp_status=status, people_supported="5 + a.number %% 90",
            referrals_received_status="'[x]'", return_kind="'demonstration'", **amounts(paid), **TERMS,
        )  # fmt: skip
        self.insert(
            FrozenParty,
            f"(SELECT DISTINCT payee FROM {table}) AS used JOIN party ON party.number = used.payee "
            "CROSS JOIN unnest(%(publications)s) AS publication ORDER BY publication, party.public_id",
            publication_id="publication", public_id="party.public_id", name="party.name", sector="party.sector",
            identifiers="ARRAY[party.public_id]", charity_number="party.charity", income_band="party.income_band",
        )  # fmt: skip
        self.insert(
            FrozenBody,
            "supplychain_body AS body JOIN providers_organisation AS own ON own.id = body.organisation_id "
            "CROSS JOIN unnest(%(publications)s) AS publication WHERE body.code LIKE 'M__'",
            publication_id="publication", code="body.code", name="body.name", kind="body.kind",
            public_id="own.public_id", filing_status="'published'", income_received_gbp="900000000",
            own_delivery_gbp_status="'[x]'", return_version="1", return_kind="'demonstration'",
        )  # fmt: skip
        self.insert(
            FrozenKpi,
            f"{RETURNS} JOIN supplychain_kpirow AS row ON row.of_return_id = r.id "
            "LEFT JOIN supplychain_frozenline AS line ON line.publication_id = p.id AND line.body_code = r.body_id "
            "AND line.agreement_ref = row.agreement_ref ORDER BY p.id, r.body_id, row.kpi_code, row.agreement_ref",
            publication_id="p.id", body_code="r.body_id", kpi_code="row.kpi_code", kpi_kind="'volume'",
            agreement_ref="row.agreement_ref", provider_id="COALESCE(line.provider_id, '')",
            numerator="row.numerator", denominator="row.denominator", return_kind="'demonstration'",
        )  # fmt: skip

    def note_returns(self) -> None:
        """Which returns stand behind the published quarters."""
        self.insert(PublicationReturn, RETURNS, publication_id="p.id", of_return_id="r.id", digest="r.digest")


def known(not_shown: str, estimated: str, shown: str) -> str:
    """How the amounts of a line are known."""
    return f"CASE WHEN {NOT_SHOWN} THEN {not_shown} WHEN {ESTIMATED} THEN {estimated} ELSE {shown} END"


def amounts(paid: str) -> dict[str, str]:
    """The amounts of a line that pays ``paid``, where it shows any."""
    return {
        name: f"CASE WHEN NOT ({NOT_SHOWN}) THEN {amount} END"
        for name, amount in (("amount_paid_gbp", paid), ("amount_to_date_gbp", f"{paid} * 4"))
    }


def blank(field: Field) -> str:
    """What stands in a column that nothing was given for."""
    if field.null:
        return "NULL"
    if isinstance(field, ArrayField | JSONField):
        return "'{}'"
    return "''" if isinstance(field, CharField | TextField) else "false"
