"""Does this one cell hold what its column asks for, and in which one form is it kept?

A judge takes the text of a cell, already trimmed and NFC-normalised and not blank, and gives the text that PostgreSQL
will read, or what is wrong. Values alone decide, so these are pure functions; the same cell always reads the same.
"""

import datetime as dt
import difflib
import functools
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.quarters import Quarter
from providers import identifiers
from providers.identifiers import Identifier, InvalidNumber
from supplychain.filing.layout import Column, Kind
from supplychain.filing.readers.cells import NO_RESULT

from .lookalikes import look_alike
from .personal import likely_name, personal_data
from .unseen import first_unseen

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/.-]{0,59}", re.ASCII)
AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]*)(\.[0-9]{1,2})?", re.ASCII)
WHOLE = re.compile(r"(?:0|[1-9][0-9]{0,8})", re.ASCII)
TIER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
SPOKEN_DAY = re.compile(r"([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{4})", re.ASCII)
REVERSES = re.compile(r"[0-9]{4}-[0-9]{2}[ -][Qq][1-4]/[A-Za-z0-9][A-Za-z0-9_/.-]{0,59}", re.ASCII)
DAY_NUMBER = re.compile(r"[1-9][0-9]{4}", re.ASCII)  # 1927 to 2173 in the 1900 system of spreadsheets
FORMULA_ERROR = re.compile(r"#(?:REF|N/A|NAME|DIV/0|NULL|NUM|VALUE|SPILL|CALC|FIELD|GETTING_DATA)[!?]?|Err:[0-9]{3}")
FORMULA = "=+-@\t\uff1d\uff0b\uff0d\uff20"
NEVER_NEGATIVE = frozenset({"agreement_value_gbp", "owed_gbp", "overdue_gbp", "co_funded_gbp"})


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in a cell: the rule, the variant of its words and the figures in them. ``mild``: its milder
    form.
    """

    rule: str
    variant: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    mild: bool = False

    def filled(self) -> dict[str, Any]:
        """The figures, all of them found."""
        return {name: figure() if callable(figure) else figure for name, figure in self.figures.items()}


@dataclass(frozen=True, slots=True)
class Judged:
    """A cell about which something is to be said. ``value`` is ``None`` where nothing of it is kept."""

    value: str | None
    faults: tuple[CellFault, ...]


def shown(cell: str) -> str | None:
    """A cell as a report repeats it; ``None`` where it holds nothing that can be."""
    text = cell.strip()
    return None if text in ("", NO_RESULT) else text


@functools.lru_cache(maxsize=1000)
def charity_number(text: str) -> Identifier:
    """The charity number in a cell; remembered, because whose row it is asks again. Raises ``InvalidNumber``."""
    return identifiers.parse_charity_number(text)


@functools.lru_cache(maxsize=1000)
def company_number(text: str) -> Identifier:
    """The company number in a cell, likewise."""
    return identifiers.parse_company_number(text)


Reading = Callable[[str], "str | Judged"]


class Judge:
    """Judges the cells of a column. ``plain`` is for cells of printable ASCII that are not too long.

    ``all_good`` looks at many such cells at once, and at all of them joined: true only where each is kept as it is.
    ``kept``: what many cells with ``|`` between look like of which that is true, blank ones among them.
    """

    def __init__(self, column: Column, plain: Reading, kept: re.Pattern[str] | None = None) -> None:
        self.plain = plain
        self.kept = kept
        self.all_good = ALL_GOOD.get(column.kind, _never) if column.name != "reverses_ref" else _never
        if column.line_breaks:
            self.all_good = _good_descriptions
        self.cheap = self.all_good is not _never
        self.limit = column.max_length
        self.line_breaks = column.line_breaks

    def keep_all(self, cells: Sequence[str]) -> bool:
        """Does the form alone tell that each of the cells is kept as it is?"""
        if self.kept is None:
            return False
        joined = "|".join(cells)
        return joined.count("|") == len(cells) - 1 and self.kept.fullmatch(joined) is not None

    def __call__(self, cell: str) -> "str | Judged":
        """Judge any cell: its length first, then what can't be seen, then what it means."""
        if len(cell) > self.limit:
            return _wrong("V09", length=len(cell), limit=self.limit)
        if not (cell.isascii() and cell.isprintable()):
            if cell == NO_RESULT:
                return _wrong("V02", "no_result")
            if self.line_breaks:
                cell = cell.replace("\r\n", "\n").replace("\r", "\n")
            unseen = first_unseen(cell, line_breaks=self.line_breaks)
            if unseen:
                return _wrong("V10", **unseen)
        return self.plain(cell)


@dataclass(frozen=True, slots=True)
class CodeBook:
    """The codes that the database holds, and the thresholds of the cell rules."""

    bodies: Collection[str]
    areas: Collection[str]
    kpis: Collection[str]
    digits: int = 12


def _never(_cells: Collection[str], _joined: str) -> bool:
    return False


def _good_texts(cells: Collection[str], joined: str) -> bool:
    return not ("#" in joined or "Err:" in joined or personal_data(joined) or any(cell[0] in FORMULA for cell in cells))


def _good_descriptions(cells: Collection[str], joined: str) -> bool:
    return _good_texts(cells, joined) and all(cell[1:].islower() for cell in cells)


ALL_GOOD: dict[Kind, Callable[[Collection[str], str], bool]] = {Kind.TEXT: _good_texts}


def _kept_as_they_are(column: Column, book: CodeBook) -> re.Pattern[str] | None:
    """What many cells look like that are kept as they are, in columns where the same ones seldom come again."""
    if column.kind is Kind.REFERENCE:
        cell = REFERENCE.pattern
    elif column.kind is Kind.AMOUNT and 0 < book.digits < column.max_length - 2:
        cell = rf"(?:0|[1-9][0-9]{{0,{book.digits - 1}}})(?:\.[0-9]{{1,2}})?"
    else:
        return None
    cell = f"(?:{cell}){'' if column.needed else '?'}"
    return re.compile(rf"(?:{cell}\|)*+{cell}", re.ASCII)


def judge_for(column: Column, book: CodeBook) -> Judge:
    """The judge of a column."""
    judges: dict[Kind, Callable[[Column, CodeBook], Reading]] = {
        Kind.TEXT: _text,
        Kind.CODE: _code,
        Kind.CODES: _codes,
        Kind.AMOUNT: _amount,
        Kind.NUMBER: _amount,
        Kind.PERCENT: _percent,
        Kind.INTEGER: lambda *_: _form(WHOLE.fullmatch, "a whole number in plain digits"),
        Kind.DATE: _date,
        Kind.QUARTER: lambda *_: _quarter,
        Kind.BODY: lambda _column, book: _body(book),
        Kind.REFERENCE: lambda *_: _form(
            REFERENCE.fullmatch, "a reference of letters, digits and - _ / . that begins with a letter or digit"
        ),
        Kind.TIER: lambda *_: _tier,
        Kind.YESNO: lambda *_: _yes_no,
        Kind.ORG_ID: lambda *_: _number(identifiers.parse_org_id, "org_id"),
        Kind.CHARITY_NUMBER: lambda *_: _number(charity_number, "as_written"),
        Kind.COMPANY_NUMBER: lambda *_: _number(company_number, "as_written"),
    }
    return Judge(column, judges[column.kind](column, book), _kept_as_they_are(column, book))


def _wrong(rule: str, variant: str = "", **figures: Any) -> Judged:
    return Judged(None, (CellFault(rule, variant, figures),))


def _form(matches: Callable[[str], object], kind: str) -> Reading:
    def judge(cell: str) -> str | Judged:
        return cell if matches(cell) else _not_a(cell, kind)

    return judge


def _not_a(cell: str, kind: str, hint: str = "") -> Judged:
    return _wrong("V02", value=cell[:80], kind=kind, hint=hint or f"Write {kind}.")


def _text(column: Column, _book: CodeBook) -> Reading:
    describes = column.line_breaks  # summaries and notes, where a person's name has no place
    reverses = column.name == "reverses_ref"
    names = column.name == "provider_name"

    def judge(cell: str) -> str | Judged:
        if cell[0] in FORMULA:
            return _wrong("V07", sign=cell[0])
        if FORMULA_ERROR.fullmatch(cell):
            return _wrong("V02", "error", value=cell)
        if reverses:
            return _reverses(cell)
        what = personal_data(cell)
        if what:
            return _wrong("V08", what=what)
        found = likely_name(cell) if describes else None
        if found:
            return Judged(cell, (CellFault("V08", "name", {"found": found}, mild=True),))
        alike = look_alike(cell) if names and not cell.isascii() else None
        return Judged(cell, (CellFault("O08", "", alike),)) if alike else cell

    return judge


def _reverses(cell: str) -> str | Judged:
    if REVERSES.fullmatch(cell):
        quarter, _, ref = cell.partition("/")
        try:
            return f"{Quarter.parse(quarter)}/{ref}"
        except ValueError:
            pass
    return _not_a(cell, "a quarter and an agreement with / between, such as 2018-19 Q1/A-17")


def _code(column: Column, book: CodeBook) -> Reading:
    known = _known(column, book)
    return lambda cell: cell if cell in known else _unknown(cell, column, known)


def _codes(column: Column, book: CodeBook) -> Reading:
    known = _known(column, book)
    areas = column.codes == "area"

    def judge(cell: str) -> str | Judged:
        codes = [code.strip() for code in cell.split(";")]
        if areas and "ALL" in codes:
            others = [code for code in codes if code != "ALL"]
            return _wrong("V06", "all", others="; ".join(others)[:80] or "ALL") if len(codes) > 1 else "{ALL}"
        for code in codes:
            if code not in known:
                return _unknown(code, column, known)
        ordered = sorted(set(codes))
        if len(ordered) < len(codes):
            return _wrong("V06", "twice", code=next(code for code in codes if codes.count(code) > 1))
        return "{" + ",".join(ordered) + "}"

    return judge


def _known(column: Column, book: CodeBook) -> Collection[str]:
    if column.codes == "area":
        return book.areas
    return book.kpis if column.codes == "kpi" else column.choices or ()


def _unknown(cell: str, column: Column, known: Collection[str]) -> Judged:
    choices = f"one of: {', '.join(known)}" if len(known) <= 30 else f"a code of the list of {column.codes}s"
    hint = functools.partial(_nearest, cell[:80], known)
    return _wrong("V06", value=cell[:80], column=column.name, choices=choices, hint=hint)


def _nearest(cell: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(re.sub(r"[\s_]+", "-", cell.strip()).lower(), known, n=1, cutoff=0.6)
    return f"If {close[0]} is meant, write it so." if close else "Use a code of the list."


def _amount(column: Column, book: CodeBook) -> Reading:
    money = column.kind is Kind.AMOUNT
    kind = "an amount in plain digits with at most two decimals" if money else "a number in plain digits"
    never_negative = column.name in NEVER_NEGATIVE

    def judge(cell: str) -> str | Judged:
        match = AMOUNT.fullmatch(cell)
        if not match:
            plain = re.sub(r"[£,\s\u00a0]|GBP", "", cell, flags=re.IGNORECASE)
            return _not_a(cell, kind, f"If {plain} is meant, write it so." if AMOUNT.fullmatch(plain) else "")
        sign, whole, _pence = match.groups()
        if len(whole) > book.digits:
            return _wrong("V03", digits=len(whole), limit=book.digits)
        if sign:
            if not cell.strip("-0."):
                return cell[1:]
            if never_negative:
                return _wrong("V02", "range", value=cell, side="below 0", kind="an amount of 0 or more")
        return cell

    return judge


def _percent(_column: Column, _book: CodeBook) -> Reading:
    kind = "a percentage from 0 to 100, without the sign"

    def judge(cell: str) -> str | Judged:
        match = AMOUNT.fullmatch(cell)
        if not match:
            return _not_a(cell, kind)
        inside = not match[1] and len(match[2]) <= 3 and Decimal(cell) <= 100
        return cell if inside else _wrong("V02", "range", value=cell, side="outside 0 to 100", kind=kind)

    return judge


def _date(column: Column, _book: CodeBook) -> Reading:
    rule = "V05" if column.name == "start_date" else "V02"

    def judge(cell: str) -> str | Judged:
        if ISO_DAY.fullmatch(cell):
            try:
                dt.date.fromisoformat(cell)
            except ValueError:
                hint = "There is no such day; correct it."
            else:
                return cell
        else:
            hint = _day_meant(cell)
        return _wrong(rule, value=cell[:80], kind="a day such as 2018-04-01", hint=hint)

    return judge


def _day_meant(cell: str) -> str:
    if DAY_NUMBER.fullmatch(cell):
        meant = dt.date(1899, 12, 30) + dt.timedelta(days=int(cell))
        return f"A spreadsheet keeps {meant.day} {meant:%B %Y} as this number: if that day is meant, write {meant}."
    match = SPOKEN_DAY.fullmatch(cell)
    if match:
        day, month, year = map(int, match.groups())
        try:
            meant = dt.date(year, month, day)
        except ValueError:
            pass
        else:
            return f"If {meant.day} {meant:%B %Y} is meant, write {meant.isoformat()}."
    return "Write year, month and day, such as 2018-04-01; in a workbook, a cell of kind date."


def _quarter(cell: str) -> str | Judged:
    try:
        return str(Quarter.parse(cell))
    except ValueError:
        return _not_a(cell, "a quarter such as 2018-19 Q1")


def _body(book: CodeBook) -> Reading:
    return lambda cell: cell if cell in book.bodies else _wrong("V06", "body", value=cell[:80])


def _tier(cell: str) -> str | Judged:
    if not TIER.fullmatch(cell):
        return _not_a(cell, "a tier: 2, 3 and so on")
    if cell == "1":
        return _wrong("V02", "range", value=cell, side="the reporting body itself", kind="a tier of 2 or more")
    return cell


def _yes_no(cell: str) -> str | Judged:
    return {"yes": "t", "no": "f"}.get(cell) or _not_a(cell, "yes or no")


def _number(parse: Callable[[str], Any], form: str) -> Reading:
    def judge(cell: str) -> str | Judged:
        try:
            return str(getattr(parse(cell), form))
        except InvalidNumber as error:
            hint = (
                f"If {error.suggestion} is meant, write it so." if error.suggestion else "Look it up in the register."
            )
            return _wrong("O01", reason=error.reason, hint=hint)

    return judge
