"""Write docs/rules.md from the catalogue, or say with --check whether it is as the catalogue has it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from portal.commands import PortalCommand
from supplychain.filing.rules.catalogue import RULES
from supplychain.filing.rules.origins import ORIGINS
from supplychain.filing.rules.rule import GROUPS, TAGS, Rule


class Command(PortalCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; end with 1 where it differs")

    def work(self, **options: Any) -> int | None:
        path = Path(settings.BASE_DIR) / "docs" / "rules.md"
        text = drawn()
        if options["check"]:
            same = path.exists() and path.read_text(encoding="utf-8") == text
            self.stdout.write("docs/rules.md is up to date." if same else "docs/rules.md differs: run draw_rules.")
            return None if same else 1
        path.write_text(text, encoding="utf-8")
        self.stdout.write(f"docs/rules.md holds {len(RULES)} rules.")
        return None


def drawn() -> str:
    """The page, in Markdown."""
    parts = [
        "# The rules of a return",
        (
            "Made from the catalogue by `manage.py draw_rules`; the same words stand under `/rules/`.\n"
            "Each rule has a return that breaks it in `fixtures/returns/`.\n"
            "Severities and thresholds are those with which the portal starts."
        ),
    ]
    for letter, title in GROUPS.items():
        rules = [rule for rule in RULES if rule.group == letter]
        rows = [f"| {rule.code} | {rule.title} | {rule.severity} | {TAGS[rule.tag]} |" for rule in rules]
        parts += [
            f"## {letter}: {title}",
            "\n".join(["| code | rule | severity | about |", "| --- | --- | --- | --- |", *rows]),
        ]
        parts += [_entry(rule) for rule in rules]
    parts += _origins()
    return "\n\n".join(parts) + "\n"


def _origins() -> list[str]:
    """What became of each check of the collection that the catalogue began with."""
    rows = [f"| {one.code} | {one.finds} | {one.here} | {one.reason} |" for one in ORIGINS]
    new = ", ".join(rule.code for rule in RULES if rule.code not in {one.code for one in ORIGINS})
    return [
        "## Where the rules come from",
        (
            f"{len(ORIGINS)} checks of the subaward, grant and audit portals before this one were collected, with what"
            " went wrong where they were\nmissing. Each was kept, changed or dropped:"
        ),
        "\n".join(["| code | finds | here | why, or how |", "| --- | --- | --- | --- |", *rows]),
        f"New here: {new}.",
    ]


def _entry(rule: Rule) -> str:
    milder = f" Milder: {rule.mild}." if rule.mild else ""
    figures = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in rule.thresholds.items())
    thresholds = f" Thresholds: {figures}." if figures else ""
    lines = [
        f"### {rule.code} {rule.title}",
        rule.plain,
        f"*Why:* {rule.why}",
        f"*Example:* {rule.example}",
        f"*What to do:* {rule.fix}",
        f"Severity: {rule.severity}.{milder}{thresholds}",
    ]
    return "\n\n".join(lines)
