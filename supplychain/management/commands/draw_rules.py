"""Draw the catalogue of rules into docs/rules.md; with --check only say whether the drawing is current."""

from portal.commands import DrawingCommand
from supplychain.filing.rules.catalogue import RULES
from supplychain.filing.rules.origins import ORIGINS
from supplychain.filing.rules.rule import GROUPS, TAGS, Rule


class Command(DrawingCommand):
    help = __doc__
    page, what = "rules.md", "rules"

    def drawn(self) -> str:
        parts: list[str] = []
        for letter, title in GROUPS.items():
            rules = [rule for rule in RULES if rule.group == letter]
            rows = [f"| {rule.code} | {rule.title} | {rule.severity} | {TAGS[rule.tag]} |" for rule in rules]
            parts += [
                f"## {letter}: {title}",
                "\n".join(["| code | rule | severity | about |", "| --- | --- | --- | --- |", *rows]),
            ]
            parts += [_entry(rule) for rule in rules]
        return "\n\n".join([*parts, *_origins()]) + "\n"


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
