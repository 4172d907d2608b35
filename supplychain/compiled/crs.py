"""What does a folder of the Refer and Monitor service's contracts say?

The folder holds ``contracts/*.json`` and ``providers/providers.json`` as the Ministry's source code does (S-GH-CRS).
References, types, places, codes of providers and display dates are read; titles, descriptions, activities, contacts and
eligibility are not looked at.
"""

import datetime as dt
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.errors import NotValid

from .records import Known, LeftOut, Provider, RawContract, Records, Unusable, judge, shown

LARGEST_BYTES = 5_000_000
LONGEST_NAME = 200


def read_folder(folder: Path, *, day: dt.date, known: Known, decide: Callable[[str, str], Provider]) -> Records:
    """The records of a folder as they stood on ``day``; ``decide`` makes a provider of a code and a name.

    Raises :class:`NotValid` where the folder isn't one or its list of providers can't be read at all.
    """
    files = sorted((folder / "contracts").glob("*.json"))
    if not files:
        raise NotValid("crs-unreadable", f"{folder} holds no contracts: there should be files contracts/*.json.")
    left_out: list[LeftOut] = []
    providers = _providers(folder / "providers" / "providers.json", decide, left_out)
    raw = []
    for file in files:
        try:
            raw.append(_contract(file.name, _load(file)))
        except Unusable as problem:
            left_out.append(LeftOut(file.name, str(problem), 1))
    contracts, judged_out = judge(raw, providers, known)
    return Records(day, contracts, providers, known.services, (*left_out, *judged_out))


def _providers(file: Path, decide: Callable[[str, str], Provider], left_out: list[LeftOut]) -> dict[str, Provider]:
    try:
        listed = _load(file)
    except Unusable as problem:
        raise NotValid("crs-unreadable", f"The providers can't be read: {problem}") from problem
    if not isinstance(listed, list) or not listed:
        raise NotValid("crs-unreadable", f"The providers can't be read: {file.name} should hold a list of them.")
    names: dict[str, str] = {}
    twice: set[str] = set()
    for number, entry in enumerate(listed, start=1):
        try:
            code, name = _text(entry, "code"), _name(_text(entry, "name"))
        except Unusable as problem:
            left_out.append(LeftOut(file.name, f"Provider number {number} is left out: {problem}"))
            continue
        if names.setdefault(code, name) != name:
            twice.add(code)
    for code in sorted(twice):
        del names[code]
        left_out.append(LeftOut(file.name, f"Provider {shown(code)} is left out: it is there twice with two names."))
    return {code: decide(code, name) for code, name in names.items()}


def _contract(place: str, record: Any) -> RawContract:
    region, providers, scheduling = (_part(record, key) for key in ("region", "providers", "scheduling"))
    letter = _text(region, "nps_region_code", optional=True)
    subcontractors = providers.get("subcontractor_codes")
    if not isinstance(subcontractors, list) or not all(isinstance(code, str) for code in subcontractors):
        raise Unusable("subcontractor_codes should be a list of codes.")
    return RawContract(
        place=place,
        reference=_text(record, "contract_reference"),
        type=_text(record, "contract_type_id"),
        region=f"R-{letter}" if letter else None,
        area=_text(region, "pcc_region_code", optional=True),
        prime=_text(providers, "prime_provider_code"),
        shown_from=_text(scheduling, "hide_before"),
        shown_to=_text(scheduling, "hide_after", optional=True),
        subcontractors=subcontractors,
    )


def _load(file: Path) -> Any:
    """What a JSON file says. Raises :class:`Unusable`."""
    try:
        if file.exists() and not file.is_file():
            raise Unusable(f"{file.name} is not a file.")
        if file.stat().st_size > LARGEST_BYTES:
            raise Unusable(f"{file.name} is larger than {LARGEST_BYTES // 1_000_000} MB.")
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise Unusable(f"{file.name} can't be opened: {problem.strerror}.") from None
    except UnicodeDecodeError as problem:
        raise Unusable(f"{file.name} is not UTF-8 at byte {problem.start}.") from None
    except json.JSONDecodeError as problem:
        raise Unusable(f"{file.name} is not JSON in line {problem.lineno}, column {problem.colno}.") from None
    except (RecursionError, ValueError):
        raise Unusable(f"{file.name} is not JSON that can be read.") from None


def _part(record: Any, key: str) -> dict[str, Any]:
    if not isinstance(record, dict) or not isinstance(record.get(key), dict):
        raise Unusable(f"{key} is missing.")
    return record[key]


def _text(record: Any, key: str, *, optional: bool = False) -> str:
    """The text of a key, trimmed; nothing only where it is ``optional``."""
    value = record.get(key) if isinstance(record, dict) else None
    if value is None and optional and key in record:
        return ""
    if value is None:
        raise Unusable(f"{key} is missing.")
    if not isinstance(value, str) or not value.strip():
        raise Unusable(f"{key} is {shown(value)} and should be a text.")
    return value.strip()


def _name(text: str) -> str:
    name = unicodedata.normalize("NFC", text)
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Unusable(f"name is {shown(name)} and should be at most {LONGEST_NAME} letters in one line.")
    return name
