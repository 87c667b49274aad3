"""What forms, their sessions and their webhooks need from the world; the MUSTs of `ports` hold here too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from reuse_gateway.domain.check import Position
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.form_session import FormSession
from reuse_gateway.domain.registered_form import FormVersion, RecordedForm


class FormEventKind(StrEnum):
    """What happens to a form besides new versions."""

    SECRET = "secret"  # noqa: S105
    TOLD = "told"
    SPENT = "spent"


@dataclass(frozen=True, slots=True)
class FormEvent:
    """`id` is what can happen once only: a second event of the same id is refused. `says` holds codes and digests alone."""

    id: str
    kind: FormEventKind
    form_id: str
    at: datetime
    client_id: str
    agency: str
    says: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """A secret as it is known: derived from key `kid` for this form and serial number, never stored itself.

    `previous_until`: until when the secrets issued before it go on being good.
    """

    form_id: str
    serial: int
    kid: str
    issued_at: datetime
    previous_until: datetime


class FormRows(Protocol):
    """Forms as they have been recorded. Every method raises StoreError."""

    async def newest(self, form_id: str) -> RecordedForm | None:
        """The version recorded last."""
        ...

    async def published(self, form_id: str, version: str | None = None) -> RecordedForm | None:
        """The version published last, or the last one that its builder calls so."""
        ...

    async def history(self, form_id: str) -> Sequence[RecordedForm]:
        """All versions, the oldest first."""
        ...

    async def listing(self, after: str, limit: int, agency: str = "") -> Sequence[RecordedForm]:
        """The newest version of each form of this agency (empty = of any), in order of id, beyond `after`."""
        ...

    async def origins(self) -> frozenset[str]:
        """Every origin that some published form names."""
        ...

    async def event(self, id: str) -> FormEvent | None: ...

    async def secrets(self, form_id: str) -> Sequence[IssuedSecret]:
        """Every secret ever issued for a form, in order of serial."""
        ...


class FormRecorder(Protocol):
    """Writes forms and what happens to them; see `Recorder`."""

    async def record_form(self, form: FormVersion, events: Sequence[Event] = ()) -> Position:
        """The version and the events that tell of it.

        Raises Conflict when the revision is taken: somebody else changed the form meanwhile.
        """
        ...

    async def record_form_event(self, event: FormEvent) -> Position:
        """Raises Conflict when an event of this id stands."""
        ...


class FormSessions(Protocol):
    """Sessions as a browser holds them."""

    def seal(self, session: FormSession) -> str:
        """MUST tell nothing about the subject to whoever holds the token."""
        ...

    def open(self, token: str) -> FormSession:
        """MUST raise NotAllowed(`session_invalid`) for whatever was not sealed here; the caller looks at the time."""
        ...


class BodySignature(Protocol):
    """A signature that is checked while the body streams past."""

    @property
    def id(self) -> str:
        """The same over all retries of a call."""
        ...

    def update(self, chunk: bytes) -> None: ...

    def holds(self) -> bool: ...


class FormSecrets(Protocol):
    """Secrets that builders share with the gateway."""

    @property
    def newest(self) -> str:
        """Id of the key that new secrets are derived from."""
        ...

    def signing(self, issue: IssuedSecret) -> str: ...

    def password(self, issue: IssuedSecret) -> str: ...

    def is_password(self, told: str, issues: Sequence[IssuedSecret]) -> bool:
        """MUST take the same time for a wrong one and for a right one."""
        ...

    def signature(self, headers: Mapping[str, str], issues: Sequence[IssuedSecret], now_s: float) -> BodySignature:
        """Raises NotAuthenticated for headers that cannot hold, and outside of five minutes."""
        ...
