"""How do days leave as a calendar that any calendar program reads? iCalendar (RFC 5545), all-day events only."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST = 75  # bytes of a line, without its end
DAY = dt.timedelta(days=1)
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One day: ``key`` is the same for ever, ``at`` when it was published; texts are plain."""

    key: str
    day: dt.date
    title: str
    text: str
    address: str
    at: dt.datetime


def calendar(name: str, host: str, entries: Iterable[Entry]) -> str:
    """The calendar as text; the same entries give the same bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Supply-chain transparency portal//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}"]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{re.sub('[^A-Za-z0-9.-]', '_', entry.key)}@{host.partition(':')[0]}",
            f"DTSTAMP:{entry.at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{entry.day + DAY:%Y%m%d}",
            f"SUMMARY:{escaped(entry.title)}",
            f"DESCRIPTION:{escaped(entry.text)}",
            f"URL:{entry.address}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """Text as a value: one line, with what would end it escaped."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(ESCAPED)


def folded(line: str) -> Iterator[str]:
    """A line in pieces of at most :data:`LONGEST` bytes, none of which breaks a character; others are indented."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LONGEST:
            yield piece
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield piece
