"""Which three months are meant, and how are they written?

One type owns all quarter arithmetic. A quarter of a financial year starts on 1 April (Q1), 1 July, 1 October or 1
January (Q4); it is stored as its first day, written ``2018-19 Q1``, put into addresses as ``2018-19-q1`` and shown to
people as "April to June 2018".
"""

import datetime as dt
import re
from dataclasses import dataclass
from functools import total_ordering
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable

WRITTEN = re.compile(r"(\d{4})-(\d{2})[ -]([Qq])([1-4])", re.ASCII)
MONTHS = {1: ("April", "June"), 2: ("July", "September"), 3: ("October", "December"), 4: ("January", "March")}


@total_ordering
@dataclass(frozen=True, slots=True)
class Quarter:
    """Quarter ``number`` (1 to 4) of the financial year that begins in April of ``year``."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4 or not 1990 <= self.year <= 2098:
            raise ValueError(f"There is no quarter {self.number} of financial year {self.year}.")

    def __str__(self) -> str:
        return f"{self.financial_year} Q{self.number}"

    def __lt__(self, other: "Quarter") -> bool:
        return (self.year, self.number) < (other.year, other.number)

    @property
    def financial_year(self) -> str:
        """``2018-19``."""
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    @property
    def slug(self) -> str:
        """``2018-19-q1``, for addresses and folders."""
        return f"{self.financial_year}-q{self.number}"

    @property
    def label(self) -> str:
        """ "April to June 2018", for people."""
        first, last = MONTHS[self.number]
        return f"{first} to {last} {self.start.year}"

    @property
    def start(self) -> dt.date:
        """The first day."""
        return dt.date(self.year + (self.number == 4), (self.number * 3) % 12 + 1, 1)

    @property
    def end(self) -> dt.date:
        """The day after the last day."""
        return self.next.start

    @property
    def last_day(self) -> dt.date:
        """The last day: the day on which owners and areas are read."""
        return self.end - dt.timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return self.plus(1)

    @property
    def previous(self) -> "Quarter":
        return self.plus(-1)

    def plus(self, quarters: int) -> "Quarter":
        """The quarter so many later (earlier if negative)."""
        index = self.year * 4 + self.number - 1 + quarters
        return Quarter(index // 4, index % 4 + 1)

    @classmethod
    def containing(cls, day: dt.date) -> "Quarter":
        """The quarter in which a day lies."""
        index = day.year * 4 + (day.month - 1) // 3 - 1
        return cls(index // 4, index % 4 + 1)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read ``2018-19 Q1`` or ``2018-19-q1``. Raises ``ValueError`` with a sentence."""
        match = WRITTEN.fullmatch(text.strip())
        if not match:
            raise ValueError(f"{text[:20]!r} is not a quarter; write it like 2018-19 Q1.")
        year, short, number = int(match[1]), int(match[2]), int(match[4])
        if (year + 1) % 100 != short:
            raise ValueError(
                f"{text[:20]!r} is not a quarter: {year} is followed by {(year + 1) % 100:02d}, not {short:02d}."
            )
        return cls(year, number)


class QuarterField(models.DateField):
    """A quarter, stored as its first day, so that it sorts, ranges and indexes natively.

    Give the model a check constraint with :func:`starts_a_quarter`.
    """

    if TYPE_CHECKING:  # what the type checker's Django plugin reads
        _pyi_private_set_type: Quarter | dt.date | str | Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Quarter  # type: ignore[assignment]
        _pyi_lookup_exact_type: Quarter | dt.date | str  # type: ignore[assignment]

    def from_db_value(self, value, expression, connection) -> Quarter | None:
        return None if value is None else Quarter.containing(value)

    def to_python(self, value: Any) -> Quarter | None:
        if value is None or isinstance(value, Quarter):
            return value
        if isinstance(value, dt.date):
            return Quarter.containing(value)
        try:
            return Quarter.parse(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def get_prep_value(self, value: Any) -> dt.date | None:
        quarter = self.to_python(value)
        return None if quarter is None else quarter.start

    def value_to_string(self, obj) -> str:
        return str(self.value_from_object(obj))


def starts_a_quarter(field: str, name: str) -> models.CheckConstraint:
    """The constraint that a quarter column holds only first days of quarters."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__day": 1, f"{field}__month__in": [1, 4, 7, 10]}),
        name=name,
    )


class QuarterConverter:
    """URL converter ``<quarter:quarter>`` for ``2018-19-q1``."""

    regex = "[0-9]{4}-[0-9]{2}-q[1-4]"

    def to_python(self, value: str) -> Quarter:
        return Quarter.parse(value)

    def to_url(self, value: Quarter) -> str:
        return value.slug
