"""How far is a deed from its physical limit, with both measured in turn in one run?

The machine drifts, so no single figure is worth anything: each run of the deed is paired with a run of its limit just
before it, and what counts is the median of the ratios.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

MEGABYTE = 1024 * 1024
HEAD = (
    "| What | figure | smallest to largest | runs | s, median | limit s, median | goal | met |\n"
    "|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table: ``figures`` of one ``unit`` (``x`` is a ratio to the limit), judged by median or p95.

    ``pairs`` are seconds (limit, deed) where there is a limit; without a ``goal`` the row is for comparison only.
    """

    name: str
    unit: str
    figures: Sequence[float]
    goal: float | None = None
    pairs: Sequence[tuple[float, float]] = ()
    by_p95: bool = False
    at_least: bool = False  # the goal is a floor, not a ceiling

    @property
    def figure(self) -> float:
        """What the row is judged by."""
        return p95(self.figures) if self.by_p95 else median(self.figures)

    @property
    def met(self) -> bool:
        """Is it within the goal? Always where there is none."""
        if self.goal is None:
            return True
        return self.figure >= self.goal if self.at_least else self.figure <= self.goal

    def row(self) -> str:
        """As a row of the table in Markdown."""
        limit, deed = (f"{median(side):.3g}" for side in zip(*self.pairs, strict=True)) if self.pairs else ("", "")
        judged = "" if self.goal is None else "yes" if self.met else "**no**"
        goal = "" if self.goal is None else f"{'at least ' if self.at_least else ''}{self.goal:g} {self.unit}"
        return (
            f"| {self.name} | {said(self.figure)} {self.unit}{' p95' if self.by_p95 else ''} | "
            f"{said(min(self.figures))} to {said(max(self.figures))} | {len(self.figures)} | {deed} | {limit} | "
            f"{goal} | {judged} |"
        )


def p95(figures: Sequence[float]) -> float:
    """The figure that one in twenty exceeds."""
    return quantiles(figures, n=20)[-1]


def said(figure: float) -> str:
    """A figure with as many digits as it is worth."""
    return f"{figure:,.2f}" if abs(figure) < 10 else f"{figure:,.1f}" if abs(figure) < 100 else f"{figure:,.0f}"


def in_pairs(
    name: str, goal: float | None, number: int, limit: Callable[[], float], deed: Callable[[], float]
) -> Measured:
    """Run limit and deed in turn, ``number`` times, after one pair that doesn't count; each returns its seconds."""
    limit(), deed()
    pairs = [(limit(), deed()) for _ in range(number)]
    return Measured(name, "x", [deed / limit for limit, deed in pairs], goal, pairs)


def seconds(deed: Callable[[], object]) -> float:
    """How long a deed takes by the wall clock."""
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


def start_peak(process: int | str = "self") -> float:
    """Forget the highest use of memory of a process so far; what it uses now, in MB."""
    Path(f"/proc/{process}/clear_refs").write_text("5")
    return peak(process)


def peak(process: int | str = "self") -> float:
    """The highest use of memory since then, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / MEGABYTE
