"""A folder in the shape of the Refer and Monitor service's source, made from the project's own tables or by hand.

What the portal must not take stands in it as well: titles, activities and contacts that say ``NOT-TO-BE-TAKEN``.
"""

import json
from pathlib import Path
from typing import Any

from supplychain.compiled.shipped import read_shipped

NOT_TAKEN = "NOT-TO-BE-TAKEN"


def contract(reference: str, **given: Any) -> dict[str, Any]:
    """A good contract for accommodation in the North East; ``given`` replaces whole keys."""
    record = {
        "internal_contract_id": "00000000-0000-0000-0000-000000000000",
        "contract_reference": reference,
        "contract_type_id": "ACC",
        "incoming_distribution_email": f"{NOT_TAKEN}@example.org",
        "region": {"nps_region_code": "A", "pcc_region_code": None},
        "eligibility": {"allows_female": False, "allows_male": True, "minimum_age": 18, "maximum_age": None},
        "scheduling": {"hide_before": "2021-01-01", "hide_after": None},
        "providers": {"prime_provider_code": "PRIME", "subcontractor_codes": ["BELOW"]},
        "intervention_title": NOT_TAKEN,
        "activities": [{"need_area": NOT_TAKEN, "activity": NOT_TAKEN, "delivery_location": NOT_TAKEN}],
    }
    return record | given


def write_source(folder: Path, contracts: list[dict[str, Any]], names: dict[str, str]) -> Path:
    """The folder, with one file for each contract and the list of providers."""
    for part in ("contracts", "providers"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for record in contracts:
        file = folder / "contracts" / f"{record['contract_reference']}.json"
        file.write_text(json.dumps(record), encoding="utf-8")
    providers = [{"code": code, "name": name} for code, name in names.items()]
    (folder / "providers" / "providers.json").write_text(json.dumps(providers), encoding="utf-8")
    return folder


def write_shipped(folder: Path) -> Path:
    """What the project's own tables say, in the shape of the source, with its moments instead of days."""
    records = read_shipped()
    contracts = [
        contract(
            one.reference,
            contract_type_id=one.type,
            region={"nps_region_code": one.region.removeprefix("R-") or None, "pcc_region_code": one.area or None},
            scheduling={
                "hide_before": one.shown_from.isoformat(),
                "hide_after": f"{one.shown_to}T23:59:00+00" if one.shown_to else None,
            },
            providers={"prime_provider_code": one.prime, "subcontractor_codes": list(reversed(one.subcontractors))},
        )
        for one in records.contracts
    ]
    return write_source(folder, contracts, {code: known.name for code, known in records.providers.items()})
