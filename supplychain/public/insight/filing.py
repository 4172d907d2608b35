"""Who files and who does not, body by body and quarter by quarter?"""

import datetime as dt
from collections import Counter

from django.http import HttpRequest, HttpResponseBase

from supplychain.analysis import filing_record
from supplychain.analysis.filing_record import Standing
from supplychain.analysis.rows import Row, rows_of
from supplychain.models import Body
from supplychain.public import published
from supplychain.public.csv_export import csv_response
from supplychain.public.insight import frame
from supplychain.public.periods import in_words
from supplychain.public.series import CSV, World, public_page, show, wanted_format

QUARTERS_SHOWN = 12
WORDS = {
    Standing.ON_TIME: ("on time", "Filed, and not after the date that was set."),
    Standing.LATE: ("late", "Filed after the date that was set."),
    Standing.NO_DATE: ("filed, no date was set", "Filed; no date was set, so it can’t be late."),
    Standing.MISSING: ("missing", "A return was required, and none is part of the disclosure."),
    Standing.COMPILED: ("compiled", "The body filed none; the portal compiled one from public records."),
    Standing.NOT_REQUIRED: ("no return was required", "The quarter is outside the time in which returns are required."),
}


@public_page
def page(request: HttpRequest, series: World) -> HttpResponseBase:
    """The record of every body in the published quarters, the newest ones as columns."""
    if wanted_format(request) == CSV:
        return csv_response(request, series, "filing-record", *filing_record.statement(series.name))
    offered = list(published.readable(series.name))
    shown = offered[:QUARTERS_SHOWN][::-1]
    periods = [publication.period for publication in shown]
    found: dict[str, dict[str, Row]] = {}
    for row in rows_of(filing_record.statement(series.name, quarters=periods)):
        found.setdefault(row["body_code"], {})[row["quarter"]] = row | {"words": WORDS[row["standing"]][0]}
    obliged = {body.code: in_words(body.obligation) for body in Body.objects.in_series(series.name)}
    every = [row for cells in found.values() for row in cells.values()]
    context = {
        **frame.page(series, "filing"),
        "quarters": shown,
        "years": list(Counter(publication.quarter.financial_year for publication in shown).items()),
        "older": max(len(offered) - len(shown), 0),
        "rows": [
            {
                "code": code,
                "name": next(iter(cells.values()))["body_name"],
                "obliged": obliged.get(code, ""),
                "cells": [cells.get(period) for period in periods],
            }
            for code, cells in found.items()
        ],
        "silent": [code for code in obliged if code not in found],
        "counts": counted(every),
        "nil": sum(row["nil"] == "yes" for row in every),
        "corrected": sum(row["corrected"] == "yes" for row in every),
        "required": sum(row["standing"] not in (Standing.NOT_REQUIRED, Standing.COMPILED) for row in every),
        "example": next((timed(row) for row in every if row["standing"] == Standing.LATE), None),
    }
    return show(request, "public/insight/filing.html", series, context)


def timed(row: Row) -> Row:
    """A row with the moments that it was due and came, as values."""
    return row | {name: dt.datetime.fromisoformat(row[f"{name}_at"]) for name in ("due", "submitted")}


def counted(rows: list[Row]) -> list[dict]:
    """How many returns have which standing, with what it means."""
    found = Counter(row["standing"] for row in rows)
    return [
        {"words": WORDS[standing][0], "meaning": WORDS[standing][1], "number": found[standing]}
        for standing in Standing
        if found[standing]
    ]
