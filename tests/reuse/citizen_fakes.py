"""Citizens' requests in memory, keeping the MUSTs of `application/citizen_ports.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reuse_gateway.application.citizen_ports import RequestFilter
from reuse_gateway.domain.check import Position, RecordedCheck
from reuse_gateway.domain.citizen_request import CitizenRequest, RecordedRequest, RequestAnswer
from reuse_gateway.domain.errors import Conflict, StoreError


@dataclass
class MemoryCitizens:
    """Recorder and reader in one; `store` holds the checks."""

    store: Any = None
    kept: list[RecordedRequest] = field(default_factory=list)
    broken: StoreError | None = None

    async def record_citizen_request(self, request: CitizenRequest) -> Position:
        if self.broken:
            raise self.broken
        if any(_key(each.request) == _key(request) for each in self.kept):
            raise Conflict(code="already_recorded")
        self.kept.append(RecordedRequest(request, len(self.kept)))
        return Position(len(self.kept) - 1, len(self.kept))

    async def record_citizen_answer(self, answer: RequestAnswer) -> Position:
        (at,) = (at for at, each in enumerate(self.kept) if each.request.id == answer.request_id)
        if self.kept[at].answer:
            raise Conflict(code="already_recorded")
        self.kept[at] = replace(self.kept[at], answer=answer)
        return Position(100, 101)

    async def checks_of(self, subjects: Sequence[str], before: int, limit: int) -> Sequence[RecordedCheck]:
        kept = sorted(self.store.checks.values(), key=lambda each: -each.position.index)
        return [each for each in kept if each.check.subject in subjects and each.position.index < before][:limit]

    async def request(self, request_id: str) -> RecordedRequest | None:
        return next((each for each in self.kept if each.request.id == request_id), None)

    async def requests_of(self, subjects: Sequence[str], before: int, limit: int) -> Sequence[RecordedRequest]:
        return [each for each in reversed(self.kept) if each.request.subject in subjects and each.index < before][:limit]

    async def reports(self, check_id: str) -> Sequence[RecordedRequest]:
        return [each for each in self.kept if each.request.check_id == check_id and each.request.kind == "report"]

    async def requests(self, wanted: RequestFilter, before: int, limit: int) -> Sequence[RecordedRequest]:
        def fits(each: RecordedRequest) -> bool:
            request = each.request
            state = request.state(each.answer, wanted.today)
            return (
                wanted.agency in (None, request.agency)
                and wanted.kind in (None, request.kind)
                and wanted.state in (None, state)
                and not (request.kind == "report" and request.agency in wanted.unreported)
            )

        return [each for each in reversed(self.kept) if fits(each) and each.index < before][:limit]


def _key(request: CitizenRequest) -> tuple:
    return request.check_id, request.kind, request.place, request.again
