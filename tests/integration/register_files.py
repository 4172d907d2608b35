"""How are files of registers made as they are published, with invented contents?"""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

EXTRACTED = "2026-11-01T00:00:00"
MERGERS = (
    "transferor_name", "transferor_regno", "transferor_subno", "transferee_name", "transferee_regno",
    "transferee_subno", "date_vesting_declaration", "date_property_transferred", "date_merger_registered",
)  # fmt: skip


def as_published(rows: Sequence[dict[str, Any]], day: str = EXTRACTED) -> str:
    """One object a line, commas first, and the day of the extract in each row."""
    objects = [json.dumps({"date_of_extract": day} | row, separators=(",", ":"), ensure_ascii=False) for row in rows]
    return "\ufeff[" + "\n,".join(objects) + "\n]"


def zipped(folder: Path, table: str, text: str) -> Path:
    """A zip with the one file, both named as the Commission names them."""
    path = folder / f"publicextract.{table}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"publicextract.{table}.json", text.encode())
    return path


def other_name(number: int, name: str, kind: str = "Working name", part: int = 0) -> dict[str, Any]:
    """A row of charity_other_names."""
    return {
        "organisation_number": number,
        "registered_charity_number": number,
        "linked_charity_number": part,
        "charity_name_id": 1,
        "charity_name_type": kind,
        "charity_name": name,
    }


def other_names(folder: Path, *rows: dict[str, Any], day: str = EXTRACTED) -> Path:
    """The zipped table of those rows."""
    return zipped(folder, "charity_other_names", as_published(rows, day))


def table(path: Path, header: Sequence[str], *rows: Sequence[object]) -> Path:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def merger(
    old: object, new: object, day: str = "2015-04-01", *, part: object = 0, into_part: object = 0
) -> tuple[object, ...]:
    """A row of the register of mergers."""
    midnight = f"{day} 00:00:00"
    return f"Old {old}", old, part, f"New {new}", new, into_part, "", midnight, midnight


def mergers(folder: Path, *rows: Sequence[object]) -> Path:
    """The register of mergers with those rows."""
    return table(folder / "mergers.csv", MERGERS, *rows)


def charity(number: int, name: str, **more: Any) -> dict[str, Any]:
    """A row of the table charity, with all fields that are published."""
    return {
        "organisation_number": number,
        "registered_charity_number": number,
        "linked_charity_number": 0,
        "charity_name": name,
        "charity_type": "Charitable company",
        "charity_registration_status": "Registered",
        "date_of_registration": "2001-02-03T00:00:00",
        "date_of_removal": None,
        "charity_reporting_status": "Submission Received",
        "latest_acc_fin_period_start_date": "2025-04-01T00:00:00",
        "latest_acc_fin_period_end_date": "2026-03-31T00:00:00",
        "latest_income": 123456.0,
        "latest_expenditure": 120000.0,
        "charity_contact_address1": "1 Invented Street",
        "charity_contact_address2": None,
        "charity_contact_address3": None,
        "charity_contact_address4": None,
        "charity_contact_address5": None,
        "charity_contact_postcode": "ZZ99 9ZZ",
        "charity_contact_phone": "01632 960000",
        "charity_contact_email": "nobody@charity.invalid",
        "charity_contact_web": None,
        "charity_company_registration_number": None,
        "charity_insolvent": False,
        "charity_in_administration": False,
        "charity_previously_excepted": None,
        "charity_is_cdf_or_cif": None,
        "charity_is_cio": False,
        "cio_is_dissolved": None,
        "date_cio_dissolution_notice": None,
        "charity_activities": "Supports people who leave prison, and their families.",
        "charity_gift_aid": True,
        "charity_has_land": False,
    } | more


def charities(folder: Path, *rows: dict[str, Any], day: str = EXTRACTED) -> Path:
    """The zipped table charity with those rows."""
    return zipped(folder, "charity", as_published(rows, day))


COMPANY_COLUMNS = (
    "CompanyName", " CompanyNumber", "RegAddress.CareOf", "RegAddress.POBox", "RegAddress.AddressLine1",
    " RegAddress.AddressLine2", "RegAddress.PostTown", "RegAddress.County", "RegAddress.Country", "RegAddress.PostCode",
    "CompanyCategory", "CompanyStatus", "CountryOfOrigin", "DissolutionDate", "IncorporationDate",
    "Accounts.AccountRefDay", "Accounts.AccountRefMonth", "Accounts.NextDueDate", "Accounts.LastMadeUpDate",
    "Accounts.AccountCategory", "Returns.NextDueDate", "Returns.LastMadeUpDate", "Mortgages.NumMortCharges",
    "Mortgages.NumMortOutstanding", "Mortgages.NumMortPartSatisfied", "Mortgages.NumMortSatisfied",
    "SICCode.SicText_1", "SICCode.SicText_2", "SICCode.SicText_3", "SICCode.SicText_4",
    "LimitedPartnerships.NumGenPartners", "LimitedPartnerships.NumLimPartners", "URI", "PreviousName_1.CONDATE",
    " PreviousName_1.CompanyName",
    *(f" PreviousName_{n}.{what}" for n in range(2, 11) for what in ("CONDATE", "CompanyName")),
    "ConfStmtNextDueDate", " ConfStmtLastMadeUpDate",
)  # fmt: skip


def company(number: str, name: str, **more: str) -> list[str]:
    """A row of the basic company data; ``more`` by column, dots and spaces left out."""
    usual = {
        "CompanyName": name, "CompanyNumber": number, "RegAddress.PostTown": "TESTFORD",
        "RegAddress.PostCode": "ZZ9 9ZZ", "CompanyStatus": "Active", "IncorporationDate": "28/02/2001",
        "CompanyCategory": "PRI/LTD BY GUAR/NSC (Private, limited by guarantee, no share capital)",
    }  # fmt: skip
    cells = usual | {key.replace("__", "."): value for key, value in more.items()}
    return [cells.get(column.strip(), "") for column in COMPANY_COLUMNS]


def companies(folder: Path, *rows: Sequence[str], day: str = "2026-11-01") -> Path:
    """The basic company data as one file of a day."""
    return table(folder / f"BasicCompanyDataAsOneFile-{day}.csv", COMPANY_COLUMNS, *rows)
