"""An Idempotency-Key is answered once (khóa chống lặp): the same body gets the recorded answer, another body is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from reuse_gateway.application.ports import Archive, Claim
from reuse_gateway.domain.check import RecordedCheck
from reuse_gateway.domain.errors import Conflict, KeyReused, StoreError


class AnswerOnce:
    """Guards one use case. Across processes the database's unique claim decides; here only what runs now is known."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._running: set[tuple[str, str]] = set()

    async def __call__(self, claim: Claim | None, decide: Callable[[], Awaitable[RecordedCheck]]) -> RecordedCheck:
        """Raises KeyReused, Conflict(`idempotency_in_progress`) while the first call still runs, and what `decide` raises."""
        if claim is None:
            return await decide()
        running = (claim.client_id, claim.key)
        if running in self._running:
            raise Conflict(code="idempotency_in_progress")
        self._running.add(running)
        try:
            return await self._kept(claim) or await self._decided(claim, decide)
        finally:
            self._running.discard(running)

    async def known(self, claim: Claim | None) -> RecordedCheck | None:
        """What was answered under the claim already; raises KeyReused, StoreError."""
        return await self._kept(claim) if claim else None

    async def _decided(self, claim: Claim, decide: Callable[[], Awaitable[RecordedCheck]]) -> RecordedCheck:
        try:
            return await decide()
        except Conflict:
            kept = await self._kept(claim)
            if kept is None:
                raise
            return kept

    async def _kept(self, claim: Claim) -> RecordedCheck | None:
        claimed = await self._archive.claimed(claim.client_id, claim.key)
        if claimed is None:
            return None
        first, check_id = claimed
        if first.fingerprint != claim.fingerprint:
            raise KeyReused()
        recorded = await self._archive.check(check_id)
        if recorded is None:
            raise StoreError("a claim stands without its check")
        return recorded
