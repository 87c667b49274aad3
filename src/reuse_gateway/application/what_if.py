"""What a new connection or published scope would spare (giả định kết nối): two worlds on one day, compared row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from reuse_gateway.application.ports import Procedures
from reuse_gateway.application.report_defects import (
    Glossary,
    Yardstick,
    components_in,
    every,
    glossary_of,
    refuse_before_law,
)
from reuse_gateway.domain.defect import Component, Covers, assess, covers
from reuse_gateway.domain.errors import CallerError, Fault, InvalidInput
from reuse_gateway.domain.ministry import ministry_of
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.source import Source
from reuse_gateway.domain.supposition import Change, Supposition, World, newly_spared, supposed
from reuse_gateway.domain.text import day_in_vietnamese


@dataclass(frozen=True, slots=True)
class Papers:
    """Papers a year, between the least and the most that the assumptions allow."""

    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Spared:
    """One procedure that would demand less: rows as (ref, kinds of paper, words); papers a year where dossiers are known."""

    procedure: str
    name: str
    ministry: str
    components: tuple[tuple[str, tuple[str, ...], str], ...]
    to_be_worded: int
    papers_per_dossier: Papers
    dossiers: int | None = None

    @property
    def papers(self) -> Papers:
        """A year; nothing where no dossiers are known."""
        dossiers = self.dossiers or 0
        return Papers(self.papers_per_dossier.least * dossiers, self.papers_per_dossier.most * dossiers)


@dataclass(frozen=True, slots=True)
class Effect:
    """What the supposed world spares. Assumptions are keys of sentences, with the values they name.

    `to_be_worded`: of the components spared, those whose published words would still have to be amended.
    `volumes_unknown`: procedures of the volume file that nobody published; `volumes_missing`: spared ones it does not tell of.
    """

    from_on: date
    policy_version: str
    changes: tuple[Change, ...]
    assumptions: tuple[tuple[str, Mapping[str, str]], ...]
    looked_at: int
    components: int
    to_be_worded: int
    by_ministry: Mapping[str, int]
    by_evidence_type: Mapping[str, int]
    procedures: tuple[Spared, ...]
    papers: Papers | None
    volumes_unknown: tuple[str, ...]
    volumes_missing: int
    bases: tuple[str, ...]
    glossary: Glossary


@dataclass(slots=True)
class _Found:
    """What the walk has found so far."""

    looked_at: int = 0
    procedures: list[Spared] = field(default_factory=list)
    ministries: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    codes: set[str] = field(default_factory=set)


async def what_if(
    procedures: Procedures,
    yardstick: Yardstick,
    planned: Sequence[Source],
    supposition: Supposition,
    volumes: Mapping[str, int] | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Effect:
    """Compare the world of the facts with the supposed one, both on its first day. Nothing is written, no fact changes.

    `volumes`: dossiers a year by procedure code. `procedures` MUST list the versions of that day. Raises CallerError
    (`unknown_source_or_paper`), InvalidInput, StoreError.
    """
    refuse_before_law(yardstick.law, supposition.from_on)
    if not supposition.connect and not supposition.publish:
        raise InvalidInput(Fault("/connect", "missing"))
    kinds, day = yardstick.facts.evidence_types, supposition.from_on
    world = _world(yardstick, planned, supposition)
    before = covers(kinds, yardstick.facts.sources, yardstick.law, day)
    after = covers(kinds, world.sources, yardstick.law, day)
    found = _Found()
    async for version in every(procedures):
        _compare(version, yardstick, before, after, volumes, found)
        progress(found.looked_at)
    return _effect(supposition, yardstick, world, found, after, volumes)


def _effect(
    supposition: Supposition,
    yardstick: Yardstick,
    world: World,
    found: _Found,
    after: Covers,
    volumes: Mapping[str, int] | None,
) -> Effect:
    glossary, counted = glossary_of(yardstick), volumes is not None
    return Effect(
        from_on=supposition.from_on,
        policy_version=yardstick.policy_version,
        changes=world.changes,
        assumptions=_assumptions(supposition, world.changes, counted, yardstick),
        looked_at=found.looked_at,
        components=found.ministries.total(),
        to_be_worded=sum(each.to_be_worded for each in found.procedures),
        by_ministry=_most_first(found.ministries),
        by_evidence_type=_most_first(found.kinds),
        procedures=tuple(sorted(found.procedures, key=lambda each: (-each.papers.most, -len(each.components), each.procedure))),
        papers=_total(found.procedures) if counted else None,
        volumes_unknown=tuple(sorted(set(volumes or ()) - found.codes)),
        volumes_missing=sum(each.dossiers is None for each in found.procedures) if counted else 0,
        bases=tuple(dict.fromkeys(code for key in sorted(found.kinds) for code in after[key].bases)),
        glossary=replace(glossary, sources={**glossary.sources, **{source.id: source.name for source in world.sources}}),
    )


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda counted: (-counted[1], counted[0])))


def _world(yardstick: Yardstick, planned: Sequence[Source], supposition: Supposition) -> World:
    kinds = {key: kind.name for key, kind in yardstick.facts.evidence_types.items()}
    try:
        return supposed(yardstick.facts.sources, planned, kinds, supposition)
    except KeyError as missing:
        known = sorted({*kinds, *(source.id for source in (*yardstick.facts.sources, *planned))})
        told = f"{missing.args[0]} is neither a source nor a kind of paper; known: {', '.join(known)}"
        raise CallerError(told, code="unknown_source_or_paper") from None


def _compare(
    version: ProcedureVersion,
    yardstick: Yardstick,
    before: Covers,
    after: Covers,
    volumes: Mapping[str, int] | None,
    found: _Found,
) -> None:
    """Count what the supposed world spares of one dossier."""
    found.looked_at += 1
    found.codes.add(version.code)
    rows: list[tuple[Component, tuple[str, ...], bool]] = []
    for component in components_in(version, yardstick):
        now, then = assess(component, before), assess(component, after)
        if kinds := newly_spared(now, then):
            rows.append((component, kinds, then.defect))
    if not rows:
        return
    ministry = ministry_of(version, yardstick.ministries)
    found.ministries[ministry.name.vi] += len(rows)
    found.kinds.update(key for _, kinds, _ in rows for key in kinds)
    found.procedures.append(
        Spared(
            procedure=version.code,
            name=version.name,
            ministry=ministry.name.vi,
            components=tuple((component.ref, kinds, component.label) for component, kinds, _ in rows),
            to_be_worded=sum(defect for *_, defect in rows),
            papers_per_dossier=_papers(version, [component for component, *_ in rows]),
            dossiers=(volumes or {}).get(version.code),
        )
    )


def _papers(version: ProcedureVersion, spared: Sequence[Component]) -> Papers:
    """A dossier goes through one case, nobody knows which: the case that spares least without its conditional rows, to the
    one that spares most."""
    least = [sum(row.case == case.name and not row.conditional for row in spared) for case in version.cases]
    most = [sum(row.case == case.name for row in spared) for case in version.cases]
    return Papers(min(least, default=0), max(most, default=0))


def _total(procedures: Sequence[Spared]) -> Papers:
    return Papers(sum(each.papers.least for each in procedures), sum(each.papers.most for each in procedures))


def _assumptions(
    supposition: Supposition, changes: Sequence[Change], counts_papers: bool, yardstick: Yardstick
) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Everything the figures rest on beside the facts, as keys of the sentences under `assumption`."""
    day = day_in_vietnamese(supposition.from_on)
    told: list[tuple[str, Mapping[str, str]]] = [
        ("same_day", {"day": day}),
        ("law_as_known", {"day": day, "version": yardstick.policy_version}),
        ("dossiers_as_known", {"day": day}),
        ("always_found", {}),
        ("words_surely_read", {}),
    ]
    told += [
        ("already_usable", {"source": each.name.vi, "id": each.id, "day": day})
        for each in _usable(yardstick, changes, supposition)
    ]
    told += [("planned_source", {"source": each.name.vi, "id": each.source}) for each in changes if each.planned]
    told += [("one_paper_per_row", {}), ("one_case_per_dossier", {}), ("same_volumes", {})] if counts_papers else []
    return tuple(told)


def _usable(yardstick: Yardstick, changes: Sequence[Change], supposition: Supposition) -> list[Source]:
    """Sources of the supposition that may stand in for all it names anyway: supposing them adds nothing."""
    named = {change.source: change.evidence_types for change in changes}
    known = (source for source in yardstick.facts.sources if source.id in named)
    return [source for source in known if all(source.usable(key, supposition.from_on) for key in named[source.id])]
