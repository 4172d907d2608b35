"""Which contracts, subcontracts and providers do the project's own tables hold, and what was decided about whom?

``crs_contracts.csv``, ``crs_subcontracts.csv`` and ``crs_providers.csv`` of fixtures/reference say in our format what
the Refer and Monitor service's source says in its own. They are written by ``import_crs DIR --write``, never by hand;
by hand are the decisions in crs_providers.csv: who a provider is, whose own service it is, whether it is held back.
"""

import csv
import datetime as dt
import io
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas

from portal.errors import NotValid
from providers.identifiers import InvalidNumber, parse_charity_number, parse_company_number, public_id
from supplychain.models import BodyKind
from supplychain.reference.tables import FOLDER, TABLES, Row, read_table

from .persons import looks_like_a_person
from .records import Known, Provider, RawContract, Records, judge

SOURCE = "S-GH-CRS"
SNAPSHOT = dt.date(2026, 8, 21)  # of the source that the tables were written from, see sources.csv
UNDECIDED = "Looks like the name of a person; nobody has decided yet."
CONTRACTS, SUBCONTRACTS, PROVIDERS = "crs_contracts", "crs_subcontracts", "crs_providers"


def read_shipped(folder: Path = FOLDER) -> Records:
    """The records of the project's own tables. Raises :class:`NotValid` where they can't be read."""
    decide = decisions(folder)
    rows = {name: _table(name, folder) for name in (CONTRACTS, SUBCONTRACTS, PROVIDERS)}
    providers = {row["code"]: decide(row["code"], row["name"]) for row in rows[PROVIDERS]}
    below: dict[str, list[str]] = {}
    for row in rows[SUBCONTRACTS]:
        below.setdefault(row["contract_reference"], []).append(row["subcontractor_code"])
    raw = [
        RawContract(
            place=f"{CONTRACTS}.csv, row {line}",
            reference=row["contract_reference"],
            type=row["contract_type"],
            region=row["region"],
            area=row["area"],
            prime=row["prime_code"],
            shown_from=row["shown_from"],
            shown_to=row["shown_to"],
            subcontractors=below.get(row["contract_reference"], []),
        )
        for line, row in enumerate(rows[CONTRACTS], start=2)
    ]
    known = known_codes(folder)
    contracts, left_out = judge(raw, providers, known)
    return Records(SNAPSHOT, contracts, providers, known.services, left_out)


def known_codes(folder: Path = FOLDER) -> Known:
    """The areas, regions and contract types of the reference tables."""
    return Known(
        areas={row["code"] for row in _table("areas", folder)},
        regions={row["code"] for row in _table("bodies", folder) if row["kind"] == BodyKind.REGION},
        services={
            row["external_code"]: row["service"]
            for row in _table("service_mappings", folder)
            if (row["scheme"], row["relation"]) == ("crs-contract-type", "same")
        },
    )


def decisions(folder: Path = FOLDER) -> Callable[[str, str], Provider]:
    """A function that makes a provider of a code and a name, with what crs_providers.csv says about the code.

    A code that the table doesn't have is nobody known, and held back where its name looks like a person's.
    """
    decided = {row["code"]: row for row in _table(PROVIDERS, folder)}
    organisations = {row["key"]: row for row in _table("organisations", folder)}

    def decide(code: str, name: str) -> Provider:
        row = decided.get(code)
        if row is None:
            held_back = looks_like_a_person(name)
            return Provider(code, name, f"crs:{code}", held_back=held_back, reason=UNDECIDED if held_back else "")
        party = organisations.get(row["organisation"])
        if row["organisation"] and party is None:
            raise NotValid("crs-organisation", f"{code} is {row['organisation']!r}, which organisations.csv lacks.")
        return Provider(
            code=code,
            name=name,
            payee_key=_key(party) if party else f"crs:{code}",
            charity_number=party["charity_number"] if party else "",
            company_number=party["company_number"] if party else "",
            own_service_of=row["own_service_of"],
            held_back=row["held_back"] == "yes",
            reason=row["reason"],
        )

    return decide


def sectors(folder: Path = FOLDER) -> dict[str, str]:
    """The sector of each provider for which a source states it, by code."""
    return {row["code"]: row["sector"] for row in _table(PROVIDERS, folder) if row["sector"]}


def _key(party: Row) -> str:
    """Who an organisation of the tables is: its public id."""
    try:
        numbers = [parse_charity_number(party["charity_number"])] if party["charity_number"] else []
        numbers += [parse_company_number(party["company_number"])] if party["company_number"] else []
    except InvalidNumber as problem:
        raise NotValid("crs-organisation", f"{party['name']} in organisations.csv: {problem.reason}") from problem
    return public_id(numbers) or party["portal_id"]


def write_tables(records: Records, folder: Path) -> dict[str, int]:
    """Write the three tables, with the decisions that were taken before; the number of rows of each.

    Raises :class:`NotValid` where the folder can't be written.
    """
    decided = folder if (folder / f"{PROVIDERS}.csv").exists() else FOLDER
    before = {row["code"]: row for row in _table(PROVIDERS, decided)}
    fact = {"source": SOURCE, "confidence": "solid"}
    contracts = [
        {
            "contract_reference": contract.reference,
            "contract_type": contract.type,
            "region": contract.region,
            "area": contract.area,
            "prime_code": contract.prime,
            "shown_from": contract.shown_from.isoformat(),
            "shown_to": contract.shown_to.isoformat() if contract.shown_to else "",
            **fact,
        }
        for contract in records.contracts
    ]
    subcontracts = [
        {"contract_reference": contract.reference, "subcontractor_code": code, **fact}
        for contract in records.contracts
        for code in contract.subcontractors
    ]
    providers = [_provider_row(records.providers[code], before.get(code), fact) for code in sorted(records.providers)]
    tables = {CONTRACTS: contracts, SUBCONTRACTS: subcontracts, PROVIDERS: providers}
    for name, rows in tables.items():
        try:
            _write(folder / f"{name}.csv", TABLES[name].columns, rows)
        except OSError as problem:
            raise NotValid("crs-tables", f"{folder} can't be written: {problem.strerror}.") from problem
    return {name: len(rows) for name, rows in tables.items()}


def _provider_row(provider: Provider, before: Row | None, fact: dict[str, str]) -> Row:
    if before:
        return before | {"name": provider.name}
    undecided = looks_like_a_person(provider.name)
    return {
        "code": provider.code,
        "name": provider.name,
        "organisation": "",
        "sector": "",
        "own_service_of": "",
        "held_back": "yes" if undecided else "no",
        "reason": UNDECIDED if undecided else "",
        **fact,
    }


def _write(path: Path, columns: Iterable[str], rows: list[Row]) -> None:
    """Replace a table whole."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(text.getvalue(), encoding="utf-8", newline="")
    half.replace(path)


def _table(name: str, folder: Path) -> list[Row]:
    try:
        rows = read_table(name, folder)
    except OSError as problem:
        raise NotValid("crs-tables", f"{name}.csv can't be read: {problem.strerror}.") from problem
    except (ValueError, pandas.errors.ParserError) as problem:
        raise NotValid("crs-tables", f"{name}.csv can't be read: {problem}.") from problem
    if rows and tuple(rows[0]) != TABLES[name].columns:
        raise NotValid("crs-tables", f"{name}.csv should have the columns {', '.join(TABLES[name].columns)}.")
    return rows
