"""The guard of a form (lá chắn biểu mẫu): shown, left or sent, it is answered in time; a person is stopped by a surety only."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from reuse_gateway.application.answer_once import AnswerOnce
from reuse_gateway.application.check_documents import CheckDocuments, Policies, Policy
from reuse_gateway.application.form_ports import FormEvent, FormEventKind, FormRecorder, FormRows
from reuse_gateway.application.ports import Claim, Clock, Pseudonyms
from reuse_gateway.application.record_demand import RecordDemand
from reuse_gateway.domain.asking import Channel, DemandKind, Means
from reuse_gateway.domain.check import Caller, Check, CheckRequest, Wanted
from reuse_gateway.domain.demand import Circumstances, DemandCase
from reuse_gateway.domain.errors import Conflict, InvalidInput, NotAllowed, StoreError, UnknownProcedure
from reuse_gateway.domain.form_guard import FieldVerdict, FormAnswer, Phase, undecided
from reuse_gateway.domain.form_session import FormSession
from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.registered_form import BoundField, FormVersion
from reuse_gateway.domain.subject import Subject
from reuse_gateway.domain.vietnam import vietnamese_day

_TURN_S, _LEAST = 0.05, 0.25
# Whatever is wrong with us or with a form's facts is no reason to stop the person who fills it in.
_OURS = (StoreError, UnknownProcedure, InvalidInput)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a builder tells: names of bound fields that hold something, never what they hold.

    `key`: what stays the same over all retries of this call (webhook-id, Idempotency-Key); None = it was not told.
    `asked_at`: loop time at which the call had arrived, for the budget. `blind`: nothing may be looked up for this caller now.
    """

    phase: Phase
    present: frozenset[str]
    subject: Subject
    others: Mapping[str, Subject] = field(default_factory=dict)
    case: str | None = None
    dossier: str | None = None
    officer: str | None = None
    key: str | None = None
    session: FormSession | None = None
    asked_at: float | None = None
    blind: bool = False


@dataclass(frozen=True, slots=True)
class PromptPolicies:
    """Port `Policies` with less time for the sources: a builder waits for the answer, and a person before it."""

    policies: Policies
    deadline_s: float

    def on(self, day: date, agency: str = "", procedure: str = "") -> Policy:
        """The policy of the day, in a hurry."""
        policy = self.policies.on(day, agency, procedure)
        return replace(policy, deadline_s=min(policy.deadline_s, self.deadline_s))


@dataclass(frozen=True, slots=True)
class GuardForm:
    """Decides what a form may hold. `check` MUST keep its sources well within `budget_s`, which is for the whole answer."""

    check: CheckDocuments
    once: AnswerOnce
    demand: RecordDemand
    rows: FormRows
    recorder: FormRecorder
    pseudonyms: Pseudonyms
    clock: Clock
    budget_s: float
    _late: set[asyncio.Task[FormAnswer]] = field(default_factory=set)

    async def __call__(self, form: FormVersion, caller: Caller, sent: Sent) -> FormAnswer:
        """Answers within the budget, `degraded` where it could not decide; what was begun is recorded all the same.

        Raises NotAllowed(`session_spent`), KeyReused; never StoreError.
        """
        if sent.blind:
            return _degraded(form, sent)
        task = asyncio.create_task(self._decided(form, caller, sent), name="form-guard")
        await asyncio.wait({task}, timeout=self._left_s(sent))
        if not task.done():
            self._late.add(task)
            task.add_done_callback(self._forget)
            return _degraded(form, sent)
        try:
            return task.result()
        except _OURS:
            return _degraded(form, sent)

    def _left_s(self, sent: Sent) -> float:
        """What is left of the budget; never so little that a quick answer has no chance."""
        gone_s = 0.0 if sent.asked_at is None else asyncio.get_running_loop().time() - sent.asked_at
        return max(self.budget_s - gone_s, self.budget_s * _LEAST)

    def _forget(self, task: asyncio.Task[FormAnswer]) -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()

    async def _decided(self, form: FormVersion, caller: Caller, sent: Sent) -> FormAnswer:
        await self._unspent(form, sent)
        arrived_at = self.clock.now()
        bound, sent = _asked(form, sent), await self._of_a_known_case(form, sent)
        check = await self._checked(form, caller, sent, bound, arrived_at) if bound else None
        verdicts = check.verdicts if check else ()
        fields = tuple(
            FieldVerdict(each, verdict, each.field in sent.present) for each, verdict in zip(bound, verdicts, strict=True)
        )
        answer = FormAnswer(form, sent.phase, fields, check, check is not None and check.degraded)
        if sent.phase is Phase.RENDER:
            await self._tell(answer, caller, sent)
        elif sent.phase is Phase.SUBMIT:
            await self._take(answer, caller, sent, arrived_at)
        return answer

    async def _of_a_known_case(self, form: FormVersion, sent: Sent) -> Sent:
        """A case that the procedure does not have is as good as none told: it must not switch the guard off."""
        if sent.case is None:
            return sent
        version = await self.check.procedures.find(form.procedure, self._day)
        known = version is None or sent.case in {case.name for case in version.cases}
        return sent if known else replace(sent, case=None)

    async def _checked(
        self, form: FormVersion, caller: Caller, sent: Sent, bound: tuple[BoundField, ...], arrived_at: datetime
    ) -> Check:
        request = _request(form, sent, bound, arrived_at)
        held = await self._held(form, sent) if sent.phase is Phase.SUBMIT else None
        claim = self._claim(form, caller, sent, self._day, held)
        yesterdays = await self.once.known(self._claim(form, caller, sent, self._day - timedelta(days=1), held))
        if yesterdays and arrived_at - yesterdays.check.decided_at < timedelta(days=1):
            return yesterdays.check
        while True:
            try:
                return (await self.once(claim, lambda: self.check(caller, request, claim))).check
            except Conflict as conflict:
                if conflict.code != "idempotency_in_progress":
                    raise
            # A second click of an impatient person waits for the answer to the first; the budget bounds how long.
            await asyncio.sleep(_TURN_S)

    def _claim(self, form: FormVersion, caller: Caller, sent: Sent, day: date, held: bytes | None) -> Claim | None:
        """What makes a repeated submission the same one: within a session what it holds, else the key that its server told.

        A person who clicks twice has not been asked twice. From a server that tells no key (Form.io's webhook action cannot)
        the same papers of one person for one dossier are the same submission for 24 hours.
        """
        if held is None:
            return None
        same = f"key {sent.key}"
        if sent.session is not None:
            same = f"session {sent.session.id} holds {held.hex()}"
        elif sent.key is None:
            same = f"day {day} dossier {sent.dossier} holds {held.hex()}"
        return Claim(caller.client_id, f"{caller.agency} form {form.id} {same}", held)

    async def _held(self, form: FormVersion, sent: Sent) -> bytes:
        """Digest by the person's own key of what was sent: the form as it stands, the bound fields that hold something."""
        told = hashlib.sha256(canonical([form.ref, sorted(sent.present)])).hexdigest()
        return await self.check.people.sealed((sent.subject.key,), f"submission {told}")

    async def _unspent(self, form: FormVersion, sent: Sent) -> None:
        """A session is bound to the submission that was taken first: the same one again, from the page or from the server that
        takes the dossier, is the same demand and gets the same answer.
        """
        spent = await self.rows.event(self._spent_id(sent.session)) if sent.session else None
        if spent is None:
            return
        if sent.phase is not Phase.SUBMIT or spent.says.get("held") != (await self._held(form, sent)).hex():
            raise NotAllowed(code="session_spent")

    async def _tell(self, answer: FormAnswer, caller: Caller, sent: Sent) -> None:
        """Keep which papers this form was told not to ask for: a form that asks all the same cannot say it did not know."""
        forbidden = [each.verdict.ref for each in answer.fields if each.forbidden]
        if forbidden:
            says = {"fields": "\n".join(forbidden)}
            await self._record(FormEventKind.TOLD, await self._told_id(answer.form, sent), answer.form, caller, says)

    async def _take(self, answer: FormAnswer, caller: Caller, sent: Sent, arrived_at: datetime) -> None:
        """What was handed in is what the form asked for: a demand, whatever it turns out to be."""
        if answer.check is not None:
            told = await self.rows.event(await self._told_id(answer.form, sent)) if answer.refused else None
            fields = str(told.says["fields"]).split("\n") if told else ()
            made_at = min(arrived_at, answer.check.decided_at)
            case = DemandCase(
                _request(answer.form, sent, _asked(answer.form, sent), arrived_at), _as_form(made_at, answer.form)
            )
            await self.demand(caller, case, answer.check, form_told=fields)
        if sent.session is not None and not answer.refused:
            says = {"held": (await self._held(answer.form, sent)).hex()}
            if not await self._record(FormEventKind.SPENT, self._spent_id(sent.session), answer.form, caller, says):
                await self._unspent(answer.form, sent)

    async def _record(self, kind: FormEventKind, id: str, form: FormVersion, caller: Caller, says: Mapping[str, str]) -> bool:
        """False where it stands already."""
        event = FormEvent(id, kind, form.id, self.clock.now(), caller.client_id, caller.agency, says)
        with suppress(Conflict):
            await self.recorder.record_form_event(event)
            return True
        return False

    @property
    def _day(self) -> date:
        return vietnamese_day(self.clock.now())

    def _spent_id(self, session: FormSession) -> str:
        return f"spent/{self.pseudonyms.of(f'form session {session.id}')}"

    async def _told_id(self, form: FormVersion, sent: Sent) -> str:
        """Within a session, else about one person in one day: what it was told another day may hold no more."""
        if sent.session:
            return f"told/{self.pseudonyms.of(f'form {form.ref} session {sent.session.id}')}"
        return f"told/{(await self.check.people.sealed((sent.subject.key,), f'told {form.ref} {self._day}')).hex()}"


def _asked(form: FormVersion, sent: Sent) -> tuple[BoundField, ...]:
    """Before a form is shown every bound field; once something is sent, what it holds."""
    return form.bound if sent.phase is Phase.RENDER else tuple(each for each in form.bound if each.field in sent.present)


def _request(form: FormVersion, sent: Sent, bound: tuple[BoundField, ...], arrived_at: datetime) -> CheckRequest:
    return CheckRequest(
        procedure=ProcedureCode.parse(form.procedure),
        subject=sent.subject,
        wanted=tuple(_wanted(bound)),
        as_of=vietnamese_day(arrived_at),
        case=sent.case or form.case,
        dossier=sent.dossier,
        officer=sent.officer,
        others=sent.others,
    )


def _wanted(bound: tuple[BoundField, ...]) -> Iterator[Wanted]:
    """Each paper by its field, and the further ones of one field by their kinds too."""
    seen = set[str]()
    for each in bound:
        ref = f"{each.field} ({each.evidence_type})" if each.field in seen else each.field
        seen.add(each.field)
        yield Wanted(ref, each.evidence_type, role=each.role, strict=each.strict)


def _as_form(made_at: datetime, form: FormVersion) -> Circumstances:
    """What a form holds when it is sent is what it asked for."""
    return Circumstances(DemandKind.ONLINE_FORM, made_at, received_by=Channel.ONLINE, means=Means.FORM, form=form.ref)


def _degraded(form: FormVersion, sent: Sent) -> FormAnswer:
    fields = (FieldVerdict(each, undecided(each), each.field in sent.present) for each in _asked(form, sent))
    return FormAnswer(form, sent.phase, tuple(fields), None, degraded=True)
