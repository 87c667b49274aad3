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
from reuse_gateway.connectors.lookups import LookupFacts, Then
from reuse_gateway.connectors.manifest import ClientCredentials, Manifest
from reuse_gateway.connectors.placeholders import MissingInput, inputs_of
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.connectors.pulse import Pulse, SourceHealth
from reuse_gateway.connectors.retry_budget import RetryBudget
from reuse_gateway.connectors.tokens import Tokens
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.connectors.upstream import Outgoing, Tls, TransportFactory, Upstream
from reuse_gateway.domain.holding import Doubt, Holding
from reuse_gateway.domain.subject import Subject

# A call that was given less than this says nothing about the source when it runs out of time.
_FAIR_CHANCE_S = 0.25
_DOUBT = {Then.NOT_READY: Doubt.NOT_READY, Then.DENIED: Doubt.SOURCE_DENIED, Then.REAUTHENTICATE: Doubt.SOURCE_DENIED}
Seconds = Callable[[], float]


class Connector:
    """Asks one source. `ask` raises nothing but cancellation."""

    def __init__(
        self,
        manifest: Manifest,
        base_url: str,
        secrets: Callable[[str], str],
        clock: Clock,
        now: Seconds,
        transport: TransportFactory,
        tls: Tls,
    ) -> None:
        limits, circuit = manifest.limits, manifest.limits.circuit
        self._manifest, self._limits, self._clock, self._now = manifest, limits, clock, now
        self._protocol = PROTOCOLS[manifest.protocol]
        self._upstream = Upstream(base_url, limits, transport, tls)
        self._tokens = (
            Tokens(self._upstream, manifest.auth, secrets, limits.timeout_s)
            if isinstance(manifest.auth, ClientCredentials)
            else None
        )
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
            outgoing = self._protocol.compose(lookup, inputs_of(subject, purpose, about, uuid.uuid4().hex))
            async with asyncio.timeout_at(deadline):
                then, body = await self._attempts(lookup, outgoing, deadline)
            told = self._told(then, lookup, kinds, subject, body)
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
        if self._tokens:
            await self._tokens.aclose()
        await self._upstream.aclose()

    def _told(
        self, then: Then | None, lookup: LookupFacts, kinds: tuple[str, ...], subject: Subject, body: Any
    ) -> tuple[Holding, ...]:
        at = self._clock.now()
        if then is Then.FOUND:
            return reading.read(self._manifest, lookup, kinds, subject, body, at)
        if then is Then.ABSENT:
            return reading.absent(self._manifest, kinds, at)
        return reading.unknown(self._manifest, kinds, _DOUBT.get(then, Doubt.BAD_ANSWER) if then else Doubt.BAD_ANSWER, at)

    async def _attempts(self, lookup: LookupFacts, outgoing: Outgoing, deadline: float) -> tuple[Then | None, Any]:
        """The call and, where the source only reads and the budget allows, its repeats."""
        self._budget.earn()
        for attempt in range(self._limits.retries + 1):
            try:
                async with self._slots:
                    return await self._attempt(lookup, outgoing, deadline)
            except Trouble as trouble:
                last = attempt == self._limits.retries
                if last or not trouble.retryable or not lookup.request.may_repeat or not self._budget.spend():
                    raise
            await asyncio.sleep(random.uniform(0.02, 0.08) * 2**attempt)  # noqa: S311 - spreads load, guards nothing
        raise AssertionError("unreachable")

    async def _attempt(self, lookup: LookupFacts, outgoing: Outgoing, deadline: float) -> tuple[Then | None, Any]:
        permit = self._breaker.admit()
        if permit is None:
            raise Trouble(Doubt.CIRCUIT_OPEN)
        started, succeeded = self._now(), None
        try:
            answer = await self._exchange(lookup, outgoing, deadline)
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

    async def _exchange(self, lookup: LookupFacts, outgoing: Outgoing, deadline: float) -> tuple[Then | None, Any]:
        """Ask; when the source says that the token is no good (by status or in the body), ask once more with a new one."""
        token = await self._tokens.current(deadline) if self._tokens else None
        then, body = self._protocol.understand(lookup, await self._upstream.send(outgoing, token))
        if then is Then.REAUTHENTICATE and self._tokens and token:
            self._tokens.forget(token)
            token = await self._tokens.current(deadline)
            then, body = self._protocol.understand(lookup, await self._upstream.send(outgoing, token))
        if then is Then.RETRY:
            raise Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True, retryable=True)
        return then, body


def _failed(told: tuple[Holding, ...]) -> bool:
    bad = (Doubt.SOURCE_TIMED_OUT, Doubt.SOURCE_UNAVAILABLE, Doubt.BAD_ANSWER)
    return all(holding.doubt in bad for holding in told)
