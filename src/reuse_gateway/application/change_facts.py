"""Change a dated fact (thay đổi dữ kiện): a new row when nobody else changed it meanwhile, recorded with actor and reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from reuse_gateway.application.check_documents import Policy
from reuse_gateway.application.dated_policy import DatedPolicy
from reuse_gateway.application.ports import Clock, Recorder
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.dated_fact import DatedFact, FactBook, FactChange, FactKind
from reuse_gateway.domain.errors import CallerError, Conflict, InvalidInput, StoreError
from reuse_gateway.domain.fact_faults import KnownFacts, faults_of

_MOST_TRIES = 8
Expected = Callable[[int | None], bool]


@dataclass(frozen=True, slots=True)
class Changed:
    """The change as recorded, with the index of its leaf."""

    change: FactChange
    index: int


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """Adds rows one after the other, whoever adds them; a running service of this process knows them when it returns."""

    policies: DatedPolicy
    recorder: Recorder
    clock: Clock

    async def __call__(self, caller: Caller, fact: DatedFact, reason: str, expected: Expected) -> Changed:
        """`fact.revision` is set here. `expected` judges the revision that stands (0 = shipped, None = no such fact).

        Raises CallerError(`precondition_failed`), InvalidInput with every fault, StoreError.
        """
        for _ in range(_MOST_TRIES):
            book = await self.policies.refresh()
            standing = self.revision(book, fact.kind, fact.id)
            if not expected(standing):
                raise CallerError(code="precondition_failed")
            fact = replace(fact, revision=(standing or 0) + 1)
            if faults := faults_of(fact, reason, self.known, book):
                raise InvalidInput(*faults[:20])
            change = FactChange(book.number + 1, fact, caller.client_id, caller.agency, reason, self.clock.now())
            try:
                position = await self.recorder.record_change(change)
            except Conflict:
                continue
            await self.policies.refresh()
            return Changed(change, position.index)
        raise StoreError("facts change too fast")

    @property
    def known(self) -> KnownFacts:
        """What rows may name."""
        return known_facts(self.policies.shipped)

    def revision(self, book: FactBook, kind: FactKind, id: str) -> int | None:
        """Revision of the newest row; 0 where only the shipped fact stands; None where nothing does."""
        newest = book.newest(kind).get(id)
        return newest.fact.revision if newest else 0 if id in self.shipped_ids(kind) else None

    def shipped_ids(self, kind: FactKind) -> tuple[str, ...]:
        """Ids of the shipped facts of a kind, in order."""
        policy = self.policies.shipped
        if kind is FactKind.EXCEPTION:
            return tuple(policy.exceptions)
        sources = policy.facts.sources
        if kind is FactKind.CONNECTION:
            return tuple(source.id for source in sources if source.connected_from)
        if kind is FactKind.SCOPE:
            offers = ((source.id, offer) for source in sources for offer in source.offers.values())
            return tuple(sorted(f"{id}.{offer.evidence_type}" for id, offer in offers if offer.published_from))
        return ()


def known_facts(policy: Policy) -> KnownFacts:
    """The names of a policy."""
    sources = {source.id: source for source in policy.facts.sources}
    return KnownFacts(sources, policy.facts.evidence_types.keys(), policy.law.bases, policy.exceptions)
