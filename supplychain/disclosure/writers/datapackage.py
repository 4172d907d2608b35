"""How does a program learn what the tables mean? From ``datapackage.json``: Table Schema for every CSV.

Made from the one definition of columns. A Tabular Data Package, version 1 (specs.frictionlessdata.io).
"""

import json
from pathlib import Path
from typing import Any

from providers.models import Series
from supplychain.disclosure.columns import TABLES
from supplychain.disclosure.folders import sha256, written
from supplychain.disclosure.tables import Column, Table
from supplychain.models import Publication

NAME = "datapackage.json"
LICENCE = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
DIALECT = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}


def field(column: Column) -> dict[str, Any]:
    """A column as a field of Table Schema."""
    made: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "title": column.title,
        "description": column.description,
    }
    if column.type == "boolean":
        made |= {"trueValues": ["yes"], "falseValues": ["no"]}
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.enum:
        constraints["enum"] = list(column.enum)
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    return made | ({"constraints": constraints} if constraints else {})


def schema(table: Table) -> dict[str, Any]:
    """A table's Table Schema."""
    made: dict[str, Any] = {"fields": [field(column) for column in table.columns], "missingValues": [""]}
    if table.primary_key:
        made["primaryKey"] = list(table.primary_key)
    if table.foreign_keys:
        made["foreignKeys"] = [
            {"fields": list(key.fields), "reference": {"resource": key.table, "fields": list(key.reference)}}
            for key in table.foreign_keys
        ]
    return made


def package(publication: Publication, folder: Path) -> dict[str, Any]:
    """The description of the tables that lie in the folder."""
    invented = publication.series == Series.DEMONSTRATION
    suffix = "-demonstration" if invented else ""
    about = "Who is paid for probation services in England and Wales below the reporting bodies, for what and how much."
    return {
        "profile": "tabular-data-package",
        "name": f"probation-supply-chains-{publication.quarter.slug}-v{publication.version}{suffix}",
        "title": f"Probation supply chains, {publication.quarter.label}, version {publication.version}",
        "description": "Demonstration: every body, provider and figure is invented." if invented else about,
        "version": str(publication.version),
        "licenses": [LICENCE],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": table.name,
                "path": table.file,
                "title": table.title,
                "description": table.description,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": (folder / table.file).stat().st_size,
                "hash": f"sha256:{sha256(folder / table.file)}",
                "dialect": DIALECT,
                "schema": schema(table),
            }
            for table in TABLES
        ],
    }


def write(publication: Publication, folder: Path) -> None:
    """Write ``datapackage.json`` beside the tables."""
    with written(folder / NAME) as file:
        file.write((json.dumps(package(publication, folder), indent=2, ensure_ascii=False) + "\n").encode())
