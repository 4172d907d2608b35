"""How do the rows of a file become rows that PostgreSQL takes as they are, with everything said that single cells give
rise to?

Rows are judged in batches, column by column, each distinct cell once, so that codes, quarters and bodies cost next to
nothing. What is kept of a cell is its one canonical text; a faulty cell is kept as NULL, with its text in
``faults``, and no later check says anything that follows from it.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from providers.identifiers import Identifier, parse_org_id, public_id
from supplychain.filing.findings import LISTED, Finding, Severity
from supplychain.filing.layout import Column
from supplychain.filing.readers import TableReader

from .cells import CellFault, CodeBook, Judged, charity_number, company_number, judge_for, shown
from .issues import Issues, Place

REMEMBERED = 20_000  # parties
REMEMBERED_CELLS = 20_000  # of a column
SEEN_CELLS = 2000  # after so many it shows whether the same ones come again
KEPT_TEXT = 200  # characters of a faulty cell
PARTY = ("charity_id", "company_id", "payee_key")
SAID_IN_EVERY_ROW = ("reporting_body", "quarter")
PARTY_CELLS = ("provider_name", "charity_number", "company_number", "other_id")
KEY_LENGTH = 240
_BLANK = Judged(None, (CellFault("V01"),))


class _Reading:
    """One column as it is being read. Blank cells are kept as ``""``, which ``COPY`` takes for NULL."""

    def __init__(self, column: Column, index: int, book: CodeBook) -> None:
        self.column = column
        self.index = index
        self.judge = judge_for(column, book)
        self.blank: str | Judged = _BLANK if column.needed else ""
        self.known: dict[str, str] | None = None if self.judge.kept else {}
        self.looked_at = 0
        self.untidy = 0
        self.first_untidy = 0

    def read_all(self, cells: Sequence[str], numbers: Sequence[int], found: "Found") -> Sequence[str]:
        """What is kept of each of the cells; what is to be said about them goes to ``found``."""
        if self.judge.keep_all(cells):
            return cells
        known = self.known
        if known is not None:
            remembered = list(map(known.get, cells))
            if None not in remembered:
                return remembered  # type: ignore[return-value]
            distinct = set(cells).difference(known)
        else:
            distinct = set(cells)
        filled = distinct - {""}
        joined = "|".join(filled)  # a sign over which no pattern reaches, so that what one cell holds is seen
        answers: Sequence[str | Judged]
        if filled and not self._are_plain(filled, joined):
            answers = self._read_each(cells, numbers)
        elif filled and self.judge.all_good(filled, joined) and (self.blank == "" or len(filled) == len(distinct)):
            self._remember(dict.fromkeys(filled), len(cells))
            return cells
        else:
            plain = self.judge.plain
            judged = {cell: plain(cell) for cell in filled}
            judged[""] = self.blank
            answers = [judged[cell] if cell in judged else known[cell] for cell in cells]  # type: ignore[index]
            self._remember(judged, len(cells))
        if Judged in set(map(type, answers)):
            answers = list(answers)
            for place, answer in enumerate(answers):
                if isinstance(answer, Judged):
                    found.setdefault(place, []).append((self, cells[place], answer))
                    answers[place] = answer.value or ""
        return answers  # type: ignore[return-value]

    def _remember(self, judged: Mapping[str, "str | Judged | None"], cells: int) -> None:
        """Keep what plain cells read as, ``None`` for themselves, where the same ones come again."""
        known = self.known
        if known is None or len(known) >= REMEMBERED_CELLS:
            return
        self.looked_at += cells
        for cell, answer in judged.items():
            if not isinstance(answer, Judged):
                known[cell] = cell if answer is None else answer
        if self.judge.cheap and self.looked_at >= SEEN_CELLS and len(known) * 2 > self.looked_at:
            self.known = None

    def _are_plain(self, cells: set[str], joined: str) -> bool:
        """Is there nothing in any of them but printable ASCII, no space at an end, and not too much?"""
        return (
            joined.isascii()
            and joined.isprintable()
            and joined[0] != " " != joined[-1]
            and " |" not in joined
            and "| " not in joined
            and max(map(len, cells)) <= self.judge.limit
        )

    def _read_each(self, cells: Sequence[str], numbers: Sequence[int]) -> list[str | Judged]:
        """The cells tidied and judged one by one."""
        known: dict[str, str | Judged] = {}
        answers = []
        for cell, number in zip(cells, numbers, strict=True):
            tidy = cell.strip() if cell.isascii() else unicodedata.normalize("NFC", cell).strip()
            if tidy and tidy != cell:
                self.untidy += 1
                self.first_untidy = self.first_untidy or number
            if tidy not in known:
                known[tidy] = self.judge(tidy) if tidy else self.blank
            answers.append(known[tidy])
        return answers


Said = dict[str, dict[str, tuple[int, int]]]  # by column and value: the number of rows, and the first one
Found = dict[int, list[tuple[_Reading, str, Judged]]]  # by the place of the row in its batch


class RowJudge:
    """Judges the cells of one table as its rows pass.

    ``columns`` names what :meth:`batches` yields: row number, faults (JSON), the columns that the file has, and for
    the funding table the keys of the party. ``said`` is complete when these have ended: for the columns that say the
    same in every row, their values with the number of rows and the first one.
    """

    def __init__(self, reader: TableReader, book: CodeBook, issues: Issues) -> None:
        assert reader.header is not None
        self.reader = reader
        self.table = reader.table.name
        self.issues = issues
        self.letters = reader.header.letters
        absent = set(reader.header.absent)
        self._readings = [
            _Reading(column, index, book)
            for index, column in enumerate(reader.table.columns)
            if column.name not in absent
        ]
        self.columns = ("row_number", "faults", *(reading.column.name for reading in self._readings))
        self._party = [self.columns.index(name) - 2 if name in self.columns else None for name in PARTY_CELLS]
        self._parties: dict[tuple[str, ...], tuple[str, ...]] = {}
        if self.table == "funding":
            self.columns += PARTY
        self.rows = 0
        self.listed: list[Finding] = []
        self.said: Said = {name: {} for name in SAID_IN_EVERY_ROW}

    def batches(self) -> Iterator[Sequence[Sequence[str]]]:
        """The rows as they are kept, in batches of columns for ``COPY``. What is blank is not there."""
        for numbers, cells in self.reader.batches():
            found: Found = {}
            kept = [reading.read_all(cells[reading.index], numbers, found) for reading in self._readings]
            faults = [""] * len(numbers)
            for place in sorted(found):
                faults[place] = self._say(numbers[place], found[place])
            self._count_said(numbers, kept)
            if self.table == "funding":
                kept += self._party_columns(kept, found)
            self.rows += len(numbers)
            yield [list(map(str, numbers)), faults, *kept]
        self._say_untidy()

    def _count_said(self, numbers: Sequence[int], kept: list[Sequence[str]]) -> None:
        for reading, column in zip(self._readings, kept, strict=True):
            counts = self.said.get(reading.column.name)
            if counts is not None:
                for value in set(column).difference([""]):
                    before, first = counts.get(value, (0, numbers[column.index(value)]))
                    counts[value] = before + column.count(value), first

    def _party_columns(self, kept: list[Sequence[str]], found: Found) -> list[Sequence[str]]:
        """The columns with the keys of the party of each row."""
        blank = [""] * len(kept[0])
        cells = [blank if index is None else kept[index] for index in self._party]
        parties = list(zip(*cells, strict=True))
        keys = list(map(self._parties.get, parties))
        if found or None in keys:
            for place, party in enumerate(parties):
                if keys[place] is not None and place not in found:
                    continue
                faulty = {reading.column.name for reading, _cell, judged in found.get(place, ()) if not judged.value}
                keys[place] = known = party_keys(*party, certain=faulty.isdisjoint(PARTY_CELLS[1:]))
                if place not in found and len(self._parties) < REMEMBERED:
                    self._parties[party] = known
        return list(zip(*keys, strict=True))

    def _say(self, number: int, found: list[tuple[_Reading, str, Judged]]) -> str:
        """Report what was found in a row, in the order of the report; the faulty cells as JSON, if there are any."""
        faults = {}
        for reading, cell, judged in sorted(found, key=lambda one: one[0].column.name):
            column = reading.column
            if judged.value is None:
                faults[column.name] = cell[:KEPT_TEXT]
            for fault in judged.faults:
                form: Severity | None = "warning" if fault.mild else None
                force = self.issues.force[fault.rule]
                self.issues.count(fault.rule, force.milder(form))
                if len(self.listed) < LISTED:
                    figures = {"column": column.name, "help": column.help, **fault.filled()}
                    self.listed.append(
                        self.issues.make(
                            fault.rule,
                            Place(self.table, number, column.name, self.letters[column.name]),
                            variant=fault.variant,
                            form=form,
                            value=shown(cell),
                            figures=figures,
                        )
                    )
        return json.dumps(faults, ensure_ascii=False) if faults else ""

    def _say_untidy(self) -> None:
        """F06, as information, once for each column in which white space or letters were put right."""
        for reading in self._readings:
            if reading.untidy:
                name = reading.column.name
                figures = {
                    "column": name,
                    "cells": "1 cell" if reading.untidy == 1 else f"{reading.untidy:,} cells",
                    "first": reading.first_untidy,
                }
                place = Place(self.table, reading.first_untidy, name, self.letters[name])
                self.issues.add(self.issues.make("F06", place, form="information", figures=figures))


def party_keys(name: str, charity: str, company: str, other: str, *, certain: bool = True) -> tuple[str, str, str]:
    """Who a row is about: org-ids of its charity and company numbers, and the key of the payee; ``""`` where unknown.

    The payee is the first known number in the order of public ids, else the name. It is unknown where a number is given
    that can't be read (``certain`` is false).
    """
    given: list[Identifier] = []
    if charity:
        given.append(charity_number(charity))
    if company:
        given.append(company_number(company))
    charity_id = given[0].org_id if charity else ""
    company_id = given[-1].org_id if company else ""
    if not certain:
        return charity_id, company_id, ""
    if other:
        given.append(parse_org_id(other))
    elif charity_id:
        return charity_id, company_id, charity_id  # the first in the order of public ids
    key = public_id(given) or other or (f"name:{written_name(name)}" if name else "")
    return charity_id, company_id, key[:KEY_LENGTH]


def written_name(name: str) -> str:
    """A name without case and with single spaces: the key of a provider that has no number."""
    return " ".join(name.casefold().split())
