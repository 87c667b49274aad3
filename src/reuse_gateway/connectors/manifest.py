"""The manifest of one database (bản khai kết nối): everything that is known about it, as facts and without Python."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from reuse_gateway.connectors.auth_facts import Auth
from reuse_gateway.connectors.index_facts import IndexPart
from reuse_gateway.connectors.local_sources import Database, Drop
from reuse_gateway.connectors.lookups import DayField, LookupFacts, Then
from reuse_gateway.connectors.predicates import Strict
from reuse_gateway.connectors.probe_facts import Probe
from reuse_gateway.connectors.scalars import Seconds, Truth
from reuse_gateway.connectors.security_server import Through
from reuse_gateway.connectors.sync_facts import SyncPart
from reuse_gateway.domain.holdings_index import IndexFacts
from reuse_gateway.domain.source import Offer, Source, Tier
from reuse_gateway.domain.text import Text


class Names(Strict):
    """A name in both languages."""

    vi: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)


class Law(Strict):
    """On what ground and since when the source may be used. `verified: false` = the demo province's assumption."""

    bases: tuple[str, ...] = Field(min_length=1, max_length=12)
    connected_from: DayField | None = None
    connected_to: DayField | None = None
    verified: Truth = False


class Circuit(Strict):
    """The breaker opens when `failure_ratio` of the last `window` calls (at least `min`) failed, for `open_s` seconds."""

    window: int = Field(default=20, ge=1, le=1_000)
    min: int = Field(default=10, ge=1, le=1_000)
    failure_ratio: float = Field(default=0.5, gt=0, le=1)
    open_s: Seconds = 10


class Limits(Strict):
    """How hard and how long the source may be asked."""

    connect_timeout_s: Seconds = 1
    timeout_s: Seconds = 3
    max_in_flight: int = Field(default=16, ge=1, le=1_000)
    retries: int = Field(default=1, ge=0, le=3)
    retry_share: float = Field(default=0.2, ge=0, le=1)
    retry_floor_per_s: float = Field(default=3, ge=0, le=100)
    response_bytes: int = Field(default=262_144, ge=1_024, le=16_777_216)
    circuit: Circuit = Circuit()


class Freshness(Strict):
    """How long an answer may be used again; what a source does not hold today it may hold in a minute."""

    found_s: float = Field(default=300, ge=0, le=86_400)
    absent_s: float = Field(default=30, ge=0, le=60)


class Manifest(Strict):
    """One database. Its base URL and its secrets come from the deployment, by name."""

    manifest: Literal["1"]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    name: Names
    version: str = Field(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")
    owner: str = Field(min_length=1, max_length=200)
    tier: Tier
    law: Law
    simulated: Truth
    protocol: str
    auth: Auth
    through: Through | None = None
    database: Database | None = None
    drop: Drop | None = None
    limits: Limits = Limits()
    freshness: Freshness = Freshness()
    probe: Probe | None = None
    index: IndexPart | None = None
    sync: SyncPart | None = None
    lookups: tuple[LookupFacts, ...] = Field(min_length=1, max_length=16)
    digest: str = ""

    @property
    def secret_names(self) -> frozenset[str]:
        """Everything that the deployment must know by name before the source can be asked."""
        return self.auth.secret_names | (self.through.secret_names if self.through else frozenset())

    @model_validator(mode="after")
    def _one_lookup_per_paper(self) -> Manifest:
        papers = [paper for lookup in self.lookups for paper in lookup.evidence]
        if len(papers) != len(set(papers)):
            raise ValueError("two lookups prove the same evidence type")
        return self

    @model_validator(mode="after")
    def _promises_about_own_papers(self) -> Manifest:
        if self.sync and (self.index is None or self.sync.reads_like >= len(self.lookups)):
            raise ValueError("sync fills an index, and reads records like one of the lookups")
        if self.sync and ((self.sync.listing is None) != (self.drop is not None) or self.database is not None):
            raise ValueError("sync needs list, except for dropped files, and reads no view")
        offered = {paper for lookup in self.lookups for paper in lookup.evidence}
        if self.index and not set(self.index.complete) <= offered:
            raise ValueError("index: complete for a paper that no lookup proves")
        return self

    @model_validator(mode="after")
    def _absence_is_said(self) -> Manifest:
        """A list of rows that the gateway itself has read may be empty; an answer from elsewhere must say so."""
        rules = [rule for lookup in self.lookups for rule in lookup.outcomes if rule.then is Then.ABSENT]
        if self.database is None and self.drop is None and not all(rule.says_something for rule in rules):
            raise ValueError("absent must rest on something that the answer says, not only on what it lacks")
        return self

    def misprobed(self) -> str | None:
        """Why the probe cannot be asked as it is declared; None = it can, or there is none."""
        if self.probe is None:
            return None
        lookup = self.lookup_for(self.probe.evidence_type, self.probe.about.kind)
        if lookup is None or not set(lookup.needs) <= self.probe.about.known:
            return "no lookup answers what the probe asks with what it tells of its subject"
        unasked = not self.simulated and not self.probe.agreed
        return "a live source is probed only with a subject that its owner has agreed to (agreed)" if unasked else None

    def lookup_for(self, evidence_type: str, subject_kind: str) -> LookupFacts | None:
        """The one lookup that proves this paper of such a subject."""
        asked = (each for each in self.lookups if evidence_type in each.evidence)
        return next((each for each in asked if subject_kind in each.asked_about(evidence_type)), None)


def index_of(manifest: Manifest) -> IndexFacts | None:
    """What the index of this source may answer; None = it has none."""
    if manifest.index is None:
        return None
    return manifest.index.facts(manifest.id, manifest.tier, synced=manifest.sync is not None, simulated=manifest.simulated)


def source_of(manifest: Manifest) -> Source:
    """The source as the decision sees it: offers, dates and grounds."""
    offers = {
        paper: Offer(
            paper,
            frozenset(lookup.asked_about(paper)),
            frozenset(lookup.needs),
            proof.published_from,
            proof.published_to,
            frozenset(lookup.either),
        )
        for lookup in manifest.lookups
        for paper, proof in lookup.evidence.items()
    }
    return Source(
        id=manifest.id,
        name=Text(manifest.name.vi, manifest.name.en),
        owner=manifest.owner,
        tier=manifest.tier,
        offers=offers,
        connected_from=manifest.law.connected_from,
        connected_to=manifest.law.connected_to,
        legal_bases=manifest.law.bases,
        simulated=manifest.simulated,
        protocol=manifest.protocol,
        discloses=tuple(sorted({path for lookup in manifest.lookups for path in lookup.disclosed})),
    )
