"""Does the demonstration publish what its files say? Every expected figure is worked out here from the files alone."""

import datetime as dt
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.test import Client

from portal.quarters import Quarter
from providers.models import Organisation, Series
from supplychain import reference
from supplychain.demonstration.tables import FOLDER, sent
from supplychain.filing.codes import FUNDING_TYPES
from supplychain.models import (
    ChainLink,
    FrozenBody,
    FrozenLine,
    Line,
    Publication,
    Release,
    Return,
    ReturnIssue,
    Withholding,
)
from tests import world
from tests.world import D02, D03, PUBLISHED, Q1, Q2, QUARTERS

pytestmark = pytest.mark.django_db

VERSIONS = pytest.mark.parametrize(("quarter", "version"), PUBLISHED, ids=lambda value: str(value).replace(" ", "-"))
SMALL = {"1", "2", "3", "4"}
# Columns that are published as they were sent.
PLAIN = (
    "agreement_ref", "upstream_ref", "tier", "role", "service_category", "service_summary", "funding_type",
    "start_date", "end_date", "specialist",
)  # fmt: skip


def loose(name: str) -> str:
    """A name without what organisations are free to write in different ways."""
    words = re.sub(r"[^a-z0-9]+", " ", name.lower().replace("'", "")).split()
    return " ".join(word for word in words if word not in {"the", "ltd", "limited", "plc", "cic", "trust"})


def money(text: str) -> str:
    """An amount of a file as it is published."""
    return f"{Decimal(text):.2f}" if text else ""


def codes(text: str) -> str:
    """Codes of a cell as they are published."""
    return ";".join(sorted(text.split(";"))) if text else ""


def count(text: str) -> tuple[str, str]:
    """A count of people and its status as they are published."""
    return ("", "[x]") if not text else ("", "[c]") if text in SMALL else (text, "")


def holding(table: str, body: str, day: dt.date) -> list[dict[str, str]]:
    """What a dated table says of a body on a day."""
    return [
        row
        for row in world.table(table)
        if row["body"] == body and row["from"] <= day.isoformat() < (row["to"] or "9999")
    ]


def owner_on(body: str, day: dt.date) -> str:
    """The owner's name on a day, from the tables of parties."""
    names = {row["key"]: row["name"] for row in world.table("organisations")}
    (held,) = holding("ownerships", body, day)
    return names[held["owner"]]


def agreement(row: dict[str, str]) -> dict[str, str]:
    """What supply-chain.csv has to say of a row of a funding file, parties left out."""
    last_day = Quarter.parse(row["quarter"]).last_day
    areas = [held["area"] for held in holding("body_areas", row["reporting_body"], last_day)]
    people, people_status = count(row["people_supported"])
    referrals, referrals_status = count(row["referrals_received"])
    shown = row["amount_status"] in ("", "estimated")
    status = {"": "", "estimated": "[e]", "not-disclosed": "[x]", "withheld": "[w]"}[row["amount_status"]]
    no_value = "" if row["agreement_value_gbp"] else "[z]" if row["funding_type"] == "unpaid" else "[x]"
    no_value = "[w]" if status == "[w]" else no_value
    return {name: row[name] for name in PLAIN} | {
        "body_code": row["reporting_body"],
        "owner_name": owner_on(row["reporting_body"], last_day),
        "area_codes": ";".join(sorted(areas)) if row["area"] == "ALL" else codes(row["area"]),
        "area_scope": "all" if row["area"] == "ALL" else "named",
        "cohorts": codes(row["cohorts"]),
        "explanation_code": codes(row["explanation_code"]),
        "agreement_value_gbp": money(row["agreement_value_gbp"]),
        "agreement_value_gbp_status": no_value,
        "amount_paid_gbp": money(row["amount_paid_gbp"]) if shown else "",
        "amount_paid_gbp_status": status,
        "amount_to_date_gbp": money(row["amount_to_date_gbp"]) if shown else "",
        "amount_to_date_gbp_status": status,
        "people_supported": people,
        "people_supported_status": people_status,
        "referrals_received": referrals,
        "referrals_received_status": referrals_status,
        "return_kind": "demonstration",
    }


def agreements(quarter: Quarter, version: int) -> list[dict[str, str]]:
    """All rows that a version of supply-chain.csv has to have, in its order."""
    found = [row for files in PUBLISHED[quarter, version].values() for row in map(agreement, sent(files, "funding"))]
    return sorted(found, key=lambda row: (row["body_code"], row["agreement_ref"].encode()))


def contributions(files: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(measure, agreement) to the numerator of kpi-contributions.csv and its status, for one return."""
    people = {row["code"] for row in world.table("kpis") if row["counts_people"] == "yes"}
    rows = sent(files, "kpi")
    found = {}
    for measure in {row["kpi_code"] for row in rows}:
        (total,) = [int(Decimal(r["numerator"])) for r in rows if r["kpi_code"] == measure and not r["agreement_ref"]]
        parts = {r["agreement_ref"]: r["numerator"] for r in rows if r["kpi_code"] == measure and r["agreement_ref"]}
        hidden = {ref for ref, figure in parts.items() if measure in people and figure in SMALL}
        if len(hidden) == 1 and sum(map(Decimal, parts.values())) == total:
            # The one hidden part would be the total less the others, so the smallest of those is hidden too.
            hidden.add(min(parts.keys() - hidden, key=lambda ref: int(parts[ref])))
        for ref, figure in parts.items():
            plain = f"{Decimal(figure).normalize():f}"
            found[measure, ref] = ("", "[c]") if ref in hidden else (plain, "")
    return found


def test_returns_are_in_the_states_that_are_drawn() -> None:
    expected = {}
    for quarter in QUARTERS:
        for body in PUBLISHED[quarter, 1]:
            which, nil = (quarter, body), (quarter, body) in world.NIL
            versions = ["published"]
            if which in world.CORRECTED | world.WITHDRAWN:
                versions = ["superseded" if which in world.CORRECTED else "withdrawn", "published"]
            expected |= {(body, quarter, number): (state, nil) for number, state in enumerate(versions, start=1)}
    assert {
        (filed.body_id, filed.quarter, filed.version): (filed.state, filed.nil)
        for filed in Return.objects.filter(body__series=Series.DEMONSTRATION)
    } == expected


def test_sent_back_returns_were_filed_again() -> None:
    found = {(filed.quarter, filed.body_id): filed for filed in Return.objects.exclude(sent_back_at=None)}
    assert found.keys() == world.SENT_BACK
    for sent_back in found.values():
        assert sent_back.sent_back_at < sent_back.submitted_at < sent_back.accepted_at
        assert sent_back.uploads.filter(table="funding").count() == 2
    assert "T-204" in found[Q1, D02].sent_back_reason


def test_every_return_is_without_errors_and_every_warning_was_answered() -> None:
    issues = ReturnIssue.objects.filter(of_return__body__series=Series.DEMONSTRATION)
    assert not issues.filter(severity="error").exists()
    warned = set(issues.filter(severity="warning").values_list("rule", flat=True))
    assert {"M01", "M03", "M09", "O04", "P01", "P04", "T07"} <= warned
    of_d02 = issues.filter(severity="warning", of_return__body=D02, of_return__quarter=Q1)
    assert {"M03", "O04", "P01"} <= set(of_d02.values_list("rule", flat=True))


def test_every_file_is_filed_by_a_deed() -> None:
    """Filing judges them all by the rules, so a folder that no deed names would be one that nothing has judged."""
    folders = {"/".join(place.parts[-2:]) for place in (FOLDER / "returns").glob("*/*")}
    assert folders == {deed["files"] for deed in world.table("deeds") if deed["deed"] == "file"}


def test_versions_went_public_at_their_announced_moments() -> None:
    public = Publication.objects.disclosures().in_series(Series.DEMONSTRATION)
    state = {(p.quarter, p.version): (p.state, p.published_at) for p in public}
    half_past_nine = dt.time(9, 30), ZoneInfo("Europe/London")
    moments = [
        dt.datetime.combine(dt.date.fromisoformat(deed["at"][:10]), *half_past_nine)
        for deed in world.table("deeds")
        if deed["deed"] == "publish"
    ]
    assert state == {
        (quarter, version): ("superseded" if (quarter, version + 1) in PUBLISHED else "published", moment)
        for (quarter, version), moment in zip(PUBLISHED, moments, strict=True)
    }
    releases = Release.objects.filter(series=Series.DEMONSTRATION).order_by("goes_public_at")
    assert [release.goes_public_at for release in releases] == moments
    assert all(release.announced_at < release.goes_public_at for release in releases)
    links = ChainLink.objects.filter(series=Series.DEMONSTRATION).order_by("number").select_related("publication")
    assert [(link.publication.quarter, link.publication.version) for link in links] == list(PUBLISHED)


@VERSIONS
def test_agreements_are_published_as_they_were_sent(world_files: Path, quarter: Quarter, version: int) -> None:
    expected = agreements(quarter, version)
    found = world.published(world_files, quarter, version, "supply-chain")
    assert [{name: row[name] for name in expected[0]} for row in found] == expected
    assert {(row["quarter"], row["version"]) for row in found} == {(str(quarter), str(version))}


@VERSIONS
def test_the_manifest_adds_up_to_the_files(world_files: Path, quarter: Quarter, version: int) -> None:
    totals: dict[str, int] = {}
    for row in agreements(quarter, version):
        totals[row["tier"]] = totals.get(row["tier"], 0) + int(Decimal(row["amount_paid_gbp"] or 0) * 100)
    manifest = json.loads((world_files / world.SERIES / quarter.slug / f"v{version}" / "manifest.json").read_text())
    assert manifest["totals_pence"] == totals
    for files in PUBLISHED[quarter, version].values():
        control = {row["name"]: row["value"] for row in sent(files, "control")}
        tier_2 = [row["amount_paid_gbp"] or "0" for row in sent(files, "funding") if row["tier"] == "2"]
        assert Decimal(control.get("total_tier_2", "0")) == sum(map(Decimal, tier_2))


@VERSIONS
def test_small_counts_of_people_are_hidden_in_measures(world_files: Path, quarter: Quarter, version: int) -> None:
    found = world.published(world_files, quarter, version, "kpi-contributions")
    for body, files in PUBLISHED[quarter, version].items():
        shown = {
            (row["kpi_code"], row["agreement_ref"]): (row["numerator"], row["numerator_status"])
            for row in found
            if row["body_code"] == body
        }
        assert shown == contributions(files)


def test_there_is_something_to_hide() -> None:
    """The files hold what the tests above are about: small counts, a count of 0, and one that follows from others."""
    people = [row["people_supported"] for row in sent("2018-19-q1/D01", "funding")]
    assert SMALL & set(people) and "0" in people
    assert [status for _, status in contributions("2018-19-q1/D05").values()] == ["[c]", "[c]"]
    assert sorted(status for _, status in contributions("2018-19-q1/D01").values()) == ["", "", "[c]"]


@VERSIONS
def test_bodies_have_the_status_that_is_drawn(world_files: Path, quarter: Quarter, version: int) -> None:
    found = {
        row["code"]: row for row in world.published(world_files, quarter, version, "bodies") if row["code"] < "D90"
    }
    words = {"missing": world.MISSING, "not-required": world.NOT_REQUIRED, "nil": world.NIL}
    for code, row in found.items():
        status = next((word for word, which in words.items() if (quarter, code) in which), "published")
        late = "" if code not in PUBLISHED[quarter, version] else "yes" if (quarter, code) in world.LATE else "no"
        assert (row["filing_status"], row["late"]) == (status, late), code
    for code, row in found.items():
        files = PUBLISHED[quarter, version].get(code, "none")
        control = {line["name"]: line["value"] for line in sent(files, "control")}
        own = [line["amount_gbp"] for line in sent(files, "own_delivery")]
        assert row["owner_name"] == owner_on(code, quarter.last_day)
        assert row["income_received_gbp"] == control.get("income", "")
        nothing = "[z]" if row["filing_status"] == "not-required" else "[x]"
        assert row["income_received_gbp_status"] == ("" if "income" in control else nothing)
        assert row["own_delivery_gbp"] == (money(str(sum(map(Decimal, own)))) if own and all(own) else "")
    assert owner_on(D02, Q1.last_day) != owner_on(D02, Q2.last_day)


@pytest.mark.parametrize(("quarter", "body"), sorted(world.CORRECTED), ids=lambda value: str(value).replace(" ", "-"))
def test_a_correction_lists_exactly_what_it_changed(world_files: Path, quarter: Quarter, body: str) -> None:
    before, after = (
        {f"{row['body_code']}/{row['agreement_ref']}": row for row in agreements(quarter, version)}
        for version in (1, 2)
    )
    expected = {("bodies.csv", body, "changed", "return_version", "1", "2")}
    expected |= {("supply-chain.csv", key, "added", "", "", "") for key in after.keys() - before.keys()}
    expected |= {("supply-chain.csv", key, "removed", "", "", "") for key in before.keys() - after.keys()}
    expected |= {
        ("supply-chain.csv", key, "changed", column, before[key][column], after[key][column])
        for key in before.keys() & after.keys()
        for column in before[key]
        if before[key][column] != after[key][column]
    }
    measures, corrected = (contributions(PUBLISHED[quarter, version][body]) for version in (1, 2))
    assert measures.items() <= corrected.items()
    expected |= {
        ("kpi-contributions.csv", f"{body}/{measure}/{ref}", "added", "", "", "")
        for measure, ref in corrected.keys() - measures.keys()
    }
    found = [row for row in world.published(world_files, quarter, 2, "changes") if row["basis"] == "version"]
    names = ("file", "key", "change", "column", "old", "new")
    assert sorted(tuple(row[name] for name in names) for row in found) == sorted(expected)
    assert len(expected) >= 6
    assert [row for row in world.published(world_files, quarter, 1, "changes") if row["basis"] == "version"] == []


def test_what_changed_between_quarters_is_told(world_files: Path) -> None:
    """Agreements that started, ended or went missing between the quarters stand in the second one's changes."""
    refs = [
        {f"{row['body_code']}/{row['agreement_ref']}" for row in agreements(*which)} for which in ((Q1, 2), (Q2, 1))
    ]
    found = [row for row in world.published(world_files, Q2, 1, "changes") if row["file"] == "supply-chain.csv"]
    assert {row["basis"] for row in found} == {"quarter"}
    assert {row["key"] for row in found if row["change"] == "added"} == refs[1] - refs[0]
    assert {row["key"] for row in found if row["change"] == "removed"} == refs[0] - refs[1]
    (clawback,) = [r for r in found if r["key"] == "D01/S-101/2" and r["column"] == "amount_paid_gbp"]
    assert Decimal(clawback["new"]) < 0 < Decimal(clawback["old"])


def test_nothing_of_one_series_stands_in_the_other(world_files: Path) -> None:
    real, invented = Series.REAL, Series.DEMONSTRATION
    assert not Publication.objects.in_series(real).exists()
    assert not Return.objects.filter(body__series=real).exists()
    assert not Line.objects.exclude(agreement__payee__series=invented).filter(agreement__isnull=False).exists()
    assert not FrozenLine.objects.exclude(return_kind="demonstration").exists()
    assert not FrozenBody.objects.exclude(kind="demonstration").exists()
    ids = Organisation.objects.in_series(invented).values_list("public_id", flat=True)
    assert all(re.fullmatch(r"GB-CHC-99\d{5}|GB-COH-(99\d|CE999|RS999)\d+|XP-9\d{5}", public_id) for public_id in ids)
    assert not Organisation.objects.in_series(real).filter(public_id__in=ids).exists()
    assert [path.name for path in world_files.iterdir() if not path.name.startswith(".")] == [invented]


def test_no_invented_name_is_that_of_something_known() -> None:
    known = {
        loose(row[column])
        for file, column in (
            ("organisations", "name"), ("organisation_names", "name"), ("bodies", "name"), ("bodies", "short_name"),
            ("areas", "name"), ("areas", "code"),
        )
        for row in world.rows(reference.FOLDER / f"{file}.csv")
    }  # fmt: skip
    invented = {row["provider_name"] for path in FOLDER.rglob("funding.csv") for row in world.rows(path)}
    for file in ("organisations", "bodies", "areas"):
        invented |= {row["name"] for row in world.table(file)}
    assert known.isdisjoint(map(loose, invented))
    assert len(invented) > 20


def test_what_is_withheld_was_asked_for_and_says_why(world_files: Path) -> None:
    (asked,) = Withholding.objects.filter(body__series=Series.DEMONSTRATION)
    assert asked.requested_by != asked.accepted_by and asked.public_interest
    for quarter in QUARTERS:
        rows = world.published(world_files, quarter, 1, "supply-chain")
        withheld = {row["agreement_ref"]: row for row in rows if row["amount_paid_gbp_status"] == "[w]"}
        assert set(withheld) == ({asked.agreement_ref} if quarter >= Q2 else set())
        assert {row["withheld_reason"] for row in withheld.values()} <= {"safety"}


def test_an_owner_fails_and_every_agreement_goes_on_under_the_next(world_files: Path) -> None:
    quarters = [
        {row["code"]: row["owner_name"] for row in world.published(world_files, quarter, 1, "bodies")}
        for quarter in QUARTERS[6:]
    ]
    moved = {body for body in world.BODIES if quarters[0][body] != quarters[1][body]}
    assert moved == {world.D01, world.D06, world.D07}
    assert {quarters[0][body] for body in moved} == {"Copperbeck Justice Ltd"}
    assert {quarters[1][body] for body in moved} == {"Hollowcrest Community Mutual Ltd"}
    before, after = ({row["agreement_ref"]: row for row in agreements(quarter, 1)} for quarter in QUARTERS[6:])
    going_on = {ref for ref, row in before.items() if row["body_code"] in moved and not row["end_date"] < "2019"}
    assert going_on and going_on <= after.keys()


def test_the_world_is_as_large_as_it_is_said_to_be() -> None:
    lines = [line for which in PUBLISHED for line in agreements(*which)]
    assert {line["tier"] for line in lines} == {"2", "3", "4", "5"}
    assert {line["funding_type"] for line in lines} == set(FUNDING_TYPES)
    providers = Organisation.objects.in_series(Series.DEMONSTRATION).filter(agreements__isnull=False).distinct()
    text = (FOLDER.parents[1] / "docs" / "demonstration.md").read_text(encoding="utf-8")
    owners = {row["owner"] for row in world.table("ownerships")}
    assert f"It has {len(world.BODIES)} bodies, {len(owners)} owners, {providers.count()} providers and eight" in text
    assert f"{len(world.table('deeds'))} deeds are done" in text


def test_the_cast_is_who_it_is_said_to_be() -> None:
    """The names of tests/world.py and the world's organisations are the same."""
    cast = {
        "Harbour Lantern Trust": world.HARBOUR_LANTERN, "Tidewrack Mentoring": world.TIDEWRACK,
        "Fernhollow Women's Centre": world.FERNHOLLOW, "Bramblegate Recovery": world.BRAMBLEGATE,
        "Oxbarrow Family Link": world.FAMILY_LINK, "Marram Debt Advice": world.MARRAM,
        "Thornfell Young Adults Project": world.YOUNG_ADULTS, "Ashmoor Skills CIC": world.ASHMOOR,
        "Cobble and Thread CIC": world.COBBLE, "Kestrelbank Resettlement Ltd": world.KESTRELBANK,
        "Greywether Interventions Ltd": world.GREYWETHER, "Gullmere Further Education College": world.COLLEGE,
        "Pennyroyal Housing Society": world.PENNYROYAL, "Wendlesea Borough Council": world.COUNCIL,
        "Gullmere Woodcraft Workshop": world.WOODCRAFT, "Samphire Evening Group": world.SAMPHIRE,
    }  # fmt: skip
    providers = Organisation.objects.in_series(Series.DEMONSTRATION).filter(agreements__isnull=False)
    assert cast.items() <= dict(providers.values_list("name", "public_id")).items()
    filed = Return.objects.get(body=D03, quarter=Q1, version=2)
    assert (filed.prepared_by.username, filed.accepted_by.username) == (world.PREPARER, world.ACCEPTER)


def test_pages_show_who_was_named_in_a_bid_and_when_no_return_was_required(client: Client) -> None:
    names = {row["key"]: row["name"] for row in world.table("organisations")}
    named = [names[row["organisation"]] for row in world.table("bid_commitments") if row["body"] == D02]
    page = client.get(f"/demonstration/bodies/{D02}/").content.decode()
    assert "Organisations named in the winning bid" in page and all(name in page for name in named)
    assert "Winning bids that named it" in client.get("/demonstration/providers/GB-CHC-9901062/").content.decode()
    assert "Not required" in client.get(f"/demonstration/bodies/{world.D11}/").content.decode()


def test_the_drawing_is_current() -> None:
    out = io.StringIO()
    call_command("draw_demonstration", "--check", stdout=out, stderr=out)
    assert "is current" in out.getvalue()
