"""What does somebody say beside the files of a return, in the fields of a form?

Named like the flags of ``file_return``. Whatever is not understood is refused by its name.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from portal.errors import NotValid
from portal.money import parse_amount
from portal.quarters import Quarter

from .control import Stated, parse_count

COUNTS = ("rows", "expected_caseload", "actual_caseload")
AMOUNTS = ("total_tier_2", "income")
FIELDS = ("body", "quarter", "nil", *AMOUNTS, *COUNTS, "reason")
LONGEST_CODE, LONGEST_REASON = 8, 2000
YES, NO = ("yes", "true"), ("no", "false", "")


@dataclass(frozen=True, slots=True)
class Said:
    """The fields as they are meant; blank or ``None`` where nothing was said."""

    body_code: str
    quarter: Quarter | None
    stated: Stated
    reason: str


def read_fields(given: Mapping[str, str]) -> Said:
    """The fields of a form. Raises :class:`NotValid` (code ``field-<name>``) for the first that is not understood."""
    texts = {name: given.get(name, "").strip() for name in FIELDS}
    body_code, nil, reason = texts["body"], texts["nil"].lower(), unicodedata.normalize("NFC", texts["reason"])
    if len(body_code) > LONGEST_CODE or not body_code.isprintable():
        raise _wrong("body", "it has to be the code of a reporting body, such as C01")
    if nil not in YES + NO:
        raise _wrong("nil", "it has to be yes or no")
    if len(reason) > LONGEST_REASON or not reason.replace("\r\n", " ").replace("\n", " ").isprintable():
        raise _wrong("reason", f"it has to be text of at most {LONGEST_REASON:,} characters")
    try:
        quarter = Quarter.parse(texts["quarter"]) if texts["quarter"] else None
    except ValueError:
        raise _wrong("quarter", "it has to be written like 2018-19 Q1") from None
    stated: dict[str, object] = {"nil": nil in YES}
    for name in COUNTS:
        try:
            stated[name] = parse_count(texts[name]) if texts[name] else None
        except ValueError:
            raise _wrong(name, "it has to be a whole number in plain digits") from None
    for name in AMOUNTS:
        try:
            stated[name] = parse_amount(texts[name]) if texts[name] else None
        except ValueError:
            raise _wrong(name, "it has to be an amount of pounds in plain digits, such as 1234.50") from None
    return Said(body_code, quarter, Stated(**stated), reason)  # type: ignore[arg-type]


def _wrong(name: str, expected: str) -> NotValid:
    return NotValid(f"field-{name.replace('_', '-')}", f"The field “{name}” can't be read: {expected}.")
