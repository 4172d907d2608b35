"""Parties: the organisations, what registers say of them, and who decided which is which."""

from .matching import MatchDecision
from .organisations import (
    Confidence,
    Language,
    Organisation,
    OrganisationAlias,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationQuerySet,
    Sector,
    Series,
    Sourced,
)
from .registers import RegisterCopy, RegisterEntry, RegisterLink, RegisterMerger, RegisterName

__all__ = [
    "Confidence",
    "Language",
    "MatchDecision",
    "Organisation",
    "OrganisationAlias",
    "OrganisationIdentifier",
    "OrganisationName",
    "OrganisationQuerySet",
    "RegisterCopy",
    "RegisterEntry",
    "RegisterLink",
    "RegisterMerger",
    "RegisterName",
    "Sector",
    "Series",
    "Sourced",
]
