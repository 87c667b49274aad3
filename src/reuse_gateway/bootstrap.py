"""The only wiring: settings in, gateway and application out."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from reuse_gateway import __version__
from reuse_gateway.api.app import build_app, enveloped
from reuse_gateway.api.auth import Door
from reuse_gateway.api.cursors import Cursors
from reuse_gateway.api.demand_reading import DemandReader
from reuse_gateway.api.problems import Problems
from reuse_gateway.api.quota import Quota
from reuse_gateway.api.reading import Reader
from reuse_gateway.api.rendering import Rendering
from reuse_gateway.api.services import Limits, Services, SourceDesk
from reuse_gateway.application.answer_once import AnswerOnce
from reuse_gateway.application.change_facts import ChangeFacts
from reuse_gateway.application.check_documents import CheckDocuments, Policy
from reuse_gateway.application.dated_policy import DatedPolicy
from reuse_gateway.application.watch_sweeps import WatchSweeps
from reuse_gateway.application.weigh_outage import ProbedOutages, WeighOutage
from reuse_gateway.bootstrap_audit import audit_services
from reuse_gateway.bootstrap_callers import bodies_of, issuer_of, issuers_of
from reuse_gateway.bootstrap_cases import cases_of
from reuse_gateway.bootstrap_citizens import citizen_services
from reuse_gateway.bootstrap_demands import demands_of
from reuse_gateway.bootstrap_erasure import people_of
from reuse_gateway.bootstrap_forms import form_services
from reuse_gateway.bootstrap_holdings import IndexParts, Registers, index_parts, registers_of
from reuse_gateway.bootstrap_keys import key_ring
from reuse_gateway.bootstrap_numbers import number_services, stored_numbers
from reuse_gateway.bootstrap_proof import proof_desk, published
from reuse_gateway.bootstrap_reveals import reveals_of
from reuse_gateway.bootstrap_sources import Connected, connect, connectors_dir, simulates, source_urls, watched
from reuse_gateway.bootstrap_webhooks import webhooks_of
from reuse_gateway.catalogue.loader import Catalogue, load
from reuse_gateway.catalogue.vocabulary import load_vocabulary
from reuse_gateway.connectors.loading import load_manifests
from reuse_gateway.connectors.manifest import Manifest, source_of
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.plan import Facts
from reuse_gateway.settings import Settings
from reuse_gateway.signing.checkpoints import CheckpointNotes
from reuse_gateway.signing.followed_ring import FollowedNotes
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.receipts import SignedReceipts
from reuse_gateway.signing.tokens import TokenVerifier
from reuse_gateway.storage.archive import StoredArchive
from reuse_gateway.storage.citizens import StoredCitizens
from reuse_gateway.storage.engine import build_engine, check_durability
from reuse_gateway.storage.events import StoredEvents
from reuse_gateway.storage.facts import StoredFacts
from reuse_gateway.storage.forms import FormLedger, StoredForms
from reuse_gateway.storage.group_commit import GroupCommit, open_journal
from reuse_gateway.storage.ledger import StoredLedger
from reuse_gateway.storage.probe_log import StoredProbeLog
from reuse_gateway.storage.procedures import CataloguedProcedures
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.recorder import LedgerRecorder
from reuse_gateway.storage.verify import Report, verify_ledger
from reuse_gateway.system import RandomIds, SystemClock
from reuse_gateway.telemetry import warned

_PATIENCE_S, _FOLLOW_S = 120.0, 1.0
_EVERYTHING_S = 900.0
Progress = Callable[[int, int], None]
_Parts = tuple[Connected, GroupCommit, Reads, IndexParts]


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway: the application to serve, and what the commands beside it need."""

    asgi: ASGIApp
    services: Services
    source_urls: Mapping[str, str]
    registers: Registers


@dataclass(frozen=True, slots=True)
class ShippedFacts:
    """Facts read and checked before anything is opened."""

    catalogue: Catalogue
    manifests: tuple[Manifest, ...]

    @property
    def version(self) -> str:
        """Changes whenever a fact or the code that judges by it does."""
        manifests = "".join(manifest.digest for manifest in self.manifests)
        digest = hashlib.sha256(f"{self.catalogue.digest}{manifests}".encode()).hexdigest()
        return f"{__version__}-{digest[:12]}"

    def policy(self, deadline_s: float) -> Policy:
        """What is shipped, as decisions see it; dated rows of a store are laid over it."""
        catalogue, sources = self.catalogue, tuple(source_of(manifest) for manifest in self.manifests)
        known = Facts(catalogue.evidence_types, sources, load_vocabulary(catalogue.evidence_types.values()))
        return Policy(known, catalogue.law, catalogue.agencies, self.version, deadline_s, catalogue.exceptions)


def read_facts(settings: Settings) -> ShippedFacts:
    """The catalogue and the manifests; raises FactsError."""
    catalogue = load()
    return ShippedFacts(catalogue, load_manifests(connectors_dir(settings), catalogue.evidence_types.keys()))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Gateway]:
    """Everything opened in order, and closed in the reverse order. Raises UnsafeSettings, FactsError, StoreError."""
    settings.refuse_unsafe()
    facts, ring = read_facts(settings), key_ring(settings)
    if settings.migrate:
        await asyncio.to_thread(_upgrade, settings.store_url)
    async with AsyncExitStack() as opened:
        urls = await source_urls(settings, opened)
        connected = connect(settings, facts.manifests, urls)
        opened.push_async_callback(connected.registry.aclose)
        writer, reads = await _store(settings, ring, opened, settings.store_url, settings.store_deadline_s)
        indexed = index_parts(facts.manifests, reads, LedgerRecorder(writer), ring, connected.metrics)
        services = await _services(settings, facts, ring, (connected, writer, reads, indexed), opened)
        yield Gateway(enveloped(services), services, urls, registers_of(settings, facts.manifests, urls, indexed))


def _upgrade(url: str) -> None:
    from reuse_gateway.storage.migrate import upgrade

    upgrade(url)


async def _store(
    settings: Settings, ring: KeyRing, opened: AsyncExitStack, url: str, deadline_s: float
) -> tuple[GroupCommit, Reads]:
    engine = build_engine(url, reads_only=True, deadline_s=deadline_s)
    opened.push_async_callback(engine.dispose)
    await check_durability(engine)
    notes = FollowedNotes(settings.origin, ring)
    writer = GroupCommit(open_journal(url, deadline_s, settings.database_role), notes, SystemClock(), deadline_s)
    await writer.start()
    opened.push_async_callback(writer.stop)
    return writer, Reads(engine, deadline_s)


@asynccontextmanager
async def writing(settings: Settings, database: str | None = None) -> AsyncIterator[tuple[GroupCommit, Reads]]:
    """The store, brought up to date, for commands that write; with all the time they need. Raises StoreError."""
    url = database or settings.store_url
    if settings.migrate:
        await asyncio.to_thread(_upgrade, url)
    async with AsyncExitStack() as opened:
        yield await _store(settings, key_ring(settings, url), opened, url, _PATIENCE_S)


async def _services(settings: Settings, facts: ShippedFacts, ring: KeyRing, parts: _Parts, opened: AsyncExitStack) -> Services:
    connected, writer, reads, indexed = parts
    catalogue, clock, health_log = facts.catalogue, SystemClock(), StoredProbeLog(reads)
    policies = connected.outages.policies = await _policies(settings, facts, reads, opened)
    recorder, archive = LedgerRecorder(writer), StoredArchive(reads)
    known = await people_of(settings, ring, reads, writer, opened)
    procedures, ledger = CataloguedProcedures(catalogue.procedures, reads), StoredLedger(reads)
    asked = indexed.around(connected.registry)
    check = CheckDocuments(policies, procedures, asked, recorder, clock, RandomIds(), known.pseudonyms, known.people)
    issuer, once, reader = issuer_of(settings, ring), AnswerOnce(archive), _reader(settings, catalogue)
    issuers = await issuers_of(settings, issuer, opened)
    demand = await demands_of(settings, ring, reads, archive, check, opened, ProbedOutages(WeighOutage(health_log)))
    proof = await published(settings, proof_desk(settings, catalogue.law, ring, reads, recorder), opened)
    return Services(
        check=check,
        once=once,
        demand=demand,
        demands=DemandReader(reader, policies.shipped.facts.vocabulary, known.people, bodies_of(settings, catalogue, reads)),
        cases=await cases_of(settings, catalogue, check, reads, writer, opened),
        forms=form_services(settings, catalogue, ring, StoredForms(reads), FormLedger(writer), policies, check, once, demand),
        changes=ChangeFacts(policies, recorder, clock),
        sweeps=WatchSweeps(settings.subjects_slowed, settings.subjects_refused, recorder, clock),
        holdings=indexed.desk(policies.shipped.facts.vocabulary.result_codes),
        numbers=number_services(catalogue, await stored_numbers(settings, opened), recorder, procedures, clock, check.ids),
        citizens=citizen_services(settings, ring, issuers, StoredCitizens(reads), recorder, clock, check.ids),
        archive=archive,
        auditing=audit_services(settings, (catalogue, facts.manifests), (reads, writer), demand, policies, proof.pack, opened),
        events=StoredEvents(reads),
        recorder=recorder,
        ledger=ledger,
        procedures=procedures,
        signer=SignedReceipts(ring.all("receipt"), clock),
        pseudonyms=known.pseudonyms,
        erasures=known.erasures,
        sources=SourceDesk(await watched(settings, connected, recorder, health_log, opened), health_log, connected.outages),
        desk=issuer,
        door=Door(TokenVerifier(issuers, settings.audience), recorder, clock),
        reader=reader,
        rendering=_rendering(catalogue, policies),
        problems=Problems(catalogue.sentences),
        cursors=Cursors(hmac.digest(ring.pseudonym_keys()[0].secret, b"cursors", "sha256")),
        clock=clock,
        ready=lambda: _ready(ledger, writer),
        metrics=connected.metrics.text,
        observe=connected.metrics.answered,
        proof=proof,
        webhooks=await webhooks_of(settings, ring, reads, writer, opened),
        reveals=reveals_of(settings, ring, reads, writer, demand),
        **_plain(settings),
    )


def _plain(settings: Settings) -> dict[str, Any]:
    """What the routers take from the settings as it stands."""
    return {
        "quota": Quota(settings.calls_per_minute),
        "limits": Limits(settings.body_bytes, settings.batch_bytes, settings.body_seconds),
        "base_url": settings.base_url,
        "metrics_open": settings.metrics_open,
    }


def _reader(settings: Settings, catalogue: Catalogue) -> Reader:
    kinds, now = frozenset(catalogue.evidence_types) | {"other"}, SystemClock().now
    return Reader(settings.province, catalogue.law.first_day, kinds, simulates(settings), catalogue.roles, now)


def _rendering(catalogue: Catalogue, policies: DatedPolicy) -> Rendering:
    sources = {source.id: source for source in policies.shipped.facts.sources}
    return Rendering(catalogue.sentences, catalogue.law, catalogue.evidence_types, sources, catalogue.agencies)


async def _policies(settings: Settings, facts: ShippedFacts, reads: Reads, opened: AsyncExitStack) -> DatedPolicy:
    dated = DatedPolicy(facts.policy(settings.check_deadline_s), StoredFacts(reads))
    return await opened.enter_async_context(dated.following(_FOLLOW_S, warned("facts_not_followed")))


async def _ready(ledger: StoredLedger, writer: GroupCommit) -> None:
    """The database answers, holds a signed head and takes writes; raises StoreError."""
    await writer.ready()
    if not await ledger.checkpoint():
        raise StoreError("no checkpoint")


async def document() -> dict[str, Any]:
    """The OpenAPI document of a gateway in a folder that is forgotten afterwards."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        async with running(Settings(home=Path(folder), demo_clients=True, simulate=False)) as gateway:
            return build_app(gateway.services).openapi()


async def verified(settings: Settings, kept: Sequence[bytes] = (), progress: Progress = lambda _done, _all: None) -> Report:
    """Everything recorded derived anew, from the database and the public keys alone; `kept` checkpoints are compared.

    Raises StoreError, UnsafeSettings.
    """
    notes = CheckpointNotes(settings.origin, key_ring(settings).all("checkpoint"))
    async with reading(settings) as reads:
        return await verify_ledger(reads, notes.open, kept, progress)


@asynccontextmanager
async def reading(settings: Settings) -> AsyncIterator[Reads]:
    """The store for commands that only read, with all the time they need."""
    engine = build_engine(settings.store_url, reads_only=True, deadline_s=_EVERYTHING_S)
    try:
        yield Reads(engine, _EVERYTHING_S)
    finally:
        await engine.dispose()
