"""Which published table is this, and what do we take of it?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from portal.errors import NotValid

from . import values
from .csv_rows import rows
from .differences import Difference
from .findings import Faulty, Findings, printable
from .json_rows import NotFlat, objects
from .sources import Source, Unreadable

ALIKE = 0.5  # of all fields of both, for a table to be recognised
EXTRACTED = "date_of_extract"

Row = tuple[Any, ...]
Reader = Callable[[Row], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A table as its publisher gives it.

    ``fields`` are those that are published, ``needed`` those that are read; ``read`` makes of their values one row of
    ``staged`` (column and SQL type), or raises :class:`NotTaken`. Of rows with the same ``once`` the first is taken.
    ``takes`` says to people what is taken; nothing is kept of a table without ``staged``. ``complete``: a number that
    is missing does not exist. ``beside_list``: what is taken stands beside numbers of the register's list, which has
    to be there. ``dated_by``: the staged column whose latest day is that of the copy, where nothing else says it.
    """

    what: str
    scheme: str
    table: str
    fields: tuple[str, ...]
    takes: str
    source: str
    needed: tuple[str, ...] = ()
    read: Reader | None = None
    staged: tuple[tuple[str, str], ...] = ()
    once: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    asides: tuple["Aside", ...] = ()
    complete: bool = False
    beside_list: bool = False
    dated_by: str = ""

    @property
    def dated(self) -> bool:
        """Does each row say of which day it is?"""
        return EXTRACTED in self.fields


@dataclass(frozen=True, slots=True)
class Aside:
    """What is said of staged rows that meet an SQL ``condition``, ``shown`` by an expression; ``leave_out`` takes them
    out.
    """

    reason: str
    condition: str
    shown: str
    leave_out: bool = False


@dataclass(slots=True)
class Recognised:
    """An opened file whose table is known: its rows, in the order of ``kind.needed``, with their numbers."""

    kind: Kind
    rows: Iterator[tuple[int, Row]]
    unknown: list[str]
    as_at: str = ""


def recognise(source: Source, kinds: Sequence[Kind], findings: Findings) -> Recognised:
    """Which table is in a file, judged by its fields alone.

    Raises :class:`Unreadable` where it is none that is known, :class:`NotValid` where a needed field is missing.
    """
    pieces = source.text()
    first = next(pieces, "")
    again = chain([first], pieces)
    if first.lstrip(" \t\r\n").startswith(("[", "{")):
        return _of_json(source, objects(again, source.name), kinds, findings)
    return _of_csv(source, rows(again, source.name), kinds, findings)


def _of_json(source: Source, found: Iterator[Any], kinds: Sequence[Kind], findings: Findings) -> Recognised:
    begin = list(islice(found, 1))
    if not begin:
        raise NotValid("register-no-rows", f"{source.name} holds no rows. Nothing was loaded.")
    if isinstance(begin[0], NotFlat):
        raise Unreadable("register-not-flat", f"{source.name}: object 1 {begin[0].why}. Nothing was loaded.")
    names = list(begin[0])
    kind = _named(source.name, names, [kind for kind in kinds if kind.dated])
    day = begin[0][EXTRACTED]
    pick = itemgetter(*kind.needed, EXTRACTED)
    try:
        as_at = values.day(day, EXTRACTED)
    except Faulty:
        as_at = ""
    if not as_at:
        raise NotValid("register-no-day", f"{source.name}: {EXTRACTED} of the first row is no day. Nothing was loaded.")

    def taken() -> Iterator[tuple[int, Row]]:
        for number, row in enumerate(chain(begin, found), start=1):
            findings.read = number
            if isinstance(row, NotFlat):
                findings.note(number, Faulty(f"it {row.why}"))
                continue
            try:
                cells = pick(row)
            except KeyError as missing:
                findings.note(number, Faulty(f"the field {missing.args[0]} is missing"))
                continue
            if cells[-1] != day:
                findings.note(number, Faulty("it is an extract of another day", cells[-1]))
                continue
            yield number, cells[:-1]

    return Recognised(kind, taken(), _unknown(kind, names), as_at)


def _of_csv(source: Source, found: Iterator[list[str]], kinds: Sequence[Kind], findings: Findings) -> Recognised:
    header = [cell.strip() for cell in next(found, [])]
    kind = _named(source.name, header, [kind for kind in kinds if not kind.dated])
    if len(set(header)) != len(header):
        raise NotValid("register-columns-twice", f"{source.name} has a column twice. Nothing was loaded.")
    width, pick = len(header), itemgetter(*(header.index(name) for name in kind.needed))

    def taken() -> Iterator[tuple[int, Row]]:
        for number, cells in enumerate(found, start=2):
            if not cells or cells == [""]:
                continue
            findings.read += 1
            if len(cells) != width:
                findings.note(number, Faulty(f"it has not the {width} cells of the header", f"{len(cells)} cells"))
                continue
            yield number, pick(cells)

    return Recognised(kind, taken(), _unknown(kind, header))


def _named(name: str, names: list[str], kinds: Sequence[Kind]) -> Kind:
    """The table whose fields are most like these."""
    given = set(names)
    likeness = {kind: len(given & set(kind.fields)) / len(given | set(kind.fields)) for kind in kinds}
    best = max(likeness, key=lambda kind: likeness[kind])
    missing = [field for field in (*best.needed, *((EXTRACTED,) if best.dated else ())) if field not in given]
    if likeness[best] < ALIKE:
        shown = printable(", ".join(names[:8]), 200)
        raise Unreadable(
            "register-not-known",
            f"{name} is no table of a register that is known here; it begins with the fields {shown or '(none)'}.",
        )
    if missing:
        raise NotValid(
            "register-fields-missing", f"{name} is {best.what}, but lacks {', '.join(missing)}. Nothing was loaded."
        )
    return best


def _unknown(kind: Kind, names: list[str]) -> list[str]:
    known = set(kind.fields)
    return [printable(name) for name in names if name not in known]
