"""Does a name hold letters that only look like those of the alphabet it is written in?"""

import re
import unicodedata
from typing import Any

# Greek and Cyrillic letters that nobody can tell from Latin ones, and which.
LOOKS_LIKE = dict(
    zip(
        "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχАВЕЅІЈКМНОРСТУХЬԁԛԜаеѕіјкмнорстухԝһ",
        "ABEZHIKMNOPTYXaiKvopTuxABESIJKMHOPCTYXbdqWaesijKMHopcTyxwh",
        strict=True,
    )
)
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def look_alike(text: str) -> dict[str, Any] | None:
    """The first letter of another alphabet that stands among Latin ones (figures of O08), or ``None``.

    A word that mixes alphabets, or that consists of look-alikes alone, in a text that has Latin letters; a whole word
    of Greek or Russian is a word.
    """
    if not any(_latin(letter) for letter in text):
        return None
    for word in WORD.findall(text):
        alike = [letter for letter in word if letter in LOOKS_LIKE or _wide(letter)]
        letters = [letter for letter in word if letter.isalpha()]
        if alike and (len(alike) == len(letters) or any(map(_latin, letters))):
            letter = alike[0]
            return {
                "letter": letter,
                "word": word[:40],
                "what": unicodedata.name(letter, "another letter").capitalize(),
                "code": f"U+{ord(letter):04X}",
                "latin": LOOKS_LIKE.get(letter) or unicodedata.normalize("NFKC", letter),
            }
    return None


def _latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN ")


def _wide(letter: str) -> bool:
    """Full-width and mathematical letters, each of which stands for one plain letter."""
    plain = unicodedata.normalize("NFKC", letter)
    return plain != letter and len(plain) == 1 and plain.isascii() and plain.isalpha()
