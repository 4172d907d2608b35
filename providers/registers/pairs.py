"""What is taken of lists that say which two numbers are one: of a charity or mutual, and of a company?"""

from providers.identifiers import CHARITY_SCOTLAND, COMPANY
from providers.names import folded

from .differences import links, names
from .findings import Faulty
from .kinds import Kind, Row
from .values import charity_number, name, org_id

NAMED = (("one", "text"), ("other", "text"), ("name", "text"), ("folded", "text"))
PAIRS = "SELECT one, other FROM staged"
NAMES = "SELECT one AS org_id, 0 AS part, 'registered' AS kind, name AS text, folded FROM staged"
LOOKUPS = "drkane/charity-lookups, ODbL"


def read_named(row: Row) -> tuple[str, ...]:
    """Two org-ids and the name of both."""
    one, other, text = org_id(row[0]), org_id(row[1]), name(row[2])
    return one, other, text, folded(text)


def read_cio(row: Row) -> tuple[str, ...]:
    """A charitable incorporated organisation: its number at Companies House and that of its charity, here or in
    Scotland.
    """
    company, charity = (cell.strip().upper() for cell in row)
    if not company.startswith(("CE", "CS")):
        raise Faulty("a number is none of a charitable incorporated organisation", company)
    one = org_id(f"{CHARITY_SCOTLAND}-{charity}") if charity.startswith("SC") else charity_number(charity)
    return one, org_id(f"{COMPANY}-{company}")


CHARITIES = Kind(
    what="a list of charities that are companies",
    scheme="GB-CHC",
    table="charity-companies",
    fields=("org_id_a", "org_id_b", "name"),
    takes="Taken: which charity number and which company number are one organisation, and its name.",
    source=LOOKUPS,
    needed=("org_id_a", "org_id_b", "name"),
    read=read_named,
    staged=NAMED,
    differences=(names("charity-companies", NAMES), links("charity-companies", PAIRS)),
)
CIOS = Kind(
    what="a list of charitable incorporated organisations",
    scheme="GB-CHC",
    table="cio-numbers",
    fields=("company_number", "charity_number"),
    takes="Taken: which charity number and which number at Companies House are one organisation.",
    source=LOOKUPS,
    needed=("company_number", "charity_number"),
    read=read_cio,
    staged=(("one", "text"), ("other", "text")),
    differences=(links("cio-numbers", PAIRS),),
)
MUTUALS = Kind(
    what="a list of mutuals",
    scheme="GB-MPR",
    table="mutual-companies",
    fields=("mutual_id", "company_id", "name"),
    takes="Taken: which number of the Mutuals Public Register and which of Companies House are one, and its name.",
    source=LOOKUPS,
    needed=("mutual_id", "company_id", "name"),
    read=read_named,
    staged=NAMED,
    differences=(names("mutual-companies", NAMES), links("mutual-companies", PAIRS)),
)
