"""The one door for every write about organisations and what registers say of them."""

from .joining import absorb_organisation, drop_identifier, restore_organisation, split_organisation
from .parties import (
    Party,
    add_identifier,
    add_organisation,
    ask_registers,
    note_name,
    resolve_parties,
)
from .registers import Imported, import_register

__all__ = [
    "Imported",
    "Party",
    "absorb_organisation",
    "add_identifier",
    "add_organisation",
    "ask_registers",
    "drop_identifier",
    "import_register",
    "note_name",
    "resolve_parties",
    "restore_organisation",
    "split_organisation",
]
