"""Which characters of a text can't be seen, and so have no place in it?"""

import unicodedata
from typing import Any

# Letters to the eye and blanks on the screen: fillers of Hangul, the braille blank, the grapheme joiner.
UNSEEN = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")


def first_unseen(text: str, *, line_breaks: bool) -> dict[str, Any] | None:
    """The first character that can't be seen (figures of V10), or ``None``."""
    for place, sign in enumerate(text):
        if (sign.isprintable() and sign not in UNSEEN) or sign == "\u00a0" or (sign == "\n" and line_breaks):
            continue
        kind = unicodedata.category(sign)
        if kind == "Zs":
            continue
        name = unicodedata.name(sign, "").lower()
        if sign in "\n\r\u2028\u2029":
            what = "a line break"
        elif sign == "\t":
            what = "a tab"
        elif kind == "Cc":
            what = "a control character"
        elif unicodedata.bidirectional(sign) in ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI") or (
            "right-to-left" in name or "left-to-right" in name
        ):
            what = "a bidirectional control character"
        else:
            what = "an invisible character"
        return {"what": what, "code": f"U+{ord(sign):04X}", "place": place + 1}
    return None
