"""When are two names the same name? Case, accents, punctuation, a leading "the" and legal endings don't count.

One definition for rows and questions: what is stored as ``folded`` is compared with what somebody typed, folded.
"""

import re
import unicodedata

_LEGAL = re.compile(
    r"(?: (?:ltd|limited|plc|llp|cic|cio|inc|incorporated|company|cyf|cyfyngedig"
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
