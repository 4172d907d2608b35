"""How are the files of a return and its control figures named at a command line?"""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from portal.commands import read_amount, read_quarter
from supplychain.filing.check import ReturnPaths, Stated
from supplychain.filing.control import parse_count


def add_return_files(parser: CommandParser) -> None:
    """``FUNDING [--kpi F] [--own-delivery F] [--control F] [--body] [--quarter]`` and the control figures."""
    parser.add_argument(
        "funding", nargs="?", type=Path, help="CSV file of the funding table, or a workbook of all tables"
    )
    parser.add_argument("--kpi", type=Path, metavar="FILE", help="KPI contributions")
    parser.add_argument("--own-delivery", type=Path, metavar="FILE", help="what the body delivers itself")
    parser.add_argument("--control", type=Path, metavar="FILE", help="control figures: name and value")
    parser.add_argument("--body", metavar="CODE", help="the reporting body that the file has to be about, such as C01")
    parser.add_argument(
        "--quarter", type=read_quarter, help="the quarter that it has to be about, such as “2018-19 Q1”"
    )
    parser.add_argument("--nil", action="store_true", help="a nil return: nobody was funded; no FUNDING is needed")
    parser.add_argument("--rows", type=read_count, metavar="N", help="number of funding rows")
    parser.add_argument("--total-tier-2", type=read_amount, metavar="GBP", help="total paid to tier 2")
    parser.add_argument("--income", type=read_amount, metavar="GBP", help="received from the Ministry in the quarter")
    parser.add_argument("--expected-caseload", type=read_count, metavar="N", help="people expected on the caseload")
    parser.add_argument("--actual-caseload", type=read_count, metavar="N", help="people on the caseload")


def read_count(text: str) -> int:
    """Argument type: a whole number in plain digits."""
    try:
        return parse_count(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def paths_of(options: dict[str, Any]) -> ReturnPaths:
    """The files that were named."""
    return ReturnPaths(options["funding"], options["kpi"], options["own_delivery"], options["control"])


def stated_of(options: dict[str, Any]) -> Stated:
    """The control figures that were named."""
    return Stated(
        options["nil"],
        options["rows"],
        options["total_tier_2"],
        options["income"],
        options["expected_caseload"],
        options["actual_caseload"],
    )
