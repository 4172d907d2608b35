"""Which files does a disclosure consist of? One entry a file, one module for each kind of file.

A further kind (a workbook, an open standard) is a module with a function that writes one file of a publication, and
its entries here: it then gets a build step of its own, and its place in manifest, sums, archive and records.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from supplychain.disclosure.columns import TABLES
from supplychain.disclosure.writers import for_excel, plain_csv
from supplychain.models import Publication


@dataclass(frozen=True, slots=True)
class Writer:
    """``write`` makes the file ``name`` in a folder, from frozen rows and the files written before it."""

    name: str
    write: Callable[[Publication, Path], None]


WRITERS: tuple[Writer, ...] = (
    *(Writer(table.file, partial(plain_csv.write, table)) for table in TABLES),
    *(Writer(table.excel_file, partial(for_excel.write, table)) for table in TABLES),
)
