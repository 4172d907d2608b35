"""Check the files of a return by all rules, and leave nothing behind."""

import json
import logging
import sys
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db import ProgrammingError, transaction

from portal.commands import UNPREPARED, clock, is_unprepared
from supplychain.filing.check import Report, check
from supplychain.filing.report import as_json, as_text, unusable_json
from supplychain.management.return_files import add_return_files, paths_of, stated_of

log = logging.getLogger(__name__)
GOOD, ERRORS, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    help = f"{__doc__} Ends with 0 (no errors), 1 (errors) or 2 (nothing can be read, or usage)."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The parser; with ``--json`` its complaints are a JSON document too, because a program reads them."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        complain = parser.error

        def error(message: str) -> NoReturn:
            if "--json" in sys.argv[1:]:
                sentence = message.rstrip(".")
                self.print_json(unusable_json(f"{sentence[:1].upper()}{sentence[1:]}."))
            complain(message)
            raise SystemExit(UNREADABLE)

        parser.error = error  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        add_return_files(parser)
        parser.add_argument("--json", action="store_true", help="print the report as one JSON document")
        parser.add_argument(
            "--alone", action="store_true", help="without the rules that compare with published returns"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not any(paths_of(options).given()) and not options["nil"]:
            self._refuse("Name the FUNDING file, or say --nil for a nil return.", options["json"])
        try:
            report = self._report(options)
        except Exception as failure:
            if isinstance(failure, ProgrammingError) and is_unprepared(failure):
                self._refuse(UNPREPARED, options["json"])
            log.exception("The check broke off.")
            self._refuse("The check broke off through a fault of the portal; nothing was kept.", options["json"])
        if options["json"]:
            self.print_json(as_json(report))
        else:
            self.stdout.write(as_text(report), ending="")
        code = UNREADABLE if not report.readable else GOOD if report.ok else ERRORS
        if code:
            sys.exit(code)

    def _report(self, options: dict[str, Any]) -> Report:
        with transaction.atomic():
            report = check(
                paths_of(options),
                stated=stated_of(options),
                expected_body=options["body"],
                expected_quarter=options["quarter"],
                alone=options["alone"],
                at=clock().date(),
                progress=lambda sentence: self.stderr.write(sentence),
            )
            transaction.set_rollback(True)
        return report

    def print_json(self, document: dict[str, Any]) -> None:
        """The document on one line, in ASCII: whole in every encoding, and with nothing that a terminal would obey."""
        self.stdout.write(json.dumps(document))

    def _refuse(self, sentence: str, as_document: bool) -> NoReturn:
        if as_document:
            self.print_json(unusable_json(sentence))
        self.stderr.write(sentence)
        sys.exit(UNREADABLE)
