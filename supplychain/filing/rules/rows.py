"""How do the rows of a file become rows that PostgreSQL takes as they are, with everything said that single cells give
rise to?

Each distinct cell of a column is judged once (a bounded memory keeps the answers), so that codes, quarters and bodies
cost next to nothing. What is kept of a cell is its one canonical text; a faulty cell is kept as NULL, with its text in
``faults``, and no later check says anything that follows from it.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from operator import itemgetter

from providers.identifiers import Identifier, parse_org_id, public_id
from supplychain.filing.findings import LISTED, Finding, Severity
from supplychain.filing.layout import Column
from supplychain.filing.readers import Row, TableReader

from .cells import CellFault, CodeBook, Judged, charity_number, company_number, judge_for
from .issues import Issues, Place

REMEMBERED = 2000  # answers for a column
REMEMBERED_LENGTH = 100
KEPT_TEXT = 200  # characters of a faulty cell
PARTY = ("charity_id", "company_id", "payee_key")
PARTY_CELLS = ("provider_name", "charity_number", "company_number", "other_id")
KEY_LENGTH = 240


class _Reading:
    """One column as it is being read."""

    def __init__(self, column: Column, index: int, book: CodeBook) -> None:
        self.column = column
        self.index = index
        self.judge = judge_for(column, book)
        self.memory: dict[str, str | Judged] = {}
        self.untidy = 0
        self.first_untidy = 0

    def read(self, cell: str, number: int) -> str | Judged | None:
        """The cell tidied and judged; ``None`` where nothing but white space is in it."""
        judge = self.judge
        if cell[0] != " " and cell[-1] != " " and len(cell) <= judge.limit and cell.isascii() and cell.isprintable():
            answer = judge.plain(cell)
            if len(self.memory) < REMEMBERED and len(cell) <= REMEMBERED_LENGTH:
                self.memory[cell] = answer
            return answer
        tidy = cell.strip() if cell.isascii() else unicodedata.normalize("NFC", cell).strip()
        if not tidy:
            return None
        answer = judge(tidy)
        if tidy != cell:
            self.untidy += 1
            self.first_untidy = self.first_untidy or number
        elif len(self.memory) < REMEMBERED and len(cell) <= REMEMBERED_LENGTH:
            self.memory[cell] = answer
        return answer


class RowJudge:
    """Judges the cells of one table as its rows pass.

    ``columns`` names what :meth:`records` yields: row number, faults (JSON or ``None``), the columns that the file
    has, and for the funding table the keys of the party.
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
        # Where the cells of a party stand in a record; an absent column reads the blank at its end.
        self._party = itemgetter(*(self.columns.index(name) if name in self.columns else -1 for name in PARTY_CELLS))
        if self.table == "funding":
            self.columns += PARTY
        self.rows = 0
        self.listed: list[Finding] = []

    def records(self, rows: Iterable[Row]) -> Iterator[list[object]]:
        """A record for ``COPY`` for each row."""
        plan = [(reading.index, reading.memory.get, reading) for reading in self._readings]
        parties: dict[tuple[str | None, ...], tuple[str | None, ...]] = {}
        with_party = self.table == "funding"
        for number, cells in rows:
            record: list[object] = [number, None]
            found: list[tuple[_Reading, str, Judged]] | None = None
            for index, remembered, reading in plan:
                cell = cells[index]
                answer = (remembered(cell) or reading.read(cell, number)) if cell else None
                if answer.__class__ is str:
                    record.append(answer)
                    continue
                if answer is None:
                    record.append(None)
                    if reading.column.needed:
                        found = found or []
                        found.append((reading, "", _BLANK))
                else:
                    assert isinstance(answer, Judged)
                    record.append(answer.value)
                    found = found or []
                    found.append((reading, cell, answer))
            if found:
                record[1] = self._say(number, found)
            if with_party:
                record.append(None)
                party = self._party(record)
                record.pop()
                keys = parties.get(party) if not found else None
                if keys is None:
                    keys = self._keys(party, found)
                    if len(parties) < REMEMBERED and not found:
                        parties[party] = keys
                record.extend(keys)
            self.rows += 1
            yield record
        self._say_untidy()

    def _keys(self, cells: tuple, found: list[tuple[_Reading, str, Judged]] | None) -> tuple[str | None, ...]:
        faulty = {reading.column.name for reading, _cell, judged in found or () if judged.value is None}
        return party_keys(*cells, certain=not faulty & set(PARTY_CELLS[1:]))

    def _say(self, number: int, found: list[tuple[_Reading, str, Judged]]) -> str | None:
        """Report what was found in a row, in the order of the report; the faulty cells as JSON."""
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
                    figures = {"column": column.name, "help": column.help, **fault.figures}
                    self.listed.append(
                        self.issues.make(
                            fault.rule,
                            Place(self.table, number, column.name, self.letters[column.name]),
                            variant=fault.variant,
                            form=form,
                            value=cell.strip() or None,
                            figures=figures,
                        )
                    )
        return json.dumps(faults, ensure_ascii=False) if faults else None

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


def party_keys(
    name: str | None, charity: str | None, company: str | None, other: str | None, *, certain: bool = True
) -> tuple[str | None, str | None, str | None]:
    """Who a row is about: org-ids of its charity and company numbers, and the key of the payee.

    The payee is the first known number in the order of public ids, else the name; ``None`` where a number is given
    that can't be read (``certain`` is false), for then it is not known who is meant.
    """
    given: list[Identifier] = []
    if charity:
        given.append(charity_number(charity))
    if company:
        given.append(company_number(company))
    ids = [identifier.org_id for identifier in given]
    charity_id = ids[0] if charity else None
    company_id = ids[-1] if company else None
    if charity_id and certain and not other:
        return charity_id, company_id, charity_id  # the first in the order of public ids
    if other:
        given.append(parse_org_id(other))
    key = public_id(given) or other
    if not certain:
        key = None
    elif key is None and name:
        key = f"name:{written_name(name)}"[:KEY_LENGTH]
    return charity_id, company_id, key


def written_name(name: str) -> str:
    """A name without case and with single spaces: the key of a provider that has no number."""
    return " ".join(name.casefold().split())


_BLANK = Judged(None, (CellFault("V01"),))
