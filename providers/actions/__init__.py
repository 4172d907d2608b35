"""The one door for every write about organisations and what registers say of them."""

from .parties import (
    Party,
    absorb_organisation,
    add_identifier,
    add_organisation,
    note_name,
    resolve_parties,
)

__all__ = [
    "Party",
    "absorb_organisation",
    "add_identifier",
    "add_organisation",
    "note_name",
    "resolve_parties",
]
