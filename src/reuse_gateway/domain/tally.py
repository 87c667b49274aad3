"""Counts of components (bảng tổng hợp): per ministry, field or kind of paper, and by which source and article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reuse_gateway.domain.defect import SPARING, Assessment, Cover, Replacement
from reuse_gateway.domain.text import Text

OUTSIDE = {Replacement.OTHER_PAPER: "other", Replacement.UNRECOGNISED: "unrecognised"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table. `components` are all rows, `by_state` counts them per `Replacement`, notes among them.

    `lacking`: findings D01. `by_source` and `by_basis` count components spared, a component once under each of its sources and
    under the primary instrument of each of its papers.
    """

    key: str
    name: Text
    procedures: int
    components: int
    by_state: Mapping[str, int]
    lacking: int
    by_source: Mapping[str, int]
    by_basis: Mapping[str, int]

    @property
    def demanded(self) -> int:
        """Components that demand something: all but notes."""
        return self.components - self.state(Replacement.NOTE)

    @property
    def replaceable(self) -> int:
        """Components of which data spare all or some papers, and those that may not be demanded any more."""
        return sum(self.state(each) for each in SPARING)

    def state(self, replacement: Replacement) -> int:
        """How many components are in one state."""
        return self.by_state.get(replacement.value, 0)


@dataclass(frozen=True, slots=True)
class _Count:
    """What has been counted of one line so far."""

    procedures: set[str] = field(default_factory=set)
    states: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    bases: Counter[str] = field(default_factory=Counter)
    lacking: Counter[str] = field(default_factory=Counter)

    def add(self, procedure: str, replacement: Replacement, spared: Iterable[Cover], defect: bool) -> None:
        self.procedures.add(procedure)
        self.states[replacement.value] += 1
        papers = tuple(spared)
        self.sources.update({source for paper in papers for source, _ in paper.sources})
        self.bases.update({paper.bases[0] for paper in papers if paper.bases})
        self.lacking["D01"] += defect


@dataclass(frozen=True, slots=True)
class Tally:
    """Lines that grow as components are counted; a key is counted under the first name it came with."""

    names: dict[str, Text] = field(default_factory=dict)
    counts: dict[str, _Count] = field(default_factory=dict)

    def add(self, key: str, name: Text, procedure: str, assessment: Assessment) -> None:
        """One component under one key."""
        self._count(key, name).add(procedure, assessment.replacement, assessment.spared, assessment.defect)

    def add_papers(self, names: Mapping[str, Text], procedure: str, assessment: Assessment) -> None:
        """One component under each kind of paper it names, judged paper by paper; what names none under its state."""
        outside = OUTSIDE.get(assessment.replacement)
        if outside:
            self.add(outside, names.get(outside, Text(outside, outside)), procedure, assessment)
        whole = assessment.replacement
        for paper in assessment.papers:
            spared = (paper,) if paper in assessment.spared else ()
            state = whole if whole is Replacement.ORIGINAL_REQUIRED else paper.replacement
            key = paper.evidence_type
            self._count(key, names[key]).add(procedure, state, spared, bool(spared) and assessment.defect)

    def lines(self) -> tuple[Line, ...]:
        """Most findings first, then most components, then by key."""
        made = (_line(key, self.names[key], count) for key, count in self.counts.items())
        return tuple(sorted(made, key=lambda line: (-line.lacking, -line.components, line.key)))

    def empty(self, key: str, name: Text) -> Line:
        """The line of a key under which nothing was counted."""
        return _line(key, name, _Count())

    def _count(self, key: str, name: Text) -> _Count:
        self.names.setdefault(key, name)
        return self.counts.setdefault(key, _Count())


def _line(key: str, name: Text, count: _Count) -> Line:
    return Line(
        key=key,
        name=name,
        procedures=len(count.procedures),
        components=count.states.total(),
        by_state={each.value: count.states[each.value] for each in Replacement},
        lacking=count.lacking["D01"],
        by_source=dict(sorted(count.sources.items(), key=_most_first)),
        by_basis=dict(sorted(count.bases.items(), key=_most_first)),
    )


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]
