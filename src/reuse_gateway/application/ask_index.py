"""The holdings index asked as a source: alone where a register cannot be asked by owner, behind it where it does not answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reuse_gateway.application.holdings_ports import HoldingsIndex, KeyedNames
from reuse_gateway.application.ports import Clock, Purpose, Sources
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.holding import Doubt, Holding, Outcome
from reuse_gateway.domain.holdings_index import IndexFacts, IndexHead, index_answers
from reuse_gateway.domain.plan import Lookup

_UNREACHED = frozenset(
    {Doubt.SOURCE_TIMED_OUT, Doubt.SOURCE_UNAVAILABLE, Doubt.CIRCUIT_OPEN, Doubt.BAD_ANSWER, Doubt.NOT_READY}
)
OnAnswer = Callable[[str, str, float], None]


@dataclass(frozen=True, slots=True)
class IndexedSources:
    """Port `Sources` around another: questions to sources without an index pass through."""

    inner: Sources
    index: HoldingsIndex
    names: KeyedNames
    facts: Mapping[str, IndexFacts]
    clock: Clock
    on_answer: OnAnswer = lambda *_: None

    def known(self, question: Lookup, purpose: Purpose) -> tuple[Holding, ...] | None:
        """Only what the inner source remembers; the index is read anew each time, for it knows of revocations."""
        facts = self.facts.get(question.source)
        return None if facts and facts.alone else self.inner.known(question, purpose)

    async def lookup(self, question: Lookup, purpose: Purpose, deadline: float) -> tuple[Holding, ...]:
        """As the port promises: never raises, by the deadline, `absent` only where the register has been read whole."""
        facts = self.facts.get(question.source)
        if facts is None:
            return await self.inner.lookup(question, purpose, deadline)
        if facts.alone:
            started = asyncio.get_running_loop().time()
            told = await self._indexed(facts, question, deadline)
            self.on_answer(facts.source, _outcome(told), asyncio.get_running_loop().time() - started)
            return told
        live, kept = await asyncio.gather(
            self.inner.lookup(question, purpose, deadline), self._indexed(facts, question, deadline)
        )
        return tuple(_better(one, other) for one, other in zip(live, kept, strict=True))

    async def _indexed(self, facts: IndexFacts, question: Lookup, deadline: float) -> tuple[Holding, ...]:
        """A synthetic person belongs to the simulation; about one particular thing the index cannot tell."""
        if question.subject.synthetic and not facts.simulated:
            return self._unknown(facts, question, Doubt.INSUFFICIENT_SUBJECT_DATA)
        if question.about:
            return self._unknown(facts, question, Doubt.INDEX_INCOMPLETE)
        try:
            async with asyncio.timeout_at(deadline):
                return await self._read(facts, question)
        except TimeoutError:
            return self._unknown(facts, question, Doubt.SOURCE_TIMED_OUT)
        except StoreError:
            return self._unknown(facts, question, Doubt.SOURCE_UNAVAILABLE)

    async def _read(self, facts: IndexFacts, question: Lookup) -> tuple[Holding, ...]:
        """The head first: a batch that comes in between then makes the rows newer, never older, than what vouches for them."""
        head = await self.index.head(facts.source)
        owners = self.names.every(f"owner {question.subject.key}")
        rows = await self.index.standing(facts.source, owners)
        return index_answers(facts, head, rows, question.subject, question.evidence_types, self.clock.now())

    def _unknown(self, facts: IndexFacts, question: Lookup, doubt: Doubt) -> tuple[Holding, ...]:
        at = self.clock.now()
        return tuple(
            Holding(facts.source, facts.tier, kind, Outcome.UNKNOWN, at, doubt=doubt) for kind in question.evidence_types
        )


@dataclass(frozen=True, slots=True)
class IndexStates:
    """How the indexes stand, for those who watch; raises StoreError."""

    index: HoldingsIndex
    facts: Mapping[str, IndexFacts]

    async def heads(self) -> Mapping[str, IndexHead]:
        """By source id."""
        return {source: await self.index.head(source) for source in self.facts}


def _better(live: Holding, kept: Holding) -> Holding:
    """What the source itself says counts; where it says nothing, what it told before that it holds."""
    silent = live.outcome is Outcome.UNKNOWN and live.doubt in _UNREACHED
    return kept if silent and kept.outcome is Outcome.HELD else live


def _outcome(told: tuple[Holding, ...]) -> str:
    outcomes = [holding.doubt.value if holding.doubt else holding.outcome.value for holding in told]
    return next((each for each in outcomes if each not in ("held", "absent")), "held" if "held" in outcomes else "absent")
