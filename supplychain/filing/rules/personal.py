"""Does a text hold personal data? Patterns for what identifies a person, tuned to miss little and to leave services
alone.
"""

import re

MANY_DIGITS = re.compile(r"\d(?:[ ().-]{0,3}\d){5}", re.ASCII)  # without so many, no number can be there
EMAIL = re.compile(r"[^\s@\uff20]+\s?[@\uff20]\s?[^\s@\uff20.]+(?:\.[^\s@\uff20.]+)+")
INSURANCE = re.compile(
    r"(?<![A-Z0-9])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r"[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D](?![A-Z0-9])",
    re.ASCII | re.IGNORECASE,
)
# A United Kingdom number: +44 or 0, then nine or ten digits in at most five groups; the first has two digits or more.
TELEPHONE = re.compile(
    r"(?<![\w/.-])(?:\(?(?:\+|00)44\)?[ .-]?(?:\(0\)[ .-]?|0)?|\(?0)(\d{2,10}\)?(?:[ .-]\d{2,8}){0,4})(?![\w/-]|\.\d)",
    re.ASCII,
)
SHORT_LINES = re.compile(r"(?<!\d)(?:0800 ?1111|0845 ?46 ?47)(?!\d)", re.ASCII)
TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Revd|Sir|Dame)\.?\s+(?:[A-Z]\.?\s+)*[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)?"
)
NAMED_FOR = re.compile(
    r"\b(?i:contact|manager|worker|officer|lead|delivered by|run by|led by|named|called|c/o)[:,]?\s+"
    r"([A-Z][a-z'’-]+\s+[A-Z][a-z'’-]+)\b"
)
# Words in names of organisations and places, so that “run by Nova Wellbeing” is not taken for a person.
NOT_A_PERSON = re.compile(
    r"\b(?:and|of|the|trust|care|centre|center|community|services?|society|house|homes?|housing|project|partnership|support|"
    r"association|foundation|group|council|college|prison|probation|justice|women|advice|recovery|wellbeing|works?|training|"
    r"solutions|limited|ltd|cic|north|south|east|west|county|city|london|wales|england|young|people|family|families|help|hub|"
    r"programmes?|scheme|network|team|mentors?|mentoring|unit|court|police|health|mind|arts?|life|link|start|future|national|"
    r"restorative|through|personal|education|employment|unpaid|accommodation|catch|shelter|nacro)\b",
    re.IGNORECASE,
)


def personal_data(text: str) -> str | None:
    """What the text holds that must not be published (for “what looks like ...”), or ``None``."""
    if ("@" in text or "\uff20" in text) and EMAIL.search(text):
        return "an e-mail address"
    if MANY_DIGITS.search(text):
        if INSURANCE.search(text):
            return "a National Insurance number"
        if SHORT_LINES.search(text):
            return "a telephone number"
        if any(_is_long_enough(match[1]) for match in TELEPHONE.finditer(text)):
            return "a telephone number"
    return None


def _is_long_enough(groups: str) -> bool:
    """Do the first groups of digits make nine or ten, as numbers have after the 0?"""
    digits = 0
    for group in re.split(r"\)?[ .-]", groups):
        digits += sum(map(str.isdigit, group))
        if digits in (9, 10):
            return True
    return False


def likely_name(text: str) -> str | None:
    """What may be a person's name in a description, or ``None``."""
    if text[1:].islower():
        return None
    titled = TITLED.search(text)
    if titled:
        return titled[0]
    for match in NAMED_FOR.finditer(text):
        if not NOT_A_PERSON.search(match[1]):
            return match[1]
    return None
