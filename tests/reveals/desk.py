"""The use case over a store on either engine, with a demand of a named official and a clock that is set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reuse_gateway.application.keep_identities import KeepIdentities
from reuse_gateway.application.people_ports import People
from reuse_gateway.application.reveal_identity import RevealIdentity
from reuse_gateway.domain.agency import official
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.demand import Demand
from reuse_gateway.domain.reveal import RevealPurpose
from reuse_gateway.domain.subject import Citizen, PersonalId
from reuse_gateway.signing.keys import IDENTITY, KeyRing, SecretKey
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from reuse_gateway.signing.sealed_cases import SealedIdentities
from reuse_gateway.storage.cases import StoredCases
from reuse_gateway.storage.demand_history import StoredDemands
from reuse_gateway.storage.reveals import StoredReveals
from reuse_gateway.storage.sealed_identities import StoredIdentities
from reuse_gateway.system import RandomIds
from tests.api.people_fakes import people_over
from tests.storage.builders import Store, a_demand

OFFICER = "can-bo-01"
WHY = "Kết luận thanh tra số 12 cần nêu người thực hiện"
FOR = RevealPurpose.INSPECTION
AN = Citizen(PersonalId("999090000001"))
BINH = Citizen(PersonalId("999090000002"))


def inspector(client_id: str = "inspector-1", agency: str = "H41", *scopes: str) -> Caller:
    return Caller(client_id, agency, frozenset(scopes or ("audit:reveal",)))


@dataclass
class Desk:
    """What a test holds: the use case, and what it is made of."""

    store: Store
    reveal: RevealIdentity
    identities: KeepIdentities
    pseudonyms: KeyedPseudonyms
    people: People

    async def violated(self, number: int = 1, officer: str | None = OFFICER, **changes: object) -> str:
        """A recorded demand with a violation; its id."""
        demand = self.demand(number, officer, **changes)
        await self.store.recorder.record_demand(demand, (), None, self.identities.of(demand, officer))
        return demand.violations[0].id

    def demand(self, number: int = 1, officer: str | None = OFFICER, **changes: object) -> Demand:
        named = self.pseudonyms.of(official("H41.12", officer)) if officer else None
        return replace(a_demand(number), officer=named, subject=self.pseudonyms.of(AN.key), **changes)

    def again(self, **changes: object) -> RevealIdentity:
        """The same use case with something else."""
        return replace(self.reveal, **changes)


def desk(store: Store, ring: KeyRing, keys: Sequence[SecretKey] | None = None, **changes: object) -> Desk:
    """Wired as `bootstrap_reveals` does; `keys` seal instead of the ring's."""
    identities = KeepIdentities(SealedIdentities(keys or ring.secrets(IDENTITY)))
    pseudonyms, people = KeyedPseudonyms(ring.pseudonym_keys()), people_over(ring)
    reveal = RevealIdentity(
        archive=store.archive,
        history=StoredDemands(store.reads),
        cases=StoredCases(store.reads),
        vault=StoredIdentities(store.reads),
        identities=identities,
        log=StoredReveals(store.reads, store.writer),
        people=people,
        clock=store.clock,
        ids=RandomIds(),
        most_a_day=30,
    )
    return Desk(store, replace(reveal, **changes), identities, pseudonyms, people)
