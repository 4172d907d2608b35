"""Which lines does the public record make for each region, and which of it stays out?

The region is tier 1, the prime tier 2, its subcontractors tier 3. Nothing is said that the source does not say: no
amounts, no dates of the agreement, no summary, a role only for the prime.
"""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, fields

from portal.quarters import Quarter
from supplychain.models import AmountStatus

from .records import Contract, LeftOut, Provider, Records

DIGEST_FORMAT = "compiled return 1\n"
LONGEST_REFERENCE = 60
HASHED = 8  # hexadecimal digits at the end of a reference that was too long
WOMENS_SERVICES = ("WOS", "WSM")


@dataclass(frozen=True, slots=True)
class Places:
    """Who held which police force area on the quarter's last day, among the regions."""

    region_of: Mapping[str, str]

    def areas_of(self, region: str) -> tuple[str, ...]:
        """The areas of a region, in the order of their codes."""
        return tuple(sorted(area for area, holder in self.region_of.items() if holder == region))


@dataclass(frozen=True, slots=True)
class CompiledLine:
    """One line of a compiled return; the names are those of the model, so that it is stored as it stands here."""

    agreement_ref: str
    upstream_ref: str | None
    tier: int
    payer_key: str
    payee_key: str
    provider_name: str
    charity_number: str
    company_number: str
    role: str
    service_category: str
    cohorts: tuple[str, ...]
    areas: tuple[str, ...]
    area_scope: str
    shown_from: str
    shown_to: str | None
    service_summary: str = ""
    funding_type: str = "contract"
    amount_status: str = AmountStatus.NOT_DISCLOSED.value


@dataclass(slots=True)
class Compiled:
    """The lines of every region, none where the source has none, and what stays out: skipped, or held back."""

    lines: dict[str, list[CompiledLine]] = field(default_factory=dict)
    skipped: list[LeftOut] = field(default_factory=list)
    held_back: list[LeftOut] = field(default_factory=list)

    @property
    def contracts(self) -> int:
        """Contracts that were taken."""
        return sum(line.tier == 2 for lines in self.lines.values() for line in lines)

    @property
    def links(self) -> int:
        """Links from a prime to a subcontractor that were taken."""
        return sum(line.tier == 3 for lines in self.lines.values() for line in lines)


def compile_returns(records: Records, places: Places) -> Compiled:
    """The lines of every region that held an area, in the order of their references."""
    compiled = Compiled(lines={region: [] for region in sorted(set(places.region_of.values()))})
    compiled.skipped += records.left_out
    for contract in records.contracts:
        _compile(contract, records, places, compiled)
    for lines in compiled.lines.values():
        lines.sort(key=lambda line: (line.tier, line.agreement_ref))
    return compiled


def _compile(contract: Contract, records: Records, places: Places, compiled: Compiled) -> None:
    prime = records.providers[contract.prime]
    region = contract.region or places.region_of.get(contract.area, "")
    cost = {"contracts": 1, "links": len(contract.subcontractors)}
    if region not in compiled.lines:
        where = contract.region or contract.area
        why = f"No region holds {where} on the last day of the quarter."
        compiled.skipped.append(LeftOut(contract.reference, why, **cost))
        return
    if prime.own_service_of:
        why = (
            f"Its prime, {prime.name}, is a service of {prime.own_service_of} itself: nobody is funded. {prime.reason}"
        )
        compiled.skipped.append(LeftOut(contract.reference, why.strip(), **cost))
        return
    if prime.held_back:
        compiled.held_back.append(LeftOut(contract.reference, _held(prime), **cost))
        return
    top = _line(contract, prime, region, records, places)
    compiled.lines[region].append(top)
    for code in contract.subcontractors:
        below = records.providers[code]
        link = f"{contract.reference}/{code}"
        if below.held_back:
            compiled.held_back.append(LeftOut(link, _held(below), links=1))
        elif below.own_service_of:
            why = f"{below.name} is a service of {below.own_service_of} itself. {below.reason}"
            compiled.skipped.append(LeftOut(link, why.strip(), links=1))
        elif below.payee_key == prime.payee_key:
            why = f"{below.name} and the prime {prime.name} are one organisation: nothing is passed down."
            compiled.skipped.append(LeftOut(link, why, links=1))
        else:
            compiled.lines[region].append(_line(contract, below, region, records, places, above=top))


def _held(provider: Provider) -> str:
    return f"The provider {provider.code} is held back. {provider.reason}".strip()


def _line(
    contract: Contract,
    payee: Provider,
    region: str,
    records: Records,
    places: Places,
    above: CompiledLine | None = None,
) -> CompiledLine:
    kind = contract.type.partition("-")[0]
    return CompiledLine(
        agreement_ref=reference_below(contract.reference, payee.code) if above else contract.reference,
        upstream_ref=above.agreement_ref if above else None,
        tier=3 if above else 2,
        payer_key=above.payee_key if above else f"body:{region}",
        payee_key=payee.payee_key,
        provider_name=payee.name,
        charity_number=payee.charity_number,
        company_number=payee.company_number,
        role="" if above else "prime",
        service_category=records.services[kind],
        cohorts=("women",) if kind in WOMENS_SERVICES else (),
        areas=(contract.area,) if contract.area else places.areas_of(region),
        area_scope="named" if contract.area else "all",
        shown_from=contract.shown_from.isoformat(),
        shown_to=contract.shown_to.isoformat() if contract.shown_to else None,
    )


def reference_below(contract: str, code: str) -> str:
    """``PRJ_5556/KSS_CRC``: the reference of an agreement below a contract, the same every time, at most 60 long."""
    whole = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in code)
    whole = f"{contract}/{whole}"
    if whole == f"{contract}/{code}" and len(whole) <= LONGEST_REFERENCE:
        return whole
    hashed = hashlib.sha256(f"{contract}/{code}".encode()).hexdigest()[:HASHED]
    return f"{whole[: LONGEST_REFERENCE - HASHED - 1]}-{hashed}"


def content_digest(body: str, quarter: Quarter, lines: list[CompiledLine]) -> str:
    """SHA-256 (hexadecimal) of the canonical content of a compiled return.

    UTF-8 and LF; columns in the order of :class:`CompiledLine`; rows by reference; ISO dates; codes with ``;`` between.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([body, str(quarter)])
    writer.writerow([column.name for column in fields(CompiledLine)])
    for line in sorted(lines, key=lambda line: line.agreement_ref):
        writer.writerow([";".join(value) if isinstance(value, tuple) else value for value in astuple(line)])
    return hashlib.sha256((DIGEST_FORMAT + text.getvalue()).encode()).hexdigest()
