"""Are the published files exactly what they are said to be: columns, text, sums, archive, description?"""

import datetime as dt
import hashlib
import json
import subprocess
import zipfile
from decimal import Decimal

import frictionless
import pytest

from portal.errors import NotNow
from supplychain.disclosure import build
from supplychain.disclosure.columns import SUPPLY_CHAIN, TABLES
from supplychain.models import Publication
from tests.integration.disclosure_builder import Q1, Q2, World, folder, rows

pytestmark = pytest.mark.django_db


def everything() -> World:
    """A world with something of everything, as far as one quarter goes."""
    world = World()
    world.window(Q1, dt.datetime(2014, 8, 15, tzinfo=dt.UTC))
    for code in ("D91", "D92", "D93"):
        world.body(code, owner="Owner Ltd")
    world.body("D94", obliged=(dt.date(2015, 4, 1), dt.date(2016, 4, 1)))
    world.organisation("Alpha, “Trust”", "GB-CHC-9990001", "GB-COH-99900001")
    filed = world.filed("D91", Q1, income_gbp="5000.00")
    world.line(filed, "A-1", "Alpha, “Trust”", "1000.00", cohorts=["women", "race-ethnicity"], specialist=True,
               people_supported=12, referrals_received=3, agreement_value_gbp="4000.00",
               areas=["t-south", "t-north"])  # fmt: skip
    world.line(
        filed, "A-2", "Beta", "40.50", above="A-1", amount_status="estimated", service_summary='Two\nlines, "quoted"'
    )
    world.line(filed, "A-3", "Gamma", None, above="A-2", amount_status="not-disclosed", people_supported=0)
    world.line(filed, "B-1", "Gamma", None, amount_status="withheld", agreement_value_gbp="9.00")
    world.withhold("D91", "B-1")
    world.line(filed, "C-1", "=Delta", "0.00", funding_type="unpaid", role="local")
    world.own_delivery(filed, "10.00", "5.05")
    kpi = world.kpi()
    world.figures(filed, kpi, "40/50", A_1="30/31", A_2="2")
    world.filed("D92", Q1, nil=True, submitted_at=dt.datetime(2014, 8, 15, 0, 0, 1, tzinfo=dt.UTC))
    return world


def test_small_supply_chain_to_the_byte() -> None:
    world = World()
    world.body("D91", owner="Owner Ltd")
    world.organisation("Alpha", "GB-CHC-9990001", "GB-COH-99900001")
    filed = world.filed("D91", Q1)
    world.line(filed, "B-2", "Alpha", "100.00", people_supported=3, explanation_code=["timing", "novation"])
    world.line(
        filed, "A-1", "Beta", "40.50", above="B-2", service_summary='For "all",\nhere', amount_to_date_gbp="50.00"
    )
    publication = world.built()
    beta = world.organisations["Beta"].public_id
    common = "2014-15 Q1,1,D91,Body D91,demonstration,Owner Ltd"
    assert (folder(publication) / "supply-chain.csv").read_bytes().decode() == (
        "quarter,version,body_code,body_name,body_kind,owner_name,agreement_ref,upstream_ref,tier,role,payer_id,"
        "payer_name,provider_id,provider_name,charity_number,company_number,sector,service_category,service_summary,"
        "cohorts,specialist,area_codes,area_scope,funding_type,start_date,end_date,shown_from,shown_to,agreement_value_gbp,"
        "agreement_value_gbp_status,amount_paid_gbp,amount_paid_gbp_status,amount_to_date_gbp,amount_to_date_gbp_status,"
        "people_supported,people_supported_status,referrals_received,referrals_received_status,explanation_code,"
        "return_kind,withheld_reason\n"
        f"{common},A-1,B-2,3,,GB-CHC-9990001,Alpha,{beta},Beta,,,voluntary,mentoring,"
        '"For ""all"",\nhere",,,t-north,'
        "named,contract,2014-04-01,,,,,[x],40.50,,50.00,,,[x],,[x],,demonstration,\n"
        f"{common},B-2,,2,,GB-COH-99990091,Body D91 Ltd,GB-CHC-9990001,Alpha,9990001,99900001,voluntary,mentoring,"
        "Mentoring under B-2.,,,t-north,named,contract,2014-04-01,,,,,[x],100.00,,100.00,,,[c],,[x],novation;timing,"
        "demonstration,\n"
    )


def test_frictionless_finds_the_package_valid_and_every_type_right() -> None:
    publication = everything().built()
    report = frictionless.validate(str(folder(publication) / "datapackage.json"))
    assert report.valid, report.flatten(["name", "type", "message"])
    assert [task.name for task in report.tasks] == [table.name for table in TABLES]
    assert all(task.stats.get("rows", 0) == len(rows(publication, f"{task.name}.csv")) for task in report.tasks)
    package = frictionless.Package(str(folder(publication) / "datapackage.json"))
    first = package.get_resource("supply-chain").read_rows()[0]
    assert (first["start_date"], first["specialist"]) == (dt.date(2014, 4, 1), True)
    assert first["amount_paid_gbp"] == Decimal("1000.00")


def test_frictionless_would_find_a_wrong_figure() -> None:
    """The description is strict enough to be worth something."""
    publication = everything().built()
    path = folder(publication) / "supply-chain.csv"
    path.write_text(path.read_text().replace(",1000.00,", ",many,").replace(",named,", ",somewhere,", 1))
    package = json.loads((folder(publication) / "datapackage.json").read_text())
    for resource in package["resources"]:
        del resource["hash"], resource["bytes"]
    (folder(publication) / "loose.json").write_text(json.dumps(package))
    found = {problem[0] for problem in frictionless.validate(str(folder(publication) / "loose.json")).flatten(["type"])}
    assert {"type-error", "constraint-error"} <= found


def test_sums_fit_by_the_usual_program() -> None:
    publication = everything().built()
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder(publication), capture_output=True
    )
    assert done.returncode == 0, done.stderr
    listed = {line.split(b":")[0].decode() for line in done.stdout.splitlines()}
    assert listed == {path.name for path in folder(publication).iterdir()} - {"SHA256SUMS", "2014-15-q1-v1.zip"}


def test_archive_holds_the_same_bytes_and_no_clock() -> None:
    publication = everything().built()
    with zipfile.ZipFile(folder(publication) / "2014-15-q1-v1.zip") as packed:
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert packed.namelist() == sorted(packed.namelist())
        for name in packed.namelist():
            assert packed.read(name) == (folder(publication) / name).read_bytes()
        assert set(packed.namelist()) == {path.name for path in folder(publication).iterdir()} - {"2014-15-q1-v1.zip"}


def test_manifest_lists_every_file_and_totals_of_shown_lines() -> None:
    world = everything()
    publication = world.built()
    raw = (folder(publication) / "manifest.json").read_bytes()
    manifest = json.loads(raw)
    assert set(manifest) == {
        "format", "kind", "quarter", "version", "files", "totals_pence", "returns", "rules_version", "previous"
    }  # fmt: skip
    assert (manifest["format"], manifest["quarter"], manifest["version"]) == (1, "2014-15 Q1", 1)
    assert manifest["previous"] is None and manifest["rules_version"] == "2014-01-01"
    assert manifest["totals_pence"] == {"2": 100000, "3": 4050, "4": 0}
    assert [entry["body"] for entry in manifest["returns"]] == ["D91", "D92"]
    assert [entry["name"] for entry in manifest["files"]] == sorted(entry["name"] for entry in manifest["files"])
    assert raw.endswith(b"}\n") and raw.decode() == json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    assert publication.digest == hashlib.sha256(raw).hexdigest()
    assert publication.totals_pence == manifest["totals_pence"]
    assert publication.lines_without_amount == {"2": 1, "3": 0, "4": 1}
    on_record = {file.name: (file.bytes, file.rows, file.sha256) for file in publication.files.all()}
    assert set(on_record) == {path.name for path in folder(publication).iterdir()}
    for entry in manifest["files"]:
        assert on_record[entry["name"]] == (entry["bytes"], entry["rows"], entry["sha256"])


def test_every_csv_has_the_defined_header_and_no_bom() -> None:
    publication = everything().built()
    for table in TABLES:
        text = (folder(publication) / table.file).read_bytes()
        assert text.split(b"\n")[0].decode() == ",".join(column.name for column in table.columns)
        assert b"\r\n" not in text and not text.startswith(b"\xef\xbb\xbf")


def test_copy_for_spreadsheets_runs_no_formula() -> None:
    publication = everything().built()
    raw = (folder(publication) / "supply-chain-excel.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.split(b"\r\n")[0].endswith(b"withheld_reason")
    assert b",'=Delta," in raw and b",=Delta," in (folder(publication) / "supply-chain.csv").read_bytes()


def test_negative_amounts_stay_numbers_in_the_copy_for_spreadsheets() -> None:
    world = World()
    world.body("D91")
    filed = world.filed("D91", Q1)
    world.line(filed, "A-1", "Alpha", "-12.30", adjustment_kind="clawback", reverses_ref="2013-14 Q4/A-1")
    publication = world.built()
    assert b",-12.30," in (folder(publication) / "supply-chain-excel.csv").read_bytes()
    assert publication.totals_pence == {"2": -1230}


def test_flows_add_up_agreements_between_the_same_two() -> None:
    world = World()
    world.body("D91")
    filed = world.filed("D91", Q1)
    world.line(filed, "A-1", "Alpha", "100.00")
    world.line(filed, "A-2", "Alpha", "0.01", amount_status="estimated")
    world.line(filed, "A-3", "Alpha", None, amount_status="not-disclosed")
    world.line(filed, "B-1", "Beta", None, amount_status="not-disclosed")
    world.line(filed, "B-2", "Beta", "1.00", above="A-1")
    found = {
        (row["tier"], row["payer_name"], row["payee_name"]): (
            row["agreements"], row["amount_paid_gbp"], row["amount_paid_gbp_status"], row["lines_without_amount"]
        )
        for row in rows(world.built(), "flows.csv")
    }  # fmt: skip
    assert found == {
        ("2", "Body D91 Ltd", "Alpha"): ("3", "100.01", "[e]", "1"),
        ("2", "Body D91 Ltd", "Beta"): ("1", "", "[x]", "1"),
        ("3", "Alpha", "Beta"): ("1", "1.00", "", "0"),
    }


def test_providers_with_all_their_numbers() -> None:
    world = everything()
    northern = world.organisation("Northern", "GB-NIC-990001", "GB-COH-NI990001", "GB-MPR-9900R")
    filed = world.filed("D93", Q1)
    world.line(filed, "N-1", "Northern")
    row = next(row for row in rows(world.built(), "providers.csv") if row["id"] == northern.public_id)
    assert row["charity_number"] == "NIC990001" and row["company_number"] == "NI990001"
    assert row["other_ids"] == "GB-NIC-990001;GB-COH-NI990001;GB-MPR-9900R" and row["return_kind"] == "demonstration"


def test_bodies_published_nil_missing_and_not_required() -> None:
    found = {row["code"]: row for row in rows(everything().built(), "bodies.csv") if row["code"].startswith("D9")}
    assert {code: row["filing_status"] for code, row in found.items()} == {
        "D91": "published", "D92": "nil", "D93": "missing", "D94": "not-required"
    }  # fmt: skip
    assert (found["D91"]["due_at"], found["D91"]["submitted_at"]) == ("2014-08-15T00:00:00Z", "2014-08-01T12:00:00Z")
    assert [found[code]["late"] for code in ("D91", "D92", "D93", "D94")] == ["no", "yes", "", ""]
    assert (found["D91"]["income_received_gbp"], found["D91"]["own_delivery_gbp"]) == ("5000.00", "15.05")
    assert [found[code]["income_received_gbp_status"] for code in ("D91", "D92", "D93", "D94")] == [
        "",
        "[x]",
        "[x]",
        "[z]",
    ]
    assert found["D94"]["due_at"] == ""


def test_nothing_is_late_where_no_date_was_set() -> None:
    world = World()
    world.body("D91")
    world.filed("D91", Q1, nil=True)
    row = next(row for row in rows(world.built(), "bodies.csv") if row["code"] == "D91")
    assert (row["due_at"], row["late"], row["submitted_at"]) == ("", "", "2014-08-01T12:00:00Z")


def test_another_quarter_and_series_stay_out() -> None:
    world = everything()
    other = world.filed("D91", Q2)
    world.line(other, "Z-9", "Zeta")
    publication = world.built()
    assert all(row["agreement_ref"] != "Z-9" for row in rows(publication, "supply-chain.csv"))
    assert not any(row["code"].startswith(("C", "N", "R-")) for row in rows(publication, "bodies.csv"))


def test_a_version_is_built_only_while_it_is_being_built() -> None:
    world = everything()
    publication = world.published()
    for _name, step in build.steps(publication.pk):
        with pytest.raises(NotNow):
            step()
    assert Publication.objects.get(pk=publication.pk).state == "published"


def test_each_status_column_follows_its_value() -> None:
    names = [column.name for column in SUPPLY_CHAIN.columns]
    for name in names:
        if name.endswith("_status"):
            assert names[names.index(name) - 1] == name.removesuffix("_status")
