"""Are the files of a disclosure whole, unchanged and consistent? Asked of the files alone, with nothing but Python.

``python verify.py DIR`` works anywhere, without the portal: this module uses the standard library only, and its exit
code is 0 where all is well, 1 where something is wrong (each thing a sentence), 2 where there is nothing to read.
"""

import csv
import hashlib
import json
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MANIFEST, SUMS, PACKAGE = "manifest.json", "SHA256SUMS", "datapackage.json"
EMPTY_STATUSES = {"[c]", "[w]", "[x]", "[z]"}
SHOWN_STATUSES = {"", "[e]"}
COUNTS_OF_PEOPLE = ("people_supported", "referrals_received")
FLOW = ("body_code", "tier", "payer_id", "payer_name")
KEYS = {
    "supply-chain.csv": ("body_code", "agreement_ref"),
    "kpi-contributions.csv": ("body_code", "kpi_code", "agreement_ref"),
    "providers.csv": ("id",),
    "bodies.csv": ("code",),
}
# (file, columns) whose values, where they are not empty, stand in (file, columns)
REFERENCES = (
    (("supply-chain.csv", ("body_code",)), ("bodies.csv", ("code",))),
    (("supply-chain.csv", ("provider_id",)), ("providers.csv", ("id",))),
    (("kpi-contributions.csv", ("body_code", "agreement_ref")), ("supply-chain.csv", ("body_code", "agreement_ref"))),
    (("flows.csv", ("body_code",)), ("bodies.csv", ("code",))),
    (("flows.csv", ("payee_id",)), ("providers.csv", ("id",))),
)

Row = dict[str, str]
Tables = dict[str, list[Row]]


class Unreadable(Exception):  # noqa: N818 (a refusal in words)
    """There is no disclosure to verify; the text is a sentence."""


def verify_folder(path: Path, withdrawn: frozenset[str] = frozenset(), *, with_archive: bool = False) -> list[str]:
    """What is wrong with the files of one version, one sentence each; nothing where all is well.

    ``withdrawn`` names files that were taken down and of which only the digests can still be compared;
    ``with_archive``: the zip has to be there too, which it is not where somebody unpacked it. Raises
    :class:`Unreadable` where the folder or its manifest can't be read.
    """
    manifest = read_manifest(path)
    wrong = list(_check_files(path, manifest, withdrawn, with_archive))
    tables: Tables = {}
    for name in sorted(file["name"] for file in manifest["files"] if file["name"].endswith(".csv")):
        if (path / name).is_file():
            try:
                tables[name] = _read_table(path / name)
            except (UnicodeDecodeError, csv.Error, ValueError) as error:
                wrong.append(f"{name} can't be read: {error}")
    for check in (_check_rows, _check_totals, _check_flows, _check_statuses, _check_keys, _check_chain_of_payers):
        try:
            wrong += check(manifest, tables)
        except (KeyError, ValueError) as error:
            wrong.append(f"A table lacks a column or holds a figure that is none: {error}.")
    wrong += _check_copies(tables)
    wrong += _check_package(path, tables)
    return wrong


def read_manifest(path: Path) -> dict[str, Any]:
    """``manifest.json`` of a folder. Raises :class:`Unreadable`."""
    if not path.is_dir():
        raise Unreadable(f"There is no folder {path}.")
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
        if not all({"name", "bytes", "rows", "sha256"} <= set(file) for file in manifest["files"]):
            raise KeyError("files")
        for key in ("format", "quarter", "version", "totals_pence"):
            manifest[key]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Unreadable(f"{path / MANIFEST} is not the manifest of a disclosure.") from error
    return manifest


def _check_files(path: Path, manifest: dict[str, Any], withdrawn: frozenset[str], with_archive: bool) -> Iterator[str]:
    """Nothing is missing, nothing extra, and every byte is what manifest, sums and archive say."""
    listed = {file["name"]: file for file in manifest["files"]}
    archive = f"{manifest['quarter'].replace(' ', '-').lower()}-v{manifest['version']}.zip"
    expected = {*listed, MANIFEST, SUMS, archive} - withdrawn
    found = {entry.name for entry in path.iterdir()}
    optional = set() if with_archive else {archive}
    yield from (f"{name} is missing." for name in sorted(expected - found - optional))
    yield from (f"{name} does not belong to this version." for name in sorted(found - expected))
    digests = {name: _sha256(path / name) for name in sorted(expected & found)}
    for name, file in sorted(listed.items()):
        if name not in digests:
            continue
        if (path / name).stat().st_size != file["bytes"]:
            yield f"{name} has {(path / name).stat().st_size} bytes instead of {file['bytes']}."
        if digests[name] != file["sha256"]:
            yield f"{name} is not the file that the manifest lists: its SHA-256 is {digests[name]}."
    if SUMS in digests:
        yield from _check_sums(path, {name: file["sha256"] for name, file in listed.items()}, digests[MANIFEST])
    if archive in digests:
        yield from _check_archive(path, archive, digests)


def _check_sums(path: Path, listed: dict[str, str], manifest_digest: str) -> Iterator[str]:
    lines = (path / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name, digest in sorted((listed | {MANIFEST: manifest_digest}).items()):
        if sums.get(name) != digest:
            yield f"{SUMS} says {sums.get(name, 'nothing')} of {name}, the manifest {digest}."
    unlisted = sorted(set(sums) - {*listed, MANIFEST})
    yield from (f"{SUMS} lists {name}, which the manifest does not." for name in unlisted)


def _check_archive(path: Path, archive: str, digests: dict[str, str]) -> Iterator[str]:
    try:
        with zipfile.ZipFile(path / archive) as packed:
            members = {name: hashlib.sha256(packed.read(name)).hexdigest() for name in packed.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield f"{archive} can't be opened: {error}."
        return
    for name in sorted({*digests, *members} - {archive}):
        if members.get(name) != digests.get(name):
            yield f"{name} in {archive} is not the file beside it."


def _check_rows(manifest: dict[str, Any], tables: Tables) -> Iterator[str]:
    for file in manifest["files"]:
        name, rows = file["name"], file["rows"]
        if name in tables and len(tables[name]) != rows:
            yield f"{name} has {len(tables[name])} rows instead of {rows}."
        for row in tables.get(name, []):
            if row.get("quarter", manifest["quarter"]) != manifest["quarter"]:
                yield f"{name} holds a row of {row['quarter']}."
                break


def _check_totals(manifest: dict[str, Any], tables: Tables) -> Iterator[str]:
    """Totals in the manifest, sums of lines and sums of flows are the same, tier by tier."""
    stated = {int(tier): pence for tier, pence in manifest["totals_pence"].items()}
    for name in ("supply-chain.csv", "flows.csv"):
        if name not in tables:
            continue
        summed: dict[int, int] = defaultdict(int)
        for row in tables[name]:
            summed[int(row["tier"])] += pence_of(row["amount_paid_gbp"])
        for tier in sorted({*stated, *summed}):
            if stated.get(tier) != summed.get(tier):
                yield f"Tier {tier} is {summed.get(tier)} pence in {name} and {stated.get(tier)} in the manifest."


def _check_flows(manifest: dict[str, Any], tables: Tables) -> Iterator[str]:
    """Every flow is what its lines make up, and every line is in a flow."""
    if not {"supply-chain.csv", "flows.csv"} <= set(tables):
        return
    lines: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in tables["supply-chain.csv"]:
        amount, key = row["amount_paid_gbp"], tuple(row[column] for column in (*FLOW, "provider_id", "provider_name"))
        lines[key].update(agreements=1, pence=pence_of(amount), lacking=int(not amount))
    flows: dict[tuple[str, ...], Counter[str]] = {}
    for row in tables["flows.csv"]:
        key = tuple(row[column] for column in (*FLOW, "payee_id", "payee_name"))
        flows[key] = Counter(
            agreements=int(row["agreements"]),
            pence=pence_of(row["amount_paid_gbp"]),
            lacking=int(row["lines_without_amount"]),
        )
    for key in sorted({*lines, *flows}):
        if lines.get(key) != flows.get(key):
            yield f"The flow from {key[3]} to {key[5]} (body {key[0]}, tier {key[1]}) is not what its lines make up."


def _check_statuses(manifest: dict[str, Any], tables: Tables) -> Iterator[str]:
    """A value stands exactly where its status says so, and no small count of people is shown."""
    for name, rows in tables.items():
        columns = [column for column in (rows[0] if rows else {}) if f"{column}_status" in rows[0]]
        for number, row in enumerate(rows, start=2):
            for column in columns:
                status = row[f"{column}_status"]
                if status not in (SHOWN_STATUSES if row[column] else EMPTY_STATUSES):
                    value, meaning = row[column] or "empty", status or "empty"
                    yield f"Row {number} of {name}: {column} is {value} and its status is {meaning}."
            for column in COUNTS_OF_PEOPLE:
                if row.get(column, "") in {"1", "2", "3", "4"}:
                    yield f"Row {number} of {name}: {column} shows a count from 1 to 4."
            if "withheld_reason" in row and "[w]" in row.values() and not row["withheld_reason"]:
                yield f"Row {number} of {name} withholds something without a reason."


def _check_keys(manifest: dict[str, Any], tables: Tables) -> Iterator[str]:
    for name, columns in KEYS.items():
        repeated = [key for key, count in Counter(_values(tables.get(name, []), columns)).items() if count > 1]
        yield from (f"{name} has more than one row {'/'.join(key)}." for key in sorted(repeated))
    for (name, columns), (other, named) in REFERENCES:
        if name in tables and other in tables:
            known = set(_values(tables[other], named))
            unknown = {key for key in _values(tables[name], columns) if all(key) and key not in known}
            yield from (f"{name} names {'/'.join(key)}, which {other} does not have." for key in sorted(unknown))


def _check_chain_of_payers(manifest: dict[str, Any], tables: Tables) -> Iterator[str]:
    """Below tier 2 the payer is who is paid one tier up."""
    rows = tables.get("supply-chain.csv", [])
    known = {(row["body_code"], row["agreement_ref"]): row for row in rows}
    for row in rows:
        name = f"{row['body_code']}/{row['agreement_ref']}"
        upper = known.get((row["body_code"], row["upstream_ref"]))
        if (row["tier"] == "2") != (not row["upstream_ref"]) or (upper is None and row["upstream_ref"]):
            yield f"{name} is at tier {row['tier']} below {row['upstream_ref'] or 'nothing'}."
        elif upper is not None:
            if int(upper["tier"]) != int(row["tier"]) - 1:
                yield f"{name} is at tier {row['tier']} below an agreement at tier {upper['tier']}."
            if (upper["provider_id"], upper["provider_name"]) != (row["payer_id"], row["payer_name"]):
                yield f"{name} is paid by {row['payer_name']}, the agreement above it pays {upper['provider_name']}."


def _check_copies(tables: Tables) -> Iterator[str]:
    """The copies for spreadsheets hold the same cells, but for an apostrophe that keeps text from being a formula."""
    for name, copied in tables.items():
        plain = tables.get(name.replace("-excel.csv", ".csv"))
        if name.endswith("-excel.csv") and plain is not None:
            same = len(plain) == len(copied) and all(
                list(row) == list(copy) and all(copy[column] in (cell, f"'{cell}") for column, cell in row.items())
                for row, copy in zip(plain, copied, strict=True)
            )
            if not same:
                yield f"{name} does not hold what {name.replace('-excel.csv', '.csv')} holds."


def _check_package(path: Path, tables: Tables) -> Iterator[str]:
    """The description names exactly the columns that the tables have."""
    if not (path / PACKAGE).is_file():
        return
    try:
        resources = json.loads((path / PACKAGE).read_bytes())["resources"]
        described = {entry["path"]: [field["name"] for field in entry["schema"]["fields"]] for entry in resources}
    except (ValueError, TypeError, KeyError):
        yield f"{PACKAGE} is not a description of tables."
        return
    for name in tables:
        if not name.endswith("-excel.csv") and described.get(name) != _header(path / name):
            yield f"{PACKAGE} describes other columns than {name} has."


def pence_of(amount: str) -> int:
    """Whole pence of an amount as files write it (``-12.30``); none for an empty cell. Raises ``ValueError``."""
    if not amount:
        return 0
    pounds, point, pence = amount.partition(".")
    if not point or len(pence) != 2 or not pence.isdecimal():
        raise ValueError(f"{amount} is not an amount with two decimals")
    return int(pounds + pence)


def _values(rows: list[Row], columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def _read_table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True)
        header = next(rows, [])
        return [dict(zip(header, row, strict=True)) for row in rows]


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: list[str]) -> int:
    """Verify the folder that is named, say what is wrong, return the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("Name the folder with the files of one disclosure: python verify.py DIR\n")
        return 2
    try:
        wrong = verify_folder(Path(arguments[0]))
    except Unreadable as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    sys.stdout.writelines(f"{sentence}\n" for sentence in wrong or ["Everything fits."])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
