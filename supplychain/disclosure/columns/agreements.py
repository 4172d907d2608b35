"""What is published of each agreement: its terms and amounts, what it contributed, and the flows they make up?"""

from supplychain.disclosure.columns.everywhere import BODY_CODE, MONEY_RULE, PUBLICATION, QUARTER, RETURN_KIND
from supplychain.disclosure.tables import Column, ForeignKey, Table, by_bytes, status_of

SUPPLY_CHAIN = Table(
    name="supply-chain",
    title="Supply chain",
    description="One row per agreement of the quarter: who pays whom for what, where and on which terms.",
    rows=f"supplychain_frozenline AS r {PUBLICATION}",
    order=by_bytes("r.body_code", "r.agreement_ref"),
    primary_key=("body_code", "agreement_ref"),
    foreign_keys=(ForeignKey(("body_code",), "bodies", ("code",)), ForeignKey(("provider_id",), "providers", ("id",))),
    columns=(
        QUARTER,
        Column(
            "version", "count", "Version",
            "Version of the disclosure; a correction is a new version of the same quarter.",
            "p.version", required=True, minimum=1,
        ),
        BODY_CODE,
        Column("body_name", "text", "Name of the reporting body", "Name of the reporting body.", required=True),
        Column(
            "body_kind", "code", "Kind of reporting body",
            "Generation of reporting body.",
            enum=("crc", "nps", "region", "demonstration"), required=True,
        ),
        Column(
            "owner_name", "text", "Owner",
            "Who owned the reporting body on the last day of the quarter; empty where it has no owner or none is "
            "known.",
        ),
        Column(
            "agreement_ref", "code", "Agreement",
            "The body's own reference of the agreement, the same every quarter.",
            required=True,
        ),
        Column(
            "upstream_ref", "code", "Upstream agreement",
            "Reference of the agreement one tier up from which this one is paid; empty at tier 2.",
        ),
        Column(
            "tier", "count", "Tier",
            "Depth in the chain: whoever the reporting body pays is tier 2, whoever they pay is tier 3, and so on.",
            required=True, minimum=2,
        ),
        Column(
            "role", "code", "Role",
            "Role of the provider in the chain, where the return states it.",
            enum=("prime", "managing-agent", "specialist", "local"),
        ),
        Column(
            "payer_id", "code", "Payer",
            "Identifier of the organisation that pays: the body's own at tier 2, else the provider of the upstream "
            "agreement. Empty where withheld.",
        ),
        Column(
            "payer_name", "text", "Name of the payer",
            "Name of the organisation that pays; [w] where it is withheld.",
        ),
        Column(
            "provider_id", "code", "Provider",
            "Identifier of the organisation that is paid (org-id of its first known number, else a portal id XP-). "
            "Empty where withheld.",
        ),
        Column(
            "provider_name", "text", "Name of the provider",
            "Name of the organisation that is paid, as it stood when the version was built; [w] where it is withheld.",
        ),
        Column(
            "charity_number", "code", "Charity number",
            "The provider's charity number; Scottish ones start with SC, Northern Irish ones with NIC.",
        ),
        Column("company_number", "code", "Company number", "The provider's number at Companies House."),
        Column(
            "sector", "code", "Sector",
            "Sector of the provider, where it is known.",
            enum=("voluntary", "social-enterprise", "mutual", "private", "public"),
        ),
        Column(
            "service_category", "code", "Service",
            "What is bought, as a code of the list of services.",
            required=True,
        ),
        Column(
            "service_summary", "text", "Summary of the service",
            "What is provided and for whom, in the body's words; empty where withheld or not stated.",
        ),
        Column("cohorts", "codes", "Cohorts", "Groups that the service is for, as codes with ; between."),
        Column(
            "specialist", "yes-no", "Specialist",
            "Whether the service is designed for those groups; empty where the return does not say.",
        ),
        Column(
            "area_codes", "codes", "Areas",
            "Police force areas where the service is provided, as codes with ; between; all areas of the body where "
            "area_scope is all.",
        ),
        Column(
            "area_scope", "code", "Scope of the areas",
            "Whether the return named the areas or meant all areas of the body.",
            enum=("named", "all"),
        ),
        Column(
            "funding_type", "code", "Funding type",
            "Terms of the funding, as a code of the list of funding types.",
            required=True,
        ),
        Column("start_date", "date", "Start", "First day of the agreement."),
        Column("end_date", "date", "End", "Last day of the agreement; empty where open or not stated."),
        Column(
            "shown_from", "date", "Shown from",
            "Of compiled rows: since when the source shows the agreement. Not the agreement's own start.",
        ),
        Column("shown_to", "date", "Shown to", "Of compiled rows: until when the source showed the agreement."),
        Column(
            "agreement_value_gbp", "money", "Value of the agreement",
            "Total value of the agreement over its life. Pounds.",
        ),
        status_of("agreement_value_gbp", "the value of the agreement"),
        Column(
            "amount_paid_gbp", "money", "Paid in the quarter",
            f"Paid on this agreement in the quarter; negative where money came back. {MONEY_RULE}",
        ),
        status_of("amount_paid_gbp", "the amount paid"),
        Column(
            "amount_to_date_gbp", "money", "Paid to date",
            f"Paid on this agreement from its start to the end of the quarter. {MONEY_RULE}",
        ),
        status_of("amount_to_date_gbp", "the amount paid to date"),
        Column(
            "people_supported", "count", "People supported",
            "People supported under the agreement in the quarter; never to be added up over agreements, for one "
            "person may be in several.",
            minimum=0,
        ),
        status_of("people_supported", "the number of people supported"),
        Column(
            "referrals_received", "count", "Referrals received",
            "Referrals received under the agreement in the quarter.",
            minimum=0,
        ),
        status_of("referrals_received", "the number of referrals"),
        Column(
            "explanation_code", "codes", "Explanation",
            "Coded explanation that the body gave for something unusual in the row, as codes with ; between.",
        ),
        RETURN_KIND,
        Column(
            "withheld_reason", "code", "Reason for withholding",
            "Why something of the row is withheld ([w]).",
            enum=("commercial", "confidence", "safety", "personal-data", "legal"),
        ),
    ),
)  # fmt: skip

KPI_CONTRIBUTIONS = Table(
    name="kpi-contributions",
    title="Contributions to performance measures",
    description="One row per measure (KPI) and agreement: the part of the body's figure that came from the agreement.",
    rows=f"supplychain_frozenkpi AS r {PUBLICATION} AND r.agreement_ref <> ''",
    order=by_bytes("r.body_code", "r.kpi_code", "r.agreement_ref"),
    primary_key=("body_code", "kpi_code", "agreement_ref"),
    foreign_keys=(
        ForeignKey(("body_code", "agreement_ref"), "supply-chain", ("body_code", "agreement_ref")),
        ForeignKey(("provider_id",), "providers", ("id",)),
    ),
    columns=(
        QUARTER,
        BODY_CODE,
        Column("kpi_code", "code", "Measure", "Code of the measure of the body's contract.", required=True),
        Column(
            "kpi_kind", "code", "Kind of measure",
            "What the measure counts: activity, a step in time, a result, or how well it was done.",
            enum=("volume", "process", "outcome", "quality"), required=True,
        ),
        Column(
            "agreement_ref", "code", "Agreement",
            "Reference of the agreement, as in supply-chain.csv.",
            required=True,
        ),
        Column("provider_id", "code", "Provider", "Identifier of the organisation that is paid; empty where withheld."),
        Column(
            "numerator", "measure", "Numerator",
            "What came from this agreement, in the unit of the measure. Counts of people from 1 to 4 are suppressed.",
            minimum=0,
        ),
        status_of("numerator", "the numerator"),
        Column(
            "denominator", "measure", "Denominator",
            "Out of how many, for this agreement, where the return says so.",
            minimum=0,
        ),
        Column(
            "body_numerator", "measure", "Numerator of the body",
            "The body's own numerator of the measure, repeated on each row; other agreements and its own work "
            "included.",
            minimum=0,
        ),
        Column(
            "body_denominator", "measure", "Denominator of the body",
            "The body's own denominator of the measure, repeated on each row.",
            minimum=0,
        ),
        RETURN_KIND,
        status_of("denominator", "the denominator"),
        status_of("body_numerator", "the body's numerator"),
        status_of("body_denominator", "the body's denominator"),
    ),
)  # fmt: skip


def flow_rows(lines: str = "supplychain_frozenline") -> str:
    """SQL of the flows that lines make up: of all there are, or of a selection in brackets."""
    return f"""(
    SELECT publication_id, body_code, tier, payer_id, payer_name, provider_id AS payee_id, provider_name AS payee_name,
           return_kind, count(*) AS agreements, sum(amount_paid_gbp) AS amount_paid_gbp,
           count(*) FILTER (WHERE amount_paid_gbp IS NULL) AS lines_without_amount,
           CASE WHEN bool_or(amount_paid_gbp_status = '[e]') THEN '[e]'
                WHEN count(amount_paid_gbp) > 0 THEN ''
                WHEN bool_and(amount_paid_gbp_status = '[w]') THEN '[w]' ELSE '[x]' END AS amount_paid_gbp_status
    FROM {lines} AS line
    GROUP BY publication_id, body_code, tier, payer_id, payer_name, provider_id, provider_name, return_kind
) AS r"""  # noqa: S608 (no input)


FLOWS = Table(
    name="flows",
    title="Flows of money",
    description="The network: one row per payer, payee and tier below one reporting body, over all their agreements.",
    rows=f"{flow_rows()} {PUBLICATION}",
    order=(*by_bytes("r.body_code"), "r.tier", *by_bytes("r.payer_id", "r.payer_name", "r.payee_id", "r.payee_name")),
    foreign_keys=(ForeignKey(("body_code",), "bodies", ("code",)), ForeignKey(("payee_id",), "providers", ("id",))),
    columns=(
        QUARTER,
        BODY_CODE,
        Column("tier", "count", "Tier", "Tier of the payee.", required=True, minimum=2),
        Column("payer_id", "code", "Payer", "Identifier of the organisation that pays; empty where withheld."),
        Column(
            "payer_name", "text", "Name of the payer",
            "Name of the organisation that pays; [w] where it is withheld.",
        ),
        Column("payee_id", "code", "Payee", "Identifier of the organisation that is paid; empty where withheld."),
        Column(
            "payee_name", "text", "Name of the payee",
            "Name of the organisation that is paid; [w] where it is withheld.",
        ),
        Column(
            "agreements", "count", "Agreements",
            "How many agreements the row stands for.",
            required=True, minimum=1,
        ),
        Column(
            "amount_paid_gbp", "money", "Paid in the quarter",
            "Sum of the amounts that supply-chain.csv shows for these agreements; empty where it shows none. "
            f"{MONEY_RULE}",
        ),
        status_of("amount_paid_gbp", "the amount"),
        RETURN_KIND,
        Column(
            "lines_without_amount", "count", "Agreements without an amount",
            "How many of the agreements show no amount, so that the sum lacks them.",
            required=True, minimum=0,
        ),
    ),
)  # fmt: skip
