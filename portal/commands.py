"""How do all commands read their arguments and end? 0 done, 1 refused with the sentence, 2 usage or unreadable."""

import argparse
import datetime as dt
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, ProgrammingError
from psycopg2.errors import UndefinedColumn, UndefinedTable

from portal.errors import NotFound, Refusal
from portal.models import JobStep, User
from portal.money import parse_amount
from portal.quarters import Quarter

UNPREPARED = (
    "The database is not prepared for this version of the portal: start it once with make run, or run "
    "manage.py prepare."
)


def is_unprepared(problem: ProgrammingError) -> bool:
    """Does a statement fail because its table or column was never made?"""
    return isinstance(problem.__cause__, UndefinedTable | UndefinedColumn)


class PortalCommand(BaseCommand, ABC):
    """A command whose ``work`` returns an exit code (``None`` for 0) and may raise any refusal."""

    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = self.work(**options)
        except Refusal as refusal:
            self.stderr.write(refusal.sentence)
            code = 1
        except (OperationalError, InterfaceError) as problem:
            self.stderr.write(f"The database went away in the middle; what was not finished is undone. ({problem})")
            code = 1
        except ProgrammingError as problem:
            if not is_unprepared(problem):
                raise
            self.stderr.write(UNPREPARED)
            code = 1
        if code:
            sys.exit(code)

    @abstractmethod
    def work(self, **options: Any) -> int | None:
        """The deed itself; each command names its own options."""

    def tellers(self, verbosity: int) -> tuple[Callable[[str], None], Callable[[JobStep], None]]:
        """Who tells people that wait: of steps with the seconds since now, and with ``-v2`` of the steps of jobs."""
        begun = time.monotonic()

        def tell(step: str) -> None:
            if verbosity:
                self.stderr.write(f"{time.monotonic() - begun:6.1f} s  {step}")

        def progress(step: JobStep) -> None:
            if verbosity > 1:
                self.step(step)

        return tell, progress

    def step(self, step: JobStep) -> None:
        """Progress of a job, for people who wait."""
        total = step.job.steps.count()
        self.stderr.write(f"  [{step.number:>2}/{total}] {step.name}")


class DrawingCommand(PortalCommand):
    """A command that draws a part of a page of docs between two marks, or says with ``--check`` whether it is current.

    ``page`` is the file in docs, ``what`` the word in the marks and sentences.
    """

    page, what = "", ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; end with 1 where it is not current")

    @abstractmethod
    def drawn(self) -> str:
        """What stands between the marks, with a line end at its end."""

    def work(self, *, check: bool, **options: Any) -> int | None:
        begin, end = f"<!-- {self.what}: begin (manage.py draw_{self.what}) -->", f"<!-- {self.what}: end -->"
        page = Path(settings.BASE_DIR) / "docs" / self.page
        text = page.read_text(encoding="utf-8")
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        drawn = f"{before}{begin}\n{self.drawn()}{end}{after}"
        if drawn == text:
            self.stdout.write(f"The drawing of the {self.what} is current.")
            return None
        if check:
            self.stderr.write(
                f"The drawing of the {self.what} in docs/{self.page} is not current: run manage.py draw_{self.what}."
            )
            return 1
        page.write_text(drawn, encoding="utf-8")
        self.stdout.write(f"The drawing of the {self.what} is made.")
        return None


def read_quarter(text: str) -> Quarter:
    """Argument type: a quarter."""
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def read_amount(text: str) -> Decimal:
    """Argument type: pounds in plain digits."""
    try:
        return parse_amount(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def read_day(text: str) -> dt.date:
    """Argument type: an ISO date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it like 2027-03-31.") from error


def read_moment(text: str) -> dt.datetime:
    """Argument type: an ISO moment with its offset, such as ``2026-11-26T09:30+00:00``."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an ISO moment.") from error
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset: write for example 2026-11-26T09:30+00:00.")
    return moment


def person(username: str) -> User:
    """The person of a ``--by``. Raises :class:`NotFound` with a sentence."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise NotFound("no-such-person", f"There is no account {username!r}.")
    return found


def clock() -> dt.datetime:
    """Now, for deeds that are begun at a command line."""
    return dt.datetime.now(dt.UTC)
