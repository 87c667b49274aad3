"""One connected source: asks within its limits, once per question, and turns every ending into holdings."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable
from typing import Any

from reuse_gateway.application.ports import Clock, Purpose
from reuse_gateway.connectors import reading
from reuse_gateway.connectors.breaker import Breaker, Circuit
from reuse_gateway.connectors.lines import Line
from reuse_gateway.connectors.lookups import STATE_TOLD, LookupFacts, Then
from reuse_gateway.connectors.manifest import Manifest
from reuse_gateway.connectors.paging import all_pages
from reuse_gateway.connectors.placeholders import Inputs, MissingInput, inputs_of
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.connectors.pulse import Pulse, SourceHealth
from reuse_gateway.connectors.retry_budget import RetryBudget
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.connectors.understanding import Meant
from reuse_gateway.domain.holding import Doubt, Holding
from reuse_gateway.domain.subject import Subject

# A call that was given less than this says nothing about the source when it runs out of time.
_FAIR_CHANCE_S = 0.25
_DOUBT = {Then.NOT_READY: Doubt.NOT_READY, Then.DENIED: Doubt.SOURCE_DENIED, Then.REAUTHENTICATE: Doubt.SOURCE_DENIED}
Seconds = Callable[[], float]


class Connector:
    """Asks one source. `ask` raises nothing but cancellation."""

    def __init__(self, manifest: Manifest, line: Line, clock: Clock, now: Seconds) -> None:
        limits, circuit = manifest.limits, manifest.limits.circuit
        self._manifest, self._limits, self._clock, self._now = manifest, limits, clock, now
        self._protocol = PROTOCOLS[manifest.protocol]
        self._line = line
        self._slots = asyncio.Semaphore(limits.max_in_flight)
        self._breaker = Breaker(
            window=circuit.window, least=circuit.min, ratio=circuit.failure_ratio, open_s=circuit.open_s, now=now
        )
        self._budget = RetryBudget(limits.retry_share, limits.retry_floor_per_s, now)
        self._pulse = Pulse()

    async def ask(
        self,
        lookup: LookupFacts,
        kinds: tuple[str, ...],
        subject: Subject,
        about: tuple[tuple[str, str], ...],
        purpose: Purpose,
        deadline: float,
    ) -> tuple[Holding, ...]:
        """One question, answered by `deadline` (loop time): one holding per paper in `kinds`."""
        started, deadline = self._now(), min(deadline, self._now() + self._limits.timeout_s)
        asked = True
        try:
            inputs = inputs_of(subject, purpose, about, uuid.uuid4().hex)

            async def ask_page(page: int) -> Meant:
                return await self._attempts(lookup, inputs | {"page": str(page)}, deadline)

            async with asyncio.timeout_at(deadline):
                then, pages = await all_pages(lookup, ask_page)
            told = self._told(then, lookup, kinds, subject, pages, about)
        except MissingInput:
            return self.unknown(kinds, Doubt.INSUFFICIENT_SUBJECT_DATA)
        except TimeoutError:
            told = self.unknown(kinds, Doubt.SOURCE_TIMED_OUT)
        except Trouble as trouble:
            asked = trouble.doubt is not Doubt.CIRCUIT_OPEN
            told = self.unknown(kinds, trouble.doubt)
        if asked:
            self._pulse.beat(not _failed(told), self._now() - started, self._clock.now())
        return told

    def unknown(self, kinds: tuple[str, ...], doubt: Doubt) -> tuple[Holding, ...]:
        """The same doubt about every paper asked, as of now."""
        return reading.unknown(self._manifest, kinds, doubt, self._clock.now())

    def health(self) -> SourceHealth:
        return self._pulse.health(self._breaker.state is Circuit.OPEN, self._limits.timeout_s)

    async def aclose(self) -> None:
        await self._line.aclose()

    def _told(
        self,
        then: Then | None,
        lookup: LookupFacts,
        kinds: tuple[str, ...],
        subject: Subject,
        pages: reading.Told,
        about: reading.About,
    ) -> tuple[Holding, ...]:
        at = self._clock.now()
        if then in STATE_TOLD:
            return reading.read(self._manifest, lookup, kinds, subject, pages, at, about)
        if then is Then.ABSENT:
            return reading.absent(self._manifest, kinds, at)
        return reading.unknown(self._manifest, kinds, _DOUBT.get(then, Doubt.BAD_ANSWER) if then else Doubt.BAD_ANSWER, at)

    async def _attempts(self, lookup: LookupFacts, inputs: Inputs, deadline: float) -> Meant:
        """The call and, where the source only reads and the budget allows, its repeats."""
        question = self._protocol.compose(lookup, inputs)
        self._budget.earn()
        for attempt in range(self._limits.retries + 1):
            try:
                async with self._slots:
                    return await self._attempt(lookup, question, deadline)
            except Trouble as trouble:
                last = attempt == self._limits.retries
                if last or not trouble.retryable or not lookup.request.may_repeat or not self._budget.spend():
                    raise
            await asyncio.sleep(random.uniform(0.02, 0.08) * 2**attempt)  # noqa: S311 - spreads load, guards nothing
        raise AssertionError("unreachable")

    async def _attempt(self, lookup: LookupFacts, question: Any, deadline: float) -> Meant:
        permit = self._breaker.admit()
        if permit is None:
            raise Trouble(Doubt.CIRCUIT_OPEN)
        started, succeeded = self._now(), None
        try:
            answer = await self._exchange(lookup, question, deadline)
            succeeded = True
            return answer
        except Trouble as trouble:
            succeeded = not trouble.ailing
            raise
        except (TimeoutError, asyncio.CancelledError):
            ran_out = self._now() >= deadline - 0.01 and deadline - started >= _FAIR_CHANCE_S
            succeeded = False if ran_out else None
            raise
        finally:
            self._breaker.settle(permit, succeeded)

    async def _exchange(self, lookup: LookupFacts, question: Any, deadline: float) -> Meant:
        """Ask; when the source says that the credentials are no good (by status or in the body), once more with new ones."""
        answer, shown = await self._line.carry(question, deadline)
        then, body = self._protocol.understand(lookup, answer)
        if then is Then.REAUTHENTICATE and self._line.refused(shown):
            answer, _ = await self._line.carry(question, deadline)
            then, body = self._protocol.understand(lookup, answer)
        if then is Then.RETRY:
            raise Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=not getattr(answer, "says_wait", False))
        return then, body


def _failed(told: tuple[Holding, ...]) -> bool:
    bad = (Doubt.SOURCE_TIMED_OUT, Doubt.SOURCE_UNAVAILABLE, Doubt.BAD_ANSWER)
    return all(holding.doubt in bad for holding in told)
