"""How does a typed cell of a workbook become the text that a CSV file would hold?

Spreadsheets keep numbers as binary floats and dates as day numbers; people see neither. Numbers are read to 15
significant digits, which is what a spreadsheet shows and what survives a float (IEEE 754: 15 decimal digits are always
kept), so 0.1 + 0.2 is 0.3; no exponents.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

SIGNIFICANT_DIGITS = 15
ROUNDING = Context(prec=SIGNIFICANT_DIGITS, rounding=ROUND_HALF_EVEN)
NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?|[-+]?\.[0-9]+([eE][-+]?[0-9]{1,3})?", re.ASCII)
SHORT_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}", re.ASCII)
ISO_DATE_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?Z?)?", re.ASCII)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
FORMAT_NOISE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
LONGEST_NUMBER = 400
DAY_SECONDS = 86_400
LAST_DAY = 2_958_465  # 9999-12-31 in the 1900 system


class Boolean(str):
    """A true or false cell: ``TRUE`` or ``FALSE``, and ``yes`` or ``no`` in a column that asks for those."""

    __slots__ = ()

    @property
    def answer(self) -> str:
        """The cell as an answer to a yes-or-no question."""
        return "yes" if self == "TRUE" else "no"


class Percentage(str):
    """A number cell shown as a percentage; the text is the number stored, 0.25 where the reader sees 25 %."""

    __slots__ = ()

    @property
    def shown(self) -> str:
        """The number that stands before the per cent sign."""
        try:
            return plain_number(str(Decimal(self).scaleb(2)))
        except (InvalidOperation, ValueError):
            return str(self)


TRUE = Boolean("TRUE")
FALSE = Boolean("FALSE")
NO_RESULT = "\ufdd0"  # a formula whose result was not stored; never a character of a text (Unicode 23.7)


def plain_number(text: str) -> str:
    """A stored number in plain digits, to 15 significant digits, without exponent, trailing zeros or negative zero.

    Raises ``ValueError`` where the text is no number.
    """
    if SHORT_WHOLE.fullmatch(text):
        return text
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise ValueError("not a number")
    value = ROUNDING.create_decimal(text)
    if not value:
        return "0"
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def date_text(days: str, *, since_1904: bool = False) -> str:
    """A stored day number as an ISO date, with the time after a space where it isn't midnight, or a time alone below
    day 1.

    Day 60 of the 1900 system is the 29 February 1900 that never was (ECMA-376 part 1, 18.17.4.1). Raises
    ``ValueError``.
    """
    if len(days) > LONGEST_NUMBER or not NUMBER.fullmatch(days):
        raise ValueError("not a day number")
    value = Decimal(days)
    if not 0 <= value <= LAST_DAY + 1:
        raise ValueError("no such day")
    whole, seconds = divmod(int((value * DAY_SECONDS).to_integral_value(ROUND_HALF_EVEN)), DAY_SECONDS)
    time = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if since_1904:
        start = dt.date(1904, 1, 1)
    elif whole < 1:
        return time
    elif whole == 60:
        raise ValueError("no such day")
    else:
        start = dt.date(1899, 12, 31 if whole < 60 else 30)
    try:
        day = start + dt.timedelta(days=whole)
    except OverflowError as error:
        raise ValueError("no such day") from error
    return iso_text(f"{day.isoformat()}T{time}")


def iso_text(text: str) -> str:
    """An ISO date with an optional time, as stored in cells of kind date: the time is dropped at midnight. Raises
    ``ValueError``.
    """
    match = ISO_DATE_TIME.fullmatch(text)
    if not match:
        raise ValueError("not a date")
    day, time, _fraction = match.groups()
    return day if time in (None, "00:00:00") else f"{day} {time}"


def unescaped(text: str) -> str:
    """Text of an .xlsx part with its ``_x000D_`` escapes undone (ECMA-376 part 1, 22.9.2.19); halves of pairs stay as
    they are.

    A NUL is kept: the caller refuses it.
    """
    if "_x" not in text:
        return text
    return ESCAPED.sub(
        lambda match: match[0] if 0xD800 <= int(match[1], 16) <= 0xDFFF else chr(int(match[1], 16)), text
    )


def format_kind(code: str) -> str:
    """``date``, ``percent`` or ``number``: what a number format of .xlsx makes of a number."""
    first = FORMAT_NOISE.sub("", code.split(";")[0]).lower()
    if first in ("general", "@", ""):
        return "number"
    if re.search("[dmyhs]", first):
        return "date"
    return "percent" if "%" in first else "number"


def column_letter(index: int) -> str:
    """The letter of the column at ``index`` (0 is A, 26 is AA)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(reference: str) -> int:
    """The index of the column in a cell reference such as ``AB12`` (0 is A). Raises ``ValueError``."""
    index = 0
    for position, letter in enumerate(reference):
        if "A" <= letter <= "Z":
            index = index * 26 + ord(letter) - 64
        elif position and letter.isdigit():
            break
        else:
            raise ValueError("not a cell reference")
        if index > 16_384:
            raise ValueError("no such column")
    return index - 1
