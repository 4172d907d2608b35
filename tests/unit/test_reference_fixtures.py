"""Do the reference tables hold together and say what the field's documents say?"""

import collections
import datetime as dt
import re
import shutil
from decimal import Decimal

import pytest

from portal.errors import NotValid
from portal.quarters import Quarter
from supplychain import reference
from supplychain.filing import codes as return_codes
from supplychain.reference.findings import findings
from supplychain.reference.tables import FOLDER, TABLES, day, read

# pcc_region_code of the Refer and Monitor service's contracts (ministryofjustice/hmpps-interventions-service).
FORTY = """
avon-and-somerset bedfordshire cambridgeshire cheshire cleveland cumbria derbyshire devon-and-cornwall dorset durham
dyfed-powys essex gloucestershire gwent hampshire hertfordshire humberside kent lancashire leicestershire lincolnshire
merseyside norfolk north-wales north-yorkshire northamptonshire northumbria nottinghamshire south-wales
south-yorkshire staffordshire suffolk surrey sussex thames-valley warwickshire west-mercia west-midlands
west-yorkshire wiltshire
"""


@pytest.fixture(scope="module")
def tables():
    return read()


def at(rows, on):
    """Rows whose period holds the day."""
    return [row for row in rows if day(row["from"]) <= on and (not row["to"] or on < day(row["to"]))]


def test_they_hold_together(tables):
    assert findings(tables) == []


def test_every_file_of_the_folder_is_read_and_explained():
    explained = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(TABLES)
    for table in TABLES.values():
        line = next(line for line in explained.splitlines() if line.startswith(f"| `{table.file}.csv`"))
        plain = [c for c in table.columns if c not in ("source", "confidence") and not c.endswith("_precision")]
        assert [column for column in plain if f"`{column}`" not in line] == []


def test_files_are_plain_utf8_with_unix_line_ends():
    for path in FOLDER.glob("*.csv"):
        data = path.read_bytes()
        assert b"\r" not in data and not data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\n"), path.name
        data.decode("utf-8")


def test_every_source_is_used(tables):
    used = set()
    for rows in tables.values():
        for row in rows:
            for column in ("source", "number_source", "period_source"):
                used |= set(row.get(column, "").split(";")) - {""}
    assert used == {row["code"] for row in tables["sources"]}


def test_the_43_police_force_areas(tables):
    codes = {row["code"] for row in tables["areas"]}
    assert codes == {*FORTY.split(), "greater-manchester", "metropolitan", "city-of-london"}
    wales = {row["name"] for row in tables["areas"] if row["nation"] == "Wales"}
    assert wales == {"Dyfed-Powys", "Gwent", "North Wales", "South Wales"}


def test_the_three_generations_of_bodies(tables):
    kinds = collections.Counter(row["kind"] for row in tables["bodies"])
    assert kinds == {"crc": 21, "nps": 7, "region": 12}
    codes = [row["code"] for row in tables["bodies"]]
    assert codes == [f"C{n:02}" for n in range(1, 22)] + [f"N{n:02}" for n in range(1, 8)] + [
        f"R-{letter}" for letter in "ABCDEFGHIJKL"
    ]
    for row in tables["bodies"]:
        if row["kind"] == "crc":
            assert (row["obligation_from"], row["obligation_to"]) == ("2015-02-01", "2021-06-26")


@pytest.mark.parametrize(
    ("on", "kinds"),
    {
        dt.date(2014, 6, 1): {"crc", "nps"},
        dt.date(2018, 1, 1): {"crc", "nps"},
        dt.date(2020, 12, 31): {"crc", "region"},
        dt.date(2021, 6, 25): {"crc", "region"},
        dt.date(2021, 6, 26): {"region"},
    }.items(),
)
def test_every_area_lies_in_one_body_of_each_kind(tables, on, kinds):
    kind_of = {row["code"]: row["kind"] for row in tables["bodies"]}
    held = collections.Counter((kind_of[row["body"]], row["area"]) for row in at(tables["body_areas"], on))
    assert held == {(kind, row["code"]): 1 for kind in kinds for row in tables["areas"]}


def test_every_quarter_of_the_obligation_has_an_owner(tables):
    for body in (row for row in tables["bodies"] if row["kind"] == "crc"):
        owners = [row for row in tables["ownerships"] if row["body"] == body["code"]]
        quarter = Quarter.containing(day(body["in_force_from"]))
        while quarter.start < day(body["in_force_to"]):
            on = min(quarter.last_day, day(body["in_force_to"]) - dt.timedelta(days=1))
            assert len(at(owners, on)) == 1, (body["code"], on)
            quarter = quarter.next


def test_the_eight_owners_and_the_change_of_2019(tables):
    def held(on):
        return collections.Counter(row["owner"] for row in at(tables["ownerships"], on) if row["body"].startswith("C"))

    assert held(dt.date(2015, 1, 31)) == {"ministry-of-justice": 21}
    start = {row["organisation"]: int(row["crcs_at_start"]) for row in tables["owners"] if row["type"] != "public"}
    assert len(start) == 8
    assert held(dt.date(2015, 2, 1)) == held(dt.date(2019, 2, 14)) == start
    assert start["working-links"] == 3
    after = held(dt.date(2019, 2, 15))
    assert after["seetec"] == 4 and after["working-links"] == 0 and sum(after.values()) == 21
    # The administration of Interserve is an event, not a change of owner.
    assert held(dt.date(2021, 6, 25)) == after
    assert any(
        row["slug"] == "interserve-administration" and row["date_precision"] == "month" for row in tables["events"]
    )


def test_successors_are_the_bodies_that_hold_the_area_next(tables):
    areas = {(row["body"], row["area"]): row for row in tables["body_areas"]}
    for row in tables["successions"]:
        assert areas[row["body"], row["area"]]["to"] == row["on"]
        assert day(areas[row["successor"], row["area"]]["from"]) <= day(row["on"])
    assert {row["successor"] for row in tables["successions"] if row["body"] == "C07"} == {"R-B", "R-L"}
    assert {row["successor"] for row in tables["successions"] if row["body"] == "C04"} == {"R-C", "R-F"}
    assert len(tables["successions"]) == 2 * 43


def test_codes_are_those_that_a_return_may_use(tables):
    def codes(name):
        return [row["code"] for row in tables[name]]

    assert codes("services") == list(return_codes.SERVICE_CATEGORIES)
    assert codes("funding_types") == list(return_codes.FUNDING_TYPES)
    assert codes("explanation_codes") == list(return_codes.EXPLANATION_CODES)
    assert [row["code"] for row in tables["cohorts"] if row["as_cohort"] == "yes"] == list(return_codes.COHORTS)
    assert [row["code"] for row in tables["cohorts"] if row["as_led_by"] == "yes"] == list(return_codes.LED_BY)


def test_the_framework_and_the_contract_types_have_a_category(tables):
    def external(scheme):
        return {
            row["external_code"]
            for row in tables["service_mappings"]
            if row["scheme"] == scheme and row["relation"] == "same"
        }

    assert external("dynamic-framework") == set("abcdefghijklmn")
    assert external("crs-contract-type") == {"ACC", "DNR", "ETE", "FBD", "MTR", "PWB", "WOS", "WSM"}


def test_national_values_are_those_of_justice_data(tables):
    values = {(row["kpi"], row["quarter"]): Decimal(row["value"]) for row in tables["kpi_national"]}
    assert values["AE", "2017-18 Q1"] == Decimal("86.6")
    assert values["SL001R", "2017-18 Q2"] == Decimal("94.6")
    assert values["SL006R", "2019-20 Q1"] == Decimal("82.7")
    assert values["SL002R", "2019-20 Q4"] == Decimal("93.9")
    assert collections.Counter(kpi for kpi, _ in values) == {"SL001R": 11, "SL002R": 11, "SL006R": 8, "AE": 9}
    for row in tables["kpi_national"]:
        measure = next(kpi for kpi in tables["kpis"] if kpi["code"] == row["kpi"])
        quarter = Quarter.parse(row["quarter"])
        assert day(measure["in_force_from"]) < quarter.end and quarter.start < day(measure["in_force_to"])


def test_measures_without_a_published_code_have_one_of_ours(tables):
    published = {row["code"] for row in tables["kpis"] if not row["code"].startswith("X-")}
    assert published == {"SL001R", "SL002R", "SL006R", "AE", "AK"}
    # A target that no document states is not passed off as one that is.
    assert all(row["confidence"] == "unverified" for row in tables["kpis"] if row["target"])


def test_commitments_are_to_organisations_of_the_winning_partnership(tables):
    held = {(row["body"], row["owner"]) for row in at(tables["ownerships"], dt.date(2015, 2, 1))}
    partners = {(row["owner"], row["partner"]) for row in tables["owner_partners"]}
    for row in tables["bid_commitments"]:
        assert (row["body"], row["owner"]) in held
        assert (row["owner"], row["organisation"]) in partners
        assert not row["named_on"] or day(row["named_on"]) < dt.date(2015, 2, 1)
    assert sum(row["organisation"] == "nacro" for row in tables["bid_commitments"]) == 6


def test_a_number_is_never_there_without_where_it_was_read(tables):
    numbered = [row for row in tables["organisations"] if row["charity_number"] or row["company_number"]]
    assert len(numbered) == 55
    assert all(row["number_source"] and "GK" not in row["number_source"] for row in numbered)
    numbers = [row["charity_number"] for row in numbered if row["charity_number"]]
    assert len(set(numbers)) == len(numbers)
    assert not any(number.startswith("99") for number in numbers)
    portal_ids = [row["portal_id"] for row in tables["organisations"] if row["portal_id"]]
    assert len(set(portal_ids)) == len(portal_ids)


def test_each_body_is_an_organisation_of_its_own(tables):
    organisations = [row["organisation"] for row in tables["bodies"]]
    assert len(set(organisations)) == 40


def test_what_only_general_knowledge_says_is_marked(tables):
    for name, rows in tables.items():
        for row in rows:
            if "GK" in row.get("period_source", "").split(";"):
                assert row["period_confidence"] == "unverified", (name, row)
            if name not in ("bodies", "kpis") and "GK" in row.get("source", "").split(";"):
                assert row["confidence"] == "unverified", (name, row)


BREAKS = [
    ("bodies", "C01,Northumbria CRC", "C01, Northumbria CRC", "bodies.csv, row 2: name has spaces around it."),
    (
        "areas",
        "avon-and-somerset,Avon and Somerset,England",
        "avon-and-somerset,Avon and Somerset,Kent",
        "nation is 'Kent'",
    ),
    ("ownerships", "C01,sodexo-justice-services", "C01,nobody", "owner is 'nobody', which owners.csv does not have."),
    ("ownerships", "2015-02-01,day,2021-06-26", "2015-01-31,day,2021-06-26", "C01 has two owners on 2015-01-31."),
    ("body_areas", "C01,northumbria", "C01,cleveland", "cleveland among crc bodies belongs to two on 2014-06-01."),
    ("organisations", ",226171,", ",22617,", "22617 is not a charity number"),
    (
        "organisations",
        ",S-GH-CCEW,,,S-GH-CCEW,solid",
        ",,,,S-GH-CCEW,solid",
        "a number and its number_source belong together.",
    ),
    ("organisations", "XP-000001", "XP-001000", "should lie between XP-000001 and XP-000999."),
    ("kpi_national", "2017-18 Q2", "2017-19 Q2", "2017 is followed by 18, not 19."),
    ("kpi_national", "94.6", "194.6", "value is '194.6' and should be a percentage"),
    ("events", "2013-11-01,month", "2013-11-05,month", "known to the month only"),
    ("events", "2013-09-19,day", "19/09/2013,day", "date is '19/09/2013' and should be a date"),
    ("sources", "S-IND,", "S-INDY,", "source is 'S-IND', which sources.csv does not have."),
    ("kpis", "GK,unverified\n", "GK,solid\n", "general knowledge (GK) alone is unverified."),
    ("services", "code,title", "code,label", "services.csv has the columns code, label"),
    ("funding_types", "grant,Grant", "contract,Grant", "funding_types.csv, row 3: contract is there already."),
]


@pytest.mark.parametrize(("file", "good", "bad", "sentence"), BREAKS, ids=lambda value: value[:30])
def test_what_is_wrong_is_said_with_file_and_line(tmp_path, file, good, bad, sentence):
    folder = tmp_path / "reference"
    shutil.copytree(FOLDER, folder)
    path = folder / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    found = findings(read(folder))
    assert any(sentence in line for line in found), found
    # Nothing is stored: the refusal comes before the first statement, so this needs no database.
    with pytest.raises(NotValid, match=re.escape(sentence)) as refused:
        reference.load(folder=folder)
    assert refused.value.code == "reference-not-valid"


def test_a_missing_or_foreign_file_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(NotValid, match="can't be read"):
        reference.load(folder=tmp_path)
    folder = tmp_path / "reference"
    shutil.copytree(FOLDER, folder)
    (folder / "areas.csv").write_bytes("code,name\nynys-môn,Ynys Môn".encode("latin-1"))
    with pytest.raises(NotValid, match="can't be read"):
        reference.load(folder=folder)
    (folder / "areas.csv").write_bytes(b"")
    with pytest.raises(NotValid, match="can't be read"):
        reference.load(folder=folder)


def test_long_lists_of_findings_are_cut(tmp_path):
    folder = tmp_path / "reference"
    shutil.copytree(FOLDER, folder)
    path = folder / "sources.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("S-GH-CRS,", "S-GH-XXX,"), encoding="utf-8")
    with pytest.raises(NotValid, match=r"There are \d+ more findings\.") as refused:
        reference.load(folder=folder)
    assert refused.value.sentence.count("sources.csv does not have") == reference.SHOWN_FINDINGS
    assert len(findings(read(folder))) > reference.SHOWN_FINDINGS
