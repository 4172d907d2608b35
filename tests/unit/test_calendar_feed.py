"""Is the calendar one that programs can read, whatever words it holds?"""

import datetime as dt

from supplychain.public.calendar_feed import LONGEST, Entry, calendar

AT = dt.datetime(2019, 6, 13, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))


def entry(title: str, text: str = "") -> Entry:
    return Entry("real-C01-A/1", dt.date(2019, 12, 31), title, text, "https://portal.example/bodies/C01/", AT)


def test_an_event_takes_the_whole_day() -> None:
    lines = calendar("Ends", "portal.example:8000", [entry("Ends")]).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART;VALUE=DATE:20191231" in lines
    assert "DTEND;VALUE=DATE:20200101" in lines
    assert "DTSTAMP:20190613T083000Z" in lines
    assert "UID:real-C01-A_1@portal.example" in lines


def test_words_can_not_break_out_of_their_line() -> None:
    text = calendar("Ends", "h", [entry("a,b;c\\d\r\nEND:VEVENT")])
    assert "SUMMARY:a\\,b\\;c\\\\d\\nEND:VEVENT\r\n" in text
    assert text.count("\r\nEND:VEVENT\r\n") == 1


def test_long_lines_are_folded_between_characters() -> None:
    title = "Canolfan y Merched, Ynys Môn – ŵŷ " * 12
    text = calendar("Ends", "h", [entry(title)])
    assert all(len(line.encode()) <= LONGEST for line in text.split("\r\n"))
    assert f"SUMMARY:{title}".replace(",", "\\,") in text.replace("\r\n ", "")
