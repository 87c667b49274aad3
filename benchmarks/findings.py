"""What a measurement hands back: figures with their spread, and goals held against them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from benchmarks.spread import Spread, shown


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure. `goal` is its bound now (reference performance.md section 7): at least, or with `most` at most."""

    path: str
    what: str
    unit: str
    figure: Spread
    goal: float | None = None
    most: bool = False

    @property
    def reached(self) -> bool | None:
        """Does the median keep the goal? None where there is none."""
        if self.goal is None:
            return None
        return self.figure.median <= self.goal if self.most else self.figure.median >= self.goal

    def row(self) -> tuple[str, str, str, str, str]:
        """Path, what, goal, measured, reached: as in the table of docs/benchmarks.md."""
        goal = f"{'<=' if self.most else '>='} {shown(self.goal)} {self.unit}".strip() if self.goal is not None else "-"
        verdict = {None: "-", True: "yes", False: "NO"}[self.reached]
        return self.path, self.what, goal, f"{self.figure} {self.unit}".strip(), verdict


@dataclass(frozen=True, slots=True)
class Findings:
    """All figures of one measurement, with the raw rounds they come from."""

    rows: tuple[Finding, ...]
    raw: Any = field(default=None)


def table(findings: tuple[Finding, ...]) -> str:
    """Markdown."""
    head = ("path", "what", "goal now", "median (min..max)", "reached")
    lines = [head, ("---",) * len(head), *(finding.row() for finding in findings)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
