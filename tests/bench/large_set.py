"""What is measured upon: a large invented world, made by the database itself in about a minute.

Bodies ``M01`` and up of the demonstration series. A *long* quarter of one version with a million lines is there for
exports; *ordinary* quarters after it are there for pages, tracing and figures, with the returns behind them; one more
quarter is accepted and waits to be built. One body is much larger than the others.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from portal.models import User
from portal.quarters import Quarter
from providers.models import Series
from supplychain.actions.prepared import prepare_answers
from supplychain.disclosure import chain, folders
from supplychain.disclosure.columns import SUPPLY_CHAIN
from supplychain.disclosure.writers import plain_csv
from supplychain.models import ChainLink, Publication, PublishedFile, Return, ReturnKind
from supplychain.states import PublicationState, ReturnState

from .filling import FILLED, Filling, body_code

FIRST = Quarter(2019, 1)  # after everything that the demonstration holds, so that pages show these quarters
NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything: ``agreements`` and ``kpis`` are those of one ordinary quarter."""

    bodies: int = 21
    quarters: int = 25
    agreements: int = 40_000
    long: int = 1_000_000
    kpis: int = 20_000
    organisations: int = 200_000

    @property
    def lines(self) -> int:
        """Published lines in all."""
        return self.long + self.quarters * self.agreements

    @property
    def usual_payees(self) -> int:
        """How many organisations the ordinary quarters name."""
        return max(self.organisations // 25, 50)

    def __str__(self) -> str:
        return (
            f"{self.lines:,} published lines ({self.long:,} in one quarter, {self.agreements:,} in each of "
            f"{self.quarters} others), {self.quarters * self.kpis:,} KPI rows, {self.organisations:,} organisations, "
            f"{self.bodies} bodies"
        )


SMALL = Size(bodies=3, quarters=2, agreements=150, long=900, kpis=200, organisations=400)


@dataclass(frozen=True, slots=True)
class LargeSet:
    """What was made: ``long`` and ``newest`` are published, ``next`` is being built; ``largest`` is a body's code."""

    size: Size
    long: Publication
    newest: Publication
    next: Publication
    largest: str = body_code(1)


def make(size: Size) -> LargeSet:
    """Fill the database; the set is committed, and its rows are counted, when this returns."""
    ordinary = [FIRST.plus(number) for number in range(1, size.quarters + 1)]
    with transaction.atomic(), connection.cursor() as cursor:
        filling = Filling(cursor, size.organisations, size.bodies)
        with unhindered(cursor):
            filling.parties()
            filling.agreements("ordinary_agreement", size.agreements, payees=size.usual_payees)
            filling.agreements("long_agreement", size.long, payees=size.organisations)
            _returns(size.bodies, [*ordinary, ordinary[-1].next])
            filling.returns("ordinary_agreement", size.kpis)
            long, *published = [_opened(quarter) for quarter in (FIRST, *ordinary)]
            filling.frozen("long_agreement", [long.pk])
            filling.frozen("ordinary_agreement", [publication.pk for publication in published])
        following = _opened(ordinary[-1].next)
        filling.note_returns()
        _write_file(long)
        publish([long, *published])
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(FILLED)}")
    prepare_answers(Series.DEMONSTRATION)
    return LargeSet(size, long, published[-1], following)


@contextmanager
def unhindered(cursor: CursorWrapper) -> Iterator[None]:
    """Without the triggers, foreign keys and plain indexes of the tables that are filled; all stand again afterwards.

    Nothing tidies these tables by itself meanwhile or later, for that would disturb what is measured.
    """
    cursor.execute(
        """
        SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
               format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
        UNION ALL
        SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
        FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[])
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        UNION ALL
        SELECT format('ALTER TABLE %%s DISABLE TRIGGER USER', name), format('ALTER TABLE %%s ENABLE TRIGGER USER', name)
        FROM unnest(%(tables)s) AS name
        UNION ALL
        SELECT format('ALTER TABLE %%s SET (autovacuum_enabled = false)', name), ''
        FROM unnest(%(tables)s) AS name
        """,
        {"tables": list(FILLED)},
    )
    hindrances = cursor.fetchall()
    for down, _ in hindrances:
        cursor.execute(down)
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for _, up in reversed(hindrances):
        if up:
            cursor.execute(up)
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _people() -> list[User]:
    """Three people, since nobody accepts or publishes what is their own."""
    return [User.objects.get_or_create(username=f"bench-{name}")[0] for name in ("preparer", "accepter", "publisher")]


def _returns(bodies: int, quarters: list[Quarter]) -> None:
    """The returns of every body, all published but those of the last quarter, which are accepted."""
    preparer, accepter, _ = _people()
    made = []
    for quarter in quarters:
        state = ReturnState.ACCEPTED if quarter == quarters[-1] else ReturnState.PUBLISHED
        for number in range(1, bodies + 1):
            digest = hashlib.sha256(f"{number} {quarter}".encode()).hexdigest()
            made.append(
                Return(
                    body_id=body_code(number), quarter=quarter, kind=ReturnKind.DEMONSTRATION, state=state,
                    digest=digest, accepted_digest=digest, income_gbp=900_000_000, prepared_at=NOON,
                    prepared_by=preparer, submitted_at=NOON, submitted_by=preparer, accepted_at=NOON,
                    accepted_by=accepter,
                )
            )  # fmt: skip
    Return.objects.bulk_create(made)


def _opened(quarter: Quarter) -> Publication:
    """A version that is being built, whose rows may be written."""
    return Publication.objects.create(
        series=Series.DEMONSTRATION, period=str(quarter), version=1, state=PublicationState.BUILDING
    )


def _write_file(publication: Publication) -> None:
    """The table of lines as a published file of its own."""
    folder = folders.published(publication)
    plain_csv.write(SUPPLY_CHAIN, publication, folder)
    path = folder / SUPPLY_CHAIN.file
    PublishedFile.objects.create(
        publication=publication, name=path.name, bytes=path.stat().st_size, sha256=folders.sha256(path)
    )


def publish(publications: list[Publication]) -> None:
    """Make versions public, each with its link in the chain."""
    for publication in publications:
        digest = publication.digest or hashlib.sha256(publication.period.encode()).hexdigest()
        publication.digest, publication.built_at = digest, NOON
        publication.state, publication.published_at = PublicationState.PUBLISHED, NOON
        publication.published_by = _people()[2]
        publication.save()
        last = ChainLink.objects.filter(series=publication.series).order_by("number").last()
        link = ChainLink(
            series=publication.series, number=last.number + 1 if last else 1, publication=publication,
            manifest_sha256=digest, published_at=NOON, previous_link=last.link if last else "",
        )  # fmt: skip
        link.link = chain.digest(link)
        link.save()
