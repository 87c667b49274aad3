"""What the use cases need from the world. Each method is a promise; adapters are tested against the MUSTs here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from reuse_gateway.domain.check import Caller, Check, Position, RecordedCheck
from reuse_gateway.domain.dated_fact import FactChange
from reuse_gateway.domain.demand import Demand, PendingCase
from reuse_gateway.domain.event import Event, Place, RecordedEvent
from reuse_gateway.domain.holding import Holding
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.reclassification import Reclassification
from reuse_gateway.domain.reveal import SealedIdentity
from reuse_gateway.domain.violation import RecordedViolation


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a source is asked; sources that authorise and log per officer and procedure get it with each query."""

    check_id: str
    agency: str
    procedure: str
    officer: str | None = None
    dossier: str | None = None


class Sources(Protocol):
    """The connected databases."""

    def known(self, question: Lookup, purpose: Purpose) -> tuple[Holding, ...] | None:
        """The whole answer where it is still fresh from before, each holding marked `cached`; None = ask."""
        ...

    async def lookup(self, question: Lookup, purpose: Purpose, deadline: float) -> tuple[Holding, ...]:
        """Ask one source about one subject; exactly one holding per evidence type asked.

        MUST NOT raise for upstream trouble, MUST return by `deadline` (loop time, seconds) plus 50 ms, MUST NOT say
        `held` unless the source's own `found` rule matched and the record's owner equals the subject asked, MUST NOT
        say `absent` unless its `absent` rule matched.
        """
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """An Idempotency-Key as a client uses it; `fingerprint` is a keyed digest of the request body."""

    client_id: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was turned away and is worth knowing of: who, what for, how (stable code)."""

    at: datetime
    client_id: str
    agency: str
    code: str
    route: str


@dataclass(frozen=True, slots=True)
class AccessNote:
    """Someone read what is kept about a case; every such read is a leaf of its own."""

    at: datetime
    client_id: str
    agency: str
    what: str
    ref: str


class Recorder(Protocol):
    """The only writer. Every method MUST be durable when it returns, all-or-nothing, and append one leaf to the ledger.

    Raises StoreError (nothing was acknowledged; an outcome that could not be learned counts as such).
    """

    async def record_check(self, check: Check, claim: Claim | None) -> Position:
        """Check, verdicts, claim and leaf in one transaction. Raises KeyReused when the claim is another body's."""
        ...

    async def record_demand(
        self,
        demand: Demand,
        events: Sequence[Event] = (),
        pending: PendingCase | None = None,
        identity: SealedIdentity | None = None,
    ) -> Position:
        """The demand, what it was found to be, the events that tell of it, what is needed to ask again and whose pseudonym
        it was, in one transaction.

        Raises Conflict when the demand stands already, or the number of its supplement request is taken.
        """
        ...

    async def record_reclassification(self, found: Reclassification, events: Sequence[Event] = ()) -> Position:
        """The end of waiting for one paper. Raises Conflict when it has ended already."""
        ...

    async def record_event(self, event: Event) -> Position:
        """An event that tells of nothing else recorded; events of something recorded MUST go with it instead.

        MUST take what is told only once (`Event.once`) once, whoever tells it: Conflict(`already_recorded`).
        """
        ...

    async def record_refusal(self, refusal: Refusal) -> Position: ...

    async def record_access(self, note: AccessNote) -> Position: ...

    async def record_change(self, change: FactChange) -> Position:
        """A dated row. Raises Conflict when its number is taken: somebody else changed facts meanwhile."""
        ...


class FactRows(Protocol):
    """Dated facts as they have been recorded."""

    async def changes(self, after: int) -> Sequence[FactChange]:
        """Every change with a higher number, in their order."""
        ...


class EventLog(Protocol):
    """What happened, in one order for all processes."""

    async def events(self, after: Place, limit: int, kind: str | None = None) -> Sequence[RecordedEvent]:
        """Beyond `after`, the oldest first, at most `limit`. Nothing MUST ever appear at or before a place once told.

        Raises CallerError(`place_unknown`) for a place that the ledger has not reached.
        """
        ...

    async def bodies_asked(self, violation_ids: Sequence[str]) -> Mapping[str, str]:
        """The body that made the demand of each violation that is there."""
        ...


class Archive(Protocol):
    """What has been recorded."""

    async def check(self, check_id: str) -> RecordedCheck | None: ...

    async def check_by_short_code(self, short_code: str) -> RecordedCheck | None: ...

    async def claimed(self, client_id: str, key: str) -> tuple[Claim, str] | None:
        """The claim kept under this key, with the id of the check it stands for."""
        ...

    async def violation(self, violation_id: str) -> RecordedViolation | None: ...


class Procedures(Protocol):
    """Published procedures: the shipped, curated ones before imported ones of the same code."""

    async def find(self, code: str, day: Any) -> ProcedureVersion | None:
        """The version in force on that day; None = never heard of it."""
        ...

    async def listing(self, after: str, limit: int) -> Sequence[ProcedureVersion]:
        """In order of code, beyond `after`, at most `limit`; today's versions."""
        ...


class LedgerReader(Protocol):
    """The tree as published: C2SP checkpoints and tiles, RFC 6962 proofs. Sizes and indices are leaf counts."""

    async def checkpoint(self) -> bytes:
        """The newest signed note. MUST NOT contradict any earlier one."""
        ...

    async def tile(self, level: int, index: int, width: int) -> bytes | None:
        """`width` (1..256) hashes of 32 bytes; None when the tree is not that large."""
        ...

    async def entries(self, index: int, width: int) -> bytes | None:
        """Leaf bytes, each behind its length as two bytes, big endian."""
        ...

    async def inclusion(self, index: int, size: int) -> list[bytes]: ...

    async def consistency(self, first: int, second: int) -> list[bytes]: ...


class Signer(Protocol):
    """Receipts leave the house signed (JWS, Ed25519)."""

    def sign(self, claims: Mapping[str, Any]) -> str:
        """MUST refuse (ClockWentBack) to sign an instant earlier than one signed before, less 2 s of tolerance."""
        ...

    def verify(self, token: str) -> Mapping[str, Any]:
        """The claims; raises ProofError."""
        ...

    def jwks(self) -> Mapping[str, Any]: ...


class Pseudonyms(Protocol):
    """Keyed pseudonyms of people and officers; the key lives outside the database and can be destroyed."""

    def of(self, identity: str) -> str:
        """Same identity, same pseudonym, as long as the key lives; without the key nobody can try identities."""
        ...

    def every(self, identity: str) -> tuple[str, ...]:
        """Under each key that still lives, the one in use first: what was kept before a rotation is found by the others."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
        ...


class Ids(Protocol):
    def new(self, prefix: str) -> str:
        """`prefix_` and 32 hex digits of a UUIDv7, sorting by time."""
        ...

    def short_code(self) -> str:
        """A code a person can type: 12 characters, at least 58 bits of chance."""
        ...


class Tokens(Protocol):
    """Who calls: bearer access tokens of the province's issuer, or of the embedded one."""

    async def caller(self, token: str) -> Caller:
        """MUST check signature with a pinned algorithm, `exp`, `aud`, `iss`; raises NotAuthenticated."""
        ...


class TokenDesk(Protocol):
    """The embedded issuer (OAuth2 client credentials)."""

    def issue(self, client_id: str, secret: str, scope: str | None) -> Mapping[str, Any]:
        """The token response of RFC 6749 5.1; raises NotAuthenticated, NotAllowed (a scope the client does not have)."""
        ...


class Pulse(Protocol):
    """How one source has answered lately; None where nothing was seen."""

    @property
    def state(self) -> str:
        """`ok`, `degraded`, `down`, `off` or `unknown`."""
        ...

    @property
    def success_ratio(self) -> float | None:
        """Share of questions that were answered, 0 to 1."""
        ...

    @property
    def p50_ms(self) -> float | None:
        """Median time of an answer."""
        ...

    @property
    def p95_ms(self) -> float | None:
        """Time within which 95 of 100 answers came."""
        ...

    @property
    def last_answered_at(self) -> datetime | None:
        """Aware UTC."""
        ...

    @property
    def last_probed_at(self) -> datetime | None:
        """When it was last asked for what it surely holds."""
        ...

    @property
    def since(self) -> datetime | None:
        """Since when it is in this state, as far as this process has seen."""
        ...


class SourceHealth(Protocol):
    """How the sources have answered lately (passive observation)."""

    def observe(self) -> Mapping[str, Pulse]:
        """By source id."""
        ...
