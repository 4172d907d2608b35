"""In which states can a return and a disclosure be, and who may move them where? Data only.

Actions ask these tables before they write, pages ask them which buttons there are, a command draws them into
docs/architecture.md, and the whole grid is tested. ``system`` means a worker that carries out what a person began.
"""

from dataclasses import dataclass

from django.db import models

from portal.errors import NotNow
from portal.models import Role


class ReturnState(models.TextChoices):
    """A return, from file to history."""

    DRAFT = "draft", "draft"  # uploaded, with errors or not yet checked
    CHECKED = "checked", "checked"  # no errors; its lines are stored
    SUBMITTED = "submitted", "submitted"  # signed by the preparer, waiting for a second person
    SENT_BACK = "sent-back", "sent back"  # refused with a reason; back with the preparer
    ACCEPTED = "accepted", "accepted"  # bound to its digest by a second person
    PUBLISHED = "published", "published"  # part of the published disclosure
    SUPERSEDED = "superseded", "superseded"  # replaced by a corrected version
    WITHDRAWN = "withdrawn", "withdrawn"  # taken back before publication


class PublicationState(models.TextChoices):
    """A disclosure (or an audit), from opening to history."""

    OPEN = "open", "open"  # takes accepted returns
    BUILDING = "building", "building"  # a job is at work
    FAILED = "failed", "failed"  # the job gave up; nothing of it is public
    BUILT = "built", "built"  # files are in place, waiting for their moment
    PUBLISHED = "published", "published"  # public and frozen
    SUPERSEDED = "superseded", "superseded"  # public history; a later version is current


LIVE_RETURN_STATES = [
    ReturnState.DRAFT,
    ReturnState.CHECKED,
    ReturnState.SUBMITTED,
    ReturnState.SENT_BACK,
    ReturnState.ACCEPTED,
]
LIVE_PUBLICATION_STATES = [
    PublicationState.OPEN,
    PublicationState.BUILDING,
    PublicationState.FAILED,
    PublicationState.BUILT,
]
PUBLIC_STATES = [PublicationState.PUBLISHED, PublicationState.SUPERSEDED]
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Move:
    """``verb`` takes something from ``source`` to ``target`` and belongs to ``who`` (a role, or the system)."""

    source: str
    verb: str
    target: str
    who: str


R, P = ReturnState, PublicationState

RETURN_MOVES: tuple[Move, ...] = (
    Move(R.DRAFT, "refile", R.DRAFT, Role.PREPARER),
    Move(R.DRAFT, "check", R.CHECKED, Role.PREPARER),
    Move(R.DRAFT, "withdraw", R.WITHDRAWN, Role.PREPARER),
    Move(R.CHECKED, "refile", R.DRAFT, Role.PREPARER),
    Move(R.CHECKED, "submit", R.SUBMITTED, Role.PREPARER),
    Move(R.CHECKED, "withdraw", R.WITHDRAWN, Role.PREPARER),
    Move(R.SUBMITTED, "accept", R.ACCEPTED, Role.ACCEPTER),
    Move(R.SUBMITTED, "send_back", R.SENT_BACK, Role.ACCEPTER),
    Move(R.SUBMITTED, "withdraw", R.WITHDRAWN, Role.PREPARER),
    Move(R.SENT_BACK, "refile", R.DRAFT, Role.PREPARER),
    Move(R.SENT_BACK, "withdraw", R.WITHDRAWN, Role.PREPARER),
    Move(R.ACCEPTED, "reopen", R.SENT_BACK, Role.ACCEPTER),
    Move(R.ACCEPTED, "publish", R.PUBLISHED, SYSTEM),
    Move(R.PUBLISHED, "supersede", R.SUPERSEDED, SYSTEM),
)

PUBLICATION_MOVES: tuple[Move, ...] = (
    Move(P.OPEN, "build", P.BUILDING, Role.PUBLISHER),
    Move(P.BUILDING, "finish", P.BUILT, SYSTEM),
    Move(P.BUILDING, "fail", P.FAILED, SYSTEM),
    Move(P.BUILDING, "stop", P.FAILED, Role.PUBLISHER),
    Move(P.FAILED, "build", P.BUILDING, Role.PUBLISHER),
    Move(P.BUILT, "schedule", P.BUILT, Role.PUBLISHER),
    Move(P.BUILT, "unschedule", P.BUILT, Role.PUBLISHER),
    Move(P.BUILT, "reopen", P.OPEN, Role.PUBLISHER),
    Move(P.BUILT, "go_stale", P.OPEN, SYSTEM),
    Move(P.BUILT, "publish", P.PUBLISHED, Role.PUBLISHER),
    Move(P.PUBLISHED, "supersede", P.SUPERSEDED, SYSTEM),
)

FINAL_RETURN_STATES = [R.SUPERSEDED, R.WITHDRAWN]
FINAL_PUBLICATION_STATES = [P.SUPERSEDED]


# Refused moves that are a rule of the process (docs/rules.md); all others are called after the deed.
CODES = {"refile": "R03"}
PARTICIPLES = {
    "refile": "filed again",
    "check": "checked",
    "submit": "submitted",
    "accept": "accepted",
    "send_back": "sent back",
    "reopen": "reopened",
    "withdraw": "withdrawn",
    "publish": "published",
    "supersede": "superseded",
    "build": "built",
    "finish": "finished",
    "fail": "failed",
    "stop": "stopped",
    "schedule": "scheduled",
    "unschedule": "taken off the calendar",
    "go_stale": "made stale",
}


def move(moves: tuple[Move, ...], source: str, verb: str, what: str) -> Move:
    """The move that ``verb`` makes from ``source``.

    Raises :class:`NotNow` with a sentence that names ``what``, its state and what is possible instead.
    """
    possible = [m for m in moves if m.source == source]
    for candidate in possible:
        if candidate.verb == verb:
            return candidate
    doors = [PARTICIPLES[m.verb] for m in possible if m.who != SYSTEM]
    instead = f"it can be {', '.join(doors)}" if doors else "nothing more is done with it"
    raise NotNow(
        CODES.get(verb, f"cannot-{verb.replace('_', '-')}"),
        f"{what} is {source.replace('-', ' ')}, so it can't be {PARTICIPLES[verb]}; {instead}.",
    )
