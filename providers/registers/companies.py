"""What is taken of Companies House's basic company data?

The file holds the companies that are alive: one that is missing may be dissolved, so the copy is not complete. Names
of its columns are those of Companies House, of which some begin with a space.
"""

import re

from providers.identifiers import COMPANY
from providers.names import folded

from .differences import Difference, names
from .kinds import Kind, Row
from .values import array, day, name, org_id, text, word

EXPLAINED = re.compile(r"PRIV?[ /].*?\((.+)\)")
PREVIOUS = tuple(f"PreviousName_{number}.CompanyName" for number in range(1, 11))


def read_company(row: Row) -> tuple[str, ...]:
    """A company, with its former names and where its registered office is, as town and postcode area."""
    called, number, town, postcode, form, status, dissolved, incorporated, *former = row
    called, number = name(called), org_id(f"{COMPANY}-{number.strip()}")
    area = postcode.strip().partition(" ")[0].rstrip("0123456789")
    places = list(dict.fromkeys(filter(None, (text(town, "RegAddress.PostTown", 120), area.upper()[:4]))))
    before = list(dict.fromkeys(text(cell, "a former name") for cell in former if cell.strip()))
    return (
        number, called, folded(called), word(status, "CompanyStatus", 80), _form(word(form, "CompanyCategory", 100)),
        day(incorporated, "IncorporationDate"), day(dissolved, "DissolutionDate"), array(places), array(before),
        array([folded(one) for one in before]),
    )  # fmt: skip


def _form(category: str) -> str:
    """The category in words; two of them begin with abbreviations and have the words in brackets."""
    explained = EXPLAINED.fullmatch(category)
    return (explained[1] if explained else category).lower()[:80]


KIND = Kind(
    what="Companies House’s basic company data",
    scheme="GB-COH",
    table="",
    fields=(
        "CompanyName", "CompanyNumber", "RegAddress.CareOf", "RegAddress.POBox", "RegAddress.AddressLine1",
        "RegAddress.AddressLine2", "RegAddress.PostTown", "RegAddress.County", "RegAddress.Country",
        "RegAddress.PostCode", "CompanyCategory", "CompanyStatus", "CountryOfOrigin", "DissolutionDate",
        "IncorporationDate", "Accounts.AccountRefDay", "Accounts.AccountRefMonth", "Accounts.NextDueDate",
        "Accounts.LastMadeUpDate", "Accounts.AccountCategory", "Returns.NextDueDate", "Returns.LastMadeUpDate",
        "Mortgages.NumMortCharges", "Mortgages.NumMortOutstanding", "Mortgages.NumMortPartSatisfied",
        "Mortgages.NumMortSatisfied", "SICCode.SicText_1", "SICCode.SicText_2", "SICCode.SicText_3",
        "SICCode.SicText_4", "LimitedPartnerships.NumGenPartners", "LimitedPartnerships.NumLimPartners", "URI",
        *(f"PreviousName_{number}.{what}" for number in range(1, 11) for what in ("CONDATE", "CompanyName")),
        "ConfStmtNextDueDate", "ConfStmtLastMadeUpDate",
    ),
    takes=(
        "Taken: number, name, category, status, days of incorporation and dissolution, former names, town and postcode"
        " area. Addresses and all other columns are not kept."
    ),
    source="Companies House, free company data product",
    needed=(
        "CompanyName", "CompanyNumber", "RegAddress.PostTown", "RegAddress.PostCode", "CompanyCategory",
        "CompanyStatus", "DissolutionDate", "IncorporationDate", *PREVIOUS,
    ),
    read=read_company,
    staged=(
        ("org_id", "text"), ("name", "text"), ("folded", "text"), ("status", "text"), ("legal_form", "text"),
        ("registered_on", "date"), ("removed_on", "date"), ("places", "varchar[]"), ("former", "text[]"),
        ("former_folded", "text[]"),
    ),
    once=("org_id",),
    differences=(
        Difference(
            "numbers",
            "providers_registerentry",
            ("org_id",),
            ("listed", "name", "status", "legal_form", "registered_on", "removed_on", "places"),
            """
            SELECT org_id, true AS listed, name, coalesce(status, '') AS status,
                   coalesce(legal_form, '') AS legal_form, registered_on, removed_on, places FROM staged
            """,
            ours="starts_with(t.org_id, 'GB-COH-') AND t.listed",
            # It is not known on which day, nor whether it was dissolved: so it is only no longer among the living.
            gone="listed = false, status = 'gone from the list by ' || %(as_at)s",
            new=(("successor", "''"),),
        ),
        names(
            "company",
            """
            SELECT org_id, 0 AS part, 'registered' AS kind, name AS text, folded FROM staged
            UNION ALL
            SELECT org_id, 0, 'former', f.text, f.folded
            FROM staged, unnest(former, former_folded) AS f (text, folded)
            """,
            # A company that is gone keeps the names by which it can be found.
            of="EXISTS (SELECT FROM staged AS s WHERE s.org_id = t.org_id)",
        ),
    ),
)  # fmt: skip
