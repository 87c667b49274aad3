"""Port `Bodies`: those that are listed, and those that have made a check under a token of their own."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks


class StoredBodies:
    """`listed`: codes of the facts, the settings and the registered clients."""

    def __init__(self, reads: Reads, listed: Iterable[str]) -> None:
        self._reads, self._listed = reads, frozenset(listed)

    async def known(self, code: str) -> bool:
        """Listed, or seen; raises StoreError."""
        if code in self._listed:
            return True
        return await self._reads.first(select(checks.c.check_id).where(checks.c.agency == code).limit(1)) is not None
