"""Does loading the reference tables bring the database to what they say, once and again, and touch nothing else?"""

import datetime as dt
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from portal.errors import NotValid
from portal.quarters import Quarter
from providers.models import Organisation, OrganisationAlias, OrganisationIdentifier, Series
from supplychain import reference
from supplychain.models import (
    Area,
    BidCommitment,
    Body,
    BodyArea,
    BodyKind,
    BodyKpi,
    Code,
    Event,
    Kpi,
    KpiNational,
    OwnerPartner,
    Ownership,
    RuleVersion,
    Source,
    Succession,
)

pytestmark = pytest.mark.django_db

MODELS = [Area, BidCommitment, Body, BodyArea, BodyKpi, Code, Event, Kpi, KpiNational, Ownership, OwnerPartner, Source]
MODELS += [
    RuleVersion,
    Succession,
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
    Event.bodies.through,
    Event.owners.through,
]


@pytest.fixture
def empty():
    """The database before anything was loaded, whatever the tests' world holds."""
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in MODELS)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")


@pytest.fixture
def loaded(empty):
    return reference.load()


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(reference.FOLDER, tmp_path / "reference")


def change(folder, file, old, new):
    path = folder / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def everything():
    return {model._meta.label: sorted(model.objects.values_list(), key=repr) for model in MODELS}


def owner(body, on):
    return Ownership.objects.get(body=body, during__contains=on).owner.name


def demonstration_body():
    organisation = Organisation.objects.create(
        series=Series.DEMONSTRATION, public_id="GB-CHC-9900001", name="Vale Trust", source="DEMO", confidence="solid"
    )
    period = DateRange(dt.date(2015, 2, 1), dt.date(2021, 6, 26))
    body = Body.objects.create(
        code="D99",
        name="Vale",
        kind=BodyKind.DEMONSTRATION,
        series=Series.DEMONSTRATION,
        organisation=organisation,
        in_force=period,
        obligation=period,
        source="DEMO",
        confidence="solid",
    )
    Ownership.objects.create(body=body, owner=organisation, during=period, source="DEMO", confidence="solid")
    return body


def test_from_nothing_everything_is_added(loaded):
    assert all(count.added == count.rows and count.changed == count.removed == 0 for count in loaded.values())
    assert Body.objects.count() == 40
    assert Area.objects.count() == 43
    assert OrganisationIdentifier.objects.filter(scheme="GB-CHC").count() == 52


def test_again_nothing_changes(loaded):
    before = everything()
    again = reference.load()
    assert {table: count.touched for table, count in again.items()} == dict.fromkeys(loaded, 0)
    assert everything() == before


def test_every_fact_keeps_source_and_confidence(loaded):
    known = set(Source.objects.values_list("code", flat=True))
    for model in [model for model in MODELS if hasattr(model, "confidence")]:
        for source, confidence in model.objects.values_list("source", "confidence"):
            assert set(source.split(";")) <= known
            assert confidence in {"solid", "reported", "unverified"}
    assert Kpi.objects.get(code="X-ORDERS-COMPLETED").confidence == "unverified"


def test_43_areas_lie_in_exactly_one_company_each(loaded):
    held = BodyArea.objects.filter(kind=BodyKind.CRC, during__contains=dt.date(2018, 1, 1))
    assert sorted(held.values_list("area", flat=True)) == sorted(Area.objects.values_list("code", flat=True))
    assert held.values("body").distinct().count() == 21


def test_owners_on_the_day_of_the_change(loaded):
    for body in ("C10", "C15", "C19"):
        assert owner(body, dt.date(2019, 2, 14)) == "Working Links"
        assert owner(body, dt.date(2019, 2, 15)) == "Seetec Business Technology Centre Limited"
    assert owner("C10", dt.date(2015, 1, 31)) == "Ministry of Justice"
    assert owner("C04", dt.date(2019, 4, 1)) == "Purple Futures"


def test_a_date_that_is_known_to_the_year_only_is_not_stored_as_a_day(loaded):
    named = dict(BidCommitment.objects.filter(body="C04").values_list("organisation__name", "named_on"))
    assert named["Shelter"] == dt.date(2014, 12, 18)
    assert named["3SC"] is None


def test_returns_are_expected_within_the_obligation_only(loaded):
    def obliged(quarter):
        return set(Body.objects.obliged(Quarter.parse(quarter)).values_list("kind", flat=True))

    assert obliged("2014-15 Q1") == {"nps"}
    assert obliged("2014-15 Q4") == {"crc", "nps"}
    assert obliged("2020-21 Q1") == {"crc", "nps"}
    assert obliged("2020-21 Q2") == {"crc", "region"}
    assert obliged("2021-22 Q1") == {"crc", "region"}
    assert obliged("2021-22 Q2") == {"region"}


def test_the_database_refuses_a_second_owner_and_a_second_body_of_a_kind(loaded):
    day = DateRange(dt.date(2018, 1, 1), dt.date(2018, 1, 2))
    fact = {"during": day, "source": "GK", "confidence": "unverified"}
    somebody = Organisation.objects.get(name="Nacro")
    with pytest.raises(IntegrityError, match="ownership_one_owner_at_a_time"), transaction.atomic():
        Ownership.objects.create(body_id="C10", owner=somebody, **fact)
    with pytest.raises(IntegrityError, match="bodyarea_one_body_of_a_kind"), transaction.atomic():
        BodyArea.objects.create(body_id="C10", kind=BodyKind.CRC, area_id="kent", **fact)
    # Before and after the other's time there is room.
    Ownership.objects.create(
        body_id="C10", owner=somebody, **fact | {"during": DateRange(dt.date(2014, 5, 1), dt.date(2014, 6, 1))}
    )


def test_corrections_of_the_tables_arrive(loaded, folder):
    change(folder, "areas", "west-mercia,West Mercia,", "west-mercia,West Mercia area,")
    change(folder, "ownerships", "C10,seetec,2019-02-15", "C10,seetec,2019-02-20")
    change(folder, "ownerships", "2015-02-01,day,2019-02-15,day,Went", "2015-02-01,day,2019-02-20,day,Went")
    change(folder, "ownerships", "C15,seetec,2019-02-15", "C15,seetec,2019-02-20")
    change(folder, "ownerships", "C19,seetec,2019-02-15", "C19,seetec,2019-02-20")
    change(folder, "events", "C10;C15;C19;C21,working-links;seetec", "C10;C15;C19,working-links;seetec")
    counts = reference.load(folder=folder)
    assert counts["areas"].changed == 1
    assert (counts["ownerships"].added, counts["ownerships"].removed) == (6, 6)
    assert counts["events"].changed == 1
    assert Area.objects.get(code="west-mercia").name == "West Mercia area"
    assert owner("C10", dt.date(2019, 2, 19)) == "Working Links"
    concerned = Event.objects.get(slug="working-links-administration").bodies.values_list("code", flat=True)
    assert set(concerned) == {"C10", "C15", "C19"}


def test_a_fact_that_left_the_tables_goes_and_a_thing_with_an_address_stays(loaded, folder):
    path = folder / "bid_commitments.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",nacro," not in line), encoding="utf-8")
    path = folder / "kpi_national.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("AE,")), encoding="utf-8")
    counts = reference.load(folder=folder)
    assert counts["bid_commitments"].removed == 6
    assert counts["kpi_national"].removed == 9
    assert Organisation.objects.filter(name="Nacro").exists()
    assert Kpi.objects.filter(code="AE").exists()


def test_an_organisation_that_gets_its_number_keeps_its_old_address(loaded, folder):
    change(
        folder,
        "organisations",
        "a-band-of-brothers,A Band of Brothers,,voluntary,,,,,",
        "a-band-of-brothers,A Band of Brothers,,voluntary,,9900123,,S-LCRC,",
    )
    before = Organisation.objects.get(name="A Band of Brothers")
    assert reference.load(folder=folder)["organisations"].changed == 1
    after = Organisation.objects.get(name="A Band of Brothers")
    assert after.pk == before.pk
    assert after.public_id == "GB-CHC-9900123"
    assert OrganisationAlias.objects.get(old_id=before.public_id).organisation == after
    assert reference.load(folder=folder)["organisations"].touched == 0


def test_a_better_number_learnt_elsewhere_is_not_lost(loaded):
    rise = Organisation.objects.get(name="RISE")
    OrganisationIdentifier.objects.create(
        organisation=rise, scheme="GB-COH", number="09999999", source="register", confidence="solid"
    )
    reference.load()
    rise.refresh_from_db()
    assert rise.public_id == "GB-COH-09999999"
    assert reference.load()["organisations"].touched == 0


def test_one_row_never_joins_two_organisations(loaded, folder):
    change(folder, "organisations", "1155788,CE000811,", "1155788,,")
    reference.load(folder=folder)
    other = Organisation.objects.create(
        public_id="GB-COH-CE000999", name="Other", source="register", confidence="solid"
    )
    OrganisationIdentifier.objects.create(
        organisation=other, scheme="GB-COH", number="CE000999", source="register", confidence="solid"
    )
    change(folder, "organisations", "1155788,,", "1155788,CE000999,")
    before = everything()
    with pytest.raises(NotValid, match="its numbers belong to different organisations"), transaction.atomic():
        reference.load(folder=folder)
    assert everything() == before


def test_the_demonstration_is_left_alone(loaded):
    body = demonstration_body()
    assert sum(count.touched for count in reference.load().values()) == 0
    body.refresh_from_db()
    assert body.ownerships.count() == 1


def test_portal_ids_of_returns_start_after_the_reserved_ones(loaded):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('providers_portal_id_real')")
        assert cursor.fetchone()[0] > 999
    reference.load()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('providers_portal_id_real')")
        assert cursor.fetchone()[0] > 1000


def test_the_command_prints_counts(empty):
    first, second = StringIO(), StringIO()
    call_command("load_reference", stdout=first)
    call_command("load_reference", stdout=second)
    assert "body_areas            129 rows,  129 added,    0 changed,    0 removed" in first.getvalue()
    assert second.getvalue().endswith("\n0 changed in all.\n")


def test_the_command_refuses_bad_tables_and_stores_nothing(empty, folder):
    change(folder, "ownerships", "C01,sodexo-justice-services", "C01,nobody")
    with pytest.raises(CommandError, match=r"ownerships.csv, row 3: owner is 'nobody'") as refused:
        call_command("load_reference", folder=folder)
    assert refused.value.returncode == 1
    assert Body.objects.count() == 0
