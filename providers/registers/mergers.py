"""What is taken of the register of merged charities: who was merged into whom, on which day, under which names?

The register is kept by hand: it has transferors that were never registered, numbers with a digit missing, parts of
charities, and charities that were merged into themselves.
"""

from providers.names import folded

from .differences import mergers, names
from .findings import NotTaken
from .kinds import Kind, Row
from .values import charity_number, day, name, whole

TABLE = "mergers"
DATES = ("date_property_transferred", "date_vesting_declaration", "date_merger_registered")


def read(row: Row) -> tuple[str, ...]:
    """The two sides of a merger and its day: the first known of transfer, declaration and registration."""
    from_name, from_number, from_part, to_name, to_number, to_part, *days = row
    into = charity_number(_registered(to_number, "the charity that goes on has no number"))
    number = charity_number(_registered(from_number, "the charity that was merged has no number"))
    part, into_part = whole(from_part, "a part"), whole(to_part, "a part")
    if (number, part) == (into, into_part):
        raise NotTaken("a charity is merged into itself", number)
    found = [day(cell, column) for cell, column in zip(days, DATES, strict=True)]
    text, into_text = name(from_name), name(to_name)
    return (
        number, str(part), text, folded(text),
        into, str(into_part), into_text, folded(into_text),
        next(filter(None, found), ""), found[-1],
    )  # fmt: skip


def _registered(cell: object, otherwise: str) -> object:
    if not str(cell).strip():
        raise NotTaken(otherwise)
    return cell


KIND = Kind(
    what="the Charity Commission’s register of mergers",
    scheme="GB-CHC",
    table=TABLE,
    fields=(
        "transferor_name", "transferor_regno", "transferor_subno", "transferee_name", "transferee_regno",
        "transferee_subno", "date_vesting_declaration", "date_property_transferred", "date_merger_registered",
    ),
    takes="Taken: which charity was merged into which, on which day, and the names of both.",
    source="Charity Commission for England and Wales, register of merged charities",
    needed=(
        "transferor_name", "transferor_regno", "transferor_subno", "transferee_name", "transferee_regno",
        "transferee_subno", *DATES,
    ),
    read=read,
    staged=(
        ("org_id", "text"), ("part", "integer"), ("name", "text"), ("folded", "text"),
        ("into_id", "text"), ("into_part", "integer"), ("into_name", "text"), ("into_folded", "text"),
        ("merged_on", "date"), ("noted_on", "date"),
    ),
    differences=(
        names(
            TABLE,
            """
            SELECT org_id, part, 'registered' AS kind, name AS text, folded FROM staged
            UNION ALL SELECT into_id, into_part, 'registered', into_name, into_folded FROM staged
            """,
        ),
        # The merger of a part leaves the charity where it is.
        mergers(TABLE, "SELECT org_id, into_id AS successor, name, merged_on FROM staged WHERE part = 0"),
    ),
    dated_by="noted_on",
)  # fmt: skip
