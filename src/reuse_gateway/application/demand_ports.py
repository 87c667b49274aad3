"""What recording and re-checking demands need from the world, beside `ports.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from reuse_gateway.domain.check import Check
from reuse_gateway.domain.demand import PendingCase, RecordedDemand
from reuse_gateway.domain.reclassification import RecordedReclassification
from reuse_gateway.domain.told_before import PaperAsked


class Outages(Protocol):
    """The gateway's own record of how sources answered; nobody else's word counts."""

    async def evidence(self, source: str, at: datetime) -> str | None:
        """Reference to an outage of the source that covers the instant; None = we know of none."""
        ...


class NoOutages:
    """Until a probe log is wired: we know of no outage."""

    async def evidence(self, source: str, at: datetime) -> str | None:
        """None."""
        return None


class DemandHistory(Protocol):
    """What had been recorded when a demand was made; every method raises StoreError."""

    async def demand(self, demand_id: str) -> RecordedDemand | None: ...

    async def reclassifications(self, demand_id: str) -> Sequence[RecordedReclassification]:
        """What re-checks found, in the order of the ledger."""
        ...

    async def checks_before(self, agency: str, subjects: Sequence[str], procedure: str, before: datetime) -> Sequence[Check]:
        """Checks that this agency made of the subject (under any of its pseudonyms), the newest first, at most 50."""
        ...

    async def newest_held(self, paper: PaperAsked, until: datetime, after: datetime | None = None) -> Check | None:
        """The newest check decided until that instant that told one of the bodies that the paper is held, however many others
        were made since. With `after`: of those decided after it, and of none that judged a demand.
        """
        ...

    async def demands_of(self, agency: str, subjects: Sequence[str], procedure: str) -> Sequence[RecordedDemand]:
        """Demands of this agency for papers of the subject, the newest first, at most 50."""
        ...

    async def supplements(self, dossier: str, agency: str) -> Sequence[RecordedDemand]:
        """The supplement requests of a dossier, the newest first, at most 50: those of this body.

        Where the code is that of a body it belongs to, those of that whole branch (`domain/dossier_code.branch_asking`).
        """
        ...

    async def answered_between(self, agency: str, first: datetime, last: datetime, but: str) -> bool:
        """Was a check of this agency, other than `but`, decided between the two instants?"""
        ...


class PendingCases(Protocol):
    """Demands that wait; the only rows that are really deleted. Every method raises StoreError."""

    async def due(self, now: datetime, limit: int) -> Sequence[PendingCase]:
        """Those whose turn has come, the longest waiting first."""
        ...

    async def take(self, case: PendingCase, next_at: datetime) -> bool:
        """One more attempt, the next one not before `next_at`. False = another process has taken it."""
        ...

    async def wake(self, source: str, now: datetime) -> int:
        """Everything that waits for this source is due now; how many those are."""
        ...

    async def erase(self, demand_id: str) -> None:
        """Delete the case for good. MUST be called only after its end was recorded."""
        ...


class Bodies(Protocol):
    """Which public bodies there are."""

    async def known(self, code: str) -> bool:
        """Is it a body of the facts, or one that has called under a token of its own? MUST NOT learn it from what another
        body told. Raises StoreError.
        """
        ...


class Sealer(Protocol):
    """Keeps what must come back (AES-GCM under the key ring)."""

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Readable only together with `bound_to`; the same plain text never seals to the same bytes."""
        ...

    def open(self, sealed: bytes, bound_to: str) -> bytes | None:
        """None = the key was destroyed, or the bytes are not what was sealed for this."""
        ...
