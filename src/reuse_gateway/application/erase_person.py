"""One person is forgotten (xóa dữ liệu của một người): the keys go, what is recorded stays proved, and no longer of whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reuse_gateway.application.people_ports import People, PersonTraces, Traces
from reuse_gateway.application.ports import AccessNote, Clock, Pseudonyms, Recorder
from reuse_gateway.application.waiting_cases import WaitingCases
from reuse_gateway.domain.check import Caller, CheckRequest
from reuse_gateway.domain.demand import PendingCase
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, OldPersonalId, PersonalId

ERASED, LOOKED = "person.erased", "person_erasure"
OPERATOR = Caller("operator", "", frozenset())
_PAGE, _OLD_DIGITS = 200, 9


class ErasureReason(StrEnum):
    """Why a person is forgotten. A closed list: free words would keep, for good, who it was."""

    PERSON_ASKED = "person_asked"
    TIME_IS_OVER = "time_is_over"
    RECORDED_WRONGLY = "recorded_wrongly"
    AUTHORITY_ORDERED = "authority_ordered"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What becomes untraceable, what is deleted, and what an erasure of one person cannot reach.

    `keys` and `waiting_cases` are deleted; `untraceable` stays, under a pseudonym that nobody can make again. `older` was
    recorded before there were keys per person; `indexed` is what registers told of papers held.
    """

    applied: bool
    keys: int
    untraceable: Traces
    waiting_cases: int
    older: Traces
    indexed: int


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Forgets one person. `end_waiting` tells the end of a demand that waits, `take_away` deletes its sealed case."""

    people: People
    traces: PersonTraces
    index_names: Pseudonyms
    waiting: WaitingCases
    end_waiting: Callable[[str], Awaitable[None]]
    take_away: Callable[[str], Awaitable[None]]
    recorder: Recorder | None
    clock: Clock

    async def plan(self, caller: Caller, number: str) -> Erasure:
        """What would go; touches nothing, and that somebody looked is kept. Raises NotAnIdentifier, StoreError."""
        identities = identities_of(number)
        await self._looked(caller)
        return await self._found(identities, len(await self._waiting(identities)))

    async def __call__(self, caller: Caller, number: str, reason: ErasureReason) -> Erasure:
        """Forget. Broken off anywhere, it is finished by being called again: the keys, by which the rest is found, go last.

        Raises NotAnIdentifier, StoreError.
        """
        identities = identities_of(number)
        await self._looked(caller)
        cases = await self._waiting(identities)
        found = await self._found(identities, len(cases))
        for case in cases:
            await self.end_waiting(case.demand_id)
            await self.take_away(case.demand_id)
        keys = sum([await self.people.forget(identity) for identity in identities])
        if self.recorder:
            await self.recorder.record_event(self._event(caller, reason, keys, len(cases)))
        return Erasure(True, keys, found.untraceable, len(cases), found.older, found.indexed)

    async def _looked(self, caller: Caller) -> None:
        if self.recorder:
            await self.recorder.record_access(AccessNote(self.clock.now(), caller.client_id, caller.agency, LOOKED, ""))

    async def _found(self, identities: Sequence[str], cases: int) -> Erasure:
        before = [name for identity in identities for name in self.people.before_keys(identity)]
        names = [name for identity in identities for name in await self.people.every(identity) if name not in before]
        owners = [owner for identity in identities for owner in self.index_names.every(f"owner {identity}")]
        older, indexed = await self.traces.under(before), await self.traces.indexed(owners)
        return Erasure(False, len(names), await self.traces.under(names), cases, older, indexed)

    async def _waiting(self, identities: Sequence[str]) -> list[PendingCase]:
        """Cases that name the person in any role. Every one is opened: they are sealed, so that nothing else finds them."""
        found, after = list[PendingCase](), ""
        while page := await self.traces.waiting(after, _PAGE):
            after = page[-1].demand_id
            found += [case for case in page if self._names(case, identities)]
        return found

    def _names(self, case: PendingCase, identities: Sequence[str]) -> bool:
        request = self.waiting.open(case)
        return request is not None and any(key in identities for key in _keys(request))

    def _event(self, caller: Caller, reason: ErasureReason, keys: int, cases: int) -> Event:
        """No pseudonym, and no count of what is kept: so many checks would tell which pseudonym it was."""
        told = {"reason": reason.value, "client": caller.client_id, "keys": keys, "waiting_cases": cases}
        return Event(ERASED, self.clock.now(), told)


def identities_of(number: str) -> tuple[str, ...]:
    """As whom a person may be kept: by the personal id, also as the code of a household business.

    Raises NotAnIdentifier for what is neither a personal id (12 digits) nor an old one (9).
    """
    if len(number) == _OLD_DIGITS:
        return (Citizen(OldPersonalId.parse(number)).key,)
    return Citizen(PersonalId.parse(number)).key, Business(EnterpriseCode.parse(number)).key


def _keys(request: CheckRequest) -> Iterator[str]:
    yield request.subject.key
    yield from (other.key for other in request.others.values())
