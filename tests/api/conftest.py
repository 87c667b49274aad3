"""A gateway of real rims and rules around in-memory ports, called without sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import OKPKey

from reuse_gateway.api.app import enveloped
from reuse_gateway.api.auth import Door
from reuse_gateway.api.case_services import CaseServices
from reuse_gateway.api.citizen_services import CitizenServices
from reuse_gateway.api.cursors import Cursors
from reuse_gateway.api.demand_reading import DemandReader
from reuse_gateway.api.problems import Problems
from reuse_gateway.api.quota import Quota
from reuse_gateway.api.reading import Reader
from reuse_gateway.api.rendering import Rendering
from reuse_gateway.api.services import HoldingsDesk, Limits, Services, SourceDesk
from reuse_gateway.application.announce_holdings import AnnounceHoldings
from reuse_gateway.application.answer_once import AnswerOnce
from reuse_gateway.application.ask_index import IndexStates
from reuse_gateway.application.change_facts import ChangeFacts
from reuse_gateway.application.check_documents import CheckDocuments, Policy
from reuse_gateway.application.dated_policy import DatedPolicy
from reuse_gateway.application.keep_holdings import KeepHoldings
from reuse_gateway.application.planned_outages import PlannedOutages
from reuse_gateway.application.recheck import Recheck
from reuse_gateway.application.watch_sweeps import WatchSweeps
from reuse_gateway.application.word_letter import WordLetter
from reuse_gateway.bootstrap import connectors_dir
from reuse_gateway.bootstrap_cases import letter_words
from reuse_gateway.bootstrap_citizens import citizen_services
from reuse_gateway.bootstrap_forms import form_services
from reuse_gateway.bootstrap_numbers import number_services
from reuse_gateway.catalogue.loader import Catalogue, load
from reuse_gateway.connectors.loading import load_manifests
from reuse_gateway.connectors.manifest import Manifest, index_of, source_of
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.domain.plan import Facts
from reuse_gateway.domain.source import Source
from reuse_gateway.settings import Settings
from reuse_gateway.signing.clients import demo_clients
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from reuse_gateway.signing.receipts import SignedReceipts
from reuse_gateway.signing.tokens import TokenIssuer, TokenVerifier
from tests.api.audit_fakes import auditing
from tests.api.case_fakes import MemoryCases, case_services_around
from tests.api.demand_fakes import ToldBodies, ToldOutages, rechecking, recording
from tests.api.fakes import CountedIds, EmptyLedger, FixedClock, MemoryHoldings, MemoryProcedures, MemoryStore, ScriptedSources
from tests.api.form_fakes import MemoryForms
from tests.api.people_fakes import people_over
from tests.reuse.citizen_fakes import MemoryCitizens
from tests.reuse.fakes import MemoryNumbers

ISSUER = "http://gateway.test/oauth2"


@dataclass
class House:
    """The gateway under test and the hands on its ports."""

    store: MemoryStore = field(default_factory=MemoryStore)
    forms: MemoryForms = field(default_factory=MemoryForms)
    cases: MemoryCases | None = None
    form_budget_s: float = 1.8
    sources: ScriptedSources = field(default_factory=ScriptedSources)
    clock: FixedClock = field(default_factory=FixedClock)
    outages: ToldOutages = field(default_factory=ToldOutages)
    bodies: ToldBodies = field(default_factory=ToldBodies)
    recheck: Recheck | None = None
    calls_per_minute: int = 100_000
    subjects_refused: int = 1_000
    services: Services | None = None
    client: httpx.AsyncClient | None = None
    token_key: OKPKey | None = None
    holdings: MemoryHoldings = field(default_factory=MemoryHoldings)
    numbers: MemoryNumbers = field(default_factory=MemoryNumbers)
    citizens: MemoryCitizens = field(default_factory=MemoryCitizens)
    citizen_calls_per_minute: int = 1_000

    async def token(self, client_id: str = "demo-intake", **form: str) -> str:
        body = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "demo"} | form
        answer = await self.client.post("/oauth2/token", data=body)
        return str(answer.json()["access_token"])

    async def headers(self, client_id: str = "demo-intake") -> dict[str, str]:
        return {"authorization": f"Bearer {await self.token(client_id)}"}

    async def check(self, body: Any, client_id: str = "demo-intake", **headers: str) -> httpx.Response:
        return await self.client.post("/v1/checks", json=body, headers=await self.headers(client_id) | headers)

    async def post(self, content: bytes, content_type: str = "application/json", path: str = "/v1/checks") -> httpx.Response:
        headers = await self.headers() | {"content-type": content_type}
        return await self.client.post(path, content=content, headers=headers)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing(tmp_path_factory.mktemp("keys"), create=True)


@pytest.fixture
async def house(catalogue: Catalogue, ring: KeyRing) -> AsyncIterator[House]:
    built = House()
    await furnish(built, catalogue, ring)
    yield built
    await built.client.aclose()


@lru_cache
def _manifests(kinds: frozenset[str]) -> tuple[Manifest, ...]:
    """The shipped ones; nobody changes them."""
    return load_manifests(connectors_dir(Settings(home=Path("unused"))), kinds)


async def furnish(house: House, catalogue: Catalogue, ring: KeyRing) -> None:
    """Wire the house as bootstrap does, with the hands in place of the world."""
    manifests = _manifests(frozenset(catalogue.evidence_types))
    policies = DatedPolicy(_shipped(catalogue, tuple(map(source_of, manifests))), house.store)
    facts, sources = policies.shipped.facts, tuple(map(source_of, manifests))
    desk = _token_desk(house, ring)
    pseudonyms, ids = KeyedPseudonyms(ring.pseudonym_keys()), CountedIds()
    procedures, people = MemoryProcedures(catalogue.procedures), people_over(ring)
    check = CheckDocuments(policies, procedures, house.sources, house.store, house.clock, ids, pseudonyms, people)
    once, demand = AnswerOnce(house.store), recording(house.store, check, ring, house.outages)
    house.recheck = rechecking(house.store, check, demand)
    settings = Settings(home=Path("unused"), form_budget_s=house.form_budget_s, submission_seconds=2.0)
    reader = _reader(house, catalogue)
    house.services = Services(
        check=check,
        once=once,
        demand=demand,
        demands=DemandReader(reader, facts.vocabulary, people, house.bodies),
        cases=_cases(house, letter_words(catalogue, sources, procedures), pseudonyms),
        forms=form_services(settings, catalogue, ring, house.forms, house.forms, policies, check, once, demand),
        changes=ChangeFacts(policies, house.store, house.clock),
        sweeps=WatchSweeps(house.subjects_refused, house.subjects_refused, house.store, house.clock),
        holdings=_desk(house, manifests, pseudonyms, ids, facts.vocabulary.result_codes),
        numbers=number_services(catalogue, house.numbers.both, house.numbers, procedures, house.clock, ids),
        citizens=_citizens(house, ring, desk, ids),
        archive=house.store,
        auditing=auditing(house.store, (catalogue, manifests), demand, policies, ids),
        events=house.store,
        recorder=house.store,
        ledger=EmptyLedger(),
        procedures=procedures,
        signer=SignedReceipts(ring.all("receipt"), house.clock),
        pseudonyms=pseudonyms,
        sources=SourceDesk(house.sources, house.store, PlannedOutages(house.clock, policies)),
        desk=desk,
        door=Door(TokenVerifier({ISSUER: desk}, "reuse-gateway"), house.store, house.clock),
        quota=Quota(house.calls_per_minute),
        reader=reader,
        rendering=_rendering(catalogue, sources),
        problems=Problems(catalogue.sentences),
        cursors=Cursors(b"k" * 32),
        clock=house.clock,
        limits=Limits(262_144, 8_388_608, 2.0),
        base_url="http://gateway.test",
        ready=_ready,
        metrics=lambda: b"",
        metrics_open=False,
        observe=lambda *_: None,
    )
    house.client = _called(house.services)


def _cases(house: House, word: WordLetter, pseudonyms: KeyedPseudonyms) -> CaseServices:
    house.cases = MemoryCases(house.store)
    return case_services_around(house.cases, word, pseudonyms, house.clock)


def _shipped(catalogue: Catalogue, sources: tuple[Source, ...]) -> Policy:
    facts = Facts(catalogue.evidence_types, sources, Vocabulary.of(catalogue.evidence_types.values()))
    return Policy(facts, catalogue.law, catalogue.agencies, "test-policy", 1.0, catalogue.exceptions)


def _citizens(house: House, ring: KeyRing, desk: TokenIssuer, ids: CountedIds) -> CitizenServices:
    told = {"public_url": "http://gateway.test", "demo_clients": True}
    settings = Settings(home=Path("unused"), citizen_calls_per_minute=house.citizen_calls_per_minute, **told)
    house.citizens.store = house.store
    return citizen_services(settings, ring, {ISSUER: desk}, house.citizens, house.citizens, house.clock, ids)


def _token_desk(house: House, ring: KeyRing) -> TokenIssuer:
    key = ring.newest("token")
    house.token_key = OKPKey.import_key(key.private, {"kid": key.kid})
    return TokenIssuer(house.token_key, demo_clients(), ISSUER, "reuse-gateway", 3600)


def _called(services: Services) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(enveloped(services), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gateway.test")


def _desk(house: House, manifests: Any, pseudonyms: KeyedPseudonyms, ids: CountedIds, codes: Any) -> HoldingsDesk:
    facts = {manifest.id: told for manifest in manifests if (told := index_of(manifest))}
    keep = KeepHoldings(house.holdings, house.holdings, pseudonyms.for_purpose("holdings"), house.clock, ids)
    return HoldingsDesk(AnnounceHoldings(keep, house.holdings), IndexStates(house.holdings, facts), codes)


def _rendering(catalogue: Catalogue, sources: tuple[Source, ...]) -> Rendering:
    by_id = {source.id: source for source in sources}
    return Rendering(catalogue.sentences, catalogue.law, catalogue.evidence_types, by_id, catalogue.agencies)


def _reader(house: House, catalogue: Catalogue) -> Reader:
    kinds = frozenset(catalogue.evidence_types) | {"other"}
    return Reader("H41", catalogue.law.first_day, kinds, True, catalogue.roles, house.clock.now)


async def _ready() -> None:
    return None


def body(*items: dict[str, Any], procedure: str = "1.000894", **more: Any) -> dict[str, Any]:
    """A sound request; every test bends one thing of it."""
    person = {"kind": "citizen", "personal_id": "999090000001", "full_name": "Nguyễn Văn An", "birth_date": "1990-01-15"}
    wanted = list(items) or [{"ref": "a", "evidence_type": "id_card"}]
    return {"procedure": procedure, "subject": person, "items": wanted} | more
