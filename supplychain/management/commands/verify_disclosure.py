"""Verify a disclosure: the files of a folder by themselves, or every version of a quarter against the database too."""

import argparse
from pathlib import Path

from django.db import OperationalError

from portal.commands import PortalCommand
from portal.quarters import Quarter
from providers.models import Series
from supplychain.disclosure.folders import published, sha256
from supplychain.disclosure.verify import MANIFEST, Unreadable, verify_folder
from supplychain.disclosure.verify_records import verify_database, withdrawn_files
from supplychain.models import Publication
from supplychain.states import PUBLIC_STATES, PublicationState

UNREADABLE = 2


def quarter_or_folder(text: str) -> Quarter | Path:
    """Argument type: a quarter such as ``2018-19 Q1``, else a folder that exists."""
    try:
        return Quarter.parse(text)
    except ValueError as error:
        if Path(text).is_dir():
            return Path(text)
        raise argparse.ArgumentTypeError(f"{text!r} is neither a quarter like 2018-19 Q1 nor a folder.") from error


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "what", type=quarter_or_folder, metavar="QUARTER|DIR", help="such as “2018-19 Q1”, or a folder"
        )
        parser.add_argument(
            "--demonstration", action="store_true", help="the quarter's disclosure of the demonstration"
        )

    def work(self, *, what: Quarter | Path, demonstration: bool, **options) -> int | None:
        if isinstance(what, Path):
            return self.verify_folder(what)
        series = Series.DEMONSTRATION if demonstration else Series.REAL
        versions = Publication.objects.of(series, what).filter(state__in=[*PUBLIC_STATES, PublicationState.BUILT])
        codes = [self.verify_version(publication) for publication in versions.order_by("version")]
        if not codes:
            self.stderr.write(f"No version of the disclosure for {what} has been built.")
        return max(codes, default=UNREADABLE)

    def verify_folder(self, folder: Path) -> int:
        """The files alone, and against the database where there is one that knows them."""
        try:
            known = Publication.objects.filter(digest=sha256(folder / MANIFEST)).first()
            withdrawn = withdrawn_files(known) if known else frozenset()
        except FileNotFoundError:
            known, withdrawn = None, frozenset()
        except OperationalError:
            known, withdrawn = None, frozenset()
            self.stderr.write("There is no database to ask, so only the files are verified.")
        return self.report(str(folder), folder, known, withdrawn)

    def verify_version(self, publication: Publication) -> int:
        what = f"Version {publication.version} for {publication.period} ({publication.get_state_display()})"
        withdrawn = withdrawn_files(publication)
        return self.report(what, published(publication), publication, withdrawn, with_archive=True)

    def report(
        self,
        what: str,
        folder: Path,
        known: Publication | None,
        withdrawn: frozenset[str],
        *,
        with_archive: bool = False,
    ) -> int:
        """Say what was verified and what is wrong; returns the exit code."""
        self.stdout.write(f"{what}:")
        if withdrawn:
            self.stdout.write(f"  {len(withdrawn)} files were taken down; their digests and what is left are verified.")
        try:
            wrong = verify_folder(folder, withdrawn, with_archive=with_archive)
        except Unreadable as refusal:
            self.stderr.write(str(refusal))
            return UNREADABLE
        self.stdout.write("  files: names, sizes, rows, digests, sums, archive, totals, flows, statuses, description")
        if known:
            self.stdout.write("  database: records, frozen rows, returns, totals, chain of publications")
            wrong += [sentence for sentence in verify_database(known) if sentence not in wrong]
        for sentence in wrong:
            self.stdout.write(f"  WRONG: {sentence}")
        self.stdout.write(f"  {len(wrong)} things are wrong." if wrong else "  Everything fits.")
        return 1 if wrong else 0
