"""What is known of a demand beside its check (căn cứ xem xét): earlier checks and demands, outages, the dossier."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reuse_gateway.application.check_documents import Policies, Policy
from reuse_gateway.application.demand_ports import DemandHistory, Outages
from reuse_gateway.application.people_ports import People
from reuse_gateway.application.ports import Archive, Procedures
from reuse_gateway.domain.agency import within
from reuse_gateway.domain.asking import DemandKind
from reuse_gateway.domain.check import Check, Wanted
from reuse_gateway.domain.defect import Cover, covers
from reuse_gateway.domain.demand import Circumstances, Demand, DemandCase, RecordedDemand
from reuse_gateway.domain.demand_facts import DemandFacts, PaperFacts
from reuse_gateway.domain.errors import UnknownProcedure
from reuse_gateway.domain.holding import Outcome
from reuse_gateway.domain.override import OwnFacts
from reuse_gateway.domain.plan import row_of
from reuse_gateway.domain.procedure import ProcedureVersion
from reuse_gateway.domain.told_before import EarlierAnswer, HeldBefore, PaperAsked, only_its_dossier, put_right
from reuse_gateway.domain.verdict import Reason, Verdict
from reuse_gateway.domain.vietnam import vietnamese_day

# What an agency was told it may rely on so long; a record of an outage counts for a demand made so soon after or before.
RELIED_ON, OUTAGE_NEAR, SERVED_NEAR = timedelta(days=30), timedelta(days=1), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Around:
    """The demand in hand with everything read about it."""

    agency: str
    case: DemandCase
    check: Check
    version: ProcedureVersion
    policy: Policy
    earlier: tuple[Check, ...]
    before: tuple[RecordedDemand, ...]
    served: bool
    looked: tuple[Check, ...]
    shown: tuple[Check, ...]
    subjects: tuple[str, ...]

    @property
    def circumstances(self) -> Circumstances:
        return self.case.circumstances


@dataclass(frozen=True, slots=True)
class DemandEvidence:
    """Gathers, judges nothing. `rechecks` are clients whose checks tell an agency nothing (the gateway's own re-checks)."""

    policies: Policies
    procedures: Procedures
    history: DemandHistory
    archive: Archive
    outages: Outages
    people: People
    rechecks: frozenset[str] = frozenset()

    async def __call__(self, agency: str, case: DemandCase, check: Check, form_told: Collection[str] = ()) -> DemandFacts:
        """Everything the demand is judged by. Raises StoreError, UnknownProcedure."""
        around = await self._around(agency, case, check)
        told, made_on = around.circumstances, check.as_of
        wanted = {each.ref: each for each in case.request.wanted}
        papers = [await self._paper(around, verdict, wanted[verdict.ref], form_told) for verdict in check.verdicts]
        supplement_no, made_first = await self._supplement(agency, case)
        return DemandFacts(
            circumstances=told,
            made_on=made_on,
            papers=tuple(papers),
            law=around.policy.law,
            exceptions=around.policy.exceptions,
            supplement_no=supplement_no,
            bypassed=await self._bypassed(around),
            made_first=made_first,
        )

    async def _supplement(self, agency: str, case: DemandCase) -> tuple[int | None, bool]:
        """The number of the request in the order of recording, and whether it was made before all others of the dossier.

        Only this body's own requests count: nobody makes another's first request its second. Another part of a request that
        stands (the same Mẫu 02 of the same agency) is no request of its own.
        """
        told, dossier = case.circumstances, case.request.dossier
        if told.kind is not DemandKind.SUPPLEMENT_REQUEST or dossier is None:
            return None, False
        others = [each.demand for each in await self.history.supplements(dossier, agency)]
        if any(same_form(agency, told, each) for each in others):
            return None, False
        last = max((each.supplement_no or 0 for each in others), default=0)
        return last + 1, all(each.made_at > told.made_at for each in others)

    async def _around(self, agency: str, case: DemandCase, check: Check) -> _Around:
        request = case.request
        version = await self.procedures.find(request.procedure.base, request.as_of)
        if version is None:
            raise UnknownProcedure()
        made_at = case.circumstances.made_at
        subjects = await self.people.every(request.subject.key)
        found = await self.history.checks_before(agency, subjects, check.procedure, made_at)
        looked = tuple(each for each in found if each.id != check.id)
        earlier = [each for each in looked if each.client_id not in self.rechecks]
        shown = await self._shown(agency, case, subjects)
        in_hand = (each for each in shown if each.procedure == check.procedure)
        earlier = sorted({each.id: each for each in (*earlier, *in_hand)}.values(), key=lambda each: each.decided_at)[::-1]
        invoked = case.circumstances.override is not None
        before = await self.history.demands_of(agency, subjects, check.procedure) if invoked else ()
        served = await self._served(agency, made_at, check) if invoked else False
        policy = self.policies.on(request.as_of, agency, request.procedure.base)
        told = (tuple(earlier), tuple(before), served, looked, shown, tuple(subjects))
        return _Around(agency, case, check, version, policy, *told)

    async def _shown(self, agency: str, case: DemandCase, subjects: Sequence[str]) -> tuple[Check, ...]:
        """The check whose receipt the office had in hand, as far as it is about this person and older than the demand."""
        told = case.circumstances.shown_check
        if told is None:
            return ()
        found = await (self.archive.check(told) if told.startswith("chk_") else self.archive.check_by_short_code(told))
        check = found.check if found else None
        fits = check and check.subject in subjects and check.decided_at <= case.circumstances.made_at
        return (check,) if check and fits else ()

    async def _served(self, agency: str, at: datetime, check: Check) -> bool:
        """Was the agency answered both shortly before and shortly after? Then the platform was not down for it between."""
        before = await self.history.answered_between(agency, at - SERVED_NEAR, at, check.id)
        return before and await self.history.answered_between(agency, at, at + SERVED_NEAR, check.id)

    async def _bypassed(self, around: _Around) -> bool:
        """A dossier without any check of its applicant, of an agency that asked the gateway about others before."""
        if around.case.request.dossier is None or around.circumstances.kind is DemandKind.ONLINE_FORM or around.earlier:
            return False
        first = datetime.min.replace(tzinfo=around.circumstances.made_at.tzinfo)
        return await self.history.answered_between(around.agency, first, around.circumstances.made_at, around.check.id)

    async def _paper(self, around: _Around, verdict: Verdict, wanted: Wanted, form_told: Collection[str]) -> PaperFacts:
        earlier = tuple(_answers(around, verdict, wanted))
        told, held = around.circumstances, await self._held(around, verdict, wanted)
        lately = held is not None and held.check.decided_at >= told.made_at - RELIED_ON
        # A form's particulars may be what the citizen typed.
        if held and lately and told.kind is not DemandKind.ONLINE_FORM:
            verdict = put_right(verdict, wanted, held, around.policy.facts, around.policy.law, around.check.as_of)
        last = next((each for each in earlier if each.at >= told.made_at - RELIED_ON), None)
        own = await self._own(around, verdict, wanted, earlier)
        said, late = (held.answer, held.late) if held else (None, False)
        return PaperFacts(verdict, own, _cover(around, verdict), said, last, verdict.ref in form_told, late, lately)

    async def _held(self, around: _Around, verdict: Verdict, wanted: Wanted) -> HeldBefore | None:
        """The newest check that told the body, or the one that records for it, that the paper is held; and is it told late?

        That is one decided after the instant that the office tells and before it told. What a citizen told an inspector, or a
        body outside the office's own line, is not the office's word: its instant stands, and what the recorder knew proves
        nothing.
        """
        bound, told = only_its_dossier(around.policy.facts, verdict, wanted), around.circumstances
        if verdict.evidence_type is None or (bound and not around.check.dossier):
            return None
        reported = told.by_inspector or not within(around.agency, around.check.agency)
        paper = PaperAsked(
            agencies=frozenset({around.agency} if reported else {around.agency, around.check.agency}),
            subjects=around.subjects,
            procedure=around.check.procedure,
            evidence_type=verdict.evidence_type,
            role=verdict.role,
            dossier=around.check.dossier if bound else None,
            but_check=around.check.id,
            but_clients=self.rechecks,
        )
        found = await self.history.newest_held(paper, told.made_at)
        before = [(each, said) for each in (*around.shown, found) if each and (said := paper.held_in(each))]
        if before or reported:
            newest = max(before, key=lambda each: each[0].decided_at, default=None)
            return newest and HeldBefore(*newest)
        since = await self.history.newest_held(paper, around.check.decided_at, told.made_at)
        said = paper.held_in(since) if since else None
        return HeldBefore(since, said, late=True) if since and said else None

    async def _own(self, around: _Around, verdict: Verdict, wanted: Wanted, earlier: tuple[EarlierAnswer, ...]) -> OwnFacts:
        told, kind = around.circumstances, verdict.evidence_type
        row = row_of(around.version, around.case.request.case, kind, verdict.role, strict=wanted.role_said)[1] if kind else None
        return OwnFacts(
            verdict=verdict,
            made_on=around.check.as_of,
            kind=told.kind,
            manner=told.how(verdict.ref).manner,
            received_by=told.received_by,
            row=row,
            tied=around.version.tied,
            outage=await self._outage(around, verdict, wanted) if told.override else None,
            negative_receipt=_negative_receipt(told, earlier),
            makes_paper=_makes_paper(around, kind),
            served_meanwhile=around.served,
            in_force=frozenset(code for code, basis in around.policy.law.bases.items() if basis.in_force(around.check.as_of)),
            days_in_use=_days_in_use(around, kind),
        )

    async def _outage(self, around: _Around, verdict: Verdict, wanted: Wanted) -> str | None:
        """Our own word for it that the source could not be asked then: the probe log, our own look, or the last one before it.

        An outage that was over when the demand was made excuses nothing.
        """
        made_at = around.circumstances.made_at
        unknown = {each.source for each in verdict.holdings if each.outcome is Outcome.UNKNOWN}
        sources = sorted({proof.source for proof in verdict.proofs} or unknown)
        found = [await self.outages.evidence(source, made_at) for source in sources]
        if found and all(found):
            return found[0]
        later = around.check.decided_at - made_at
        if verdict.pending:
            return around.check.id if later <= OUTAGE_NEAR else None
        if later <= SERVED_NEAR:
            return None
        last = next(iter(_answers(around, verdict, wanted, around.looked)), None)
        near = last is not None and last.at >= made_at - SERVED_NEAR and last.reason in _TROUBLE
        return last.check_id if last and near else None


def same_form(agency: str, told: Circumstances, other: Demand) -> bool:
    """Is this Mẫu 02 the one of a recorded request? Each agency numbers its own."""
    number = told.mau_02.number if told.mau_02 else None
    return number is not None and other.mau_02 is not None and (agency, number) == (other.agency, other.mau_02.number)


_TROUBLE = (Reason.SOURCE_TIMED_OUT, Reason.SOURCE_UNAVAILABLE, Reason.CIRCUIT_OPEN, Reason.BAD_ANSWER)


def _answers(around: _Around, verdict: Verdict, wanted: Wanted, looks: Collection[Check] | None = None) -> list[EarlierAnswer]:
    """What earlier checks said of this very paper, the newest first. Another's paper, or one about a thing, may be a different
    one in another dossier: there the dossier must be the same.
    """
    same = only_its_dossier(around.policy.facts, verdict, wanted)
    fitting = [
        check
        for check in (around.earlier if looks is None else looks)
        if not same or (check.dossier and check.dossier == around.check.dossier)
    ]
    return [
        EarlierAnswer(check.id, each.reason, check.decided_at, check.as_of)
        for check in fitting
        for each in check.verdicts
        if each.evidence_type == verdict.evidence_type and each.role == verdict.role and each.evidence_type is not None
    ]


def _cover(around: _Around, verdict: Verdict) -> Cover | None:
    facts, kind = around.policy.facts, around.policy.facts.evidence_types.get(verdict.evidence_type or "")
    if kind is None:
        return None
    return covers({kind.key: kind}, facts.sources, around.policy.law, around.check.as_of)[kind.key]


def _negative_receipt(told: Circumstances, earlier: Sequence[EarlierAnswer]) -> str | None:
    """A check of ours that found nothing: the newest one, or the one that is named."""
    empty = [each.check_id for each in earlier if each.reason is Reason.NOT_HELD and each.of_its_day]
    named = told.override.evidence.get("negative_receipt") if told.override else None
    newest = earlier[0] if earlier else None
    if named in empty:
        return named
    return newest.check_id if newest and newest.check_id in empty else None


def _makes_paper(around: _Around, evidence_type: str | None) -> bool | None:
    kind = around.policy.facts.evidence_types.get(evidence_type or "")
    if kind is None or not kind.result_codes or not around.version.result_codes:
        return None
    return not set(kind.result_codes).isdisjoint(around.version.result_codes)


def _days_in_use(around: _Around, evidence_type: str | None) -> int:
    """Calendar days in Vietnam since the exception was first invoked for this paper; for E13, until it was captured."""
    override, made_on = around.circumstances.override, around.check.as_of
    if override is None:
        return 0
    if override.code == "E13":
        return (vietnamese_day(around.check.decided_at) - made_on).days
    first = [
        vietnamese_day(each.demand.made_at)
        for each in around.before
        if each.demand.override is not None and each.demand.override.code == override.code
        for paper in each.demand.papers
        if paper.evidence_type == evidence_type and paper.override is not None
    ]
    return max(0, (made_on - min(first, default=made_on)).days)
