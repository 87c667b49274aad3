"""The keys of people in memory, keeping the MUSTs of `application/people_ports.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.people import SaltedPeople

TODAY = date(2026, 11, 23)


@dataclass
class MemoryKeys:
    """Port `PersonKeys`; `reads` counts how often it was asked, `broken` makes every call fail."""

    salts: dict[str, bytes] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    reads: int = 0
    broken: StoreError | None = None

    async def kept(self, tags: Collection[str]) -> Mapping[str, bytes]:
        self._ready()
        self.reads += 1
        return {tag: self.salts[tag] for tag in tags if tag in self.salts}

    async def keep(self, tag: str, salt: bytes, created_on: date) -> bytes:
        self._ready()
        self.days.setdefault(tag, created_on)
        return self.salts.setdefault(tag, salt)

    async def erase(self, tags: Collection[str]) -> int:
        self._ready()
        return sum(self.salts.pop(tag, None) is not None for tag in tags)

    def _ready(self) -> None:
        if self.broken:
            raise self.broken


def people_over(ring: KeyRing, keys: MemoryKeys | None = None) -> SaltedPeople:
    """Pseudonyms of people without a database."""
    return SaltedPeople(ring.pseudonym_keys(), keys or MemoryKeys(), lambda: TODAY)
