"""A world in which one more database is connected, or one more scope published (giả định). Values are copied, facts stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reuse_gateway.domain.defect import SPARING, Assessment, Replacement
from reuse_gateway.domain.source import Ground, Offer, Source, Tier
from reuse_gateway.domain.text import Text

SUPPOSED = "supposed"
_WHOLE = frozenset({Replacement.REPLACEABLE, Replacement.ABOLISHED})


@dataclass(frozen=True, slots=True)
class Supposition:
    """What is supposed from one day on: sources connected (named by id or by paper), scopes of kinds of paper published."""

    from_on: date
    connect: tuple[str, ...] = ()
    publish: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs in the supposed world. `planned`: the database has no manifest, its papers are an assumption."""

    source: str
    name: Text
    evidence_types: tuple[str, ...]
    ground: Ground
    planned: bool


@dataclass(frozen=True, slots=True)
class World:
    """The sources of the supposed world, and how they differ."""

    sources: tuple[Source, ...]
    changes: tuple[Change, ...]


def supposed(known: Sequence[Source], planned: Sequence[Source], kinds: Mapping[str, Text], supposition: Supposition) -> World:
    """The world of a supposition; raises KeyError for a word that is neither a source nor a kind of paper."""
    sources = {source.id: source for source in known}
    later = {source.id: source for source in planned if source.id not in sources}
    changes = []
    for word in supposition.connect:
        for source in _meant(word, sources, later, kinds):
            sources[source.id] = replace(source, connected_from=supposition.from_on, connected_to=None)
            ground = Ground.PROVINCIAL_HOLDING if source.tier is Tier.PROVINCIAL else Ground.LIVE_CONNECTION
            changes.append(_change(source, tuple(source.offers), ground, source.id not in {each.id for each in known}))
    for key in supposition.publish:
        if key not in kinds:
            raise KeyError(key)
        for source in _holders(key, sources, later, kinds):
            offer = replace(source.offers[key], published_from=supposition.from_on, published_to=None)
            sources[source.id] = replace(source, offers={**source.offers, key: offer})
            changes.append(_change(source, (key,), Ground.PUBLISHED_SCOPE, source.id not in {each.id for each in known}))
    return World(tuple(sources.values()), tuple(changes))


def _meant(word: str, sources: Mapping[str, Source], later: Mapping[str, Source], kinds: Mapping[str, Text]) -> list[Source]:
    """A source by its id; else whoever would answer for a kind of paper, narrowed to that paper."""
    named = sources.get(word) or later.get(word)
    if named:
        return [named]
    if word not in kinds:
        raise KeyError(word)
    unconnected = [each for each in _holders(word, sources, later, kinds) if each.connected_from is None]
    return unconnected or [_nobody_yet(word, kinds[word])]


def _holders(key: str, sources: Mapping[str, Source], later: Mapping[str, Source], kinds: Mapping[str, Text]) -> list[Source]:
    """Known databases that offer a paper and are not the province's own; else planned ones; else one supposed for it alone."""
    offering = [each for each in sources.values() if key in each.offers and each.tier is not Tier.PROVINCIAL]
    planned = [replace(each, offers={key: each.offers[key]}) for each in later.values() if key in each.offers]
    return offering or planned or [_nobody_yet(key, kinds[key])]


def _nobody_yet(key: str, name: Text) -> Source:
    told = Text(f"Cơ sở dữ liệu giả định về {name.vi}", f"Supposed database of: {name.en}")
    return Source(f"{SUPPOSED}_{key}", told, "", Tier.SECTOR, {key: Offer(key)})


def _change(source: Source, kinds: Iterable[str], ground: Ground, planned: bool) -> Change:
    return Change(source.id, source.name, tuple(kinds), ground, planned)


def newly_spared(before: Assessment, after: Assessment) -> tuple[str, ...]:
    """Kinds of paper of one component that only the supposed world spares; none where data stood in for all of it already."""
    if before.replacement in _WHOLE or after.replacement not in SPARING:
        return ()
    already = {paper.evidence_type for paper in before.spared}
    return tuple(paper.evidence_type for paper in after.spared if paper.evidence_type not in already)
