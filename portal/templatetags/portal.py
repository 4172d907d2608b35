"""How do a pound, a quarter, a moment, a status and an address look on a page?

Load with ``{% load portal %}``. Filters turn one value into text; the components that hold other markup (tables,
details, notices) are in ``components``, the figures in ``figures``. Nothing here asks the database anything.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.money import PENNY, share
from portal.quarters import Quarter

register = template.Library()

LONDON = ZoneInfo("Europe/London")
MINUS = "\N{MINUS SIGN}"

# What stands where a value does not: the letter of the published ``_status`` column, and its meaning in words.
ABSENT = {
    "c": ("suppressed", "a count of 1 to 4 people is not shown, so that nobody can be recognised"),
    "x": ("not available", "the source does not give this value"),
    "w": ("withheld", "the value is withheld from publication for a stated reason"),
    "z": ("not applicable", "this value does not apply to this line"),
}
# The words that a return uses, and the letter under which each is published.
ABSENT_WORDS = {
    "not-disclosed": ("not disclosed", "x"),
    "withheld": ("withheld", "w"),
    "suppressed": ("suppressed", "c"),
}


@dataclass(frozen=True, slots=True)
class Status:
    """A word of the life of a return or a disclosure: its label, the tag's colour and the sentence that explains it."""

    label: str
    colour: str
    meaning: str


STATUSES = {
    # filing status of a body in a disclosure
    "published": Status("Published", "green", "The return is part of this disclosure."),
    "nil": Status("Nil return", "teal", "The body reports that it funded nobody in this quarter."),
    "missing": Status("Missing", "orange", "No return is part of this disclosure although one was required."),
    "not-required": Status("Not required", "grey", "No return was required of this body for this quarter."),
    "compiled": Status("Compiled", "purple", "Compiled by the portal from public records; the body filed no return."),
    "late": Status("Late", "yellow", "The return came after the due date."),
    # what kind of return a line comes from
    "filed": Status("Filed", "green", "Filed by the body that the return is about."),
    "demonstration": Status("Demonstration", "magenta", "Invented, to show how the portal works."),
    # life of a return
    "draft": Status("Draft", "grey", "Being prepared."),
    "checked": Status("Checked", "blue", "Read and checked, with no errors left."),
    "submitted": Status("Submitted", "blue", "Waiting for a second person to accept it."),
    "sent-back": Status("Sent back", "orange", "Returned to the people who prepare it, with a reason."),
    "accepted": Status("Accepted", "teal", "Accepted by a second person; not published yet."),
    "withdrawn": Status("Withdrawn", "red", "Taken back; a note of what it was stays."),
    "superseded": Status("Superseded", "grey", "Replaced by a later version, and kept."),
    # life of a disclosure
    "open": Status("Open", "grey", "Not built yet."),
    "building": Status("Building", "blue", "Its files are being made."),
    "built": Status("Built", "teal", "Its files are made; not published yet."),
    "scheduled": Status("Scheduled", "blue", "Will be published at the announced moment."),
    "failed": Status("Failed", "red", "The last build did not finish."),
    # severity of an issue
    "error": Status("Error", "red", "Stops the return from being submitted."),
    "warning": Status("Warning", "yellow", "Needs an explanation before the return is submitted."),
    "information": Status("Information", "blue", "Needs no answer."),
    # what kind of change a row has seen
    "added": Status("Added", "green", "The row is new."),
    "removed": Status("Removed", "red", "The row is no longer there."),
    "changed": Status("Changed", "yellow", "The row has another value."),
    # how sure a fact is
    "solid": Status("Primary source", "green", "Read in a primary source."),
    "reported": Status("Secondary source", "blue", "Read in a secondary source."),
    "gk": Status("Unverified", "yellow", "General knowledge; not confirmed by a source yet."),
    "unverified": Status("Unverified", "yellow", "Not confirmed by a source yet."),
}


@dataclass(frozen=True, slots=True)
class Series:
    """Which world a page belongs to: the real one, or the demonstration below its own prefix."""

    prefix: str = ""
    demonstration: bool = False


@register.filter
def gbp(amount: Decimal | int | None) -> str:
    """Pounds with thousands separators and two places: ``£1,234.50``, ``−£0.05``; ``None`` is empty.

    Raises ``TypeError`` for a float, which can not hold pence exactly.
    """
    if amount is None or amount == "":
        return ""
    if not isinstance(amount, Decimal | int) or isinstance(amount, bool):
        raise TypeError(f"Money is a Decimal, not {type(amount).__name__}.")
    exact = Decimal(amount).quantize(PENNY, rounding=ROUND_HALF_UP)
    return f"{MINUS if exact < 0 else ''}£{abs(exact):,.2f}"


@register.filter
def pence_as_gbp(pence: int | None) -> str:
    """Whole pence, as manifests hold them, shown as pounds; ``None`` is empty."""
    return "" if pence is None else gbp(Decimal(pence) / 100)


@register.filter
def absence(status: str | None) -> str:
    """The words and the letter for an absent value: ``[w]`` or ``withheld`` gives "withheld [w]"; blank is empty."""
    code = _code(status).strip("[]")
    if not code:
        return ""
    if code in ABSENT_WORDS:
        words, letter = ABSENT_WORDS[code]
        return f"{words} [{letter}]"
    if code in ABSENT:
        return f"{ABSENT[code][0]} [{code}]"
    return code.replace("-", " ")


@register.filter
def gbp_or_status(amount: Decimal | None, status: str | None = None) -> str | SafeString:
    """The amount if there is one (marked where it is an estimate), else why there is none: words with their letter."""
    if amount is not None:
        return f"{gbp(amount)} (estimated)" if _code(status) in {"estimated", "[e]"} else gbp(amount)
    words = absence(status) or absence("x")
    letter = words[-2] if words.endswith("]") else ""
    meaning = ABSENT.get(letter, ("", ""))[1]
    return format_html('<span class="app-no-value" title="{}">{}</span>', meaning, words)


@register.filter
def number_or_status(number: int | None, status: str | None = None) -> str | SafeString:
    """A count with thousands separators, else why there is none, as words with their letter."""
    return f"{number:,}" if number is not None else gbp_or_status(None, status)


@register.filter
def quarter_label(quarter: Quarter | dt.date | str | None) -> str:
    """``April to June 2018 (2018-19 Q1)``; takes a quarter, its first day or its written form; empty for ``None``."""
    if quarter is None or quarter == "":
        return ""
    if isinstance(quarter, str):
        quarter = Quarter.parse(quarter)
    elif isinstance(quarter, dt.date):
        quarter = Quarter.containing(quarter)
    return f"{quarter.label} ({quarter})"


@register.filter
def filesize(size: int | None) -> str:
    """Bytes in decimal units: ``1 byte``, ``532 bytes``, ``12.4 kB``, ``1.3 MB`` (1 kB is 1,000 bytes)."""
    if size is None:
        return ""
    if size < 1000:
        return "1 byte" if size == 1 else f"{size} bytes"
    amount = Decimal(size)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        shown = amount.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        if shown < 1000 or unit == "GB":
            break
    return f"{shown:,} {unit}".replace(".0 ", " ")


@register.filter
def london(moment: dt.datetime | dt.date | None) -> str:
    """A moment in London time, ``28 November 2018, 9:30am``; a date, ``28 November 2018``; empty for ``None``.

    Raises ``ValueError`` for a moment without a time zone, which would be shown an hour out in summer.
    """
    if moment is None or moment == "":
        return ""
    if not isinstance(moment, dt.datetime):
        return f"{moment.day} {moment:%B %Y}"
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone can not be shown in London time.")
    local = moment.astimezone(LONDON)
    if (local.hour, local.minute) in {(0, 0), (12, 0)}:
        clock = "midday" if local.hour else "midnight"
    else:
        minutes = f":{local.minute:02d}" if local.minute else ""
        clock = f"{local.hour % 12 or 12}{minutes}{'pm' if local.hour >= 12 else 'am'}"
    return f"{local.day} {local:%B %Y}, {clock}"


@register.filter
def short_day(day: dt.date | None) -> str:
    """A date where there is little room: ``1 Apr 2018``; empty for ``None``."""
    return f"{day.day} {day:%b %Y}" if day else ""


@register.filter
def in_language(name: str, language: str) -> str | SafeString:
    """A name with the language that it is to be read in, where that is not the page's: ``cy`` for Welsh."""
    return format_html('<span lang="{}">{}</span>', language, name) if language else name


@register.filter
def percentage(part: Decimal | int | None, whole: Decimal | int | None) -> str:
    """``part`` of ``whole`` with one place, half away from zero: ``12.5%``; empty where the share has no meaning."""
    if part is None or whole is None:
        return ""
    found = share(Decimal(part), Decimal(whole))
    if found is None:
        return ""
    if found == 0 and part > 0:
        return "under 0.1%"
    return f"{MINUS if found < 0 else ''}{abs(found)}%"


@register.inclusion_tag("components/status_tag.html")
def status_tag(status: str | None) -> dict[str, Any]:
    """A coloured tag with the label of a status, and its meaning as title; an unknown word as it is, in grey."""
    return {"status": status_of(status)}


@register.filter
def status_meaning(status: str | None) -> str:
    """The sentence that explains a status; empty for an unknown one."""
    return status_of(status).meaning


def status_of(status: str | None) -> Status:
    """The label, colour and meaning of a status word, however its case, spaces and underscores are written."""
    code = _code(status)
    return STATUSES.get(code) or Status(code.replace("-", " ").capitalize(), "grey", "")


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The page's own query string with some keys set anew, as ``?a=1&page=2``; ``None`` takes a key away."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def current_series(context: Context) -> Any:
    """The page's series: what the view gave, else (for pages about errors) what the address says."""
    given = context.get("series")
    if given:
        return given
    path = getattr(context.get("request"), "path", "")
    return Series("/demonstration", True) if path.startswith("/demonstration/") else Series()


@register.simple_tag
def has_filing() -> bool:
    """Whether people sign in here to file and review returns."""
    return settings.PORTAL_FILING


@register.inclusion_tag("components/nav_item.html", takes_context=True)
def nav_item(context: Context, address: str, label: str) -> dict[str, Any]:
    """One entry of the service navigation: ``page`` where the reader is on it, ``true`` where on a page below it."""
    path = getattr(context.get("request"), "path", "")
    href = current_series(context).prefix + address
    current = ""
    if path == href:
        current = "page"
    elif address != "/" and path.startswith(href):
        current = "true"
    return {"href": href, "label": label, "current": current}


def _code(word: str | None) -> str:
    return str(word or "").strip().lower().replace("_", "-").replace(" ", "-")
