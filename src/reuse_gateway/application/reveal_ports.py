"""What lifting pseudonyms needs from the world, beside `ports.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from reuse_gateway.domain.check import Position
from reuse_gateway.domain.reveal import Look, Reveal, RevealStep, SealedIdentity


class IdentityVault(Protocol):
    """Sealed identities of officials; no leaf binds them, so they can go. Every method raises StoreError."""

    async def identity(self, demand_id: str) -> SealedIdentity | None:
        """The one kept with a demand; None = erased, or never kept."""
        ...


class IdentityEraser(Protocol):
    """Deletes sealed identities for good; raises StoreError."""

    async def forget(self, pseudonyms: Collection[str]) -> int:
        """All that stand under any of these pseudonyms of one official; how many. MUST be repeatable after a crash."""
        ...


class RevealLog(Protocol):
    """Every step of every reveal, insert-only and a leaf each. Every method raises StoreError."""

    async def record(self, reveal: Reveal) -> Position:
        """MUST be durable when it returns. Raises Conflict when that step, or that number of the client's day, is taken."""
        ...

    async def steps(self, reveal_id: str) -> Mapping[RevealStep, Reveal]:
        """The steps of one reveal, as signed or not at all."""
        ...

    async def today(self, client_id: str, day: date) -> Sequence[Reveal]:
        """A client's steps of a day."""
        ...

    async def looks(self, names: Collection[str], violation_id: str, before: int, limit: int) -> Sequence[Look]:
        """Readings of any of these ids and reveals of the violation, the newest first, below ledger index `before`."""
        ...
