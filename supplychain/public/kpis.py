"""What do contracts measure, of which kinds are the measures, and what was reported of one of them by whom?"""

from decimal import Decimal

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect

from portal.errors import NotFound
from portal.money import share
from portal.pictures.bars import Bar, Bars, Part
from portal.pictures.picture import Table
from portal.pictures.time_series import Point, TimeSeries
from portal.quarters import Quarter
from supplychain.analysis import measures
from supplychain.analysis.measures import BodyFigure, Contribution, Figure, KindShare
from supplychain.models import Body, BodyKpi, FrozenKpi, Kpi, KpiKind, Publication
from supplychain.public import extracts
from supplychain.public.body.measures import plain
from supplychain.public.charting import interactive
from supplychain.public.chosen import chosen_quarter
from supplychain.public.csv_export import csv_response
from supplychain.public.paging import page_of
from supplychain.public.periods import in_words
from supplychain.public.provenance import Origin, listed, named, origin
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import words

CONTRIBUTIONS_A_PAGE = 100
COUNTS = {
    KpiKind.VOLUME: "activity: how much was done",
    KpiKind.PROCESS: "a step: whether it was done in time",
    KpiKind.OUTCOME: "a result: what became of it",
    KpiKind.QUALITY: "how well it was done",
}
COLOURS = {KpiKind.VOLUME: "quiet", KpiKind.PROCESS: "second", KpiKind.OUTCOME: "brand", KpiKind.QUALITY: "fifth"}
# What stands where a body reported no total in a quarter for which others did.
NO_TOTAL = {
    "published": "not reported",
    "nil": "nil return",
    "missing": "return missing",
    "not-required": "no return required",
    "compiled": "none in this source",
}


@interactive
@public_page
def index(request: HttpRequest, series: World) -> HttpResponseBase:
    """Every measure with its kind, and the share of each kind among the measures in contracts."""
    if wanted_format(request) == CSV:
        return csv_response(request, series, "measures", *extracts.measures(series.name))
    found = list(Kpi.objects.filter(series=series.name))
    contracts = contracted(series)
    shares = measures.kind_shares(series.name)
    context = {
        "measures": [
            {
                "row": row,
                "kind": KpiKind(row.kind).label,
                "in_force": in_words(row.in_force),
                "origin": origin(row),
                **contracts.get(row.code, {"bodies": 0, "contract_origin": None}),
            }
            for row in found
        ],
        "picture": kinds_picture(shares) if shares else None,
        "unverified": sum(one.unverified for one in shares),
        "whole": sum(one.contracted for one in shares),
        "counts": [(KpiKind(kind).label, meaning) for kind, meaning in COUNTS.items()],
        "documents": named(
            series,
            sorted(
                {code for row in found for code in listed(row.source)}
                | {code for one in contracts.values() for code in one["contract_origin"].codes}
            ),
        ),
        "crumbs": [("Home", f"{series.prefix}/"), ("KPIs", "")],
    }
    return show(request, "public/kpis.html", series, context)


def contracted(series: World) -> dict[str, dict]:
    """For each measure: how many bodies have it in their contracts, and where that is known from. One query."""
    found: dict[str, dict] = {}
    for kpi, body, source, confidence in BodyKpi.objects.filter(kpi__series=series.name).values_list(
        "kpi_id", "body_id", "source", "confidence"
    ):
        entry = found.setdefault(kpi, {"holders": set(), "contract_origin": Origin(listed(source), confidence)})
        entry["holders"].add(body)
    return {kpi: entry | {"bodies": len(entry.pop("holders"))} for kpi, entry in found.items()}


def kinds_picture(shares: list[KindShare]) -> Bars:
    """Of all measures in contracts, how many in a hundred are of each kind."""
    whole = Decimal(sum(one.contracted for one in shares))
    most = max(shares, key=lambda one: one.contracted)
    told = {one.kind: share(Decimal(one.contracted), whole) or Decimal(0) for one in shares}
    parts = [Part(KpiKind(kind).label, percent, COLOURS[KpiKind(kind)]) for kind, percent in told.items()]
    return Bars(
        id="kinds",
        title="What the KPIs in contracts count",
        takeaway=f"{most.contracted} of {whole} count {COUNTS[most.kind].partition(':')[0]} ({most.kind}).",
        bars=[Bar("Of all KPIs in contracts", Decimal(100), parts=parts)],
        heading="Kind",
        unit="%",
        told=Table(
            ("Kind", "KPIs", "In contracts", "Share"),
            tuple(
                (KpiKind(one.kind).label, str(one.measures), str(one.contracted), f"{told[one.kind]}%")
                for one in shares
            ),
            numeric=3,
        ),
        open=True,
    )


@interactive
@public_page
def measure(request: HttpRequest, series: World, code: str) -> HttpResponseBase:
    """One measure: what it counts, in whose contracts it is, national values, bodies' totals and contributions."""
    if code != code.upper():
        return HttpResponsePermanentRedirect(f"{series.prefix}/kpis/{code.upper()}/")
    found = Kpi.objects.filter(series=series.name, code=code).first()
    if found is None:
        raise NotFound("no-such-measure", f"There is no measure with the code {code}.")
    if wanted_format(request) == CSV:
        return csv_response(request, series, f"measure-{code}", *extracts.measure_figures(series.name, code))
    holders = list(found.body_kpis.select_related("body").order_by("body__code", "during"))
    national = list(found.national_values.order_by("quarter"))
    figures = measures.body_figures(series.name, code)
    context = {
        "measure": found,
        "kind": KpiKind(found.kind).label,
        "counts": COUNTS[found.kind],
        "origin": origin(found),
        "in_force": in_words(found.in_force),
        "contracts": alike(holders),
        "national": national_picture(found, national) if national else None,
        "national_origins": sorted({origin(row) for row in national}, key=lambda one: one.codes),
        **totals(series, figures),
        **contributions(request, series, code),
        "documents": named(
            series, sorted({part for row in [found, *holders, *national] for part in listed(row.source)})
        ),
        "crumbs": [("Home", f"{series.prefix}/"), ("KPIs", f"{series.prefix}/kpis/"), (code, "")],
    }
    return show(request, "public/kpi.html", series, context)


def alike(holders: list[BodyKpi]) -> list[dict]:
    """The bodies whose contracts have or had a measure, those together for which the same is known."""
    found: dict[tuple[str, Origin], list[Body]] = {}
    for row in holders:
        found.setdefault((in_words(row.during), origin(row)), []).append(row.body)
    return [{"during": during, "origin": of, "bodies": bodies} for (during, of), bodies in found.items()]


def national_picture(found: Kpi, values: list) -> TimeSeries:
    """The value over all contracts, quarter by quarter."""
    last = values[-1]
    target = f", against a target of {found.target.normalize():f}%" if found.target is not None else ""
    return TimeSeries(
        id="national",
        title="All companies together, as published",
        takeaway=f"In {last.quarter.label} it was {last.value}%{target}.",
        points=[Point(row.quarter, row.value) for row in values],
        unit="%",
    )


def totals(series: World, figures: list[BodyFigure]) -> dict:
    """What bodies reported as their own totals: a row for each body, a column for each quarter, the newest first.

    One query.
    """
    names = dict(Body.objects.in_series(series.name).values_list("code", "name"))
    periods = sorted({one.period for one in figures}, reverse=True)
    cells = {(one.body_code, one.period): one for one in figures}
    rows = [
        {
            "code": code,
            "name": names.get(code, code),
            "cells": [total(cells.get((code, period))) for period in periods],
        }
        for code in sorted({one.body_code for one in figures})
    ]
    return {"quarters": [Quarter.parse(period) for period in periods], "rows": rows}


def total(one: BodyFigure | None) -> dict:
    """A body's total of a quarter as a cell, or in few words why there is none."""
    if one is None or one.figure is None:
        return {"words": NO_TOTAL[one.filing_status] if one else NO_TOTAL["not-required"]}
    return shown(one.figure) | {"kind": one.return_kind}


def shown(figure: Figure) -> dict:
    """A figure for a page: without decimals that say nothing."""
    return {
        "figure": figure,
        "numerator": plain(figure.numerator),
        "denominator": plain(figure.denominator),
    }


def contributions(request: HttpRequest, series: World, code: str) -> dict:
    """What agreements contributed in the chosen quarter, a page of them. Four queries."""
    rows = FrozenKpi.objects.filter(kpi_code=code).exclude(agreement_ref="")
    chosen = chosen_quarter(request, series, rows)
    if chosen.publication is None:
        return {"chosen": chosen, "page": None}
    known = words(series)
    page = page_of(Paginator(Contributions(chosen.publication, code), CONTRIBUTIONS_A_PAGE), request)
    return {
        "chosen": chosen,
        "page": page,
        "contributions": [
            {
                "row": row,
                "service": known.service(row.service_category),
                "own": shown(row.figure),
                "body": shown(row.body),
            }
            for row in page
        ],
        "contributions_caption": f"Contributions in {chosen.publication.quarter.label}",
    }


class Contributions:
    """The contributions to a measure in one version, as a paginator asks for them."""

    def __init__(self, publication: Publication, code: str) -> None:
        self.publication = publication
        self.code = code

    def count(self) -> int:
        rows = FrozenKpi.objects.filter(publication=self.publication, kpi_code=self.code)
        return rows.exclude(agreement_ref="").count()

    def __getitem__(self, part: slice) -> list[Contribution]:
        return measures.contributions(self.publication.pk, self.code, part)
