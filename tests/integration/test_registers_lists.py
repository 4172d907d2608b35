"""Do lists of numbers bring status, income, places and companies, and do our own organisations learn it?"""

import datetime as dt
import json
from pathlib import Path

import pytest

from providers.actions import add_identifier, add_organisation, import_register
from providers.identifiers import Identifier
from providers.models import Organisation, RegisterCopy, RegisterEntry, RegisterLink, RegisterName
from providers.registers import staging
from tests.integration.register_files import (
    EXTRACTED,
    as_published,
    charities,
    charity,
    companies,
    company,
    merger,
    mergers,
    zipped,
)
from tests.integration.test_registers_in import loaded

pytestmark = pytest.mark.django_db
LATER = "2026-11-08T00:00:00"


def entry(number: str) -> RegisterEntry:
    return RegisterEntry.objects.get(series="demonstration", org_id=number)


def rows_of(folder: Path, table: str, *rows: dict, day: str = EXTRACTED) -> Path:
    return zipped(folder, table, as_published(rows, day))


def test_charities_bring_status_income_names_and_company(tmp_path: Path, capsys) -> None:
    path = charities(
        tmp_path,
        charity(9900001, "Harbour Trust", charity_company_registration_number="9000001"),
        charity(9900001, "Harbour Hostel", linked_charity_number=1, charity_type=None, latest_income=None),
        charity(9900002, "Quay Trust", charity_registration_status="Removed", date_of_removal="2019-05-06T00:00:00",
                latest_income=None, charity_type="CIO", charity_company_registration_number="none"),
    )  # fmt: skip
    said = loaded(capsys, path)
    first, second = entry("GB-CHC-9900001"), entry("GB-CHC-9900002")
    assert (first.name, first.status, first.legal_form) == ("Harbour Trust", "Registered", "charitable company")
    assert (first.income_gbp, first.income_year_end) == (123456, dt.date(2026, 3, 31))
    assert (second.removed_on, second.income_gbp) == (dt.date(2019, 5, 6), None)
    assert second.legal_form == "charitable incorporated organisation"
    names = RegisterName.objects.filter(series="demonstration", table="charity").values_list("org_id", "part", "text")
    assert set(names) == {
        ("GB-CHC-9900001", 0, "Harbour Trust"), ("GB-CHC-9900001", 1, "Harbour Hostel"),
        ("GB-CHC-9900002", 0, "Quay Trust"),
    }  # fmt: skip
    # The published field loses leading zeros.
    assert list(RegisterLink.objects.filter(table="charity").values_list("one", "other")) == [
        ("GB-CHC-9900001", "GB-COH-09000001")
    ]
    assert "a company number is none that its register gives" in said and "GB-CHC-9900002 none" in said
    copy = RegisterCopy.objects.get(series="demonstration", scheme="GB-CHC", table="", as_at="2026-11-01")
    assert copy.complete and copy.entries == 3 and copy.counts["changes"]["numbers"]["added"] == 2


def test_nothing_of_addresses_people_or_mail_is_stored(tmp_path: Path, capsys) -> None:
    loaded(capsys, charities(tmp_path, charity(9900001, "Harbour Trust")))
    kept = json.dumps(
        [list(RegisterEntry.objects.values_list()), list(RegisterName.objects.values_list())], default=str
    )
    assert "Harbour Trust" in kept
    for private in ("Invented Street", "ZZ99", "01632", "charity.invalid", "leave prison"):
        assert private not in kept
    trustee = {
        "organisation_number": 1, "registered_charity_number": 9900001, "linked_charity_number": 0, "trustee_id": 1,
        "trustee_name": "Invented Person", "trustee_is_chair": True, "individual_or_organisation": "P",
        "trustee_date_of_appointment": None,
    }  # fmt: skip
    before = RegisterCopy.objects.count()
    said = loaded(capsys, rows_of(tmp_path, "charity_trustee", trustee, trustee))
    assert "charity_trustee, with 2 rows. Nothing of it is kept: trustees are people" in said
    assert RegisterCopy.objects.count() == before


def test_a_newer_list_changes_what_changed_and_drops_what_is_gone(tmp_path: Path, capsys) -> None:
    loaded(capsys, charities(tmp_path, *(charity(9900000 + n, f"Charity {n}") for n in range(5))))
    kept = entry("GB-CHC-9900001").pk
    loaded(capsys, mergers(tmp_path, merger(9900003, 9900001)))
    said = loaded(
        capsys,
        charities(
            tmp_path,
            charity(9900000, "Charity 0"),
            charity(9900001, "Charity 1", latest_income=5, latest_acc_fin_period_end_date="2026-09-30T00:00:00"),
            charity(9900004, "Charity 4", latest_income=7, latest_acc_fin_period_end_date="2020-03-31T00:00:00"),
            charity(9900005, "Charity 5"),
            day=LATER,
        ),
    )
    assert "Numbers: 1 added, 1 changed, 2 gone from this copy." in said
    assert entry("GB-CHC-9900001").pk == kept and entry("GB-CHC-9900001").income_gbp == 5
    assert entry("GB-CHC-9900004").income_gbp == 123456, "an earlier year says nothing new"
    assert not RegisterEntry.objects.filter(org_id="GB-CHC-9900002").exists()
    merged = entry("GB-CHC-9900003")
    assert (merged.listed, merged.successor, merged.status) == (False, "GB-CHC-9900001", "")


def test_areas_and_years_stand_beside_numbers_of_the_list(tmp_path: Path, capsys) -> None:
    def area(number: int, place: str, part: int = 0) -> dict:
        return {
            "organisation_number": 1, "registered_charity_number": number, "linked_charity_number": part,
            "geographic_area_type": "Local Authority", "geographic_area_description": place,
            "parent_geographic_area_type": "Region", "parent_geographic_area_description": None, "welsh_ind": False,
        }  # fmt: skip

    def year(number: int, end: str, income: object, suppressed: object = 0) -> dict:
        return {
            "organisation_number": 1, "registered_charity_number": number, "fin_period_start_date": None,
            "fin_period_end_date": end, "ar_cycle_reference": "AR26", "reporting_due_date": None,
            "date_annual_return_received": None, "date_accounts_received": None, "total_gross_income": income,
            "total_gross_expenditure": None, "accounts_qualified": None, "suppression_ind": suppressed,
            "suppression_type": None,
        }  # fmt: skip

    areas = rows_of(
        tmp_path, "charity_area_of_operation", area(9900001, "Testshire"), area(9900001, "Elsewhere"),
        area(9900001, "Of a part", part=1), area(9900009, "Nowhere"),
    )  # fmt: skip
    assert "load the list of its numbers first" in loaded(capsys, areas, code=1)
    loaded(capsys, charities(tmp_path, charity(9900001, "Harbour Trust"), charity(9900002, "Quay Trust")))
    said = loaded(capsys, areas)
    assert (
        "4 rows read, 2 taken" in said
        and "not in the list of numbers that is loaded: 1 (row 4 (GB-CHC-9900009))" in said
    )
    assert entry("GB-CHC-9900001").places == ["Elsewhere", "Testshire"]
    years = rows_of(
        tmp_path, "charity_annual_return_history", year(9900001, "2026-09-30T00:00:00", 20_000_000),
        year(9900001, "2024-09-30T00:00:00", 1), year(9900002, "2026-09-30T00:00:00", 2, suppressed=1),
        year(9900002, "2026-08-31T00:00:00", None),
    )  # fmt: skip
    loaded(capsys, years)
    assert (entry("GB-CHC-9900001").income_gbp, entry("GB-CHC-9900002").income_gbp) == (20_000_000, 123456)


def test_events_lead_on_where_the_register_of_mergers_does_not(tmp_path: Path, capsys) -> None:
    removed = {"charity_registration_status": "Removed", "date_of_removal": "2016-01-01T00:00:00"}
    loaded(
        capsys,
        charities(
            tmp_path, charity(9900001, "Removed", **removed), charity(9900002, "Still there"),
            charity(9900003, "In both", **removed), charity(9900004, "Goes on"), charity(9900005, "Goes on too"),
        ),
    )  # fmt: skip

    def event(number: int, kind: str, other: object, reason: str | None = None) -> dict:
        return {
            "organisation_number": 1, "registered_charity_number": number, "linked_charity_number": 0,
            "charity_name": "As it was", "charity_event_order": 2, "event_type": kind,
            "date_of_event": "2016-01-01T00:00:00", "reason": reason, "assoc_organisation_number": None,
            "assoc_registered_charity_number": other, "assoc_charity_name": None,
        }  # fmt: skip

    loaded(capsys, mergers(tmp_path, merger(9900003, 9900004)))
    events = rows_of(
        tmp_path, "charity_event_history", event(9900001, "Removal", 9900004, "Amalgamated"),
        event(9900002, "Asset transfer out", 9900004), event(9900003, "Amalgamation", 9900005),
        event(9900004, "Asset transfer in", 9900001), event(9900005, "Standard registration", None),
        event(9900005, "Removal", None),
    )  # fmt: skip
    said = loaded(capsys, events)
    assert "6 rows read, 3 taken" in said
    assert entry("GB-CHC-9900001").successor == entry("GB-CHC-9900003").successor == "GB-CHC-9900004"
    assert entry("GB-CHC-9900002").successor == "", "it is still in the register"


def test_companies_of_the_basic_data(tmp_path: Path, capsys) -> None:
    path = companies(
        tmp_path,
        company(
            "09900001", "HARBOUR LTD", PreviousName_1__CompanyName="QUAY LTD", PreviousName_2__CompanyName="PIER LTD"
        ),
        company(
            "SC990001",
            "THISTLE LTD",
            DissolutionDate="01/04/2020",
            CompanyStatus="VOLUNTARY ARRANGEMENT / ADMINISTRATIVE RECEIVER",
            CompanyCategory="PRI/LBG/NSC (Private, Limited by guarantee, no share capital, use of 'Limited' exemption)",
        ),
        company("NI", "Not a number"),
        company("09900002", "Wrong day", IncorporationDate="31/02/2001"),
    )
    said = loaded(capsys, path)
    assert (
        "as of 2026-11-01: 4 rows read, 2 taken" in said
        and "IncorporationDate is not a day: 1 (row 5 (31/02/2001))" in said
    )
    first, second = entry("GB-COH-09900001"), entry("GB-COH-SC990001")
    assert (first.registered_on, first.status, first.places) == (dt.date(2001, 2, 28), "Active", ["TESTFORD", "ZZ"])
    assert second.removed_on == dt.date(2020, 4, 1) and second.status.endswith("ADMINISTRATIVE RECEIVER")
    assert first.legal_form == "private, limited by guarantee, no share capital"
    assert second.legal_form.startswith("private, limited by guarantee") and "exemption" in second.legal_form
    names = RegisterName.objects.filter(org_id="GB-COH-09900001").values_list("kind", "text")
    assert set(names) == {("registered", "HARBOUR LTD"), ("former", "QUAY LTD"), ("former", "PIER LTD")}
    assert not RegisterCopy.objects.get(scheme="GB-COH", table="").complete
    later = companies(
        tmp_path, company("09900001", "PORT LTD", PreviousName_1__CompanyName="HARBOUR LTD"), day="2026-11-08"
    )
    assert "Numbers: 0 added, 1 changed, 1 gone" in loaded(capsys, later)
    gone = entry("GB-COH-SC990001")
    assert (gone.listed, gone.status) == (False, "gone from the list by 2026-11-08")
    names = RegisterName.objects.filter(series="demonstration", table="company").values_list("kind", "text")
    assert set(names) == {("registered", "PORT LTD"), ("former", "HARBOUR LTD"), ("registered", "THISTLE LTD")}
    part = tmp_path / "BasicCompanyData-2026-11-09-part1_7.csv"
    later.rename(part)
    assert "is one part of a copy" in loaded(capsys, part, code=1)


def test_half_the_register_is_not_taken_for_all_of_it(tmp_path: Path, capsys) -> None:
    loaded(capsys, charities(tmp_path, *(charity(9900000 + n, f"Charity {n}") for n in range(1_200))))
    half = charities(tmp_path, *(charity(9900000 + n, f"Charity {n}") for n in range(100)), day=LATER)
    assert "1,100 of 1,200 numbers would be gone" in loaded(capsys, half, code=1)
    assert RegisterEntry.objects.filter(series="demonstration", org_id__startswith="GB-CHC-99").count() == 1_200
    assert "1,100 gone" in loaded(capsys, half, "--fewer")


@pytest.mark.parametrize(
    ("income", "band"),
    [
        (0, "under 10k"), (9_999, "under 10k"), (10_000, "10k to 100k"), (499_999, "100k to 500k"),
        (500_000, "500k to 1m"), (1_000_000, "1m to 10m"), (10_000_000, "1m to 10m"), (10_000_001, "over 10m"),
    ],
)  # fmt: skip
def test_organisations_have_the_band_and_year_that_their_register_says(
    tmp_path: Path, capsys, income: int, band: str
) -> None:
    known = add_organisation(
        name="Harbour Trust", series="demonstration", source="DEMO", confidence="solid",
        identifiers=[Identifier("GB-CHC", "9900001")],
    )  # fmt: skip
    later = add_organisation(name="Nova", series="demonstration", source="DEMO", confidence="solid")
    path = charities(
        tmp_path, charity(9900001, "Harbour Trust", latest_income=income),
        charity(9900002, "Nova", latest_income=income, latest_acc_fin_period_end_date="2025-12-31T00:00:00"),
    )  # fmt: skip
    assert "1 organisations that the portal knows were changed" in loaded(capsys, path)
    known.refresh_from_db()
    assert (known.income_band, known.income_year, known.legal_form) == (band, "2025-26", "charitable company")
    add_identifier(organisation=later, identifier=Identifier("GB-CHC", "9900002"), source="DEMO", confidence="solid")
    again = Organisation.objects.get(pk=later.pk)
    assert (again.income_band, again.income_year) == (later.income_band, later.income_year) == (band, "2025-26")


def test_what_fails_at_the_end_leaves_nothing_behind(tmp_path: Path, monkeypatch) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("in the middle")

    path = charities(tmp_path, charity(9900001, "Harbour Trust"))
    monkeypatch.setattr("providers.actions.registers.lead", broken)
    with pytest.raises(RuntimeError):
        import_register(path=path, series="demonstration", today=dt.date(2026, 11, 26))
    assert not RegisterName.objects.filter(series="demonstration").exists()


def test_memory_does_not_grow_with_the_file(tmp_path: Path, capsys, monkeypatch) -> None:
    """Rows are read as they are taken: never more than a batch of them is in hand."""
    monkeypatch.setattr(staging, "BATCH_ROWS", 10)
    taken: list[int] = []
    real = staging._batches

    def watched(*arguments):
        for batch in real(*arguments):
            taken.append(len(batch[0]))
            yield batch

    monkeypatch.setattr(staging, "_batches", watched)
    loaded(capsys, charities(tmp_path, *(charity(9900000 + n, f"Charity {n}") for n in range(95))))
    assert taken == [10] * 9 + [5]
