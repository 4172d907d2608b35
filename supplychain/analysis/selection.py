"""Which lines are meant? One object for pages, CSV and API, so that all of them speak of the same lines.

A selection is of one series and holds values for filters over the frozen lines of the valid versions. It is read from
the query of an address and writes itself back in one spelling, so that the address of a selection stays. What can't be
understood is left out of it and kept as a notice: a page shows that, a program is refused.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from portal.quarters import Quarter
from supplychain.disclosure.columns import SUPPLY_CHAIN

MOST_VALUES = 50  # of one filter
LONGEST = 200  # characters of one value
SHOWN = 40  # of a value that is not understood
NONE = "none"  # stands for lines where the column is empty
# A valid version of one series, as long as its rows may be read.
VALID = "p.kind = 'disclosure' AND p.series = %s AND p.state = 'published' AND p.redacted_at IS NULL"


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing that lines are chosen by.

    ``condition`` is SQL over ``r`` and ``p`` with ``%s`` for the values (the value where ``single``); ``read`` gives
    the one spelling of a value or raises ``ValueError`` with the end of a sentence; ``choices`` are all there are.
    """

    name: str
    title: str
    description: str
    condition: str
    read: Callable[[str], str]
    choices: tuple[str, ...] = ()
    pattern: str = ""
    single: bool = False
    of_version: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What of a query was not understood, as a sentence."""

    parameter: str
    sentence: str


def one_of(choices: Iterable[str]) -> Callable[[str], str]:
    """Reads a value of a fixed list."""
    known = tuple(choices)

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"has to be one of {', '.join(known)}")
        return text

    return read


def of_form(pattern: str, words: str, change: Callable[[str], str] = str) -> Callable[[str], str]:
    """Reads a value of a form, after ``change`` made its one spelling."""
    form = re.compile(pattern, re.ASCII)

    def read(text: str) -> str:
        if not form.fullmatch(change(text)):
            raise ValueError(f"has to be {words}")
        return change(text)

    return read


def quarter(text: str) -> str:
    """Reads ``2018-19 Q1`` or ``2018-19-q1``."""
    try:
        return str(Quarter.parse(text))
    except ValueError:
        raise ValueError("has to be a quarter such as 2018-19 Q1") from None


def words(text: str) -> str:
    """Reads free text: composed characters, single spaces."""
    if not is_text(text):
        raise ValueError("has to be text without control characters")
    return " ".join(unicodedata.normalize("NFC", text).split())


AMOUNT = r"-?[0-9]{1,12}(\.[0-9]{1,2})?"


def pounds(text: str) -> str:
    """Reads an amount as people write it: ``£1,000``, ``1000`` and ``1000.00`` are one spelling, ``1000``."""
    plain = re.sub("[£, ]", "", text)
    if not re.fullmatch(AMOUNT, plain, re.ASCII):
        raise ValueError("has to be an amount in pounds such as 1500 or 1500.50")
    return f"{Decimal(plain).normalize() + 0:f}"


# Something other than spaces, and no control character in it.
TEXT = r"[^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u001f\u007f-\u009f\s][^\u0000-\u001f\u007f-\u009f]*"


def is_text(text: str) -> bool:
    """Whether there is something to read in a value, and nothing that can't be."""
    return re.fullmatch(TEXT, text) is not None


CODE, ORG_ID, SLUG = "[A-Z0-9-]{1,8}", "[A-Z0-9-]{4,40}", "[a-z0-9-]{1,40}"
QUARTER = "[0-9]{4}-[0-9]{2}[ -][Qq][1-4]"
# The organisations that have or had one of the ids, and every id that these have or had.
ASKED = """
    SELECT id FROM providers_organisation WHERE public_id = ANY(%s)
    UNION ALL SELECT organisation_id FROM providers_organisationalias WHERE old_id = ANY(%s)
"""
ANY_ID = f"""r.{{column}} IN (
    SELECT unnest(%s::varchar[])
    UNION ALL SELECT public_id FROM providers_organisation WHERE id IN ({ASKED})
    UNION ALL SELECT old_id FROM providers_organisationalias WHERE organisation_id IN ({ASKED})
)"""  # noqa: S608 (no input)


def listed(name: str, title: str, description: str, column: str, optional: bool = False) -> Filter:
    """A filter over a column whose values are listed in the published columns."""
    choices = SUPPLY_CHAIN.column(column).enum + ((NONE,) if optional else ())
    return Filter(name, title, description, filled(column), one_of(choices), choices)


def coded(name: str, title: str, description: str, column: str, pattern: str, form: str, change=str) -> Filter:
    """A filter over a column of codes that are kept as data."""
    return Filter(name, title, description, f"r.{column} = ANY(%s)", of_form(pattern, form, change), (), pattern)


def filled(column: str) -> str:
    """The condition on a text column, with :data:`NONE` for where it is empty."""
    return f"COALESCE(NULLIF(r.{column}, ''), '{NONE}') = ANY(%s)"


ALL_FILTERS = (
    Filter(
        "quarter", "Quarter", "Quarter of the lines.",
        "p.period = ANY(%s)", quarter, pattern=QUARTER, of_version=True,
    ),
    Filter(
        "from", "From quarter", "First quarter of the lines.",
        'p.period COLLATE "C" >= %s', quarter, pattern=QUARTER, single=True, of_version=True,
    ),
    Filter(
        "to", "To quarter", "Last quarter of the lines.",
        'p.period COLLATE "C" <= %s', quarter, pattern=QUARTER, single=True, of_version=True,
    ),
    coded("body", "Reporting body", "Code of the reporting body.", "body_code", CODE, "the code of a body", str.upper),
    listed("body_kind", "Kind of body", "Generation of reporting body.", "body_kind"),
    Filter(
        "owner", "Owner of the body",
        "Who owned the reporting body on the last day of the quarter, by name; none for bodies without one.",
        filled("owner_name"), words, pattern=TEXT,
    ),
    Filter(
        "tier", "Tier", "Depth in the chain.",
        "r.tier = ANY(%s::int[])", of_form("[2-9]|[1-9][0-9]", "a tier from 2 to 99"), pattern="[2-9]|[1-9][0-9]",
    ),
    listed("role", "Role", "Role of the provider; none where the return does not state it.", "role", optional=True),
    Filter(
        "payer", "Payer", "Id of the organisation that pays, also one that it had before.",
        ANY_ID.format(column="payer_id"), of_form(ORG_ID, "the id of an organisation", str.upper), pattern=ORG_ID,
    ),
    Filter(
        "provider", "Provider", "Id of the organisation that is paid, also one that it had before.",
        ANY_ID.format(column="provider_id"), of_form(ORG_ID, "the id of an organisation", str.upper), pattern=ORG_ID,
    ),
    listed("sector", "Sector", "Sector of the provider; none where it is not known.", "sector", optional=True),
    coded("service", "Service", "Code of the service.", "service_category", SLUG, "the code of a service"),
    Filter(
        "area", "Area", "Code of an area that the line names, alone or among others.",
        "r.area_codes && %s::varchar[]", of_form(SLUG, "the code of an area"), pattern=SLUG,
    ),
    Filter(
        "cohort", "Cohort", "Code of a group that the service is for.",
        "r.cohorts && %s::varchar[]", of_form(SLUG, "the code of a cohort"), pattern=SLUG,
    ),
    Filter(
        "specialist", "Specialist", "Whether the service is designed for those groups; none where it is not said.",
        f"CASE r.specialist WHEN true THEN 'yes' WHEN false THEN 'no' ELSE '{NONE}' END = ANY(%s)",
        one_of(("yes", "no", NONE)), ("yes", "no", NONE),
    ),
    coded("funding_type", "Funding type", "Code of the funding type.", "funding_type", SLUG, "a code of funding types"),
    Filter(
        "paid_from", "Paid, at least", "Lines that show at least this amount, in pounds, as paid in their quarter.",
        "r.amount_paid_gbp >= %s::numeric", pounds, pattern=AMOUNT, single=True,
    ),
    Filter(
        "paid_to", "Paid, at most", "Lines that show at most this amount, in pounds, as paid in their quarter.",
        "r.amount_paid_gbp <= %s::numeric", pounds, pattern=AMOUNT, single=True,
    ),
    listed("return_kind", "Kind of return", "Where the lines come from.", "return_kind"),
    Filter(
        "q", "Words", "Text in the names, ids, reference or summary of a line, in any case.",
        "strpos(upper(concat_ws(chr(10), r.provider_name, r.payer_name, r.body_name, r.service_summary, "
        "r.agreement_ref, r.provider_id, r.payer_id, r.charity_number, r.company_number)), upper(%s)) > 0",
        words, pattern=TEXT, single=True,
    ),
)  # fmt: skip
FILTERS = {one.name: one for one in ALL_FILTERS}
BY_QUARTER = replace(SUPPLY_CHAIN, order=('p.period COLLATE "C"', *SUPPLY_CHAIN.order))


@dataclass(frozen=True)
class Selection:
    """Lines of one series. ``chosen`` holds the values by filter, in the order of :data:`FILTERS` and sorted."""

    series: str
    chosen: Mapping[str, tuple[str, ...]]
    notices: tuple[Notice, ...] = ()

    @classmethod
    def parse(cls, series: str, query: Mapping[str, Sequence[str]], others: Iterable[str] = ()) -> "Selection":
        """Read from the values by parameter; ``others`` are parameters that mean something else."""
        known = {*FILTERS, *others}
        notices = [Notice(name, f"There is no parameter “{shown(name)}”.") for name in query if name not in known]
        chosen = {}
        for one in ALL_FILTERS:
            values, refused = read_values(one, query.get(one.name, ()))
            notices += refused
            if values:
                chosen[one.name] = values
        return cls(series, chosen, tuple(notices))

    @property
    def query(self) -> str:
        """The selection as the query of an address, always spelled the same."""
        return urlencode([(name, value) for name, values in self.chosen.items() for value in values])

    @cached_property
    def where(self) -> tuple[str, list[Any]]:
        """The condition over ``r`` (lines) and ``p`` (their version) with its values."""
        return self._condition(ALL_FILTERS, VALID)

    @cached_property
    def versions(self) -> tuple[str, list[Any]]:
        """The condition over ``p`` alone: the valid versions in which selected lines can be, with its values."""
        return self._condition([one for one in ALL_FILTERS if one.of_version], VALID)

    @cached_property
    def of_lines(self) -> tuple[str, list[Any]]:
        """The condition over ``r`` alone, whatever version the lines are of, with its values."""
        return self._condition([one for one in ALL_FILTERS if not one.of_version], "true")

    def with_values(self, **chosen: Sequence[str]) -> "Selection":
        """The same selection with other values for some filters; none of them where there are no values."""
        merged = {**self.chosen, **{name: tuple(values) for name, values in chosen.items()}}
        return replace(self, chosen={name: merged[name] for name in FILTERS if merged.get(name)})

    def _condition(self, filters: Iterable[Filter], first: str) -> tuple[str, list[Any]]:
        conditions, values = [first], [self.series] * first.count("%s")
        for one in filters:
            if one.name in self.chosen:
                given: Any = self.chosen[one.name][0] if one.single else list(self.chosen[one.name])
                conditions.append(one.condition)
                values += [given] * one.condition.count("%s")
        return " AND ".join(f"({condition})" for condition in conditions), values


def read_values(one: Filter, given: Sequence[str]) -> tuple[tuple[str, ...], list[Notice]]:
    """The values of a filter, sorted and each once, and what was not understood of them."""
    values, notices = set(), []
    most = 1 if one.single else MOST_VALUES
    if len(given) > most:
        notices.append(Notice(one.name, f"“{one.name}” takes {most} value{'s' if most > 1 else ''} at most."))
    for text in given[:most]:
        try:
            if not text.strip():
                raise ValueError("has to have a value")
            if len(text) > LONGEST:
                raise ValueError(f"has to have {LONGEST} characters at most")
            values.add(one.read(text.strip()))
        except ValueError as error:
            notices.append(Notice(one.name, f"“{one.name}” {error}; it is “{shown(text)}”."))
    return tuple(sorted(values)), notices


def shown(text: str) -> str:
    """The beginning of a text that was sent to us, printable."""
    printable = "".join(character if character.isprintable() else "�" for character in text[: SHOWN + 1])
    return printable if len(printable) <= SHOWN else printable[:SHOWN] + "…"
