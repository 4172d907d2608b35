"""How do dated events reach a calendar on a phone or a desk? As iCalendar (RFC 5545)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse

CONTENT_TYPE = "text/calendar; charset=utf-8"
LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class Event:
    """One event: ``uid`` stays when its moment changes; ``stamped`` is when it was announced. Moments carry a zone."""

    uid: str
    starts: dt.datetime
    stamped: dt.datetime
    summary: str
    href: str
    text: str = ""


def calendar_response(name: str, events: Iterable[Event]) -> HttpResponse:
    """A calendar that can be subscribed to."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Supply-chain transparency portal//Calendar//EN",
        "CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}",
    ]  # fmt: skip
    for event in events:
        lines += [
            "BEGIN:VEVENT", f"UID:{event.uid}", f"DTSTAMP:{moment(event.stamped)}", f"DTSTART:{moment(event.starts)}",
            f"SUMMARY:{escaped(event.summary)}", f"URL:{event.href}",
            *([f"DESCRIPTION:{escaped(event.text)}"] if event.text else []), "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return HttpResponse("".join(f"{folded(line)}\r\n" for line in lines), content_type=CONTENT_TYPE)


def moment(when: dt.datetime) -> str:
    """``20181128T093000Z``."""
    return f"{when.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Text as a value (RFC 5545, 3.3.11)."""
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return "\\n".join(text.splitlines())


def folded(line: str) -> str:
    """A line of 75 octets at most, gone on below after a space; no character is cut."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > LINE_OCTETS - bool(parts):
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])
