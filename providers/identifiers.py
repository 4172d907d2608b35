"""Is this a number that a register could have given, and which organisation id does it make?

Numbers are judged by form alone: whether the register holds them is asked elsewhere. Spaces and small letters are
forgiven, because they never change which number is meant. Everything else is refused with a sentence and, where one
reading is likely, a suggestion: a lost leading zero is suggested, never silently added, for the number that results
may belong to somebody else.

The same judgement exists as PostgreSQL regular expressions (``..._SQL``) and expressions (``..._sql(column)``) for
files of many rows. Both are built from the same pieces and use only what Python's and PostgreSQL's regular
expressions share.

Forms, from the registers themselves: Charity Commission for England and Wales six digits from 200000 or seven digits;
OSCR ``SC`` and six digits; Charity Commission for Northern Ireland six digits from 100000, written with ``NIC`` in
front; Companies House eight characters, with the prefixes of its published list; Mutuals Public Register up to six
digits and up to five letters. Schemes are those of org-id.guide.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

CHARITY_ENGLAND_WALES = "GB-CHC"
CHARITY_SCOTLAND = "GB-SC"
CHARITY_NORTHERN_IRELAND = "GB-NIC"
COMPANY = "GB-COH"
MUTUAL = "GB-MPR"

# The public id of an organisation is its first known number in this order.
SCHEMES = (CHARITY_ENGLAND_WALES, CHARITY_SCOTLAND, CHARITY_NORTHERN_IRELAND, COMPANY, MUTUAL)

# An organisation without any number has a portal id, given once.
XP_PATTERN = r"^XP-[0-9]{6}$"

_SMALL = "abcdefghijklmnopqrstuvwxyz"
_CAPITAL = _SMALL.upper()
_SPACES = " \u00a0"
# ASCII only: full Unicode capitals differ between Python and PostgreSQL, and no register uses other letters.
_NORMALISE = str.maketrans(_SMALL, _CAPITAL, _SPACES)

_CHC = "[2-9][0-9]{5}|[1-9][0-9]{6}"
_SC = "SC[0-9]{6}"
_NIC = "NIC?[1-9][0-9]{5}"

# Companies House prefixes with six digits: companies, partnerships, charitable incorporated organisations (CE, CS),
# overseas companies and others.
_PREFIX = (
    "(?:AC|BR|CE|CS|EN|ES|FC|FE|GE|GN|GS|IC|IP|LP|NA|NC|NF|NI|NL|NO|NP|NR|NV|NZ|OC|OE|PC|RC|RS|SA|SC|SE|SF|SG|SI|SL|SO|SP|"
    "SR|SZ|ZC)"
)
# Registered societies carry their old register's letters inside the eight characters: IP10002R, SP70CUSR, IP0P204R.
_SOCIETY = "(?:IP|SP|RS|NP|NO)[0-9][0-9A-Z]{5}"
_COH = f"(?!0{{8}})[0-9]{{8}}|{_PREFIX}[0-9]{{6}}|{_SOCIETY}|R[0-9]{{7}}"
_COH_SHORT = f"[0-9]{{1,7}}|{_PREFIX}[0-9]{{1,5}}|(?:IP|SP|RS)[0-9]{{1,4}}(?:R|RS|C|W|F|S|Z)"
_MPR = "(?:IP|SP|RS|NP)?[0-9]{1,6}[A-Z]{0,5}"

CHARITY_NUMBER_SQL = f"^(?:{_CHC}|{_SC}|{_NIC})$"
CHARITY_LOST_ZEROS_SQL = "^SC[0-9]{1,5}$"
COMPANY_NUMBER_SQL = f"^(?:{_COH})$"
COMPANY_LOST_ZEROS_SQL = f"^(?:{_COH_SHORT})$"

_FORMS = {
    CHARITY_ENGLAND_WALES: _CHC,
    CHARITY_SCOTLAND: _SC,
    CHARITY_NORTHERN_IRELAND: "[1-9][0-9]{5}",
    COMPANY: _COH,
    MUTUAL: _MPR,
}
_ORG_ID = re.compile(r"([A-Z]{2}-[0-9A-Z_]{2,12})-([0-9A-Z][0-9A-Z./_-]{0,39})")


class InvalidNumber(ValueError):  # noqa: N818 (a refusal in words, like those of portal.errors)
    """A text that is not a number of its register.

    ``reason`` is a sentence for people, ``suggestion`` a number that may be meant, or ``None``.
    """

    def __init__(self, reason: str, suggestion: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number in a register: the org-id.guide ``scheme`` and the ``number`` in the register's own form."""

    scheme: str
    number: str

    @property
    def org_id(self) -> str:
        """``GB-CHC-226171``."""
        return f"{self.scheme}-{self.number}"

    @property
    def as_written(self) -> str:
        """The number as people write it: Northern Irish charities with ``NIC`` in front."""
        return f"NIC{self.number}" if self.scheme == CHARITY_NORTHERN_IRELAND else self.number


def normalise(text: str) -> str:
    """The text in capitals and without spaces; nothing else is changed."""
    return text.translate(_NORMALISE)


def parse_charity_number(text: str) -> Identifier:
    """The charity number in a cell: ``226171``, ``SC042386`` or ``NIC100019``. Raises :class:`InvalidNumber`."""
    number = normalise(text)
    if re.fullmatch(_CHC, number):
        return Identifier(CHARITY_ENGLAND_WALES, number)
    if re.fullmatch(_SC, number):
        return Identifier(CHARITY_SCOTLAND, number)
    if re.fullmatch(_NIC, number):
        return Identifier(CHARITY_NORTHERN_IRELAND, number[-6:])
    raise InvalidNumber(_charity_reason(number), suggest_charity_number(number))


def parse_company_number(text: str) -> Identifier:
    """The company number in a cell: ``01234567``, ``SC123456``, ``CE012345``. Raises :class:`InvalidNumber`."""
    number = normalise(text)
    if re.fullmatch(_COH, number):
        return Identifier(COMPANY, number)
    raise InvalidNumber(_company_reason(number), suggest_company_number(number))


def parse_org_id(text: str) -> Identifier:
    """An org-id such as ``GB-CHC-226171``. Raises :class:`InvalidNumber`.

    Numbers of our five schemes are checked as numbers, those of other registers by form alone.
    """
    match = _ORG_ID.fullmatch(normalise(text))
    if not match:
        raise InvalidNumber("An organisation id is a country, a register and a number, such as GB-CHC-226171.")
    scheme, number = match[1], match[2]
    if scheme not in _FORMS or re.fullmatch(_FORMS[scheme], number):
        return Identifier(scheme, number)
    parse = {COMPANY: parse_company_number, MUTUAL: _parse_mutual}.get(scheme, parse_charity_number)
    try:
        found = parse(number)
    except InvalidNumber as error:
        raise InvalidNumber(error.reason, _org_id_suggestion(parse, error.suggestion)) from None
    raise InvalidNumber(f"The number {number} does not belong to the register {scheme}.", found.org_id)


def public_id(identifiers: Iterable[Identifier]) -> str | None:
    """The org-id of the first known number in the order of :data:`SCHEMES`, or ``None`` where there is none."""
    ours = [identifier for identifier in identifiers if identifier.scheme in SCHEMES]
    if not ours:
        return None
    return min(ours, key=lambda identifier: (SCHEMES.index(identifier.scheme), identifier.number)).org_id


def suggest_charity_number(text: str) -> str | None:
    """The charity number that was probably meant by one that is refused, or ``None``."""
    number = _without_decimals(normalise(text))
    candidates = [
        number,
        re.sub("^SC([0-9]{1,5})$", lambda found: f"SC{found[1]:0>6}", number),
        re.sub("^SC([0-9O]{6})$", lambda found: "SC" + found[1].replace("O", "0"), number),
        re.sub("^SCO([0-9]{5})$", r"SC0\1", number),
        re.sub("^([0-9]{6,7})-[0-9]{1,4}$", r"\1", number),
        re.sub("^0+([0-9]{6,7})$", r"\1", number),
    ]
    return _first(candidates, CHARITY_NUMBER_SQL)


def suggest_company_number(text: str) -> str | None:
    """The company number that was probably meant by one that is refused, or ``None``."""
    number = _without_decimals(normalise(text))
    candidates = [number]
    if re.fullmatch(_COH_SHORT, number):
        letters = re.match("[A-Z]*", number)[0]  # type: ignore[index]
        candidates.append(letters + number[len(letters) :].rjust(8 - len(letters), "0"))
    if re.fullmatch("[0-9O]{8}", number):
        candidates.append(number.replace("O", "0"))
    if re.fullmatch(f"{_PREFIX}[0-9O]{{6}}", number):
        candidates.append(number[:2] + number[2:].replace("O", "0"))
    return _first(candidates, COMPANY_NUMBER_SQL)


def normalised_sql(column: str) -> str:
    """SQL that does to ``column`` (an expression of type text, never a value) what :func:`normalise` does."""
    return f"translate({column}, '{_SMALL}' || U&' \\00a0', '{_CAPITAL}')"


def charity_org_id_sql(column: str) -> str:
    """SQL for the org-id of the charity number in ``column``; null where :func:`parse_charity_number` refuses it."""
    number = normalised_sql(column)
    return (
        f"CASE WHEN {number} ~ '^(?:{_CHC})$' THEN '{CHARITY_ENGLAND_WALES}-' || {number}"
        f" WHEN {number} ~ '^{_SC}$' THEN '{CHARITY_SCOTLAND}-' || {number}"
        f" WHEN {number} ~ '^{_NIC}$' THEN '{CHARITY_NORTHERN_IRELAND}-' || right({number}, 6) END"
    )


def company_org_id_sql(column: str) -> str:
    """SQL for the org-id of the company number in ``column``; null where :func:`parse_company_number` refuses it."""
    number = normalised_sql(column)
    return f"CASE WHEN {number} ~ '{COMPANY_NUMBER_SQL}' THEN '{COMPANY}-' || {number} END"


def _parse_mutual(number: str) -> Identifier:
    raise InvalidNumber(f"{_shown(number)} is not a number of the Mutuals Public Register, such as 235C or IP031455.")


def _org_id_suggestion(parse, suggestion: str | None) -> str | None:
    return None if suggestion is None else parse(suggestion).org_id


def _without_decimals(number: str) -> str:
    """Spreadsheets write a number that lost its text format as 226171.0."""
    return re.sub(r"^([0-9]+)\.0+$", r"\1", number)


def _first(candidates: list[str], pattern: str) -> str | None:
    return next((candidate for candidate in candidates if re.fullmatch(pattern, candidate)), None)


def _shown(number: str) -> str:
    return number if len(number) <= 20 else f"{number[:20]}..."


def _charity_reason(number: str) -> str:
    if not number:
        return "There is no charity number."
    if re.fullmatch(_COH, number) and not number.isdigit():
        return f"{_shown(number)} has the form of a company number; it belongs in the column for company numbers."
    if re.fullmatch("SC[0-9O]{1,7}", number):
        return f"{_shown(number)} is not a Scottish charity number, which is SC and six digits, leading zeros included."
    if re.fullmatch("1[0-9]{5}", number):
        # Those found in the register of mergers are seven-digit numbers with a digit missing, so nothing is suggested.
        return f"{number} is too low for England and Wales: a digit is missing, or it is Northern Irish and lacks NIC."
    if re.fullmatch("[0-9]+-[0-9]+", number):
        return (
            f"{_shown(number)} names a part of a charity; give the charity's own number, what stands before the dash."
        )
    return f"{_shown(number)} is not a charity number, which is six or seven digits, or SC or NIC and six digits."


def _company_reason(number: str) -> str:
    if not number:
        return "There is no company number."
    if re.fullmatch("[0-9]{1,7}", number):
        return f"{number} has {len(number)} digits; company numbers have eight characters, leading zeros included."
    if re.fullmatch(_COH_SHORT, number):
        return f"{number} has {len(number)} characters; company numbers have eight, zeros after the letters included."
    if re.fullmatch("NIC[0-9]{6}", number):
        return f"{number} has the form of a charity number; it belongs in the column for charity numbers."
    return f"{_shown(number)} is not a company number, which is eight digits, or letters such as SC, NI or CE and six."
