"""Which words stand for the rows of a breakdown?"""

from decimal import Decimal

from portal.templatetags.portal import gbp
from providers.models import Sector
from supplychain.analysis.breakdown import SEVERAL, Figures
from supplychain.analysis.selection import NONE
from supplychain.models import BodyKind
from supplychain.public.series import World
from supplychain.public.words import ROLES, Words

PAGES = {"body": "bodies", "payer": "providers", "provider": "providers", "service": "services", "area": "areas"}
KINDS = {"filed": "filed by bodies", "compiled": "compiled from public records", "demonstration": "invented"}


def label_of(name: str, choice: str) -> str:
    """The words for one fixed value."""
    if choice == NONE:
        return "not known" if name == "sector" else "not stated"
    if name == "body_kind":
        return BodyKind(choice).label
    if name in {"paid_from", "paid_to"}:
        return gbp(Decimal(choice))
    if name == "sector":
        return Sector(choice).label
    return ROLES.get(choice, KINDS.get(choice, choice)) if name in {"role", "return_kind"} else choice


def shown_row(row: Figures, by: list[str], known: Words, series: World) -> dict:
    """A row of the breakdown with words for its values."""
    return {"figures": row, "cells": [cell(row, name, known, series) for name in by]}


def cell(row: Figures, name: str, known: Words, series: World) -> dict:
    """The value of one dimension: words, and the page about it where there is one."""
    value = row.keys[name]
    if value is None:
        withheld = name in {"payer", "provider"}
        return {"label": "withheld [w]" if withheld else "not known" if name in {"sector", "owner"} else "not stated"}
    titles = {
        "service": known.services,
        "funding_type": known.funding,
        "area": {SEVERAL: "several areas", **known.areas},
    }
    text = titles[name].get(value, value) if name in titles else label_of(name, str(value))
    href = f"{series.prefix}/{PAGES[name]}/{value}/" if name in PAGES and value != SEVERAL else ""
    return {"label": row.names.get(name, text), "code": value if name in row.names else "", "href": href}
