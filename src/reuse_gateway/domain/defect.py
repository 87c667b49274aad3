"""Finding D01 (lỗi danh mục): a published dossier still lists a paper that data replace, and does not say so.

Nobody's violation yet: the ministry that published the dossier is asked to amend it (Resolution 66.7/2025/NQ-CP).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reuse_gateway.domain.evidence_type import EvidenceType, ReuseClass
from reuse_gateway.domain.legal_basis import LawBook, Topic
from reuse_gateway.domain.source import Ground, Source


class Replacement(StrEnum):
    """Can data stand in for what a component demands, on one day?

    `held_by_province`: only where the province itself issued the paper, though others issue it too; the dossier of a whole
    country is not blamed for it.
    """

    NOTE = "note"
    UNRECOGNISED = "unrecognised"
    OTHER_PAPER = "other_paper"
    ORIGINAL_REQUIRED = "original_required"
    REPLACEABLE = "replaceable"
    ABOLISHED = "abolished"
    PARTLY = "partly_replaceable"
    OWN_RESULT = "own_result"
    HELD_BY_PROVINCE = "held_by_province"
    NO_SOURCE = "no_usable_source"
    MAY_ASK = "may_ask"


_SPARED = frozenset({Replacement.REPLACEABLE, Replacement.ABOLISHED})
_UNSPARED = (Replacement.OWN_RESULT, Replacement.HELD_BY_PROVINCE, Replacement.NO_SOURCE, Replacement.MAY_ASK)
SPARING = _SPARED | {Replacement.PARTLY}


@dataclass(frozen=True, slots=True)
class Component:
    """One row of a published dossier (thành phần hồ sơ) as its words are read.

    `any_of` as in a requirement; `others`: it also names papers outside the catalogue; `sure` False = nothing may rest on the
    reading; `worded`: the row, or a note of the same dossier, says that data replace the paper; `conditional`: only for some
    applicants; `issued`: kinds of paper that the procedure itself issues, changes or takes back; `firm` False = good enough to
    count, but a person should look before a ministry is told (half-sure or general words, foreigners without data here).
    """

    ref: str
    case: str
    label: str
    demand: bool = True
    any_of: tuple[tuple[str, ...], ...] = ()
    others: bool = False
    sure: bool = True
    worded: bool = False
    original: bool = False
    conditional: bool = False
    issued: frozenset[str] = frozenset()
    firm: bool = True
    suggestions: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of paper named, once."""
        return tuple(dict.fromkeys(key for together in self.any_of for key in together))


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands in for one kind of paper on one day: sources with their grounds, and the law (codes, primary one first)."""

    evidence_type: str
    replacement: Replacement
    sources: tuple[tuple[str, Ground], ...] = ()
    bases: tuple[str, ...] = ()


Covers = Mapping[str, Cover]


def covers(kinds: Mapping[str, EvidenceType], sources: Iterable[Source], law: LawBook, day: date) -> Covers:
    """The cover of every kind of paper by the facts and the law of one day."""
    listed = tuple(sources)
    return {key: _cover(kind, listed, law, day) for key, kind in kinds.items()}


def _cover(kind: EvidenceType, sources: tuple[Source, ...], law: LawBook, day: date) -> Cover:
    if kind.may_never_be_demanded(day):
        bases = tuple(basis.code for basis in law.cite(Topic.ABOLISHED, kind.key, day))
        return Cover(kind.key, Replacement.ABOLISHED, (), bases)
    if kind.reuse is ReuseClass.MAY_ASK:
        return Cover(kind.key, Replacement.MAY_ASK)
    usable = tuple((source.id, ground) for source in sources if (ground := _ground(source, kind.key, day)))
    bases = tuple(basis.code for basis in law.cite(Topic.REUSE, kind.key, day))
    if not usable or not bases:
        return Cover(kind.key, Replacement.NO_SOURCE)
    everywhere = kind.reuse is ReuseClass.REUSE_PROVINCIAL or {ground for _, ground in usable} != {Ground.PROVINCIAL_HOLDING}
    return Cover(kind.key, Replacement.REPLACEABLE if everywhere else Replacement.HELD_BY_PROVINCE, usable, bases)


def _ground(source: Source, evidence_type: str, day: date) -> Ground | None:
    offer = source.offers.get(evidence_type)
    return source.ground(offer, day) if offer else None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A component measured by the covers of one day; `papers` are the covers of its kinds as they hold for this component."""

    component: Component
    replacement: Replacement
    papers: tuple[Cover, ...] = ()

    @property
    def spared(self) -> tuple[Cover, ...]:
        """Papers of it that need not be handed in; empty where nothing is spared."""
        return tuple(paper for paper in self.papers if paper.replacement in _SPARED) if self.replacement in SPARING else ()

    @property
    def defect(self) -> bool:
        """Finding D01: something is spared and the published words do not say so."""
        return self.replacement in SPARING and not self.component.worded

    @property
    def firm(self) -> bool:
        """The finding needs no second look: the whole component is spared, and its words leave no doubt."""
        return self.replacement in _SPARED and self.component.firm


def assess(component: Component, by_kind: Covers) -> Assessment:
    """What data can do for one component; a kind nobody knows makes it unrecognised."""
    if not component.demand:
        return Assessment(component, Replacement.NOTE)
    if not component.sure or any(key not in by_kind for key in component.kinds):
        return Assessment(component, Replacement.UNRECOGNISED)
    papers = tuple(_for_this(component, by_kind[key]) for key in component.kinds)
    if not papers:
        return Assessment(component, Replacement.OTHER_PAPER)
    return Assessment(component, _replacement(component, {paper.evidence_type: paper.replacement for paper in papers}), papers)


def _for_this(component: Component, cover: Cover) -> Cover:
    """The paper that the procedure changes or takes back is its very object: data about it are no reason not to see it."""
    own = cover.evidence_type in component.issued and cover.replacement not in (Replacement.ABOLISHED, Replacement.MAY_ASK)
    return Cover(cover.evidence_type, Replacement.OWN_RESULT) if own else cover


def _replacement(component: Component, by_kind: Mapping[str, Replacement]) -> Replacement:
    if component.original:
        return Replacement.ORIGINAL_REQUIRED
    lists = [[by_kind[key] for key in together] for together in component.any_of if together]
    whole = [states for states in lists if _SPARED.issuperset(states)]
    if whole and not component.others:
        abolished = all(set(states) == {Replacement.ABOLISHED} for states in whole)
        return Replacement.ABOLISHED if abolished else Replacement.REPLACEABLE
    found = set(by_kind.values())
    if found & _SPARED:
        return Replacement.PARTLY
    return next(state for state in _UNSPARED if state in found)
