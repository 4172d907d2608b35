"""What is each published file for, in which order are they met, and as which type are they sent?"""

from dataclasses import dataclass
from pathlib import PurePosixPath

from supplychain.disclosure.columns import TABLES
from supplychain.models import Publication, PublishedFile, Tombstone

FOR_EXCEL = "-excel.csv"  # how the names of files end that hold a table once more
ARCHIVE = "All files of this version in one archive."
OTHERS = {
    "supply-chain.xlsx": "The tables for people, as a workbook.",
    "supply-chain.ods": "The tables for people, as an open workbook.",
    "ocds-releases.json": "The agreements as Open Contracting releases.",
    "360giving-grants.json": "The grants in the 360Giving standard.",
    "ownership-bods.json": "Who owns the bodies, in the Beneficial Ownership standard.",
    "datapackage.json": "What every column of every table means, for programs (Table Schema).",
    "manifest.json": "Size, rows and SHA-256 of every file of data, totals in pence, and the returns that went in.",
    "SHA256SUMS": "The SHA-256 of every file, to check them all with one command.",
}
DESCRIPTIONS = {
    **{table.file: table.description for table in TABLES},
    **{
        table.excel_file: f"{table.title}, prepared for opening in Excel (BOM, CRLF, text that can't act as a formula)."
        for table in TABLES
    },
    **OTHERS,
}
ORDER = {name: place for place, name in enumerate(DESCRIPTIONS)}
TYPES = {
    ".csv": "text/csv; charset=utf-8; header=present",
    ".json": "application/json; charset=utf-8",
    ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    "": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file as the component ``file_list.html`` draws it."""

    name: str
    href: str
    bytes: int
    rows: int | None
    sha256: str
    description: str
    withdrawn: bool = False
    preview: str = ""


def described(name: str) -> str:
    """What a file is for."""
    return ARCHIVE if name.endswith(".zip") else DESCRIPTIONS.get(name, "")


def content_type(name: str) -> str:
    """The media type that a file is sent as."""
    return TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")


def listed(publication: Publication, files: list[PublishedFile], graves: list[Tombstone]) -> list[ListedFile]:
    """The files of a version in the order in which people want them, those that were taken down among them."""
    gone = {grave.name for grave in graves}
    found = [
        ListedFile(
            file.name,
            "" if file.name in gone else publication.address + file.name,
            file.bytes,
            file.rows,
            file.sha256,
            described(file.name),
            file.name in gone,
        )
        for file in files
    ]
    return sorted(found, key=lambda file: (not file.name.endswith(".zip"), ORDER.get(file.name, len(ORDER)), file.name))
