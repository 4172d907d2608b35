"""Which bad inputs are there, and how does docs/bad-input.md list them?

``python -m tests.cases.all`` writes the page afresh.
"""

from pathlib import Path

from . import bombs, cells, files, large, paths, workbooks
from .case import Case

# Small enough to be tried one after the other in one process.
CASES = (*files.CASES, *cells.CASES, *workbooks.CASES, *bombs.CASES, *paths.CASES)
PAGE = Path(__file__).parents[2] / "docs" / "bad-input.md"
GROUPS = {
    "The file: what it is": files.WHAT_IT_IS,
    "Its encoding": files.ENCODING,
    "Header and rows": files.SHAPE,
    "The other tables": files.OTHER_TABLES,
    "Cells": cells.CASES,
    "Workbooks": workbooks.CASES,
    "Workbooks made to bring the reader down": bombs.CASES,
    "Paths": paths.CASES,
    "What is too large (a process of its own, under 300 MB and 60 s)": (*large.CASES, *large.SLOW),
}


def page() -> str:
    """The page, in Markdown: what is planted and what comes out."""
    parts = [
        "# What comes out of bad input",
        (
            "Drawn from `tests/cases/` by `python -m tests.cases.all`; `make cases` tries them all and prints what\n"
            "came out. Exit 0: no errors, 1: errors, 2: nothing can be read. At most a thousand issues are listed."
        ),
    ]
    for title, cases in GROUPS.items():
        rows = [f"| {_plain(case.name)} | {_plain(case.planted)} | {case.expected} |" for case in cases]
        parts += [f"## {title}", "\n".join(["| case | planted | comes out |", "| --- | --- | --- |", *rows])]
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """Words that stand in a table of Markdown as they are."""
    escaped = "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|$" else sign for sign in text)
    return escaped.replace("\n", " ")


def all_cases() -> tuple[Case, ...]:
    """Every bad input."""
    return tuple(case for cases in GROUPS.values() for case in cases)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
