"""Which columns mean the same in every published table?"""

from supplychain.disclosure.tables import Column

RETURN_KINDS = ("filed", "compiled", "demonstration")
PUBLICATION = "JOIN supplychain_publication AS p ON p.id = r.publication_id"
MONEY_RULE = "Pounds, cash paid excluding recoverable VAT."

QUARTER = Column(
    "quarter", "quarter", "Quarter",
    "Financial-year quarter: 2018-19 Q1 is April to June 2018.",
    "p.period", required=True,
)  # fmt: skip
BODY_CODE = Column(
    "body_code", "code", "Reporting body", "Code of the reporting body, as in bodies.csv.", required=True
)
RETURN_KIND = Column(
    "return_kind", "code", "Kind of return",
    "Where the row comes from: filed by a contract manager, compiled from public records (then without amounts), or "
    "demonstration (invented).",
    enum=RETURN_KINDS, required=True,
)  # fmt: skip
