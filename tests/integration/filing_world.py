"""What do the fixtures of returns stand in? Two small invented bodies, and what one of them published before."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from providers.models import Confidence, Organisation, OrganisationIdentifier, RegisterCopy, RegisterEntry, Series
from supplychain.filing.check import Report, ReturnPaths, Stated, check
from supplychain.filing.layout import TABLES
from supplychain.filing.staging import store
from supplychain.models import Area, Body, BodyArea, BodyKind, BodyKpi, Kpi, KpiKind, Ownership, Return, ReturnKind
from supplychain.states import ReturnState

RETURNS = Path(__file__).parents[2] / "fixtures" / "returns"
TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SOURCED = {"source": "PORTAL", "confidence": Confidence.SOLID}
INVENTED = {"series": Series.DEMONSTRATION, **SOURCED}


def make_world() -> None:
    """Bodies D90 to D94 with owner, areas, KPIs and registers, a known charity, and what some of them published."""
    owner = organisation("XP-990000", "Testshire Holdings", "GB-COH", "09900000")
    organisation("GB-CHC-9900009", "Lantern Project", "GB-CHC", "9900009")
    in_days = DateRange(dt.date(2014, 6, 1), dt.date(2021, 6, 26))
    obliged = DateRange(dt.date(2015, 2, 1), dt.date(2021, 6, 26))
    areas = {"D90": ["testshire-north", "testshire-south"], "D91": ["elsewhere"], "D92": [], "D93": [], "D94": []}
    for number, (code, slugs) in enumerate(areas.items(), start=1):
        body = Body.objects.create(
            code=code,
            name=f"Body {code}",
            kind=BodyKind.DEMONSTRATION,
            organisation=organisation(f"XP-99000{number}", f"Body {code}"),
            in_force=in_days if code != "D92" else DateRange(in_days.lower, None),
            obligation=obliged if code != "D92" else DateRange(obliged.lower, None),
            **INVENTED,
        )
        Ownership.objects.create(body=body, owner=owner, during=in_days, **SOURCED)
        for slug in slugs:
            area = Area.objects.create(code=slug, name=slug.title(), **INVENTED)
            BodyArea.objects.create(body=body, kind=body.kind, area=area, during=in_days, **SOURCED)
    ended = DateRange(in_days.lower, dt.date(2017, 4, 1))
    for code, counts_people, in_force in (
        ("D-START", True, in_days),
        ("D-PLAN", False, in_days),
        ("D-OLD", False, ended),
    ):
        Kpi.objects.create(
            code=code, title=code, kind=KpiKind.OUTCOME, counts_people=counts_people, in_force=in_force, **INVENTED
        )
    BodyKpi.objects.create(body_id="D93", kpi_id="D-START", during=in_days, **SOURCED)
    make_registers()
    for folder in sorted((RETURNS / "published").iterdir(), key=lambda folder: folder.name):
        publish(folder)


def make_registers() -> None:
    """A complete copy of one register, a month old, and one that is too old to be sure of."""
    today = dt.date.today()
    for scheme, days in (("GB-SC", 30), ("GB-NIC", 200)):
        RegisterCopy.objects.create(
            series=Series.DEMONSTRATION,
            scheme=scheme,
            as_at=today - dt.timedelta(days),
            complete=True,
            entries=3,
            source="PORTAL",
        )
    register_entry("GB-SC-SC990001", "Heather Trust")
    register_entry("GB-SC-SC990002", "Thistle Trust", removed_on=dt.date(2016, 5, 1))
    register_entry("GB-SC-SC990003", "Heather Society", merged_on=dt.date(2017, 5, 1), successor="GB-SC-SC990001")


def register_entry(org_id: str, name: str, **more) -> RegisterEntry:
    """An invented entry of a register."""
    return RegisterEntry.objects.create(series=Series.DEMONSTRATION, org_id=org_id, name=name, **more)


@contextmanager
def world_for_a_while() -> Iterator[None]:
    """The world inside, and nothing of it afterwards."""
    with transaction.atomic():
        make_world()
        yield
        transaction.set_rollback(True)


def organisation(public_id: str, name: str, scheme: str = "", number: str = "") -> Organisation:
    """An invented organisation, with a number where one is given."""
    made = Organisation.objects.create(public_id=public_id, name=name, **INVENTED)
    if number:
        OrganisationIdentifier.objects.create(organisation=made, scheme=scheme, number=number, **SOURCED)
    return made


def publish(folder: Path) -> Return:
    """File what is in a folder, as if it had been published."""
    people = get_user_model().objects
    preparer, _ = people.get_or_create(username="world-preparer")
    accepter, _ = people.get_or_create(username="world-accepter")
    with transaction.atomic():
        report = checked(folder)
        assert report.ok, report.issues
        filed = Return.objects.create(
            body_id=report.body_code,
            quarter=report.quarter,
            kind=ReturnKind.DEMONSTRATION,
            digest=report.digest,
            accepted_digest=report.digest,
            prepared_at=NOW,
            prepared_by=preparer,
            submitted_at=NOW,
            submitted_by=preparer,
            accepted_at=NOW,
            accepted_by=accepter,
        )
        store(filed.pk)
        filed.state = ReturnState.PUBLISHED
        filed.save()
    return filed


def paths_in(folder: Path) -> ReturnPaths:
    """The tables that a folder holds."""
    return ReturnPaths(**{name: path for name in TABLES if (path := folder / f"{name}.csv").exists()})


def arguments_in(folder: Path) -> list[str]:
    """The command line with which a folder is checked, without the command's name."""
    paths = paths_in(folder)
    named = [str(paths.funding)] if paths.funding else []
    for name in ("kpi", "own_delivery", "control"):
        if path := getattr(paths, name):
            named += [f"--{name.replace('_', '-')}", str(path)]
    return named + expected_in(folder)["args"]


def expected_in(folder: Path) -> dict:
    """What a folder says about itself."""
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def checked(folder: Path | ReturnPaths, **more) -> Report:
    """The report about a folder, with no more said than its files say."""
    paths = folder if isinstance(folder, ReturnPaths) else paths_in(folder)
    asked = {"stated": Stated(), "expected_body": None, "expected_quarter": None, "alone": False, "at": TODAY} | more
    with transaction.atomic():
        return check(paths, **asked)
