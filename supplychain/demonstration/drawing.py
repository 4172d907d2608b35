"""What does the invented world look like on one page? Owners, chains with every amount, every return, from the files.

Amounts are those of the newest version of each quarter, as they were sent.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from portal.quarters import Quarter
from supplychain.demonstration import tables
from supplychain.demonstration.tables import Row, moment

NOTHING, WIDTH = "–", 73
STATUS = {"not-disclosed": "undisclosed", "withheld": "withheld"}
Files = dict[tuple[str, str], str]


def drawn() -> str:
    """The drawing in Markdown. Reads the files of the demonstration, not the database."""
    world = tables.read()
    files = accepted(world["deeds"])
    quarters = [row["quarter"] for row in world["windows"]]
    parts = [
        "## Who owns whom, and where",
        owners(world),
        "## Who funds whom, and how much",
        "Pounds paid in the quarter, in the newest version. A dash: the agreement is not in that return.",
        *(chain(body, quarters, files) for body in world["bodies"]),
        "## What became of each return",
        "Pounds paid to tier 2, without what is undisclosed or withheld, and what is out of the ordinary.",
        returns(world, quarters, files),
        "## When what went public",
        publications(world["deeds"]),
        "## Named in winning bids",
        bids(world, files),
    ]
    return "\n\n".join(parts) + "\n"


def accepted(deeds: Iterable[Row]) -> Files:
    """(body, quarter) to the folder of the files that were accepted last."""
    filed: Files = {}
    found: Files = {}
    for deed in deeds:
        key = deed["body"], deed["quarter"]
        if deed["deed"] == "file":
            filed[key] = deed["files"]
        if deed["deed"] == "accept":
            found[key] = filed[key]
    return found


def owners(world: dict[str, list[Row]]) -> str:
    """A table: each body, where it is, and whose it was when."""
    names = {row["key"]: row["name"] for row in world["organisations"]}
    areas: dict[str, list[str]] = defaultdict(list)
    for row in world["body_areas"]:
        areas[row["body"]].append(row["area"] + during(row))
    owned: dict[str, list[str]] = defaultdict(list)
    for row in world["ownerships"]:
        owned[row["body"]].append(names[row["owner"]] + during(row))
    rows = [
        (row["code"], row["name"], ", ".join(areas[row["code"]]), ", then ".join(owned[row["code"]]), obligation(row))
        for row in world["bodies"]
    ]
    return table(("body", "name", "areas", "owner", "returns required"), rows)


def during(row: Row) -> str:
    """When a dated fact held, where it began or ended within the eight quarters."""
    begun = f" from {day(row['from'])}" if row["from"] > "2017-10-01" else ""
    return begun + (f" until {day(row['to'], -1)}" if row["to"] else "")


def obligation(row: Row) -> str:
    return f"{day(row['obligation_from'])} to {day(row['obligation_to'], -1)}"


def chain(body: Row, quarters: list[str], files: Files) -> str:
    """One body's agreements below each other, with what was paid in each quarter."""
    lines: dict[str, Row] = {}
    paid: dict[str, dict[str, str]] = defaultdict(dict)
    for quarter in quarters:
        for row in tables.sent(files.get((body["code"], quarter), "none"), "funding"):
            lines[row["agreement_ref"]] = row
            paid[row["agreement_ref"]][quarter] = amount(row)
    below: dict[str, list[str]] = defaultdict(list)
    for ref in sorted(lines):
        below[lines[ref]["upstream_ref"]].append(ref)

    def branch(upstream: str, indent: str) -> list[str]:
        found = []
        for ref in below[upstream]:
            last = ref == below[upstream][-1]
            joint, rest = ("", "") if not upstream else ("└─ ", "   ") if last else ("├─ ", "│  ")
            label = f"{indent}{joint}{ref} {lines[ref]['provider_name']}, {lines[ref]['service_category']}"
            amounts = "".join(f"{paid[ref].get(quarter, NOTHING):>12}" for quarter in quarters)
            found += [f"    {label:<{WIDTH}}{amounts}", *branch(ref, indent + rest)]
        return found

    head = f"    {body['code'] + ' ' + body['name']:<{WIDTH}}" + "".join(f"{quarter:>12}" for quarter in quarters)
    return "\n".join([head, *branch("", "")])


def amount(row: Row) -> str:
    """What was paid, or why that is not known."""
    if row["amount_status"] in STATUS:
        return STATUS[row["amount_status"]]
    return f"{Decimal(row['amount_paid_gbp']):,.2f}" + ("e" if row["amount_status"] == "estimated" else "")


def returns(world: dict[str, list[Row]], quarters: list[str], files: Files) -> str:
    """A table: for each body and quarter what was paid to tier 2, and what happened to the return."""
    due = {row["quarter"]: moment(row["due"]) for row in world["windows"]}
    happened: dict[tuple[str, str], list[str]] = defaultdict(list)
    words = {"send-back": "sent back", "withdraw": "withdrawn"}
    for deed in world["deeds"]:
        key = deed["body"], deed["quarter"]
        if deed["deed"] in words:
            happened[key].append(words[deed["deed"]])
        if deed["deed"] == "file" and deed["text"]:
            happened[key].append("corrected")
        if deed["deed"] == "submit" and moment(deed["at"]) > due[deed["quarter"]] and not happened[key]:
            happened[key].append("late")
    rows = []
    for body in world["bodies"]:
        cells = []
        for quarter in quarters:
            key = body["code"], quarter
            notes = ", ".join(happened[key][-1:])
            cells.append(f"{standing(body, quarter, files.get(key))}{f' ({notes})' if notes else ''}")
        rows.append((body["code"], *cells))
    return table(("body", *quarters), rows, figures=True)


def standing(body: Row, quarter: str, files: str | None) -> str:
    """The sum paid to tier 2, or in a word why there is none."""
    period = Quarter.parse(quarter)
    if files is None:
        owed = body["obligation_from"] < period.end.isoformat() and period.start.isoformat() < body["obligation_to"]
        return "missing" if owed else "not required"
    if any(row["name"] == "nil" for row in tables.sent(files, "control")):
        return "nil"
    lines = [row for row in tables.sent(files, "funding") if row["tier"] == "2"]
    return f"{sum(Decimal(row['amount_paid_gbp'] or 0) for row in lines):,.2f}"


def publications(deeds: Iterable[Row]) -> str:
    """A table: each version, when it was announced and published, and why it was needed."""
    versions: dict[str, int] = defaultdict(int)
    notice, rows = "", []
    for deed in deeds:
        if deed["deed"] == "build":
            notice = deed["text"]
        if deed["deed"] == "publish":
            versions[deed["quarter"]] += 1
            rows.append((deed["quarter"], str(versions[deed["quarter"]]), deed["announced"], deed["at"], notice))
    return table(("quarter", "version", "announced", "published", "public notice"), rows)


def bids(world: dict[str, list[Row]], files: Files) -> str:
    """A table: who was named for what, and whether any return of the body names that organisation."""
    organisations = {row["key"]: row for row in world["organisations"]}
    funded: dict[str, set[str]] = defaultdict(set)
    for (body, _quarter), folder in files.items():
        for row in tables.sent(folder, "funding"):
            funded[body] |= {row["charity_number"], row["company_number"]} - {""}
    rows = []
    for row in world["bid_commitments"]:
        named = organisations[row["organisation"]]
        kept = funded[row["body"]] & {named["charity_number"], named["company_number"]}
        rows.append((row["body"], named["name"], row["named_for"], "funded" if kept else "none reported"))
    return table(("body", "organisation", "named for", "in the returns"), rows)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]], *, figures: bool = False) -> str:
    """A Markdown table; with ``figures`` all columns but the first are set to the right."""
    rule = ["---", *["---:" if figures else "---"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def day(iso: str, later: int = 0) -> str:
    """``1 August 2018``, some days later or earlier."""
    on = dt.date.fromisoformat(iso) + dt.timedelta(days=later)
    return f"{on.day} {on:%B %Y}"
