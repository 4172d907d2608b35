"""Check the files of a return and store it: as checked where it has no errors, as a draft with its issues where it
has.
"""

import sys
from typing import Any

from django.core.management.base import CommandParser

from portal.commands import clock, person
from portal.errors import Refusal
from supplychain.actions.returns import Filed, file_return
from supplychain.filing.check import Report
from supplychain.filing.report import unusable_json
from supplychain.management.commands.check_return import ERRORS
from supplychain.management.commands.check_return import Command as CheckReturn
from supplychain.management.return_files import paths_of, stated_of


class Command(CheckReturn):
    help = f"{__doc__} Ends with 0 (stored as checked), 1 (errors, or refused) or 2 (nothing can be read, or usage)."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USER", help="the account that files it")
        parser.add_argument(
            "--reason", default="", help="for a correction of what is published: what changed and why; public"
        )

    def _report(self, options: dict[str, Any]) -> Report:
        if options["alone"]:
            self.stderr.write("--alone is for checking only: what is filed is judged by all rules.")
        try:
            filed = file_return(
                paths=paths_of(options),
                stated=stated_of(options),
                body_code=options["body"],
                quarter=options["quarter"],
                by=person(options["by"]),
                now=clock(),
                correction_reason=options["reason"],
            )
        except Refusal as refusal:
            if options["json"]:
                expected, fix = "a return that can be filed now", "Put that right, and file it again."
                self.print_json(unusable_json(refusal.sentence, refusal.code, expected, fix))
            self.stderr.write(refusal.sentence)
            sys.exit(ERRORS)
        self.stderr.write(_outcome(filed))
        return filed.report


def _outcome(filed: Filed) -> str:
    if filed.filed is None:
        return "Nothing is stored: the file doesn't say which body and quarter it is for, or can't be read."
    which = f"version {filed.filed.version} of the return of {filed.filed.body_id} for {filed.filed.quarter}"
    if filed.already_received:
        return f"Received already: {which} is {filed.filed.state} and says the same."
    return f"Stored as {filed.filed.state}: {which}."
