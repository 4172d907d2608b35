"""Which arguments do the commands about returns and disclosures share?"""

from django.core.management.base import CommandParser

from portal.commands import read_quarter
from providers.models import Series


def add_deed(parser: CommandParser) -> None:
    """``BODY QUARTER --by USER``: a deed on one body's return."""
    parser.add_argument("body", help="code of the reporting body, such as C01")
    parser.add_argument("quarter", type=read_quarter, help="such as “2018-19 Q1”")
    parser.add_argument("--by", required=True, metavar="USER", help="the account that does it")


def add_disclosure(parser: CommandParser, *, by: bool) -> None:
    """``QUARTER [--demonstration] [--by USER]``: a deed on one quarter's disclosure."""
    parser.add_argument("quarter", type=read_quarter, help="such as “2018-19 Q1”")
    parser.add_argument("--demonstration", action="store_true", help="of the demonstration's series")
    parser.add_argument("--by", required=by, metavar="USER", help="the account that does it")


def series_of(options: dict) -> str:
    """The series that ``--demonstration`` chose."""
    return Series.DEMONSTRATION if options["demonstration"] else Series.REAL
