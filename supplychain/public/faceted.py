"""Which organisations are left by what a reader chose, and how many would each further choice leave?

Organisations are chosen by the lines that pay them: every value that is chosen has to stand on one and the same line,
so that "women's services" and "Northumbria" find who provides the one in the other. A count beside a value says how
many organisations there are with everything else that is chosen; so the values of one list can be exchanged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.http import HttpRequest

from providers.registers.organisations import ABOVE, BANDS
from supplychain.analysis.rows import Statement, rows_of
from supplychain.analysis.selection import FILTERS, NONE, Filter, Notice, Selection, filled, one_of, read_values, shown
from supplychain.disclosure.columns import SUPPLY_CHAIN
from supplychain.models import Body
from supplychain.public.explore.rows import label_of
from supplychain.public.selected import asked as filled_in
from supplychain.public.series import World
from supplychain.public.words import Words

COUNTED_LINES = 150_000  # over more, lists have no counts
BAND_NAMES = (*(name for _below, name in BANDS), ABOVE)
INCOME = replace(
    FILTERS["sector"],
    name="income",
    title="Yearly income",
    description="Band of the yearly income of the provider as it was published; none where it is not known.",
    condition=filled("income_band").replace("r.", "party."),
    read=one_of((*BAND_NAMES, NONE)),
    choices=(*BAND_NAMES, NONE),
)
# Each list with SQL over a line (and its provider as published) for the values that the line has.
VALUES = {
    "sector": f"COALESCE(NULLIF(r.sector, ''), '{NONE}')",
    "income": f"COALESCE(NULLIF(party.income_band, ''), '{NONE}')",
    "tier": "r.tier::text",
    "service": "r.service_category",
    "area": "unnest(r.area_codes)",
    "body": "r.body_code",
    "cohort": "unnest(r.cohorts)",
    "specialist": f"CASE r.specialist WHEN true THEN 'yes' WHEN false THEN 'no' ELSE '{NONE}' END",
    "funding_type": "r.funding_type",
    "quarter": "unnest(array_agg(DISTINCT p.period))",
}
Titles = Mapping[str, Mapping[str, str]]
FACETS: dict[str, Filter] = {name: INCOME if name == INCOME.name else FILTERS[name] for name in VALUES}
PARTY = """
    LEFT JOIN supplychain_frozenparty AS party
        ON party.publication_id = r.publication_id AND party.public_id = r.provider_id
"""
TODAY = """
    LEFT JOIN providers_organisationalias AS former ON former.old_id = r.provider_id
    LEFT JOIN providers_organisation AS today ON today.id = former.organisation_id
"""


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a list: its words, how many organisations have it (``None``: not counted), whether it is chosen."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Tag:
    """A value that is chosen, with the address without it."""

    title: str
    label: str
    href: str


@dataclass(frozen=True)
class Choice:
    """What a reader chose: ``selection`` holds the values that lines are chosen by and what was not understood."""

    selection: Selection
    income: tuple[str, ...]

    @classmethod
    def asked(cls, request: HttpRequest, world: World, words: Titles, others: Iterable[str]) -> "Choice":
        """Read from an address; what is no list, or no value of one, is left out with a notice."""
        query = {name: values for name, values in filled_in(request).items() if name not in others}
        income, notices = read_values(INCOME, query.pop(INCOME.name, []))
        notices += [Notice(name, f"There is no filter “{shown(name)}”.") for name in query if name not in FACETS]
        selection = Selection.parse(world.name, {name: values for name, values in query.items() if name in FACETS})
        chosen = {}
        for name, values in selection.chosen.items():
            chosen[name] = [value for value in values if name not in words or value in words[name]]
            notices += [
                Notice(name, f"There is no {FACETS[name].title.lower()} “{shown(value)}”.")
                for value in values
                if value not in chosen[name]
            ]
        return cls(replace(selection.with_values(**chosen), notices=(*selection.notices, *notices)), income)

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The values by list, in the order of the lists."""
        everything = {**self.selection.chosen, **({INCOME.name: self.income} if self.income else {})}
        return {name: everything[name] for name in FACETS if name in everything}

    @property
    def query(self) -> list[tuple[str, str]]:
        """The values as parameters of an address, always in the same order."""
        return [(name, value) for name, values in self.chosen.items() for value in values]

    def providers(self) -> Statement:
        """The ids under which lines name those who are left, each as often as lines do."""
        where, values = Selection(self.selection.series, {}).where
        where += " AND r.provider_id <> ''"
        for name, chosen in self.chosen.items():
            where, values = f"{where} AND ({FACETS[name].condition})", [*values, list(chosen)]
        return f"SELECT r.provider_id FROM {SUPPLY_CHAIN.rows} {PARTY} WHERE {where}", values  # noqa: S608 (no input)

    def left(self, most: int | None) -> tuple[set[str], bool]:
        """The ids that so many lines name at most, and whether there are more lines. One query."""
        statement, values = self.providers()
        bound = None if most is None else most + 1
        counted = f"SELECT provider_id, count(*) FROM ({statement} LIMIT %s) AS line GROUP BY provider_id"  # noqa: S608
        rows = rows_of((counted, [*values, bound]))
        lines = sum(row["count"] for row in rows)
        return {row["provider_id"] for row in rows}, bound is not None and lines >= bound


def titles(world: World, known: Words) -> dict[str, dict[str, str]]:
    """The words for the codes of each list whose codes are kept as data. One query."""
    bodies = {body.code: f"{body.code} {body.name}" for body in Body.objects.in_series(world.name)}
    return {
        "service": known.services, "area": known.areas, "body": bodies, "cohort": known.cohorts,
        "funding_type": known.funding,
    }  # fmt: skip


def left(choice: Choice, ids: list[str]) -> set[str]:
    """Today's ids of those among ``ids`` who are left by everything that is chosen. One query."""
    base, values = _lines(choice, ids)
    every = " AND ".join(f"m_{name}" for name in choice.chosen) or "true"
    statement = f"WITH line AS ({base}) SELECT DISTINCT organisation FROM line WHERE {every}"  # noqa: S608 (no input)
    return {row["organisation"] for row in rows_of((statement, values))}


def counts(choice: Choice, ids: list[str] | None) -> dict[str, dict[str, int]] | None:
    """By list and value: how many organisations have it, with everything that is chosen in the other lists.

    ``None`` where all providers are meant and they have more lines than are counted while somebody waits. Two queries.
    """
    if ids is None and too_many(choice.selection.series):
        return None
    base, values = _lines(choice, ids)
    parts = []
    for name in FACETS:
        others = " AND ".join(f"m_{other}" for other in choice.chosen if other != name) or "true"
        parts.append(
            f"SELECT '{name}' AS list, v_{name} AS value, count(DISTINCT organisation) AS organisations "  # noqa: S608
            f"FROM (SELECT organisation, {'unnest(v_' + name + ')' if _several(name) else 'v_' + name} AS v_{name} "
            f"FROM line WHERE {others}) AS one GROUP BY v_{name}"
        )
    found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for row in rows_of((f"WITH line AS MATERIALIZED ({base}) {' UNION ALL '.join(parts)}", values)):
        found[row["list"]][row["value"]] = row["organisations"]
    return found


def too_many(series: str) -> bool:
    """Are there more lines than are counted? One query that stops there."""
    where, values = Selection(series, {}).where
    statement = f"SELECT 1 FROM {SUPPLY_CHAIN.rows} WHERE {where} LIMIT 1 OFFSET {COUNTED_LINES}"  # noqa: S608 (no input)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone() is not None


def _several(name: str) -> bool:
    return VALUES[name].startswith("unnest(")


def _lines(choice: Choice, ids: list[str] | None) -> Statement:
    """The lines in question: whom each pays (today's id), its value in every list, and whether it has what is chosen
    there. Lines that are alike but for their quarter are one, for an agreement stands in many.
    """
    cells = ["COALESCE(today.public_id, r.provider_id) AS organisation"]
    values: list[Any] = []
    cells += [f"{sql.removeprefix('unnest(').removesuffix(')') if _several(name) else sql} AS v_{name}"
              for name, sql in VALUES.items()]  # fmt: skip
    for name, chosen in choice.chosen.items():
        cells.append(f"({FACETS[name].condition}) AS m_{name}")
        values.append(list(chosen))
    where, of_where = Selection(choice.selection.series, {}).where
    party = PARTY
    if ids is None:
        values += of_where
    else:  # said of both sides of the join, so that no other party is looked at
        party += " AND party.public_id = ANY(%s)"
        where, values = f"{where} AND r.provider_id = ANY(%s)", [*values, ids, *of_where, ids]
    statement = f"""
        SELECT {", ".join(cells)} FROM {SUPPLY_CHAIN.rows} {party} {TODAY} WHERE {where} AND r.provider_id <> ''
        GROUP BY {", ".join(str(place) for place, cell in enumerate(cells, 1) if not cell.endswith(" AS v_quarter"))}
    """  # noqa: S608 (no input)
    return statement, values


def lists(choice: Choice, counted: Mapping[str, Mapping[str, int | None]] | None, words: Titles) -> list[dict]:
    """The lists as a form shows them: values that somebody has, those that are chosen first, with their words."""
    found = []
    for name, one in FACETS.items():
        chosen = dict.fromkeys(choice.chosen.get(name, ()), 0)
        if counted is None:
            values: Mapping[str, int | None] = dict.fromkeys([*words.get(name, one.choices), *chosen])
        else:
            values = {**chosen, **counted[name]}
        options = [
            Option(value, words.get(name, {}).get(value, label(name, value)), count, value in chosen)
            for value, count in values.items()
        ]
        if options:
            in_order = sorted(ordered(name, options), key=lambda option: not option.chosen)
            found.append(
                {
                    "filter": one,
                    "options": in_order,
                    "open": bool(chosen),
                    "first": next(iter(chosen), ""),
                }
            )
    return found


def label(name: str, value: str) -> str:
    """The words for a value that is no code."""
    if name == INCOME.name:
        return "not known" if value == NONE else value
    return f"Tier {value}" if name == "tier" else label_of(name, value)


def ordered(name: str, options: list[Option]) -> list[Option]:
    """Bands from small to large, quarters with the newest first, everything else by its words."""
    if name == INCOME.name:
        return sorted(options, key=lambda option: INCOME.choices.index(option.value))
    if name == "tier":
        return sorted(options, key=lambda option: int(option.value))
    return sorted(options, key=lambda option: option.label.casefold(), reverse=name == "quarter")


def tags(choice: Choice, shown_lists: list[dict], others: list[tuple[str, str]]) -> list[Tag]:
    """What is chosen, each with the address without it; ``others`` are the parameters that stay."""
    found = []
    for entry in shown_lists:
        for option in entry["options"]:
            if option.chosen:
                rest = [pair for pair in choice.query if pair != (entry["filter"].name, option.value)]
                found.append(Tag(entry["filter"].title, option.label, f"?{urlencode([*others, *rest])}"))
    return found
