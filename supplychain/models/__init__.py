"""The records, by stage of life:

reference data and calendar, returns (private), publications and their frozen rows (public).
"""

from .bodies import Area, BidCommitment, Body, BodyArea, BodyKind, Event, OwnerPartner, Ownership, Succession
from .calendar import Extension, FilingWindow, Release
from .codes import BodyKpi, Code, CodeList, Kpi, KpiKind, KpiNational, Source
from .filings import Filing, FilingState
from .frozen import FilingStatus, FrozenBody, FrozenChange, FrozenKpi, FrozenLine, FrozenParty
from .lines import AmountStatus, KpiRow, Line, OwnDelivery
from .prepared import PreparedAnswer
from .publications import (
    ChainLink,
    Publication,
    PublicationKind,
    PublicationReturn,
    PublishedFile,
    Redaction,
    TakedownReason,
    Tombstone,
    series_prefix,
)
from .returns import (
    Agreement,
    Explanation,
    Return,
    ReturnIssue,
    ReturnKind,
    RuleVersion,
    Upload,
    Withholding,
)

__all__ = [
    "Agreement",
    "AmountStatus",
    "Area",
    "BidCommitment",
    "Body",
    "BodyArea",
    "BodyKind",
    "BodyKpi",
    "ChainLink",
    "Code",
    "CodeList",
    "Event",
    "Explanation",
    "Extension",
    "Filing",
    "FilingState",
    "FilingStatus",
    "FilingWindow",
    "FrozenBody",
    "FrozenChange",
    "FrozenKpi",
    "FrozenLine",
    "FrozenParty",
    "Kpi",
    "KpiKind",
    "KpiNational",
    "KpiRow",
    "Line",
    "OwnDelivery",
    "OwnerPartner",
    "Ownership",
    "PreparedAnswer",
    "Publication",
    "PublicationKind",
    "PublicationReturn",
    "PublishedFile",
    "Redaction",
    "Release",
    "Return",
    "ReturnIssue",
    "ReturnKind",
    "RuleVersion",
    "Source",
    "Succession",
    "TakedownReason",
    "Tombstone",
    "Upload",
    "Withholding",
    "series_prefix",
]  # fmt: skip
