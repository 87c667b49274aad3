"""Group commit: callers queue, one task writes everything pending in one transaction; while it commits, the next gathers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import GatewayError, StoreError
from reuse_gateway.domain.receipt import canonical, instant
from reuse_gateway.storage.batch import (
    Append,
    Batch,
    Claimed,
    ClaimKey,
    Compose,
    Outcome,
    already_recorded,
    claim_keys,
    compose,
)
from reuse_gateway.storage.engine import store_url
from reuse_gateway.storage.failures import Unstorable
from reuse_gateway.storage.own_head import HeadNotes, OwnHeads, StoredHead
from reuse_gateway.storage.postgres_journal import PostgresJournal
from reuse_gateway.storage.sqlite_journal import SqliteJournal

MOST_AT_ONCE, RECOVERY = 512, "recovery"


class Journal(Protocol):
    """One transaction at a time on one database."""

    async def commit(self, compose: Compose, claims: Sequence[ClaimKey]) -> Batch:
        """MUST be durable when it returns; MUST raise StoreError otherwise."""
        ...

    def standing(self) -> None:
        """Raises StoreError when what was opened is no longer there."""
        ...

    async def close(self) -> None: ...


def open_journal(url: str, deadline_s: float, role: str | None = None) -> Journal:
    """The journal of a database URL; `role` is for PostgreSQL only."""
    if store_url(url).get_backend_name() == "sqlite":
        return SqliteJournal(url, deadline_s)
    return PostgresJournal(url, deadline_s, role)


@dataclass(slots=True)
class _Waiting:
    append: Append
    answer: asyncio.Future[Position]
    timer: asyncio.TimerHandle


class GroupCommit:
    """The one writer of this process. `deadline_s` is the longest that a caller waits."""

    def __init__(
        self, journal: Journal, notes: HeadNotes, clock: Clock, deadline_s: float = 2.0, most_at_once: int = MOST_AT_ONCE
    ) -> None:
        self._journal, self._notes, self._clock = journal, notes, clock
        self._heads = OwnHeads(notes)
        self._deadline_s, self._most_at_once = deadline_s, most_at_once
        self._queue: deque[_Waiting] = deque()
        self._filled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._trouble: StoreError | None = None

    async def start(self) -> None:
        """Open the store (a new ledger gets its empty checkpoint) and begin to write.

        Raises StoreError, UnsafeSettings; HeadAstray(`ledger_key_unknown`) where none of our keys signed the newest head.
        """
        try:
            await self._commit(())
        except BaseException:
            await self._journal.close()
            raise
        self._task = asyncio.create_task(self._write_on(), name="ledger-writer")

    async def stop(self) -> None:
        """Write what is pending, then close. Later appends are refused."""
        task, self._task = self._task, None
        self._filled.set()
        if task:
            await task
            await self._journal.close()

    async def append(self, append: Append) -> Position:
        """Durable when it returns. Raises StoreError by the deadline, KeyReused or Conflict for a claim that stands."""
        if self._task is None or self._task.done():
            raise StoreError("the writer is not running")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Position] = loop.create_future()
        timer = loop.call_later(self._deadline_s, _give_up, answer)
        self._queue.append(_Waiting(append, answer, timer))
        self._filled.set()
        return await answer

    async def ready(self) -> None:
        """Raises StoreError while writing fails. After a failure it tries: a leaf tells of the recovery."""
        self._journal.standing()
        trouble = self._trouble
        if trouble is not None:
            await self.append(_recovery(trouble, self._clock.now()))
        if self._task is None or self._task.done():
            raise StoreError("the writer is not running")

    async def _write_on(self) -> None:
        while self._task or self._queue:
            if not self._queue:
                self._filled.clear()
                await self._filled.wait()
            batch = self._pending()
            if batch:
                await self._write(batch)

    def _pending(self) -> list[_Waiting]:
        """At most `most_at_once` appends whose callers still wait; what nobody waits for is never written."""
        taken = []
        while self._queue and len(taken) < self._most_at_once:
            waiting = self._queue.popleft()
            if not waiting.answer.done():
                taken.append(waiting)
        return taken

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            outcomes = await self._commit([waiting.append for waiting in batch])
        except Unstorable as failure:
            if len(batch) == 1:
                _answer(batch[0], _of_poison(batch[0].append, failure))
                return
            for waiting in batch:
                await self._write([waiting])
        except StoreError as failure:
            self._trouble = failure
            for waiting in batch:
                _answer(waiting, type(failure)(failure.detail, code=failure.code, **failure.facts))
        except Exception as failure:
            self._trouble = StoreError(type(failure).__name__)
            for waiting in batch:
                _answer(waiting, StoreError(type(failure).__name__))
        else:
            self._trouble = None
            for waiting, outcome in zip(batch, outcomes, strict=True):
                _answer(waiting, outcome)

    async def _commit(self, appends: Sequence[Append]) -> tuple[Outcome, ...]:
        found: list[StoredHead | None] = []

        def composed(stored: StoredHead | None, claimed: Claimed) -> Batch:
            found.append(stored)
            return compose(appends, self._clock, self._notes.sign, self._heads.trusted(stored), claimed)

        batch = await self._journal.commit(composed, claim_keys(appends))
        self._heads.stands(batch.head or found[-1])
        return batch.outcomes


def _recovery(trouble: StoreError, at: datetime) -> Append:
    told = {"v": 1, "kind": RECOVERY, "id": trouble.code, "at": instant(at)}
    return Append(canonical(told), RECOVERY, trouble.code)


def _give_up(answer: asyncio.Future[Position]) -> None:
    if not answer.done():
        answer.set_exception(StoreError("the store did not answer in time"))


def _answer(waiting: _Waiting, outcome: Outcome) -> None:
    waiting.timer.cancel()
    if waiting.answer.done():
        return
    if isinstance(outcome, Position):
        waiting.answer.set_result(outcome)
    else:
        waiting.answer.set_exception(outcome)


def _of_poison(append: Append, failure: Unstorable) -> GatewayError:
    return already_recorded(append.ref) if failure.repeats_an_id else failure
