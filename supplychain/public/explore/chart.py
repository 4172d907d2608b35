"""Which picture does a breakdown make? Columns where it goes by quarter, bars otherwise, one for each kind of return.

A second property makes the parts of the bars, where the figures of the parts add up.

Figures of filed and compiled returns never share a picture. The largest is named where services, sectors, areas or
terms are compared, never where organisations are: that would show how much one depends on another.
"""

from collections.abc import Sequence
from decimal import Decimal

from portal.pictures.bars import Bar, Bars, Part
from portal.pictures.picture import POUNDS, Picture
from portal.pictures.time_series import Point, TimeSeries
from portal.quarters import Quarter
from portal.templatetags.portal import gbp
from supplychain.analysis.breakdown import DIMENSIONS, Figures
from supplychain.public import pound
from supplychain.public.explore.question import MEASURES, PAID, Question
from supplychain.public.explore.rows import KINDS

MOST_BARS = 20
MOST_SERIES = 4
IN_ORDER = {"tier"}  # dimensions whose own order says more than that of the figures
COLOURS, OTHERS = ("brand", "second", "third", "fourth", "fifth"), "all others"
SECTORS = {**{sector.label: colour for sector, colour in pound.SECTORS.items()}, "not known": "quiet"}
COMPARABLE = {"sector", "service", "area", "funding_type", "tier", "role"}


def charts(question: Question, totals: Sequence[Figures], rows: Sequence[dict], quarters: Sequence[str]) -> list:
    """Pictures of the rows of a breakdown (as ``rows.shown_row`` gives them); ``quarters`` are those looked at."""
    found: list[Picture] = []
    for total in totals:
        mine = [row for row in rows if row["figures"].return_kind == total.return_kind]
        measure = question.measure or (PAID if total.amount is not None else "agreements")
        if "quarter" in question.by:
            found += by_quarter(question, total, mine, measure, quarters)
        elif mine:
            adds_up = sum(_size(row, measure) for row in mine) == value(total, measure)
            parted = len(question.by) == 2 and adds_up  # a provider in two parts would be counted twice
            found.append((by_parts if parted else by_size)(question, total, mine, measure))
    return found


def value(figures: Figures, measure: str) -> Decimal | int | None:
    """The figure of one measure."""
    return {
        PAID: figures.amount, "agreements": figures.agreements, "providers": figures.providers, "lines": figures.lines,
    }[measure]  # fmt: skip


def prefix(figures: Figures, measure: str) -> str:
    """What is said before a sum that lacks lines."""
    return "at least" if measure == PAID and figures.amount is not None and figures.lines_without_amount else ""


def unit(measure: str) -> str:
    """The unit as pictures know it."""
    return POUNDS if measure == PAID else measure


def by_size(question: Question, total: Figures, rows: list[dict], measure: str) -> Bars:
    """A bar for each row, the largest first where the rows have no order of their own."""
    ordered = rows if set(question.by) <= IN_ORDER else sorted(rows, key=lambda row: _size(row, measure), reverse=True)
    told = told_of(total, measure)
    largest = max(rows, key=lambda row: _size(row, measure))
    figure = value(largest["figures"], measure)
    if len(rows) > 1 and set(question.by) <= COMPARABLE and figure:
        shown = gbp(figure) if measure == PAID else f"{figure:,}"
        told += f" The largest is {label(largest)}: {shown}."
    notes = counted_at_each_tier(question, measure)
    if len(rows) > MOST_BARS:
        notes.append(f"The {MOST_BARS} largest of {len(rows)} are drawn.")
    return Bars(
        id=f"chart-{total.return_kind}",
        title=title(question, total, measure, len(rows)),
        takeaway=told,
        notes=notes,
        unit=unit(measure),
        heading=" and ".join(DIMENSIONS[name].title for name in question.by),
        bars=[
            Bar(label(row), value(row["figures"], measure), row["figures"].amount_status,
                prefix(row["figures"], measure)) for row in ordered[:MOST_BARS]
        ],
    )  # fmt: skip


def by_parts(question: Question, total: Figures, rows: list[dict], measure: str) -> Bars:
    """A bar for each value of the first property, made of the values of the second: the largest five, and all others
    together.
    """
    bars: dict[str, list[dict]] = {}
    sizes: dict[str, Decimal] = {}
    for row in rows:
        bars.setdefault(label(row, without=1), []).append(row)
        part = label(row, without=0)
        sizes[part] = sizes.get(part, Decimal(0)) + abs(_size(row, measure))
    in_order = sorted(sizes, key=lambda name: (-sizes[name], name))
    if len(in_order) > len(COLOURS) + 1:
        in_order = in_order[: len(COLOURS)]
    kept = sorted(in_order) if question.by[1] in IN_ORDER else in_order
    colours = SECTORS if question.by[1] == "sector" else dict(zip(kept, (*COLOURS, "quiet"), strict=False))
    drawn = list(bars.items())
    if question.by[0] not in IN_ORDER:
        drawn.sort(key=lambda bar: sum(_size(row, measure) for row in bar[1]), reverse=True)
    notes = counted_at_each_tier(question, measure)
    if len(drawn) > MOST_BARS:
        notes.append(f"The {MOST_BARS} largest of {len(drawn)} are drawn.")
    return Bars(
        id=f"chart-{total.return_kind}",
        title=title(question, total, measure, len(rows)),
        takeaway=told_of(total, measure),
        notes=notes,
        unit=unit(measure),
        heading=DIMENSIONS[question.by[0]].title,
        order=[*colours, OTHERS],
        bars=[parted_bar(name, mine, measure, colours) for name, mine in drawn[:MOST_BARS]],
    )


def parted_bar(name: str, rows: list[dict], measure: str, colours: dict[str, str]) -> Bar:
    """One bar with its parts in the order of ``colours``; a sum that lacks lines is "at least", as each part is."""
    known = [row for row in rows if value(row["figures"], measure) is not None]
    parts, rest, bounded = [], Decimal(0), ""
    named = {label(row, without=0): row for row in known}
    for part, colour in colours.items():
        if part in named:
            figures = named[part]["figures"]
            parts.append(Part(part, value(figures, measure) or 0, colour, prefix(figures, measure)))
    for part, row in named.items():
        if part not in colours:
            rest += _size(row, measure)
            bounded = bounded or prefix(row["figures"], measure)
    if rest:
        parts.append(Part(OTHERS, rest, "quiet", bounded))
    lacking = measure == PAID and any(row["figures"].lines_without_amount for row in rows)
    whole = sum(_size(row, measure) for row in known) if known else None
    if measure != PAID and whole is not None:
        whole = int(whole)
    return Bar(
        name, whole, rows[0]["figures"].amount_status, "at least" if lacking and known else "",
        parts=parts,
    )  # fmt: skip


def by_quarter(
    question: Question, total: Figures, rows: list[dict], measure: str, quarters: Sequence[str]
) -> list[TimeSeries]:
    """Columns over the quarters that were looked at; a picture for each of the largest values of a second property."""
    place = question.by.index("quarter")
    groups: dict[str, list[dict]] = {}
    for row in rows:
        groups.setdefault(label(row, without=place), []).append(row)
    sizes = {name: sum(_size(row, measure) for row in mine) for name, mine in groups.items()}
    drawn = sorted(groups, key=lambda name: (-sizes[name], name))[:MOST_SERIES]
    values = [value(row["figures"], measure) for name in drawn for row in groups[name]]
    told = told_of(total, measure)
    notes = counted_at_each_tier(question, measure)
    if len(drawn) > 1:
        notes.append("These pictures share one scale.")
    if len(groups) > len(drawn):
        notes.append(f"The {MOST_SERIES} largest of {len(groups)} have a picture.")
    pictures = []
    for number, name in enumerate(drawn, start=1):
        known = {row["figures"].keys["quarter"]: row["figures"] for row in groups[name]}
        pictures.append(
            TimeSeries(
                id=f"chart-{total.return_kind}-{number}",
                title=title(question, total, measure, len(rows)) + (f": {name}" if name else ""),
                takeaway=told if number == 1 else "",
                notes=notes if number == len(drawn) else [],
                unit=unit(measure),
                points=[_point(period, known.get(period), measure) for period in quarters],
                like=[one for one in values if one is not None],
            )
        )
    return pictures


def title(question: Question, total: Figures, measure: str, rows: int) -> str:
    """What is shown, and of which kind of return."""
    kind = "" if total.return_kind == "demonstration" else f", {KINDS[total.return_kind]}"
    return f"{MEASURES[measure]}, by {question.title}{kind}"


def told_of(total: Figures, measure: str) -> str:
    """What the selection comes to, with what it lacks."""
    lines = f"{total.lines:,} line{'' if total.lines == 1 else 's'}"
    if measure != PAID:
        return f"{lines}, {total.agreements:,} agreements and {total.providers:,} providers are selected."
    if total.amount is None:
        return f"None of the {lines} shows an amount."
    lacking = total.lines_without_amount
    without = f"; {lacking:,} of them show none" if lacking else ""
    return f"{gbp(total.amount)} is shown as paid on {lines}{without}."


def counted_at_each_tier(question: Question, measure: str) -> list[str]:
    """The sentence that keeps readers from taking a sum over tiers for money spent."""
    alone = "tier" in question.by or len(question.selection.chosen.get("tier", ())) == 1
    if measure != PAID or alone:
        return []
    return ["Money that passes through several tiers is counted at each; choose one tier to see it once."]


def label(row: dict, without: int | None = None) -> str:
    """The values of a row's properties, in words."""
    return ", ".join(
        ("Tier " if name == "tier" else "") + cell["label"]
        for place, (name, cell) in enumerate(zip(row["figures"].keys, row["cells"], strict=True))
        if place != without
    )


def _size(row: dict, measure: str) -> Decimal:
    return Decimal(value(row["figures"], measure) or 0)


def _point(period: str, figures: Figures | None, measure: str) -> Point:
    if figures is None:
        return Point(Quarter.parse(period), None, "no-line")
    return Point(
        Quarter.parse(period), value(figures, measure), figures.amount_status, prefix(figures, measure)
    )  # fmt: skip
