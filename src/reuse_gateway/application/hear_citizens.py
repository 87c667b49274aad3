"""Citizens are heard (tiếp nhận yêu cầu của công dân): what was asked about them, what they ask of it, and the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reuse_gateway.application.citizen_ports import CitizenReads, CitizenRecorder
from reuse_gateway.application.ports import Clock, Ids
from reuse_gateway.domain.check import Caller, Check
from reuse_gateway.domain.citizen_request import (
    ANSWER_WORKING_DAYS,
    GROUNDS,
    Answer,
    CitizenRequest,
    Ground,
    RecordedRequest,
    RequestAnswer,
    RequestKind,
    may_answer,
)
from reuse_gateway.domain.errors import Conflict, Fault, InvalidInput, NotAllowed, NotFound
from reuse_gateway.domain.verdict import Decision
from reuse_gateway.domain.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class HearCitizens:
    """Requests, reports and answers; each is durable before it is told of."""

    reads: CitizenReads
    recorder: CitizenRecorder
    clock: Clock
    ids: Ids
    calendar: WorkingCalendar

    async def ask(self, check: Check, subject: str, kind: RequestKind, ground: Ground, place: int | None) -> RecordedRequest:
        """An objection or correction. Raises InvalidInput, Conflict(`already_requested`), StoreError.

        `check` MUST be about the person whose pseudonym `subject` is.
        """
        if kind is RequestKind.REPORT or ground not in GROUNDS[kind]:
            raise InvalidInput(Fault("/ground", "not_one_of"))
        if place is None and kind is RequestKind.CORRECTION:
            raise InvalidInput(Fault("/paper", "missing"))
        if place is not None and place >= len(check.verdicts):
            raise InvalidInput(Fault("/paper", "unknown_ref"))
        return await self._recorded(self._request(check, kind, ground, place, subject))

    async def report(self, check: Check, places: Iterable[int]) -> tuple[RecordedRequest, ...]:
        """Papers of a receipt that were demanded all the same; one whose report waits for its answer is not reported again.

        Raises InvalidInput for a paper that the receipt does not spare, StoreError.
        """
        chosen = sorted(set(places))
        spared = {place for place, verdict in enumerate(check.verdicts) if verdict.decision is Decision.MUST_NOT_ASK}
        if not chosen or not spared.issuperset(chosen):
            raise InvalidInput(Fault("/paper", "unknown_ref"))
        before = await self.reads.reports(check.id)
        told = []
        for place in chosen:
            same = [each for each in before if each.request.place == place]
            if any(each.answer is None for each in same):
                continue
            made = self._request(check, RequestKind.REPORT, Ground.DEMANDED, place, None)
            try:
                told.append(await self._recorded(replace(made, again=len(same))))
            except Conflict:
                continue
        return tuple(told)

    async def answer(self, caller: Caller, request_id: str, answer: Answer, words: str) -> RecordedRequest:
        """The office answers. Raises NotFound, NotAllowed, InvalidInput, Conflict(`already_answered`), StoreError."""
        found = await self.reads.request(request_id)
        if found is None:
            raise NotFound()
        request = found.request
        if not may_answer(caller, request.kind, request.agency):
            raise NotAllowed(code="not_yours_to_answer")
        if answer is Answer.REFUSED and not words:
            raise InvalidInput(Fault("/words", "missing"))
        told = RequestAnswer(request.id, answer, words, self.clock.now(), caller.client_id, caller.agency)
        try:
            await self.recorder.record_citizen_answer(told)
        except Conflict:
            raise Conflict(code="already_answered") from None
        return RecordedRequest(request, found.index, told)

    def _request(
        self, check: Check, kind: RequestKind, ground: Ground, place: int | None, subject: str | None
    ) -> CitizenRequest:
        now = self.clock.now()
        return CitizenRequest(
            id=self.ids.new("req"),
            kind=kind,
            ground=ground,
            made_at=now,
            due_on=self.calendar.due_on(now, ANSWER_WORKING_DAYS),
            check_id=check.id,
            agency=check.agency,
            procedure=check.procedure,
            place=place,
            evidence_type=check.verdicts[place].evidence_type if place is not None else None,
            subject=subject,
        )

    async def _recorded(self, request: CitizenRequest) -> RecordedRequest:
        try:
            position = await self.recorder.record_citizen_request(request)
        except Conflict:
            raise Conflict(code="already_requested") from None
        return RecordedRequest(request, position.index)
