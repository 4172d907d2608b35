"""Taking in a copy of a register: in one transaction, only what changed, and never an older one over a newer."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from portal.errors import NotNow, NotValid
from providers.identifiers import CHARITY_ENGLAND_WALES
from providers.models import RegisterCopy
from providers.registers.differences import Changes, apply
from providers.registers.findings import Findings
from providers.registers.kinds import Kind, Recognised, recognise
from providers.registers.organisations import tell as tell_organisations
from providers.registers.sources import Source
from providers.registers.staging import count, stage
from providers.registers.successors import Led, lead
from providers.registers.tables import KINDS

PART = re.compile("part[0-9]+_[0-9]+")
LOCK = 7709  # two imports at once would both find what is missing
# Whole tables are compared, of a size that nobody knows before: one lookup for each row is never the way to do it.
WHOLE_TABLES = "SET LOCAL enable_nestloop = off"
AS_USUAL = "SET LOCAL enable_nestloop TO DEFAULT"
GONE_FEW, GONE_SHARE = 1_000, 10  # more than so many, and one in so many, going at once is a mistake


@dataclass(slots=True)
class Imported:
    """What an import did: ``changes`` by what the rows are; ``before`` is the copy that was the newest."""

    kind: Kind
    name: str
    series: str
    findings: Findings
    as_at: dt.date | None = None
    before: RegisterCopy | None = None
    same: bool = False
    taken: int = 0
    changes: dict[str, Changes] = field(default_factory=dict)
    led: Led | None = None
    told: int = 0
    unknown: list[str] = field(default_factory=list)


def import_register(
    *,
    path: Path,
    series: str,
    today: dt.date,
    as_at: dt.date | None = None,
    fewer: bool = False,
    tell: Callable[[str], None] = lambda _step: None,
) -> Imported:
    """Bring what the portal knows of a register to a copy of one of its tables.

    ``as_at`` is the day of the copy where the file doesn't say it; ``fewer`` allows that very much of what was known is
    gone. Raises :class:`Unreadable` for a file that can't be read, :class:`NotValid` for one that is refused, and
    :class:`NotNow` for one that is older than what is there. Whatever is raised, nothing was changed.
    """
    source = Source(path)
    try:
        findings = Findings(source.name)
        file = recognise(source, KINDS, findings)
        if PART.search(source.name):
            raise NotValid(
                "register-part",
                f"{source.name} is one part of a copy, and what is in the others would be taken for gone. Load the copy"
                " that is one file.",
            )
        done = Imported(file.kind, source.name, series, findings, unknown=file.unknown)
        if file.kind.staged:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
                _bring(cursor, source, file, done, today=today, as_at=as_at, fewer=fewer, tell=tell)
        else:
            count(file, tell)
        return done
    finally:
        source.close()


def _bring(
    cursor: CursorWrapper,
    source: Source,
    file: Recognised,
    done: Imported,
    *,
    today: dt.date,
    as_at: dt.date | None,
    fewer: bool,
    tell: Callable[[str], None],
) -> None:
    kind, findings, parameters = done.kind, done.findings, {"series": done.series}
    copies = RegisterCopy.objects.filter(series=done.series, scheme=kind.scheme)
    done.before = copies.filter(table=kind.table).order_by("as_at").last()
    if done.before and done.before.sha256 == source.sha256:
        done.as_at, done.same = done.before.as_at, True
        return
    if kind.beside_list and not copies.filter(table="").exists():
        raise NotNow("register-list-first", f"{done.name} is {kind.what}: load the list of its numbers first.")
    _settle_day(done, _day(source, file, as_at), today)
    cursor.execute(WHOLE_TABLES)
    done.taken = stage(cursor, file, findings, done.series, tell)
    if not findings.read:
        raise NotValid("register-no-rows", f"{done.name} holds no rows. Nothing was loaded.")
    findings.judge()
    if kind.dated_by and not done.as_at:
        cursor.execute(f"SELECT max({kind.dated_by}) FROM staged")  # noqa: S608 - a name of our own
        _settle_day(done, cursor.fetchone()[0], today)
    done.as_at = done.as_at or min(source.day, today)
    parameters["as_at"] = done.as_at.isoformat()
    for difference in kind.differences:
        tell(f"comparing {difference.what} with what is there")
        changes = apply(cursor, difference, parameters)
        if changes.gone > GONE_FEW and changes.gone * GONE_SHARE > changes.before and not fewer:
            raise NotValid(
                "register-mostly-gone",
                f"With {done.name}, {changes.gone:,} of {changes.before:,} {difference.what} would be gone, so a part"
                " of it may be missing. Where that is right, say so with --fewer. Nothing was loaded.",
            )
        done.changes[difference.what] = changes
    if kind.scheme == CHARITY_ENGLAND_WALES and done.changes.keys() & {"numbers", "mergers"}:
        done.led = lead(cursor, done.series, findings)
    done.told = tell_organisations(cursor, done.series)
    cursor.execute(AS_USUAL)
    RegisterCopy.objects.update_or_create(
        series=done.series,
        scheme=kind.scheme,
        table=kind.table,
        as_at=done.as_at,
        defaults={
            "complete": kind.complete,
            "entries": done.taken,
            "sha256": source.sha256,
            "counts": {
                "read": findings.read,
                "left_out": findings.counts(),
                "changes": {what: asdict(changes) for what, changes in done.changes.items()},
            },
            "source": kind.source,
            "loaded_at": dt.datetime.now(dt.UTC),
        },
    )


def _day(source: Source, file: Recognised, stated: dt.date | None) -> dt.date | None:
    """Of which day the copy is, as its rows, the person or its name say; ``None`` where none of them does."""
    if file.as_at:
        day = dt.date.fromisoformat(file.as_at)
        if stated and stated != day:
            raise NotValid(
                "register-another-day", f"{source.name} says that it is of {day}, not of {stated}. Nothing was loaded."
            )
        return day
    named = re.search(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", source.name)
    try:
        return stated or (dt.date.fromisoformat(named[0]) if named else None)
    except ValueError:
        return None


def _settle_day(done: Imported, day: dt.date | None, today: dt.date) -> None:
    """Take a day as that of the copy, unless it is to come or before that of the newest copy."""
    if day and day > today:
        raise NotValid("register-of-the-future", f"{done.name} is of {day}, which is to come. Nothing was loaded.")
    if day and done.before and day < done.before.as_at:
        raise NotNow(
            "register-older",
            f"{done.name} is of {day}, and a copy of {done.before.as_at} is there already. Nothing was loaded.",
        )
    done.as_at = day
