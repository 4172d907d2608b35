"""How is the whole world played, once, however often it is asked for and wherever it was interrupted?"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from portal.errors import NotNow
from portal.models import JobStep, User
from providers.models import Organisation, Series
from supplychain.models import Body, Publication, Return

from . import tables
from .deeds import do, read_deeds, still_to_do
from .parties import load_parties
from .people import load_people, load_windows

# Deeds are done in order, so what is left is the end of the script; in a world of another script it is not.
EARLIER = (
    "The demonstration here was played from an earlier script and stays as it is; the new one needs an empty database."
)
LOCK = 7708  # of the session that plays; two at once would do deeds twice
# After an interrupted deed, ids that were drawn and never given are drawn again: the same world whatever happened.
DRAW_AGAIN = """
    SELECT setval(
        'providers_portal_id_demonstration', coalesce(max(substr(id, 4)::bigint), 900001), max(id) IS NOT NULL
    )
    FROM (
        SELECT public_id AS id FROM providers_organisation WHERE series = 'demonstration'
        UNION ALL
        SELECT old_id FROM providers_organisationalias AS alias
        JOIN providers_organisation AS led ON led.id = alias.organisation_id WHERE led.series = 'demonstration'
    ) AS given
    WHERE id ~ '^XP-9[0-9]{5}$'
"""


@dataclass(slots=True)
class Outcome:
    """What is there after loading, and how much of it is new."""

    changed_rows: int = 0
    deeds_done: int = 0
    deeds: int = 0
    bodies: int = 0
    providers: int = 0
    returns: dict[str, int] = field(default_factory=dict)
    disclosures: list[Publication] = field(default_factory=list)
    accounts: list[User] = field(default_factory=list)


def load(
    *,
    folder: Path = tables.FOLDER,
    tell: Callable[[str], None] = lambda _sentence: None,
    progress: Callable[[JobStep], None] | None = None,
) -> Outcome:
    """Bring the demonstration to what ``folder`` says: parties, people, and every deed that was not done yet.

    ``tell`` hears of each step before it begins, ``progress`` of each step of a build. Raises :class:`NotNow` where
    there is to be no demonstration here or another process is loading it, and whatever refusal a deed meets.
    """
    if not settings.PORTAL_DEMONSTRATION:
        raise NotNow(
            "demonstration-off",
            "This instance has no demonstration: PORTAL_DEMONSTRATION is off, and only reference data is loaded.",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise NotNow(
                "demonstration-loading", "Another process is loading the demonstration; wait until it is done."
            )
    try:
        return _load(folder, tell, progress)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _load(folder: Path, tell: Callable[[str], None], progress: Callable[[JobStep], None] | None) -> Outcome:
    rows = tables.read(folder)
    script = read_deeds(rows["deeds"])
    to_do = still_to_do(script)
    if to_do != script[len(script) - len(to_do) :]:
        tell(EARLIER)
        return _outcome([row["username"] for row in rows["accounts"]], 0, 0, len(script))
    with transaction.atomic():
        changed = load_parties(rows) + load_people(rows["accounts"]) + load_windows(rows["windows"])
    if changed:
        tell("parties, people and filing windows")
    if to_do:
        with connection.cursor() as cursor:
            cursor.execute(DRAW_AGAIN)
    for deed in to_do:
        tell(str(deed))
        do(deed, folder, progress)
    return _outcome([row["username"] for row in rows["accounts"]], changed, len(to_do), len(script))


def _outcome(accounts: list[str], changed: int, done: int, deeds: int) -> Outcome:
    ours = Series.DEMONSTRATION
    states = Return.objects.filter(body__series=ours).values_list("state", flat=True)
    return Outcome(
        changed_rows=changed,
        deeds_done=done,
        deeds=deeds,
        bodies=Body.objects.in_series(ours).count(),
        providers=Organisation.objects.in_series(ours).filter(agreements__isnull=False).distinct().count(),
        returns=dict(sorted(Counter(states).items())),
        disclosures=list(Publication.objects.disclosures().in_series(ours).public().order_by("period", "version")),
        accounts=list(User.objects.filter(username__in=accounts).order_by("pk")),
    )
