"""What is published of the parties, and of what changed from one version or quarter to the next?"""

from supplychain.disclosure.columns.everywhere import PUBLICATION, RETURN_KINDS
from supplychain.disclosure.tables import Column, Table, by_bytes, status_of

PARTY_KINDS = """LEFT JOIN (
    SELECT publication_id, provider_id, array_agg(DISTINCT return_kind ORDER BY return_kind) AS kinds
    FROM supplychain_frozenline GROUP BY publication_id, provider_id
) AS used ON used.publication_id = r.publication_id AND used.provider_id = r.public_id"""
PROVIDERS = Table(
    name="providers",
    title="Providers",
    description="Every organisation below tier 1 that the disclosure names, as it stood when the version was built.",
    rows=f"supplychain_frozenparty AS r {PUBLICATION} {PARTY_KINDS}",
    order=by_bytes("r.public_id"),
    primary_key=("id",),
    columns=(
        Column(
            "id", "code", "Identifier",
            "Org-id of the first known number (GB-CHC, GB-SC, GB-NIC, GB-COH, GB-MPR), else a portal id XP-.",
            "r.public_id", required=True,
        ),
        Column("name", "text", "Name", "Name as it stood when the version was built.", required=True),
        Column(
            "charity_number", "code", "Charity number",
            "First known charity number; Scottish ones start with SC, Northern Irish ones with NIC.",
        ),
        Column("company_number", "code", "Company number", "Number at Companies House."),
        Column(
            "other_ids", "codes", "All identifiers",
            "Every known number as an org-id, with ; between, the two columns before included.",
            "r.identifiers",
        ),
        Column(
            "sector", "code", "Sector",
            "Sector, where it is known.",
            enum=("voluntary", "social-enterprise", "mutual", "private", "public"),
        ),
        Column("income_band", "code", "Income band", "Band of the yearly income, where it is known."),
        Column(
            "return_kind", "codes", "Kinds of return",
            "From which kinds of return the rows come that name it, with ; between.",
            "used.kinds",
        ),
    ),
)  # fmt: skip

BODIES = Table(
    name="bodies",
    title="Reporting bodies",
    description="Every reporting body that existed in the quarter, with what became of its return.",
    rows=f"supplychain_frozenbody AS r {PUBLICATION}",
    order=by_bytes("r.code"),
    primary_key=("code",),
    columns=(
        Column("code", "code", "Code", "Code of the reporting body.", required=True),
        Column("name", "text", "Name", "Name of the reporting body.", required=True),
        Column(
            "kind", "code", "Kind",
            "Generation of reporting body.",
            enum=("crc", "nps", "region", "demonstration"), required=True,
        ),
        Column(
            "owner_name", "text", "Owner",
            "Who owned it on the last day of the quarter; empty where it has no owner or none is known.",
        ),
        Column(
            "filing_status", "code", "Status of the return",
            "published: its return is in this version. nil: it stated that it had nothing to report. missing: a "
            "return was required and none has been accepted. not-required: no return was required. compiled: the "
            "portal put it together from public records.",
            enum=("published", "nil", "missing", "not-required", "compiled"), required=True,
        ),
        Column(
            "due_at", "moment", "Due",
            "By when the return was due, extensions included (UTC); empty where no date was set or no return was "
            "required.",
        ),
        Column(
            "submitted_at", "moment", "Submitted",
            "When the return was first submitted (UTC); a later correction does not change it. Empty for compiled "
            "returns, which nobody submitted.",
        ),
        Column(
            "late", "yes-no", "Late",
            "Whether it was submitted after it was due; empty where it was not submitted, no date was set or no "
            "return was required.",
        ),
        Column(
            "income_received_gbp", "money", "Income received",
            "What the body received from the Ministry in the quarter, as it states. Pounds.",
        ),
        status_of("income_received_gbp", "the income"),
        Column(
            "return_kind", "code", "Kind of return",
            "Where its rows come from: filed, compiled or demonstration (invented); empty where there is no return.",
            enum=RETURN_KINDS,
        ),
        Column(
            "return_version", "count", "Version of the return",
            "Which version of the body's return is in this version of the disclosure.",
            minimum=1,
        ),
        Column(
            "own_delivery_gbp", "money", "Own delivery",
            "What the body states that it spent on delivering services itself in the quarter. Pounds.",
        ),
        status_of("own_delivery_gbp", "the amount of own delivery"),
    ),
)  # fmt: skip

CHANGES = Table(
    name="changes",
    title="Changes",
    description="Every difference of agreements, contributions to measures and bodies to the version before of the "
    "same quarter, and to the quarter before, as text. Providers and flows are not compared.",
    rows=f"supplychain_frozenchange AS r {PUBLICATION} LEFT JOIN supplychain_frozenbody AS b"
    " ON b.publication_id = r.publication_id AND b.code = split_part(r.key, '/', 1)",
    order=by_bytes("r.basis", "r.file", "r.key", 'r."column"'),
    columns=(
        Column(
            "basis", "code", "Compared with",
            "version: the version before of the same quarter. quarter: the quarter before, in the version that was "
            "valid at the build.",
            enum=("version", "quarter"), required=True,
        ),
        Column(
            "file", "text", "File",
            "Which file the difference is in.",
            enum=("bodies.csv", "kpi-contributions.csv", "supply-chain.csv"), required=True,
        ),
        Column(
            "key", "text", "Row",
            "Which row: body_code/agreement_ref, body_code/kpi_code/agreement_ref, or the code of the body.",
            required=True,
        ),
        Column(
            "change", "code", "Change",
            "Whether the row was added or removed, or a cell changed.",
            enum=("added", "changed", "removed"), required=True,
        ),
        Column("column", "text", "Column", "Which column changed; empty for added and removed rows."),
        Column(
            "old", "text", "Before",
            "The cell before; empty also where what stood there must no longer be published.",
        ),
        Column("new", "text", "Now", "The cell now; empty where it is empty."),
        Column(
            "return_kind", "code", "Kind of return",
            "Where the body's rows come from: filed, compiled or demonstration (invented); empty where the body has "
            "no return.",
            "CASE p.series WHEN 'demonstration' THEN 'demonstration' ELSE b.return_kind END", enum=RETURN_KINDS,
        ),
    ),
)  # fmt: skip
