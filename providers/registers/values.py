"""What does a cell of a register say: a number, a day, a name, an amount? ``Faulty`` where it says none."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from providers.identifiers import CHARITY_ENGLAND_WALES, InvalidNumber, parse_org_id

from .findings import Faulty, NotTaken

NAME_LENGTH = 300
MOST_POUNDS = 10**15
EARLIEST = dt.date(1500, 1, 1)
LATEST = dt.date(2200, 1, 1)
DAY_AND_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.]*Z?)?")
BRITISH = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")

Cell = object  # as JSON or CSV has it


def charity_number(cell: Cell) -> str:
    """The org-id of a number of the Charity Commission for England and Wales."""
    if type(cell) is int and 200_000 <= cell <= 9_999_999:
        return f"{CHARITY_ENGLAND_WALES}-{cell}"
    if cell is None or cell == "":
        raise NotTaken("there is no registered number")
    if type(cell) not in (int, str):
        raise Faulty("a number is not a number", cell)
    # It is a whole number to the register, and some lists write it with seven digits.
    return org_id(f"{CHARITY_ENGLAND_WALES}-{str(cell).strip().lstrip('0')}")


def org_id(text: str) -> str:
    """An org-id, judged as ``providers.identifiers`` does."""
    try:
        return parse_org_id(text).org_id
    except InvalidNumber as refused:
        raise Faulty("a number is none that the register gives", text) from refused


def whole(cell: Cell, what: str, most: int = 2**31 - 1) -> int:
    """A whole number from nothing to ``most``; a blank cell is 0."""
    if cell is None or cell == "":
        return 0
    if type(cell) is int:
        found = cell
    elif isinstance(cell, str) and cell.isascii() and cell.isdigit() and len(cell) < 20:
        found = int(cell)
    else:
        raise Faulty(f"{what} is not a whole number", cell)
    if 0 <= found <= most:
        return found
    raise Faulty(f"{what} is too large or negative", cell)


def text(cell: Cell, what: str, length: int = NAME_LENGTH, *, required: bool = False) -> str:
    """A text on one line, blank where there is none and none is required."""
    if cell is None:
        cell = ""
    if not isinstance(cell, str):
        raise Faulty(f"{what} is not a text", cell)
    found = " ".join(cell.split())
    if not found and required:
        raise Faulty(f"{what} is missing")
    if len(found) > length:
        raise Faulty(f"{what} has more than {length} characters", found)
    if not found.isascii() or "\0" in found:
        try:
            found.encode()
        except UnicodeEncodeError as error:
            raise Faulty(f"{what} is broken text") from error
        if "\0" in found:
            raise Faulty(f"{what} is broken text")
    return found


def word(cell: Cell, what: str, length: int) -> str:
    """A text of which a table has few different ones, such as a status."""
    return _word(cell, what, length) if isinstance(cell, str) else text(cell, what, length)


_word = lru_cache(maxsize=1 << 10)(text)


def name(cell: Cell) -> str:
    """A name, which nobody is without."""
    return text(cell, "the name", required=True)


def day(cell: Cell, what: str) -> str:
    """A day in ISO form, or blank; midnight may stand behind it."""
    if cell is None or cell == "":
        return ""
    return _day(cell, what) if isinstance(cell, str) else _no_day(cell, what)


@lru_cache(maxsize=1 << 15)
def _day(cell: str, what: str) -> str:
    match = DAY_AND_MIDNIGHT.fullmatch(cell.strip())
    if not match and (british := BRITISH.fullmatch(cell.strip())):
        return _possible("-".join(british.groups()[::-1]), cell, what)
    return _possible(match[1], cell, what) if match else _no_day(cell, what)


def _possible(iso: str, cell: str, what: str) -> str:
    try:
        found = dt.date.fromisoformat(iso)
    except ValueError:
        return _no_day(cell, what)
    if not EARLIEST <= found <= LATEST:
        raise Faulty(f"{what} is out of all time", cell)
    return iso


def _no_day(cell: Cell, what: str) -> str:
    raise Faulty(f"{what} is not a day", cell)


def pounds(cell: Cell, what: str) -> str:
    """Whole pounds as digits, or blank."""
    if cell is None or cell == "":
        return ""
    if type(cell) is int:
        if abs(cell) < MOST_POUNDS:
            return str(cell)
    elif isinstance(cell, str | Decimal):
        try:
            amount = Decimal(cell)
        except InvalidOperation as error:
            raise Faulty(f"{what} is not an amount", cell) from error
        if amount.is_finite() and abs(amount) < MOST_POUNDS:
            return str(int(amount.to_integral_value()))
    else:
        raise Faulty(f"{what} is not an amount", cell)
    raise Faulty(f"{what} is too large", cell)


def array(cells: list[str]) -> str:
    """Texts as PostgreSQL writes an array of them."""
    quoted = ",".join('"' + cell.replace("\\", "\\\\").replace('"', '\\"') + '"' for cell in cells)
    return f"{{{quoted}}}"
