"""Which objects are in a JSON array of any size, however it is laid out, in constant memory?"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .sources import Unreadable

OBJECT_CHARACTERS = 1_000_000
SEPARATOR = re.compile(r"[ \t\n\r]*([,\]])[ \t\n\r]*")
SPACE = re.compile(r"[ \t\n\r]*")


class NotFlat:
    """What stands where a flat object belongs; ``why`` completes "it ..."."""

    def __init__(self, why: str) -> None:
        self.why = why


class _Scanner:
    """Python's own JSON scanner, told to notice objects in objects and names that come twice."""

    def __init__(self) -> None:
        self._objects = 0
        self._twice = ""
        decoder = json.JSONDecoder(object_pairs_hook=self._made, parse_float=Decimal, parse_constant=Decimal)
        self._scan = decoder.scan_once  # type: ignore[attr-defined]

    def _made(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._objects += 1
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            self._twice = next(name for name in names if names.count(name) > 1)
        return found

    def at(self, text: str, start: int) -> tuple[dict[str, Any] | NotFlat, int]:
        """The value that begins at ``start`` and where it ends. Raises ``ValueError`` or ``StopIteration``."""
        self._objects, self._twice = 0, ""
        value, end = self._scan(text, start)
        if self._twice:
            return NotFlat(f"has “{self._twice[:60]}” twice"), end
        if self._objects > 1:
            return NotFlat("holds an object in an object"), end
        if not isinstance(value, dict):
            return NotFlat("is not an object"), end
        return value, end


def objects(pieces: Iterator[str], name: str) -> Iterator[dict[str, Any] | NotFlat]:
    """The objects of the array, one after the other. Raises :class:`Unreadable` with the place where it breaks off."""
    scanner, text, at, before, number, lines = _Scanner(), next(pieces, ""), 0, 0, 1, 1
    ended = False

    def broken(what: str, position: int) -> Unreadable:
        line = lines + text.count("\n", 0, position)
        return Unreadable(
            "register-not-json",
            f"{name} is no whole JSON array: {what}, at character {before + position + 1:,} (line {line:,}),"
            f" in object {number:,}. Nothing was loaded.",
        )

    at = SPACE.match(text).end()  # type: ignore[union-attr]
    if not text.startswith("[", at):
        raise broken("it does not begin with “[”", at)
    at = SPACE.match(text, at + 1).end()  # type: ignore[union-attr]
    if text.startswith("]", at):
        at, ended = at + 1, True
    while not ended:
        while True:  # one value and what separates it from the next, all of which has to be in hand
            problem, position = "it ends too early", len(text)
            try:
                value, end = scanner.at(text, at)
            except (StopIteration, RecursionError) as error:
                if isinstance(error, RecursionError):
                    raise broken("it is nested without end", at) from error
                if at < len(text):
                    problem, position = "a value is expected", at
            except json.JSONDecodeError as error:
                problem, position = error.msg[:1].lower() + error.msg[1:], error.pos
            except (ValueError, ArithmeticError) as error:
                raise broken("a number has too many digits", at) from error
            else:
                separator = SEPARATOR.match(text, end)
                if separator and (separator.end() < len(text) or separator[1] == "]"):
                    break
                if not separator and SPACE.match(text, end).end() < len(text):  # type: ignore[union-attr]
                    raise broken("“,” or “]” is expected", end)
            if len(text) - at > OBJECT_CHARACTERS:
                raise broken(problem, position)
            more = next(pieces, "")
            if not more:
                raise broken(problem, position)
            lines += text.count("\n", 0, at)
            before += at
            text, at = text[at:] + more, 0
        yield value
        number += 1
        at, ended = separator.end(), separator[1] == "]"
    while True:
        at = SPACE.match(text, at).end()  # type: ignore[union-attr]
        if at < len(text):
            raise broken("something follows after its end", at)
        more = next(pieces, "")
        if not more:
            return
        lines += text.count("\n")
        before, text, at = before + len(text), more, 0
