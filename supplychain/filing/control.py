"""Which control figures come with a return, and do they agree with themselves?

They are given with the file, or stand in its control table; given twice they have to be the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from portal.money import parse_amount

from .findings import LISTED
from .layout import CONTROL, CONTROL_KINDS, Column, Kind
from .readers import TableReader
from .rules.cells import CellFault, CodeBook, Judged, judge_for, shown
from .rules.issues import Issues, Place

NO_CODES = CodeBook((), (), ())
LARGEST_COUNT = 2_000_000_000


def parse_count(text: str) -> int:
    """A whole number in plain digits. Raises ``ValueError`` with a sentence."""
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > LARGEST_COUNT:
        raise ValueError(f"{text[:20]!r} is not a whole number of at most {LARGEST_COUNT:,}.")
    return int(text)


@dataclass(frozen=True, slots=True)
class Stated:
    """Control figures: ``None`` where not stated. Amounts in pounds, ``income`` received from the Ministry in the
    quarter.
    """

    nil: bool = False
    rows: int | None = None
    total_tier_2: Decimal | None = None
    income: Decimal | None = None
    expected_caseload: int | None = None
    actual_caseload: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures that count, and where each stands: the row of the control table, or ``None`` where it was given with
    the file.
    """

    stated: Stated
    rows: Mapping[str, int | None]
    letter: str | None

    def place(self, name: str) -> Place:
        """Where a finding about a figure is."""
        row = self.rows.get(name)
        return Place("control", None, name) if row is None else Place("control", row, "value", self.letter)


def read_control(reader: TableReader | None, given: Stated, issues: Issues) -> Figures:
    """The figures of the control table and those ``given`` with the file, as one; findings go to ``issues``."""
    values: dict[str, object] = {one.name: getattr(given, one.name) for one in fields(Stated)}
    places: dict[str, int | None] = {}
    letter = None
    if reader is not None and reader.header is not None:
        letter = reader.header.letter("value")
        judges = {name: judge_for(Column("value", kind, ""), NO_CODES) for name, kind in CONTROL_KINDS.items()}
        name_judge = judge_for(CONTROL.column("name"), NO_CODES)
        for number, (name_cell, value_cell) in reader.rows():
            if reader.header.absent:
                continue  # that a column is missing says enough
            name, text = name_cell.strip(), value_cell.strip()
            for column, cell in (("name", name), ("value", text)):
                if not cell:
                    judged: object = Judged(None, (CellFault("V01", "", {}),))
                elif column == "name":
                    judged = name_judge(name)
                else:
                    judged = judges[name](text) if name in judges else text
                if isinstance(judged, Judged):
                    _say(issues, reader, number, column, cell, judged)
                    break
            else:
                value = _value(CONTROL_KINDS[name], str(judged))
                before = values[name]
                if (name in places or (before is not None and before is not False)) and before != value:
                    figures = {"name": name, "first": _shown(before), "second": _shown(value)}
                    place = Place("control", number, "value", letter)
                    issues.add(issues.make("M10", place, variant="twice", value=text, figures=figures))
                    continue
                values[name] = value
                places.setdefault(name, number)
    return Figures(Stated(**values), places, letter)  # type: ignore[arg-type]


def _value(kind: Kind, text: str) -> object:
    if kind is Kind.YESNO:
        return text == "t"
    return int(text) if kind is Kind.INTEGER else parse_amount(text)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"£{value:,.2f}" if isinstance(value, Decimal) else str(value)


def _say(issues: Issues, reader: TableReader, number: int, column: str, cell: str, judged: Judged) -> None:
    assert reader.header is not None
    for fault in judged.faults:
        if issues.total >= LISTED:  # this table is read first, so these are its first ones
            issues.count(fault.rule, issues.force[fault.rule].severity)
            continue
        figures = {"column": column, "help": CONTROL.column(column).help, **fault.filled()}
        place = Place("control", number, column, reader.header.letter(column))
        issues.add(issues.make(fault.rule, place, variant=fault.variant, value=shown(cell), figures=figures))
