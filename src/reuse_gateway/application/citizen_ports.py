"""What serving citizens needs from the world, beside `ports.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from reuse_gateway.domain.check import Position, RecordedCheck
from reuse_gateway.domain.citizen_request import CitizenRequest, RecordedRequest, RequestAnswer, RequestState
from reuse_gateway.domain.subject import Citizen


class CitizenTokens(Protocol):
    """People who have logged in with the province's identity provider."""

    async def citizen(self, token: str) -> Citizen:
        """MUST check all that a caller's token is checked for, an audience and scope of citizens' own, and the number.

        Raises NotAuthenticated.
        """
        ...


class CitizenRecorder(Protocol):
    """Keeps requests and answers; see `Recorder` for what MUST hold."""

    async def record_citizen_request(self, request: CitizenRequest) -> Position:
        """Raises Conflict(`already_recorded`) when the same was asked of that paper already."""
        ...

    async def record_citizen_answer(self, answer: RequestAnswer) -> Position:
        """Raises Conflict(`already_recorded`) when somebody has answered."""
        ...


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests. `agency` None = of all; `state` None = any, judged on `today`, a day in Vietnam.

    `unreported`: bodies whose reports are left out; nobody reads what was reported about himself.
    """

    today: date
    agency: str | None = None
    kind: str | None = None
    state: RequestState | None = None
    unreported: tuple[str, ...] = ()


class CitizenReads(Protocol):
    """What was recorded about one person, and what people asked. Every method raises StoreError."""

    async def checks_of(self, subjects: Sequence[str], before: int, limit: int) -> Sequence[RecordedCheck]:
        """Checks about any of these pseudonyms, the newest first, below ledger index `before`; as signed or not at all."""
        ...

    async def request(self, request_id: str) -> RecordedRequest | None: ...

    async def requests_of(self, subjects: Sequence[str], before: int, limit: int) -> Sequence[RecordedRequest]:
        """Requests made under any of these pseudonyms, the newest first, below ledger index `before`."""
        ...

    async def reports(self, check_id: str) -> Sequence[RecordedRequest]:
        """Reports from the receipt of this check with their answers, the oldest first."""
        ...

    async def requests(self, wanted: RequestFilter, before: int, limit: int) -> Sequence[RecordedRequest]:
        """The newest first, below ledger index `before`."""
        ...
