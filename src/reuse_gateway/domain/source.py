"""A database that may hold papers (nguồn dữ liệu), what it offers and since when it may be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from reuse_gateway.domain.text import Text


class Tier(StrEnum):
    """Whose database: national (quốc gia), sector (chuyên ngành) or the province's own."""

    NATIONAL = "national"
    SECTOR = "sector"
    PROVINCIAL = "provincial"


class Ground(StrEnum):
    """Why a source may stand in for paper; any one is enough, each cites its own basis."""

    PUBLISHED_SCOPE = "published_scope"
    LIVE_CONNECTION = "live_connection"
    PROVINCIAL_HOLDING = "provincial_holding"


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind of paper that a source can be asked for, and with which facts about its owner.

    `needs` are wanted all, of `either` one suffices (a land certificate is known by its number or by its parcel).
    `published_from` is the day on which the owner published this scope as usable in place of papers (Resolution 66.7/2025).
    """

    evidence_type: str
    subject_kinds: frozenset[str] = frozenset({"citizen"})
    needs: frozenset[str] = frozenset()
    published_from: date | None = None
    published_to: date | None = None
    either: frozenset[str] = frozenset()

    def suffices(self, told: frozenset[str]) -> bool:
        """Is enough known to ask?"""
        return self.needs <= told and (not self.either or bool(self.either & told))

    def speaks_of(self, told: frozenset[str]) -> bool:
        """Can it tell whether the paper is about that very thing? One land certificate proves nothing about another parcel."""
        things = {name for name in told if name.startswith("about.")}
        return not things or bool(things & (self.needs | self.either))


@dataclass(frozen=True, slots=True)
class Source:
    """A database. `connected_from` is the day since which the settlement system draws live data from it (Law 148/2025)."""

    id: str
    name: Text
    owner: str
    tier: Tier
    offers: Mapping[str, Offer]
    connected_from: date | None = None
    connected_to: date | None = None
    legal_bases: tuple[str, ...] = ()
    simulated: bool = False
    protocol: str = ""
    discloses: tuple[str, ...] = field(default=())

    def offer(self, evidence_type: str, subject_kind: str) -> Offer | None:
        """What it offers of this kind of paper about subjects of this kind."""
        offer = self.offers.get(evidence_type)
        return offer if offer and subject_kind in offer.subject_kinds else None

    def usable(self, evidence_type: str, day: date) -> bool:
        """May it be used for that paper on that day, whoever it is about?"""
        offer = self.offers.get(evidence_type)
        return offer is not None and self.ground(offer, day) is not None

    def ground(self, offer: Offer, day: date) -> Ground | None:
        """Why this source may be used for that paper on that day; None = not usable."""
        if self._connected(day) and self.tier is Tier.PROVINCIAL:
            return Ground.PROVINCIAL_HOLDING
        if offer.published_from and _within(offer.published_from, offer.published_to, day):
            return Ground.PUBLISHED_SCOPE
        return Ground.LIVE_CONNECTION if self._connected(day) else None

    def _connected(self, day: date) -> bool:
        return self.connected_from is not None and _within(self.connected_from, self.connected_to, day)


def _within(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)
