"""Facts that only reports read: ministries by name, and databases that are not connected yet."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from reuse_gateway.catalogue.loader import SHIPPED
from reuse_gateway.catalogue.schema import BothLanguages, Ref, Words, typed
from reuse_gateway.catalogue.yaml_strict import read_file
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.ministry import Ministry
from reuse_gateway.domain.source import Offer, Source, Tier
from reuse_gateway.domain.text import Text

_MINISTRIES, _SOURCES = "ministries.yaml", "planned_sources.yaml"
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,60}$")]
Group = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}$")]


class MinistryFacts(BothLanguages):
    """How a body signs and which results it governs."""

    signs: tuple[Words, ...] = ()
    groups: tuple[Group, ...] = ()


class MinistriesFile(BaseModel):
    """By the key that the portal uses."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    ministries: dict[Slug, MinistryFacts]


class PlannedSourceFacts(BothLanguages):
    """A database without a manifest."""

    owner: Words
    tier: Tier
    papers: tuple[Ref, ...]


class PlannedSourcesFile(BaseModel):
    """By source id."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    planned_sources: dict[Ref, PlannedSourceFacts]


def load_ministries(folder: Path | None = None) -> tuple[Ministry, ...]:
    """Every body known by name; raises FactsError, also where two bodies sign alike or govern one group of results."""
    root = folder or SHIPPED
    file = typed(MinistriesFile, read_file(root / _MINISTRIES, root), _MINISTRIES)
    owners: dict[str, str] = {}
    for key, facts in file.ministries.items():
        for sign in (*facts.signs, *facts.groups):
            if owners.setdefault(sign, key) != key:
                raise FactsError(_MINISTRIES, f"ministries.{key}", f"{sign} is already {owners[sign]}'s")
    return tuple(Ministry(key, Text(m.vi, m.en), m.signs, m.groups) for key, m in file.ministries.items())


def load_planned_sources(evidence_types: Collection[str], folder: Path | None = None) -> tuple[Source, ...]:
    """Databases that may be connected one day, not connected; raises FactsError, also for a paper nobody knows."""
    root = folder or SHIPPED
    file = typed(PlannedSourcesFile, read_file(root / _SOURCES, root), _SOURCES)
    for key, facts in file.planned_sources.items():
        for paper in facts.papers:
            if paper not in evidence_types:
                raise FactsError(_SOURCES, f"planned_sources.{key}.papers", f"no such evidence type: {paper}")
    return tuple(
        Source(key, Text(facts.vi, facts.en), facts.owner, facts.tier, {paper: Offer(paper) for paper in facts.papers})
        for key, facts in file.planned_sources.items()
    )
