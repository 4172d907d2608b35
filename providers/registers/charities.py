"""What is taken of the tables of the Charity Commission's public extract?

Field names are those of the Commission. A linked charity is a part: its names are kept, under the number that it
shares, and nothing else of it. Trustees, addresses, telephones and mail are never taken.
"""

import re

from providers.identifiers import InvalidNumber, parse_company_number
from providers.names import folded

from .differences import Difference, links, mergers, names
from .findings import Faulty, NotTaken
from .kinds import EXTRACTED, Aside, Kind, Row
from .values import charity_number, day, name, pounds, text, whole, word

COMMISSION = "Charity Commission for England and Wales, public extract"
WHOSE = ("organisation_number", "registered_charity_number", "linked_charity_number")
NAME_KINDS = {"working name": "working", "previous name": "former"}
FORMS = {"cio": "charitable incorporated organisation"}
# Events after which another charity goes on; "asset transfer in" is told by the other side.
ENDINGS = re.compile(r"amalgam|merge|remov|asset transfer out", re.IGNORECASE)
OF_COMMISSION = "starts_with(t.org_id, 'GB-CHC-')"
UNKNOWN = Aside(
    "its number is not in the list of numbers that is loaded",
    "NOT EXISTS (SELECT FROM providers_registerentry AS e WHERE e.series = %(series)s AND e.org_id = staged.org_id)",
    "org_id",
    leave_out=True,
)


def read_charity(row: Row) -> tuple[str, ...]:
    """A charity or one of its parts, as it stands in the register."""
    number, part, called, form, status, registered, removed, year_end, income, company = row
    form = word(form, "charity_type", 80).lower()
    called = name(called)
    stated, company_id = _company(company)
    return (
        charity_number(number),
        str(whole(part, "linked_charity_number")),
        called,
        folded(called),
        word(status, "charity_registration_status", 80),
        FORMS.get(form, form),
        day(registered, "date_of_registration"),
        day(removed, "date_of_removal"),
        pounds(income, "latest_income"),
        day(year_end, "latest_acc_fin_period_end_date"),
        stated,
        company_id,
    )


def _company(cell: object) -> tuple[str, str]:
    """The company number as it was given, and as an org-id where it is one. The field loses leading zeros."""
    if cell is None:
        return "", ""
    stated = text(str(cell) if type(cell) is int else cell, "charity_company_registration_number", 60)
    if not stated:
        return "", ""
    try:
        return stated, parse_company_number(stated.zfill(8) if stated.isdigit() else stated).org_id
    except InvalidNumber:
        return stated, ""


# The newest year is the one that counts, whichever table tells it.
EARLIER = "s.income_gbp IS NULL OR s.income_year_end IS NULL OR e.income_year_end > s.income_year_end"
CHARITIES = Kind(
    what="the Charity Commission’s table charity",
    scheme="GB-CHC",
    table="",
    fields=(
        EXTRACTED, *WHOSE, "charity_name", "charity_type", "charity_registration_status", "date_of_registration",
        "date_of_removal", "charity_reporting_status", "latest_acc_fin_period_start_date",
        "latest_acc_fin_period_end_date", "latest_income", "latest_expenditure", "charity_contact_address1",
        "charity_contact_address2", "charity_contact_address3", "charity_contact_address4", "charity_contact_address5",
        "charity_contact_postcode", "charity_contact_phone", "charity_contact_email", "charity_contact_web",
        "charity_company_registration_number", "charity_insolvent", "charity_in_administration",
        "charity_previously_excepted", "charity_is_cdf_or_cif", "charity_is_cio", "cio_is_dissolved",
        "date_cio_dissolution_notice", "charity_activities", "charity_gift_aid", "charity_has_land",
    ),
    takes=(
        "Taken: number, name, status, kind, days of registration and removal, income with its year, and company number."
        " Addresses, telephones, mail and all other fields are not kept."
    ),
    source=COMMISSION,
    needed=(
        *WHOSE[1:], "charity_name", "charity_type", "charity_registration_status", "date_of_registration",
        "date_of_removal", "latest_acc_fin_period_end_date", "latest_income", "charity_company_registration_number",
    ),
    read=read_charity,
    staged=(
        ("org_id", "text"), ("part", "integer"), ("name", "text"), ("folded", "text"), ("status", "text"),
        ("legal_form", "text"), ("registered_on", "date"), ("removed_on", "date"), ("income_gbp", "bigint"),
        ("income_year_end", "date"), ("company", "text"), ("company_id", "text"),
    ),
    once=("org_id", "part"),
    asides=(
        Aside(
            "a company number is none that its register gives, so the charity is taken without it",
            "company IS NOT NULL AND company_id IS NULL",
            "org_id || ' ' || company",
        ),
    ),
    differences=(
        Difference(
            "numbers",
            "providers_registerentry",
            ("org_id",),
            ("listed", "name", "status", "legal_form", "registered_on", "removed_on", "income_gbp", "income_year_end"),
            f"""
            SELECT s.org_id, true AS listed, s.name, coalesce(s.status, '') AS status,
                   coalesce(s.legal_form, '') AS legal_form, s.registered_on, s.removed_on,
                   CASE WHEN {EARLIER} THEN e.income_gbp ELSE s.income_gbp END AS income_gbp,
                   CASE WHEN {EARLIER} THEN e.income_year_end ELSE s.income_year_end END AS income_year_end
            FROM staged AS s LEFT JOIN providers_registerentry AS e ON e.series = %(series)s AND e.org_id = s.org_id
            WHERE s.part = 0
            """,  # noqa: S608 - our own words
            ours=f"{OF_COMMISSION} AND t.listed",
            new=(("successor", "''"), ("places", "'{}'")),
        ),
        names("charity", "SELECT org_id, part, 'registered' AS kind, name AS text, folded FROM staged"),
        links("charity", "SELECT org_id AS one, company_id AS other FROM staged WHERE part = 0 AND company_id <> ''"),
    ),
    complete=True,
)  # fmt: skip


def read_other_name(row: Row) -> tuple[str, ...]:
    """A working or former name of a charity or of one of its parts."""
    number, part, what, called = row
    kind = NAME_KINDS.get(what.strip().lower()) if isinstance(what, str) else None
    if kind is None:
        raise Faulty("charity_name_type is neither working nor previous name", what)
    called = name(called)
    return charity_number(number), str(whole(part, "linked_charity_number")), kind, called, folded(called)


OTHER_NAMES = Kind(
    what="the Charity Commission’s table charity_other_names",
    scheme="GB-CHC",
    table="charity_other_names",
    fields=(EXTRACTED, *WHOSE, "charity_name_id", "charity_name_type", "charity_name"),
    takes="Taken: the working and former names of charities and their parts.",
    source=COMMISSION,
    needed=("registered_charity_number", "linked_charity_number", "charity_name_type", "charity_name"),
    read=read_other_name,
    staged=(("org_id", "text"), ("part", "integer"), ("kind", "text"), ("name", "text"), ("folded", "text")),
    once=("org_id", "part", "kind", "name"),
    differences=(names("charity_other_names", "SELECT org_id, part, kind, name AS text, folded FROM staged"),),
)


def read_area(row: Row) -> tuple[str, ...]:
    """An area where a charity works."""
    number, part, area = row
    if whole(part, "linked_charity_number"):
        raise NotTaken("it is about a part of a charity")
    return charity_number(number), text(area, "geographic_area_description", 120, required=True)


AREAS = Kind(
    what="the Charity Commission’s table charity_area_of_operation",
    scheme="GB-CHC",
    table="charity_area_of_operation",
    fields=(
        EXTRACTED, *WHOSE, "geographic_area_type", "geographic_area_description", "parent_geographic_area_type",
        "parent_geographic_area_description", "welsh_ind",
    ),
    takes="Taken: the areas where charities work, beside their numbers.",
    source=COMMISSION,
    needed=("registered_charity_number", "linked_charity_number", "geographic_area_description"),
    read=read_area,
    staged=(("org_id", "text"), ("place", "text")),
    asides=(UNKNOWN,),
    differences=(
        Difference(
            "places",
            "providers_registerentry",
            ("org_id",),
            ("places",),
            f"""
            SELECT t.org_id, coalesce(p.places, '{{}}')::varchar[] AS places
            FROM providers_registerentry AS t LEFT JOIN (
                SELECT org_id, array_agg(DISTINCT place ORDER BY place) AS places FROM staged GROUP BY org_id
            ) AS p USING (org_id) WHERE t.series = %(series)s AND {OF_COMMISSION}
            """,  # noqa: S608 - our own words
            gone=None,
            adds=False,
        ),
    ),
    beside_list=True,
)  # fmt: skip


def read_year(row: Row) -> tuple[str, ...]:
    """The income of a charity in one financial year."""
    number, year_end, income, suppressed = row
    if suppressed in (1, True, "1", "True", "true"):
        raise NotTaken("the Commission suppresses the figures of that year")
    if income is None or income == "" or not year_end:
        raise NotTaken("no income is given for the year")
    return charity_number(number), day(year_end, "fin_period_end_date"), pounds(income, "total_gross_income")


YEARS = Kind(
    what="the Charity Commission’s table charity_annual_return_history",
    scheme="GB-CHC",
    table="charity_annual_return_history",
    fields=(
        EXTRACTED, *WHOSE[:2], "fin_period_start_date", "fin_period_end_date", "ar_cycle_reference",
        "reporting_due_date", "date_annual_return_received", "date_accounts_received", "total_gross_income",
        "total_gross_expenditure", "accounts_qualified", "suppression_ind", "suppression_type",
    ),
    takes="Taken: the income of the newest year, beside the numbers of charities.",
    source=COMMISSION,
    needed=("registered_charity_number", "fin_period_end_date", "total_gross_income", "suppression_ind"),
    read=read_year,
    staged=(("org_id", "text"), ("income_year_end", "date"), ("income_gbp", "bigint")),
    asides=(UNKNOWN,),
    differences=(
        Difference(
            "incomes",
            "providers_registerentry",
            ("org_id",),
            ("income_gbp", "income_year_end"),
            """
            SELECT DISTINCT ON (s.org_id) s.org_id, s.income_gbp, s.income_year_end
            FROM staged AS s JOIN providers_registerentry AS e ON e.series = %(series)s AND e.org_id = s.org_id
            WHERE s.income_year_end >= coalesce(e.income_year_end, s.income_year_end)
            ORDER BY s.org_id, s.income_year_end DESC, s.row
            """,
            gone=None,
            adds=False,
        ),
    ),
    beside_list=True,
)  # fmt: skip


def read_event(row: Row) -> tuple[str, ...]:
    """An event after which another charity goes on."""
    number, part, called, kind, reason, on, other = row
    if not ENDINGS.search(f"{text(kind, 'event_type')} {text(reason, 'reason')}") or "transfer in" in kind.lower():
        raise NotTaken("it is no removal, amalgamation, merger or transfer")
    if other in (None, "", 0):
        raise NotTaken("it names no charity that goes on")
    if whole(part, "linked_charity_number"):
        raise NotTaken("it is about a part of a charity")
    return charity_number(number), charity_number(other), name(called), day(on, "date_of_event")


EVENTS = Kind(
    what="the Charity Commission’s table charity_event_history",
    scheme="GB-CHC",
    table="charity_event_history",
    fields=(
        EXTRACTED, *WHOSE, "charity_name", "charity_event_order", "event_type", "date_of_event", "reason",
        "assoc_organisation_number", "assoc_registered_charity_number", "assoc_charity_name",
    ),
    takes=(
        "Taken: into which charity one went that was removed, where an event of removal, amalgamation, merger or"
        " transfer names it and the register of mergers does not."
    ),
    source=COMMISSION,
    needed=(
        *WHOSE[1:], "charity_name", "event_type", "reason", "date_of_event", "assoc_registered_charity_number",
    ),
    read=read_event,
    staged=(("org_id", "text"), ("successor", "text"), ("name", "text"), ("merged_on", "date")),
    differences=(
        mergers("charity_event_history", "SELECT org_id, successor, name, merged_on FROM staged"),
    ),
    beside_list=True,
)  # fmt: skip
