"""Everything the routers need, built by `bootstrap` and handed over once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from reuse_gateway.api.audit_services import AuditServices
from reuse_gateway.api.auth import Door
from reuse_gateway.api.case_services import CaseServices
from reuse_gateway.api.citizen_services import CitizenServices
from reuse_gateway.api.cursors import Cursors
from reuse_gateway.api.demand_reading import DemandReader
from reuse_gateway.api.envelope import Observer
from reuse_gateway.api.form_services import FormServices
from reuse_gateway.api.number_services import NumberServices
from reuse_gateway.api.problems import Problems
from reuse_gateway.api.proof_desk import ProofDesk
from reuse_gateway.api.quota import Quota
from reuse_gateway.api.reading import Reader
from reuse_gateway.api.rendering import Rendering
from reuse_gateway.application.announce_holdings import AnnounceHoldings
from reuse_gateway.application.answer_once import AnswerOnce
from reuse_gateway.application.ask_index import IndexStates
from reuse_gateway.application.change_facts import ChangeFacts
from reuse_gateway.application.check_documents import CheckDocuments
from reuse_gateway.application.erase_person import ErasePerson
from reuse_gateway.application.health_ports import HealthLog
from reuse_gateway.application.manage_webhooks import ManageWebhooks
from reuse_gateway.application.planned_outages import PlannedOutages
from reuse_gateway.application.ports import (
    Archive,
    Clock,
    EventLog,
    LedgerReader,
    Procedures,
    Pseudonyms,
    Recorder,
    Signer,
    SourceHealth,
    TokenDesk,
)
from reuse_gateway.application.record_demand import RecordDemand
from reuse_gateway.application.reveal_identity import RevealIdentity
from reuse_gateway.application.watch_sweeps import WatchSweeps


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes and times a caller must keep to."""

    body_bytes: int
    batch_bytes: int
    body_seconds: float


@dataclass(frozen=True, slots=True)
class HoldingsDesk:
    """Where holdings are announced, how the indexes stand, and which paper a result code means."""

    announce: AnnounceHoldings
    indexes: IndexStates
    result_codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SourceDesk:
    """How the sources are doing, what was seen of them, and what is announced about them."""

    health: SourceHealth
    log: HealthLog
    outages: PlannedOutages


@dataclass(frozen=True, slots=True)
class Services:
    """The gateway as the routers see it. `desk` is None where tokens come from the province's own issuer alone."""

    check: CheckDocuments
    once: AnswerOnce
    demand: RecordDemand
    demands: DemandReader
    cases: CaseServices
    forms: FormServices
    changes: ChangeFacts
    sweeps: WatchSweeps
    holdings: HoldingsDesk
    numbers: NumberServices
    citizens: CitizenServices
    archive: Archive
    auditing: AuditServices
    events: EventLog
    recorder: Recorder
    ledger: LedgerReader
    procedures: Procedures
    signer: Signer
    pseudonyms: Pseudonyms
    sources: SourceDesk
    desk: TokenDesk | None
    door: Door
    quota: Quota
    reader: Reader
    rendering: Rendering
    problems: Problems
    cursors: Cursors
    clock: Clock
    limits: Limits
    base_url: str
    ready: Callable[[], Awaitable[None]]
    metrics: Callable[[], bytes]
    metrics_open: bool
    observe: Observer
    proof: ProofDesk | None = None
    webhooks: ManageWebhooks | None = None
    erasures: ErasePerson | None = None
    reveals: RevealIdentity | None = None
