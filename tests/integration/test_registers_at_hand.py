"""Do the real registers come in whole? Counted here from the raw files, in other ways than the import does.

The files are too large for the project's folder and not its own: they are looked for where REGISTERS says, or beside
the checkout.
"""

import csv
import json
import os
import re
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import call_command

from providers.models import RegisterEntry, RegisterLink, RegisterMerger, RegisterName
from providers.names import folded
from providers.registers.findings import Findings
from providers.registers.kinds import recognise
from providers.registers.sources import Source
from providers.registers.tables import KINDS

REGISTERS = Path(os.environ.get("REGISTERS", Path(__file__).parents[3] / "shared" / "data" / "registers"))
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not (REGISTERS / "ccew-register-of-mergers.csv").exists(),
        reason="the real registers are not at hand; name their folder in REGISTERS",
    ),
]
NUMBER = re.compile("[2-9][0-9]{5}|[1-9][0-9]{6}")


def said_of(capsys, name: str) -> str:
    call_command("import_register", str(REGISTERS / name), "-v0")
    return capsys.readouterr().out


def raw(name: str) -> list[dict[str, str]]:
    with (REGISTERS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_all_other_names_of_the_extract(capsys) -> None:
    name = "publicextract.charity_other_names.zip"
    with zipfile.ZipFile(REGISTERS / name) as archive:
        rows = json.loads(archive.read(archive.namelist()[0]).decode("utf-8-sig"))
    assert len(rows) == 168_348
    assert "168,348 rows read" in said_of(capsys, name)
    kinds = {"Working name": "working", "Previous name": "former"}
    expected = {
        (
            f"GB-CHC-{row['registered_charity_number']}",
            row["linked_charity_number"],
            kinds[row["charity_name_type"]],
            " ".join(row["charity_name"].split()),
        )
        for row in rows
        if row["charity_name"].strip()
    }
    found = RegisterName.objects.filter(series="real", table="charity_other_names")
    assert set(found.values_list("org_id", "part", "kind", "text")) == expected
    for text, stored in list(found.order_by("pk").values_list("text", "folded")[:50_000])[::97]:
        assert stored == folded(text)
    assert "is there already; nothing was changed" in said_of(capsys, name)


def test_the_register_of_mergers(capsys) -> None:
    rows = raw("ccew-register-of-mergers.csv")
    said = said_of(capsys, "ccew-register-of-mergers.csv")
    assert len(rows) == 5_843 and "5,843 rows read" in said and "as of 2026-04-30" in said
    possible = [r for r in rows if NUMBER.fullmatch(r["transferor_regno"]) and NUMBER.fullmatch(r["transferee_regno"])]
    whole = [
        r for r in possible if not int(r["transferor_subno"] or 0) and r["transferor_regno"] != r["transferee_regno"]
    ]
    into: dict[str, set[str]] = {}
    for row in whole:
        into.setdefault(row["transferor_regno"], set()).add(row["transferee_regno"])
    one = {number: next(iter(others)) for number, others in into.items() if len(others) == 1}

    def circular(number: str) -> bool:
        now, seen = one[number], set()
        while now in one and now not in seen:
            if now == number:
                return True
            seen.add(now)
            now = one[now]
        return now == number

    expected = {f"GB-CHC-{a}": f"GB-CHC-{b}" for a, b in one.items() if not circular(a)}
    found = dict(RegisterEntry.objects.exclude(successor="").values_list("org_id", "successor"))
    assert found == expected and len(found) > 4_900
    assert RegisterMerger.objects.count() == sum(map(len, into.values()))
    several = sorted(number for number, others in into.items() if len(others) > 1)
    assert f"several charities are named as the one that goes on: {len(several)} (GB-CHC-{several[0]}" in said
    # Whoever was merged into Addaction, which works as With You, leads there.
    old = next(a for a, b in one.items() if b == "1001957")
    assert RegisterEntry.objects.chain("real", f"GB-CHC-{old}")[-1].successor == "GB-CHC-1001957"


@pytest.mark.parametrize(
    ("name", "rows", "left_out"),
    [
        ("charity-company-numbers.csv", 4_399, 0),
        ("cio_company_numbers.csv", 51_671, 1),
        ("mutual-companies.csv", 12_182, 0),
    ],
)
def test_the_pairs_of_numbers(capsys, name: str, rows: int, left_out: int) -> None:
    said = said_of(capsys, name)
    taken = rows - left_out
    assert f"{rows:,} rows read, {taken:,} taken" in said and f"Links: {taken:,} added" in said
    assert RegisterLink.objects.count() == taken
    if name != "cio_company_numbers.csv":
        first, second, text = raw(name)[0].values()
        assert RegisterLink.objects.filter(one=first, other=second).exists()
        assert RegisterName.objects.filter(org_id=first, text=text, kind="registered").exists()


def test_every_table_of_the_published_list_of_fields_is_known(tmp_path: Path) -> None:
    tables: dict[str, list[str]] = {}
    for row in raw("ccew-fields.csv"):
        tables.setdefault(row["Table"], []).append(row["Field"])
    assert len(tables) == 13
    known = set()
    for table, fields in tables.items():
        path = tmp_path / table
        path.write_text(json.dumps([{"date_of_extract": "2026-11-01T00:00:00"} | dict.fromkeys(fields)]))
        with closing(Source(path)) as source:
            file = recognise(source, KINDS, Findings(table))
        assert (set(file.kind.fields), file.unknown) == ({"date_of_extract", *fields}, [])
        known.add(file.kind)
    assert len(known) == len(tables)
