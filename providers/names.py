"""When are two names the same name, and how like are they?

Case, accents, punctuation, a leading "the" and legal endings don't count.

One definition for rows and questions: what is stored as ``folded`` is compared with what somebody typed, folded.
"""

import re
import unicodedata

_LEGAL = re.compile(
    r"(?: (?:ltd|limited|plc|llp|cic|cio|inc|incorporated|cyf|cyfyngedig"
    r"|(?:community interest|charitable incorporated) (?:company|organisation)))+$"
)
_NOT_A_LETTER = re.compile(r"[\W_]+")
_DROPPED = str.maketrans("", "", "'`\u2018\u2019\u02bc.")


def folded(text: str) -> str:
    """The name as names are compared: ``The St. Mungo’s & Co Ltd`` gives ``st mungos and co``.

    A name of nothing but what is left out stays as it is, in small letters, so that only an empty name is empty.
    """
    name = text.lower()
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    name = _NOT_A_LETTER.sub(" ", name.replace("&", " and ").translate(_DROPPED)).strip()
    core = _LEGAL.sub("", name.removeprefix("the ")).strip()
    return core or name or text.strip().lower()


_ALSO = re.compile(
    r"\s*(?:\bt/?a\b|\btrading as\b|\bformerly(?: known as)?\b|\bknown as\b|\bpart of\b|/|\s[-–—]\s)\s*", re.IGNORECASE
)
_BRACKETS = re.compile(r"\(([^()]*)\)")


def names_in(text: str) -> list[str]:
    """The names that one cell may hold, the whole first: ``Addaction (With You)``, ``Addaction``, ``With You``."""
    outside = _BRACKETS.sub(" ", text)
    parts = [text, outside, *_BRACKETS.findall(text), *_ALSO.split(outside)]
    named = [" ".join(part.split()) for part in parts]
    return list(dict.fromkeys(name for name in named if len(folded(name)) > 2))


def likeness(one: str, other: str) -> float:
    """How like two folded names are, 0 to 1: the share of their trigrams that both have, as ``pg_trgm`` counts."""
    first, second = _trigrams(one), _trigrams(other)
    return len(first & second) / (len(first | second) or 1)


def _trigrams(name: str) -> set[str]:
    words = (f"  {word} " for word in name.split())
    return {word[at : at + 3] for word in words for at in range(len(word) - 2)}
