"""Change the severity or thresholds of a rule from a day on, with the reason; today or later."""

import argparse

from portal.commands import PortalCommand, clock, person, read_day
from supplychain.actions.rules import change_rule
from supplychain.filing.rules.catalogue import in_force
from supplychain.filing.rules.changes import said


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        parser.add_argument("rule", help="code of the rule, such as M02")
        parser.add_argument(
            "--from",
            dest="valid_from",
            required=True,
            type=read_day,
            metavar="DAY",
            help="the first day, as 2027-04-01",
        )
        parser.add_argument("--severity", help="error, warning or information")
        parser.add_argument(
            "--threshold",
            action="append",
            default=[],
            type=read_threshold,
            metavar="NAME=NUMBER",
            help="such as tolerance_pct=3; may be given several times",
        )
        parser.add_argument("--reason", required=True, help="why, in a sentence; public on the rule's page")
        parser.add_argument("--by", required=True, metavar="USER", help="the account that does it")

    def work(self, *, rule, valid_from, severity, threshold, reason, by, **options) -> None:
        version = change_rule(
            rule=rule,
            valid_from=valid_from,
            severity=severity,
            thresholds=dict(threshold),
            reason=reason,
            by=person(by),
            now=clock(),
        )
        become = in_force(version.valid_from)[rule]
        self.stdout.write(f"{rule} from {version.valid_from:%-d %B %Y}: {said(become)}.")


def read_threshold(text: str) -> tuple[str, str]:
    """Argument type: the name of a threshold and its number."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} should be written like tolerance_pct=3.")
    return name, value
