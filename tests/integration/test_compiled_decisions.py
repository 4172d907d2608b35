"""Does a decision about who a provider is reach what was published before it: agreements, pages and former ids?"""

import csv
import datetime as dt
import shutil
from pathlib import Path

import pytest
from django.test import Client

from providers.models import Organisation, OrganisationAlias
from supplychain.compiled import local
from supplychain.compiled.shipped import FOLDER
from supplychain.models import Agreement, Return
from supplychain.reference import load

NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
FACT = {"source": "GK", "confidence": "unverified"}


def rewrite(path: Path, change) -> None:
    """The rows of a table as ``change`` leaves them."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def decide(folder: Path, **decisions: str) -> None:
    """Write into crs_providers.csv which organisation each code is."""

    def change(rows: list[dict[str, str]]) -> None:
        for row in rows:
            if row["code"] in decisions:
                row |= {"organisation": decisions[row["code"]], "reason": "Tried out.", **FACT}

    rewrite(folder / "crs_providers.csv", change)


@pytest.mark.django_db(transaction=True)
def test_a_number_found_later_moves_nobodys_agreements_and_old_addresses_lead_on(own_database, tmp_path: Path) -> None:
    """One provider becomes an organisation with a number, another one that the tables know already."""
    local.load(now=NOW)
    bound = dict(Agreement.objects.filter(body__series="real").values_list("pk", "payee__public_id"))
    former = {
        code: Agreement.objects.filter(ref__endswith=f"/{code}").first().payee.public_id
        for code in ("HUMANKIND", "SAFE_GROUND")
    }
    assert all(old.startswith("XP-001") for old in former.values())
    tables = Path(shutil.copytree(FOLDER, tmp_path / "reference"))
    invented = {"key": "humankind", "name": "Humankind", "charity_number": "9999999", "number_source": "GK", **FACT}
    rewrite(tables / "organisations.csv", lambda rows: rows.append(invented))
    decide(tables, HUMANKIND="humankind", SAFE_GROUND="hafan-cymru")
    load(folder=tables)
    moved = {former["HUMANKIND"]: "GB-CHC-9999999", former["SAFE_GROUND"]: "XP-000066"}
    assert dict(Agreement.objects.filter(body__series="real").values_list("pk", "payee__public_id")) == {
        pk: moved.get(payee, payee) for pk, payee in bound.items()
    }
    assert load(folder=tables)["organisations"].touched == 0
    assert not Organisation.objects.filter(public_id__in=former.values()).exists()

    outcome = local.load(now=NOW, folder=tables)  # the returns say so now, and that is a new version
    assert outcome.published.version == 2
    assert Return.objects.filter(quarter=outcome.quarter, state="published", version=2).exists()
    for old, new in moved.items():
        answer = Client().get(f"/providers/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, f"/providers/{new}/")
    page = Client().get("/providers/XP-000066/").content.decode()
    assert "Safe Ground" in page and "THE_FORWARD_TRUST" not in page
    assert OrganisationAlias.objects.filter(old_id__in=former.values()).count() == 2
