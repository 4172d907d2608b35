"""Does verification pass what is right, and find each way in which files or rows can be wrong?"""

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from supplychain.disclosure import chain, verify
from supplychain.disclosure.verify import Unreadable, verify_folder
from supplychain.disclosure.verify_records import verify_database
from supplychain.models import ChainLink, Publication, PublishedFile, Tombstone
from tests.integration.disclosure_builder import ACCEPTED, Q1, SERIES, World, folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def publication() -> Publication:
    world = World()
    world.body("D91", owner="Owner Ltd")
    filed = world.filed("D91", Q1, income_gbp="500.00")
    world.line(filed, "A-1", "Alpha", "100.00", people_supported=7)
    world.line(filed, "A-2", "Beta", "40.00", above="A-1")
    world.line(filed, "A-3", "Gamma", None, amount_status="not-disclosed")
    world.figures(filed, world.kpi(), "40", A_1="30")
    return world.published()


def write_again(path: Path, change: Callable[[list[list[str]]], None]) -> None:
    """Change the rows of a CSV and write it as it was written."""
    rows = list(csv.reader(io.StringIO(path.read_text(), newline="")))
    change(rows)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue())


def seal_again(place: Path) -> None:
    """Make manifest, sums and archive fit whatever the files say now: the work of a careful forger."""
    manifest = json.loads((place / "manifest.json").read_text())
    for entry in manifest["files"]:
        path = place / entry["name"]
        entry |= {"bytes": path.stat().st_size, "sha256": verify._sha256(path)}
    (place / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    names = sorted([entry["name"] for entry in manifest["files"]] + ["manifest.json"])
    (place / "SHA256SUMS").write_text("".join(f"{verify._sha256(place / name)}  {name}\n" for name in names))
    archive = next(place.glob("*.zip"))
    shutil.make_archive(str(archive.with_suffix("")), "zip", place)


def set_cell(name: str, column: str, value: str) -> Callable[[Path], None]:
    def tamper(place: Path) -> None:
        def change(rows: list[list[str]]) -> None:
            rows[1][rows[0].index(column)] = value

        write_again(place / name, change)

    return tamper


def flip_a_byte(place: Path) -> None:
    path = place / "supply-chain.csv"
    raw = bytearray(path.read_bytes())
    raw[-10] ^= 1
    path.write_bytes(bytes(raw))


def drop_a_row(place: Path) -> None:
    write_again(place / "flows.csv", lambda rows: rows.pop())


def change_a_total(place: Path) -> None:
    path = place / "manifest.json"
    path.write_text(path.read_text().replace('"2": 10000', '"2": 10001'))


def add_a_file(place: Path) -> None:
    (place / "extra.csv").write_text("a\n1\n")


def lose_a_file(place: Path) -> None:
    (place / "providers.csv").unlink()


def change_the_sums(place: Path) -> None:
    path = place / "SHA256SUMS"
    path.write_text(path.read_text().replace("a", "b", 1))


def break_the_archive(place: Path) -> None:
    next(place.glob("*.zip")).write_bytes(b"PK")


def rename_a_column(place: Path) -> None:
    path = place / "bodies.csv"
    path.write_text(path.read_text().replace("owner_name", "owner", 1))


TAMPERINGS = [
    flip_a_byte, drop_a_row, change_a_total, add_a_file, lose_a_file, change_the_sums, break_the_archive,
    rename_a_column,
    set_cell("supply-chain.csv", "amount_paid_gbp", "999.00"), set_cell("supply-chain-excel.csv", "body_name", "Other"),
]  # fmt: skip


def test_what_was_built_fits(publication: Publication) -> None:
    assert verify_folder(folder(publication)) == []
    assert verify_database(publication) == []


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__qualname__.split(".")[0])
def test_tampering_is_found_in_the_files(publication: Publication, tamper: Callable[[Path], None]) -> None:
    tamper(folder(publication))
    assert verify_folder(folder(publication))


FORGERIES = {
    "another amount": (set_cell("supply-chain.csv", "amount_paid_gbp", "999.00"), "pence"),
    "another flow": (set_cell("flows.csv", "amount_paid_gbp", "999.00"), "flow"),
    "a status that contradicts its value": (set_cell("supply-chain.csv", "amount_paid_gbp_status", "[x]"), "status"),
    "a small count": (set_cell("supply-chain.csv", "people_supported", "3"), "from 1 to 4"),
    "an unknown provider": (set_cell("supply-chain.csv", "provider_id", "XP-999999"), "does not have"),
    "another payer": (set_cell("supply-chain.csv", "upstream_ref", "A-3"), "tier"),
    "a body twice": (
        lambda place: write_again(place / "bodies.csv", lambda rows: rows.append(rows[1])), "more than one"
    ),
    "a lost row": (drop_a_row, "rows"),
    "a lost column": (
        lambda place: write_again(place / "providers.csv", lambda rows: [row.pop() for row in rows]), "other columns"
    ),
    "another quarter": (set_cell("supply-chain.csv", "quarter", "2015-16 Q1"), "2015-16 Q1"),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forgery_with_fitting_sums_is_found_too(publication: Publication, forgery: str) -> None:
    tamper, sentence = FORGERIES[forgery]
    tamper(folder(publication))
    seal_again(folder(publication))
    assert any(sentence in found for found in verify_folder(folder(publication)))
    assert verify_database(publication) != []


def test_a_consistent_forgery_is_found_by_the_database(publication: Publication) -> None:
    """Somebody changes a name everywhere and seals again: the files fit, the record and the chain do not."""
    place = folder(publication)
    for path in place.glob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"Alpha", b"Omega"))
    package = json.loads((place / "datapackage.json").read_text())
    (place / "datapackage.json").write_text(json.dumps(package))
    seal_again(place)
    assert verify_folder(place) == []
    found = " ".join(verify_database(publication))
    assert "not the file on record" in found and "no longer give supply-chain.csv" in found


def test_nothing_to_read_is_said_so(tmp_path: Path) -> None:
    for place in (tmp_path / "none", tmp_path):
        with pytest.raises(Unreadable):
            verify_folder(place)
    (tmp_path / "manifest.json").write_text("[1]")
    with pytest.raises(Unreadable):
        verify_folder(tmp_path)


def test_anyone_can_verify_without_the_portal(publication: Publication, tmp_path: Path) -> None:
    """The module alone, in another folder, with a Python that sees no other package."""
    program = shutil.copy(verify.__file__, tmp_path / "verify.py")

    def run(place: Path) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-I", "-S", str(program), str(place)], capture_output=True, text=True)

    assert (run(folder(publication)).returncode, run(folder(publication)).stdout) == (0, "Everything fits.\n")
    add_a_file(folder(publication))
    assert run(folder(publication)).returncode == 1 and "extra.csv" in run(folder(publication)).stdout
    assert run(tmp_path).returncode == 2


def command(*arguments: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_disclosure", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue() + err.getvalue()
    return 0, out.getvalue() + err.getvalue()


def test_command_verifies_a_quarter_and_a_folder(publication: Publication) -> None:
    code, text = command(str(Q1), "--demonstration")
    assert code == 0 and "Version 1 for 2014-15 Q1" in text and "database" in text and "Everything fits." in text
    code, text = command(str(folder(publication)))
    assert code == 0 and "database" in text
    flip_a_byte(folder(publication))
    assert command(str(Q1), "--demonstration")[0] == 1
    code, text = command(str(folder(publication)))
    assert code == 1 and "WRONG: supply-chain.csv is not the file" in text


def test_what_somebody_unpacked_fits_without_the_archive(publication: Publication, tmp_path: Path) -> None:
    archive = next(folder(publication).glob("*.zip"))
    shutil.unpack_archive(archive, tmp_path / "unpacked")
    assert verify_folder(tmp_path / "unpacked") == []
    assert command(str(tmp_path / "unpacked"))[0] == 0
    archive.unlink()
    code, text = command(str(Q1), "--demonstration")
    assert code == 1 and f"{archive.name} is missing." in text, "where it was published it has to be there"


def test_command_says_what_is_not_there(tmp_path: Path) -> None:
    assert command("2015-16 Q4", "--demonstration")[0] == 2
    assert command(str(tmp_path))[0] == 2


def test_a_taken_down_version_is_verified_as_far_as_it_goes(publication: Publication) -> None:
    gone = PublishedFile.objects.filter(publication=publication).exclude(name__in=["manifest.json", "SHA256SUMS"])
    for file in gone:
        Tombstone.objects.create(
            publication=publication, name=file.name, sha256=file.sha256, bytes=file.bytes, reason="safety",
            removed_at=ACCEPTED,
        )  # fmt: skip
        (folder(publication) / file.name).unlink()
    code, text = command(str(Q1), "--demonstration")
    assert code == 0 and f"{gone.count()} files were taken down" in text
    change_the_sums(folder(publication))
    assert command(str(Q1), "--demonstration")[0] == 1


def test_a_file_that_should_have_gone_is_named(publication: Publication) -> None:
    file = publication.files.get(name="flows.csv")
    Tombstone.objects.create(
        publication=publication, name=file.name, sha256=file.sha256, bytes=file.bytes, reason="legal",
        removed_at=ACCEPTED,
    )  # fmt: skip
    assert "flows.csv was taken down and is still there." in verify_database(publication)


def test_rows_changed_behind_our_back_are_found(publication: Publication) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE supplychain_frozenline DISABLE TRIGGER USER")
        cursor.execute("UPDATE supplychain_frozenline SET amount_paid_gbp = 1 WHERE publication_id = %s AND tier = 2 "
                       "AND amount_paid_gbp IS NOT NULL", [publication.pk])  # fmt: skip
    found = " ".join(verify_database(publication))
    assert "no longer give supply-chain.csv" in found and "add up to" in found


def test_a_broken_chain_is_found(publication: Publication) -> None:
    links = ChainLink.objects.filter(series=SERIES).order_by("number").select_related("publication")
    text = chain.text(links)
    assert chain.verify(text) == []
    assert chain.verify(text.replace("2014-15 Q1", "2014-15 Q2"))
    assert chain.verify(text.replace("number,", "nr,", 1))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE supplychain_chainlink DISABLE TRIGGER USER")
        cursor.execute("UPDATE supplychain_chainlink SET manifest_sha256 = repeat('0', 64)")
    found = " ".join(verify_database(publication))
    assert "another manifest" in found and "does not fit its own line" in found
