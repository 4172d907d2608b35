"""How far is a deed from its physical limit, with both measured in turn in one run?

The machine drifts, so no single figure is worth anything: each run of the deed is paired with a run of its limit just
before it, and what counts is the median of the ratios.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

MEGABYTE = 1024 * 1024
STATUS, REFERENCES = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table: ``pairs`` of seconds (limit, deed), memory in MB of this process, ``goal`` as a ratio."""

    name: str
    goal: float
    pairs: list[tuple[float, float]]
    idle_mb: float
    peak_mb: float

    @property
    def ratios(self) -> list[float]:
        """The ratio of each pair, smallest first."""
        return sorted(deed / limit for limit, deed in self.pairs)

    @property
    def met(self) -> bool:
        """Is the median within the goal?"""
        return median(self.ratios) <= self.goal

    def row(self) -> str:
        """As a row of the table in Markdown."""
        limits, deeds = zip(*self.pairs, strict=True)
        ratios = self.ratios
        return (
            f"| {self.name} | {median(ratios):.2f} | {ratios[0]:.2f} to {ratios[-1]:.2f} | {len(ratios)} | "
            f"{median(deeds):.2f} | {median(limits):.3f} | {self.idle_mb:.0f} -> {self.peak_mb:.0f} | {self.goal:g} | "
            f"{'yes' if self.met else '**no**'} |"
        )


HEAD = (
    "| What | x limit, median | smallest to largest | pairs | s, median | limit s, median | memory MB | goal | met |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def in_pairs(name: str, goal: float, number: int, limit: Callable[[], float], deed: Callable[[], float]) -> Measured:
    """Run limit and deed in turn, ``number`` times, after one pair that doesn't count; each returns its seconds."""
    idle = start_peak()
    limit(), deed()
    pairs = [(limit(), deed()) for _ in range(number)]
    return Measured(name, goal, pairs, idle, peak())


def seconds(deed: Callable[[], object]) -> float:
    """How long a deed takes by the wall clock."""
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


def start_peak() -> float:
    """Forget the highest use of memory so far; what is used now, in MB."""
    REFERENCES.write_text("5")
    return peak()


def peak() -> float:
    """The highest use of memory since then, in MB."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / MEGABYTE
