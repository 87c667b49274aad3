"""Ports `IdentityVault`, `IdentityEraser` and `Erasable` over the sealed identities of officials: no leaf binds them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, LargeBinary, delete, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.domain.reveal import SealedIdentity
from reuse_gateway.storage.free_rows import FreeRows
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.reveal_json import identity_of
from reuse_gateway.storage.tables_reveals import sealed_identities

_STEP = 1_000
_kept = sealed_identities.c


class StoredIdentities:
    """Port `IdentityVault`."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def identity(self, demand_id: str) -> SealedIdentity | None:
        """The one kept with a demand. Raises StoreError."""
        row = await self._reads.first(select(sealed_identities).where(_kept.demand_id == demand_id))
        return row and identity_of(row)


class OldIdentities:
    """Deletes them: one official's (port `IdentityEraser`), or all that are older than their days (port `Erasable`)."""

    what = "sealed_identities"

    def __init__(self, reads: Reads, engine: AsyncEngine, role: str | None = None) -> None:
        """`engine` writes; `role` is the one to step down to on PostgreSQL."""
        self._reads, self._write = reads, FreeRows(engine, role).write

    async def due(self, before: datetime) -> int:
        """Identities kept earlier."""
        row = await self._reads.first(select(func.count()).where(_kept.kept_at < before))
        return int(row[0]) if row else 0

    async def held_back(self, before: datetime) -> str | None:
        """Nothing rests on them: what happened stays proved, by whom is forgotten."""
        return None

    async def erase(self, before: datetime) -> int:
        """Delete what is older."""
        return await self._erased(_kept.kept_at < before)

    async def forget(self, pseudonyms: Collection[str]) -> int:
        """Delete all of one official."""
        return await self._erased(_kept.pseudonym.in_(list(pseudonyms)))

    async def _erased(self, which: ColumnElement[bool]) -> int:
        some = select(_kept.demand_id).where(which).order_by(_kept.demand_id).limit(_STEP).scalar_subquery()
        gone = 0
        while changed := await self._write(delete(sealed_identities).where(_kept.demand_id.in_(some))):
            gone += changed
        return gone


async def identity_rests_on(reads: Reads, kid: str) -> bool:
    """Is an identity still sealed under this key?"""
    begins = f"{kid}.".encode()
    sealed = func.substr(_kept.sealed, 1, len(begins), type_=LargeBinary)
    return await reads.first(select(_kept.demand_id).where(sealed == begins).limit(1)) is not None
