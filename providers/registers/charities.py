"""What is taken of the tables of the Charity Commission's public extract?

Field names are those of the Commission. Trustees, addresses, telephones and mail are never taken.
"""

from providers.names import folded

from .differences import names
from .findings import Faulty
from .kinds import EXTRACTED, Kind, Row
from .values import charity_number, name, whole

COMMISSION = "Charity Commission for England and Wales, public extract"
WHOSE = ("organisation_number", "registered_charity_number", "linked_charity_number")
NAME_KINDS = {"working name": "working", "previous name": "former"}


def read_other_name(row: Row) -> tuple[str, ...]:
    """A working or former name of a charity or of one of its parts."""
    number, part, what, text = row[:4]
    kind = NAME_KINDS.get(what.strip().lower()) if isinstance(what, str) else None
    if kind is None:
        raise Faulty("charity_name_type is neither working nor previous name", what)
    text = name(text)
    return charity_number(number), str(whole(part, "linked_charity_number")), kind, text, folded(text)


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
    differences=(names("charity_other_names", "SELECT org_id, part, kind, name AS text, folded FROM staged"),),
    once=("org_id", "part", "kind", "name"),
)
