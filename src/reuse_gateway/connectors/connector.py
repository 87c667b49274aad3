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
from reuse_gateway.connectors.probe_facts import Probe, disappointed
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.connectors.pulse import Pulse
from reuse_gateway.connectors.retry_budget import RetryBudget
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.connectors.understanding import Meant
from reuse_gateway.domain.holding import Doubt, Holding
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.source_health import Seen

# A call that was given less than this says nothing about the source when it runs out of time.
_FAIR_CHANCE_S = 0.25
_WINDOW_S, _PROBES_IN_WINDOW = 300.0, 3
_DOUBT = {Then.NOT_READY: Doubt.NOT_READY, Then.DENIED: Doubt.SOURCE_DENIED, Then.REAUTHENTICATE: Doubt.SOURCE_DENIED}
_NOT_ASKED = (Doubt.CIRCUIT_OPEN, Doubt.INSUFFICIENT_SUBJECT_DATA)
_FAILED = (Doubt.SOURCE_TIMED_OUT, Doubt.SOURCE_UNAVAILABLE, Doubt.BAD_ANSWER)
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
        window_s = max(_WINDOW_S, _PROBES_IN_WINDOW * manifest.probe.every_s if manifest.probe else 0)
        self._pulse = Pulse(now, window_s, limits.timeout_s)
        self._probing: asyncio.Task[tuple[Holding, ...]] | None = None

    async def ask(self, facts: LookupFacts, question: Lookup, purpose: Purpose, deadline: float) -> tuple[Holding, ...]:
        """One question, as `facts` say it is asked, answered by `deadline` (loop time): one holding per paper in it."""
        started = self._now()
        told = await self._asked(facts, question, purpose, deadline, self._limits.retries)
        if told[0].doubt not in _NOT_ASKED:
            trouble = told[0].doubt if all(holding.doubt in _FAILED for holding in told) else None
            self._pulse.beat(self._now() - started, self._clock.now(), trouble.value if trouble else None)
        return told

    async def probe(self, probe: Probe, agency: str) -> str | None:
        """Ask what is known to be held: `held`, why it was not, or None where nothing could be learnt.

        Lookups come first: a probe takes no place that one of them needs, and gives its own up as soon as one does.
        """
        facts = self._manifest.lookup_for(probe.evidence_type, probe.about.kind)
        if facts is None or self._slots.locked():
            return None
        started, purpose = self._now(), Purpose("probe", agency, probe.procedure)
        question, deadline = Lookup(self._manifest.id, probe.about, (probe.evidence_type,)), started + self._limits.timeout_s
        self._probing = asyncio.ensure_future(self._asked(facts, question, purpose, deadline, 0))
        try:
            await asyncio.wait({self._probing})
        finally:
            probed, self._probing = self._probing, None
            probed.cancel()
        if probed.cancelled() or probed.result()[0].doubt in _NOT_ASKED:
            return None
        trouble = disappointed(probed.result())
        self._pulse.beat(self._now() - started, self._clock.now(), trouble, probe=True)
        return trouble or "held"

    async def _asked(
        self, facts: LookupFacts, question: Lookup, purpose: Purpose, deadline: float, repeats: int
    ) -> tuple[Holding, ...]:
        deadline, kinds = min(deadline, self._now() + self._limits.timeout_s), question.evidence_types
        try:
            inputs = inputs_of(question.subject, purpose, question.about, uuid.uuid4().hex)

            async def ask_page(page: int) -> Meant:
                return await self._attempts(facts, inputs | {"page": str(page)}, deadline, repeats)

            async with asyncio.timeout_at(deadline):
                then, pages = await all_pages(facts, ask_page)
            return self._told(then, facts, question, pages)
        except MissingInput:
            return self.unknown(kinds, Doubt.INSUFFICIENT_SUBJECT_DATA)
        except TimeoutError:
            return self.unknown(kinds, Doubt.SOURCE_TIMED_OUT)
        except Trouble as trouble:
            return self.unknown(kinds, trouble.doubt)

    def unknown(self, kinds: tuple[str, ...], doubt: Doubt) -> tuple[Holding, ...]:
        """The same doubt about every paper asked, as of now."""
        return reading.unknown(self._manifest, kinds, doubt, self._clock.now())

    def seen(self) -> Seen:
        """What became of the questions and probes so far."""
        return self._pulse.seen(circuit_open=self._breaker.state is Circuit.OPEN)

    async def aclose(self) -> None:
        await self._line.aclose()

    def _told(self, then: Then | None, facts: LookupFacts, question: Lookup, pages: reading.Told) -> tuple[Holding, ...]:
        at, kinds = self._clock.now(), question.evidence_types
        if then in STATE_TOLD:
            return reading.read(self._manifest, facts, kinds, question.subject, pages, at, question.about)
        if then is Then.ABSENT:
            return reading.absent(self._manifest, kinds, at)
        return reading.unknown(self._manifest, kinds, _DOUBT.get(then, Doubt.BAD_ANSWER) if then else Doubt.BAD_ANSWER, at)

    async def _attempts(self, lookup: LookupFacts, inputs: Inputs, deadline: float, repeats: int) -> Meant:
        """The call and, where the source only reads and the budget allows, its repeats."""
        question = self._protocol.compose(lookup, inputs)
        self._budget.earn()
        for attempt in range(repeats + 1):
            try:
                if self._probing is not None and self._slots.locked() and self._probing is not asyncio.current_task():
                    self._probing.cancel()
                async with self._slots:
                    return await self._attempt(lookup, question, deadline)
            except Trouble as trouble:
                last = attempt == repeats
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
