"""Which tables and columns does a return have, in which order, and what may stand in a cell?

The one definition: templates, readers, staging, rules, digest and help pages all follow it. Codes are named
by their list: those of the form are in ``codes``, those of areas and KPIs in the database.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from .codes import CODE_LISTS


class Kind(StrEnum):
    """What a cell holds; the rules of group V follow from it."""

    TEXT = "text"
    CODE = "code"
    CODES = "codes"  # several codes with ; between
    AMOUNT = "amount"  # pounds
    NUMBER = "number"  # plain digits with at most two decimals, no unit
    PERCENT = "percent"  # 25 means 25 %
    INTEGER = "integer"
    DATE = "date"
    QUARTER = "quarter"
    BODY = "body"
    REFERENCE = "reference"
    TIER = "tier"
    YESNO = "yesno"
    ORG_ID = "org_id"
    CHARITY_NUMBER = "charity_number"
    COMPANY_NUMBER = "company_number"
    CONTROL_VALUE = "control_value"  # what it holds depends on the name beside it: CONTROL_KINDS


CONTROL_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "nil": Kind.YESNO,
        "rows": Kind.INTEGER,
        "total_tier_2": Kind.AMOUNT,
        "income": Kind.AMOUNT,
        "expected_caseload": Kind.INTEGER,
        "actual_caseload": Kind.INTEGER,
    }
)

# How long a cell may be where the kind alone decides it (characters). Generous where another rule judges the figure
# itself: an amount of thirteen digits has to reach V03, and not stop at V09.
LENGTHS: Mapping[Kind, int] = MappingProxyType(
    {
        Kind.CODE: 60,
        Kind.CODES: 1000,
        Kind.AMOUNT: 40,
        Kind.NUMBER: 40,
        Kind.PERCENT: 20,
        Kind.INTEGER: 40,
        Kind.DATE: 40,
        Kind.QUARTER: 20,
        Kind.BODY: 20,
        Kind.REFERENCE: 60,
        Kind.TIER: 20,
        Kind.YESNO: 20,
        Kind.ORG_ID: 60,
        Kind.CHARITY_NUMBER: 20,
        Kind.COMPANY_NUMBER: 20,
        Kind.CONTROL_VALUE: 40,
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of the return.

    ``required``: the header has to be there. ``needed``: every row has to fill it; a column can be required and yet
    blank in some rows (amounts that are not disclosed). ``core``: part of the basic template. ``codes``: a name in
    ``CODE_LISTS`` or ``DATABASE_CODE_LISTS``. ``line_breaks``: may hold them. ``max_length`` counts characters after
    trimming.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    needed: bool = False
    core: bool = False
    codes: str | None = None
    max_length: int = 0
    line_breaks: bool = False

    def __post_init__(self) -> None:
        if not self.max_length:
            object.__setattr__(self, "max_length", LENGTHS[self.kind])

    @property
    def choices(self) -> tuple[str, ...] | None:
        """The codes that the form fixes; ``None`` where there are none or the database holds them."""
        return CODE_LISTS.get(self.codes) if self.codes else None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the return: its columns in the order of templates, staging and digest."""

    name: str
    title: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in our order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name. Raises ``KeyError`` where the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def _core(name: str, kind: Kind, text: str, **more) -> Column:
    return Column(name, kind, text, core=True, **more)


def _always(name: str, kind: Kind, text: str, **more) -> Column:
    return Column(name, kind, text, core=True, required=True, needed=True, **more)


FUNDING = Table(
    "funding",
    "Funding: one row for each agreement",
    (
        _always("reporting_body", Kind.BODY, "Code of the reporting body, such as C01; one body in a file."),
        _always("quarter", Kind.QUARTER, "The quarter, such as 2018-19 Q1; one quarter in a file."),
        _always(
            "agreement_ref",
            Kind.REFERENCE,
            "Your own reference of the agreement: 1 to 60 of letters, digits and - _ / . beginning with a letter or "
            "digit; unique in the return and the same every quarter.",
        ),
        _core(
            "upstream_ref",
            Kind.REFERENCE,
            "From tier 3: the agreement_ref, in the same return, of the agreement one tier up. Blank at tier 2.",
        ),
        _always("tier", Kind.TIER, "2 where the reporting body funds directly, 3 one step further down, and so on."),
        _always("provider_name", Kind.TEXT, "Name of the organisation funded, as registered.", max_length=200),
        _core(
            "charity_number",
            Kind.CHARITY_NUMBER,
            "England and Wales digits, or Scottish (SC) or Northern Irish (NIC) number.",
        ),
        _core(
            "company_number",
            Kind.COMPANY_NUMBER,
            "Eight characters of the companies or mutuals register, with leading zeros.",
        ),
        _always(
            "service_category",
            Kind.CODE,
            "The main service, one code; others go to other_categories.",
            codes="service_category",
        ),
        _always(
            "service_summary",
            Kind.TEXT,
            "What is provided and for whom. No personal data and no address of a refuge.",
            max_length=500,
            line_breaks=True,
        ),
        _always(
            "area",
            Kind.CODES,
            "Police force area codes with ; between, or ALL for every area of the body on the last day of the quarter.",
            codes="area",
        ),
        _always("funding_type", Kind.CODE, "On which terms the money is paid.", codes="funding_type"),
        _always("start_date", Kind.DATE, "First day of the agreement, such as 2018-04-01."),
        _core("end_date", Kind.DATE, "Last day of the agreement; may lie in the future, or be blank where it is open."),
        _core(
            "amount_paid_gbp",
            Kind.AMOUNT,
            "Cash paid in the quarter without recoverable VAT, in pounds; 0 is a value. "
            "Blank only where amount_status says why.",
            required=True,
        ),
        _core(
            "amount_to_date_gbp",
            Kind.AMOUNT,
            "Paid since the start: last published to date, or the opening figure, plus this quarter and the "
            "prior-period adjustment.",
            required=True,
        ),
        Column(
            "amount_status",
            Kind.CODE,
            "Blank means known. not-disclosed and withheld leave the amounts blank; the latter needs a request.",
            codes="amount_status",
        ),
        Column("agreement_value_gbp", Kind.AMOUNT, "Value of the agreement over its whole life."),
        Column("opening_to_date_gbp", Kind.AMOUNT, "Paid before the first published quarter of this agreement."),
        Column(
            "prior_period_adjustment_gbp",
            Kind.AMOUNT,
            "Correction of earlier quarters that is part of the amount to date.",
        ),
        Column(
            "adjustment_kind",
            Kind.CODE,
            "Why an amount is negative or an earlier quarter adjusted.",
            codes="adjustment_kind",
        ),
        Column("reverses_ref", Kind.TEXT, "Quarter and agreement adjusted, such as 2018-19 Q1/REF.", max_length=80),
        Column(
            "variation_ref", Kind.TEXT, "Your reference of the variation that changed dates or value.", max_length=60
        ),
        Column(
            "no_number_reason", Kind.CODE, "Why there is neither charity nor company number.", codes="no_number_reason"
        ),
        Column(
            "other_id",
            Kind.ORG_ID,
            "Another identifier in org-id style: a list code such as GB-MPR, a hyphen and the number.",
        ),
        Column("role", Kind.CODE, "The provider's part in the chain.", codes="role"),
        Column("other_categories", Kind.CODES, "Further services, codes with ; between.", codes="service_category"),
        Column("cohorts", Kind.CODES, "Groups of people served, codes with ; between.", codes="cohort"),
        Column("specialist", Kind.YESNO, "yes where the service is designed for those groups, otherwise no."),
        Column("led_by", Kind.CODES, "Groups that lead the organisation, codes with ; between.", codes="led_by"),
        Column("setting", Kind.CODE, "Where the service is given.", codes="setting"),
        Column("funding_stream", Kind.CODE, "Which of the body's own income pays for it.", codes="funding_stream"),
        Column(
            "contract_form",
            Kind.CODE,
            "Form of the agreement; ispa is the industry standard partnership agreement.",
            codes="contract_form",
        ),
        Column("results_share_pct", Kind.PERCENT, "Part of the value that depends on results: 25 means 25 %."),
        Column("notice_days", Kind.INTEGER, "Notice to end the agreement, in days."),
        Column("payment_days", Kind.INTEGER, "Agreed time for paying an invoice, in days."),
        Column("owed_gbp", Kind.AMOUNT, "Invoiced and not paid at the end of the quarter."),
        Column("overdue_gbp", Kind.AMOUNT, "Part of it that is overdue at the end of the quarter."),
        Column("co_funder", Kind.ORG_ID, "Org-id of another funder of the same service."),
        Column("co_funded_gbp", Kind.AMOUNT, "Paid by that other funder in the quarter."),
        Column(
            "continues_from",
            Kind.TEXT,
            "trust-contract, new, or the agreement_ref that this one continues.",
            max_length=60,
        ),
        Column(
            "people_supported",
            Kind.INTEGER,
            "Different people supported in the quarter; 1 to 4 is published as suppressed.",
        ),
        Column(
            "referrals_received", Kind.INTEGER, "Referrals received in the quarter; 1 to 4 is published as suppressed."
        ),
        Column(
            "explanation_code",
            Kind.CODES,
            "Public answer to the warnings of the row, codes with ; between.",
            codes="explanation_code",
        ),
        Column(
            "explanation_note",
            Kind.TEXT,
            "Note for the people of the return; public only when a second person has cleared it.",
            max_length=1000,
            line_breaks=True,
        ),
    ),
)

KPI = Table(
    "kpi",
    "KPI contributions: one row for each KPI and agreement, and one for the body's own total",
    (
        _always("reporting_body", Kind.BODY, "Code of the reporting body, the same as in the funding table."),
        _always("quarter", Kind.QUARTER, "The quarter, the same as in the funding table."),
        _always("kpi_code", Kind.CODE, "Code of a KPI in force for this body in the quarter.", codes="kpi"),
        _core(
            "agreement_ref", Kind.REFERENCE, "The agreement that contributed; blank in the row of the body's own total."
        ),
        _always(
            "numerator", Kind.NUMBER, "How much of the KPI's numerator; a whole number where the KPI counts people."
        ),
        _core("denominator", Kind.NUMBER, "Needed in the body's own total; optional in a contribution."),
        _core("note", Kind.TEXT, "What a reader should know about the figure.", max_length=500, line_breaks=True),
    ),
)

OWN_DELIVERY = Table(
    "own_delivery",
    "Own delivery: what the body delivers itself",
    (
        _always("reporting_body", Kind.BODY, "Code of the reporting body, the same as in the funding table."),
        _always("quarter", Kind.QUARTER, "The quarter, the same as in the funding table."),
        _always("service_category", Kind.CODE, "The service, one code.", codes="service_category"),
        _always("area", Kind.CODES, "Police force area codes with ; between, or ALL.", codes="area"),
        _core("amount_gbp", Kind.AMOUNT, "Cost of delivering it in the quarter, in pounds.", required=True),
        _core("amount_status", Kind.CODE, "Blank means known.", codes="amount_status"),
    ),
)

CONTROL = Table(
    "control",
    "Control figures: a name and a value in each row",
    (
        _always("name", Kind.CODE, "Which figure.", codes="control_name"),
        _core("value", Kind.CONTROL_VALUE, "The figure: yes or no for nil, plain digits otherwise.", required=True),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in (FUNDING, KPI, OWN_DELIVERY, CONTROL)})


def template_csv(table: str, *, full: bool = False) -> str:
    """The header row of an empty template of a table: its core columns, or all of them where ``full``.

    Ends in CRLF, as spreadsheet programs write it. Raises ``KeyError`` for an unknown table.
    """
    text = io.StringIO()
    csv.writer(text).writerow([column.name for column in TABLES[table].columns if full or column.core])
    return text.getvalue()
