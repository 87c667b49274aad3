"""Letters of a case are issued (phát hành văn bản): numbered, kept to the byte, their digest in the ledger, once to each."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from reuse_gateway.application.case_ports import CaseRows
from reuse_gateway.application.case_roles import acting
from reuse_gateway.application.letter_ports import ApplicantRows, LetterRecorder, LetterRows
from reuse_gateway.application.ports import Clock, Pseudonyms
from reuse_gateway.application.word_letter import LetterMatter, WordLetter
from reuse_gateway.domain.agency import official
from reuse_gateway.domain.applicant import Applicant, Owed, RoundSpan, span_of
from reuse_gateway.domain.case import CaseState, Role, ViolationCase
from reuse_gateway.domain.case_letter import CaseLetter, LetterKind, LetterText, RecordedLetter
from reuse_gateway.domain.case_moves import legal
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Conflict, NotAllowed, NotFound
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.vietnam import vietnamese_day

_TRIES, _LONGEST_PAUSE_S, _MOST = 60, 0.2, 500
# Who signs which letter, and while the case is where: a notice tells what is heard and until when, so it waits for the step.
_ISSUED_BY = {LetterKind.NOTICE: Role.AUDITOR, LetterKind.APOLOGY: Role.AGENCY}
_WHILE = {
    LetterKind.NOTICE: (CaseState.EXPLANATION_DUE,),
    LetterKind.APOLOGY: (CaseState.ESCALATED, CaseState.REMEDY_DUE, CaseState.REMEDIED, CaseState.APOLOGY_DUE),
}


@dataclass(frozen=True, slots=True)
class Issued:
    """What one call issued, and how the round stands after it."""

    letters: tuple[RecordedLetter, ...]
    owed: Owed


@dataclass(frozen=True, slots=True)
class IssueLetter:
    """`write` makes the file of a letter; the same text MUST give the same bytes."""

    rows: CaseRows
    letters: LetterRows
    applicants: ApplicantRows
    recorder: LetterRecorder
    word: WordLetter
    write: Callable[[LetterText], bytes]
    pseudonyms: Pseudonyms
    clock: Clock

    async def __call__(
        self, caller: Caller, case_id: str, kind: LetterKind, officer: str | None = None, violation_id: str | None = None
    ) -> RecordedLetter:
        """The letter of the present round, issued now or before; `violation_id` names the applicant of an apology.

        Raises NotFound, NotAllowed, Conflict(`letter_not_due`, `several_applicants`, after 60 tries `letter_contended`),
        StoreError.
        """
        case = await self._allowed(caller, case_id, kind)
        applicant = await self.applicant(span_of(case), violation_id) if kind is LetterKind.APOLOGY else None
        matter = await self._matter(caller, case, kind, applicant)
        return await self._issued(matter, self._actor(caller, officer))

    async def batch(self, caller: Caller, case_id: str, limit: int, officer: str | None = None) -> Issued:
        """Apologies to the next `limit` applicants of the present round who wait for one; sent again it goes on.

        Raises NotFound, NotAllowed, Conflict, StoreError; what was issued by then stands.
        """
        case = await self._allowed(caller, case_id, LetterKind.APOLOGY)
        span, actor, done = span_of(case), self._actor(caller, officer), []
        for applicant in await self.applicants.applicants(span, (-1, -1), limit, owed=True):
            matter = await self._matter(caller, case, LetterKind.APOLOGY, applicant)
            done.append(await self._issued(matter, actor))
        return Issued(tuple(done), await self.applicants.owed(span))

    async def draft(self, caller: Caller, case_id: str, kind: LetterKind, violation_id: str | None = None) -> bytes:
        """The letter as it would be issued now, without a number. Raises as issuing does; a notice may be seen beforehand."""
        case = await self._allowed(caller, case_id, kind)
        applicant = await self.applicant(span_of(case), violation_id) if kind is LetterKind.APOLOGY else None
        matter = await self._matter(caller, case, kind, applicant)
        if (kind, case.state) != (LetterKind.NOTICE, CaseState.DETECTED):
            _refuse_early(matter)
        return self.write(await self.word(matter, "", self.clock.now()))

    async def applicant(self, span: RoundSpan, violation_id: str | None) -> Applicant:
        """The applicant of this violation; where none is named, the only one there is. Raises NotFound, Conflict."""
        if violation_id is not None:
            found = await self.applicants.applicant(span, violation_id)
            if found is None:
                raise NotFound()
            return found
        first = await self.applicants.applicants(span, (-1, -1), 2, owed=False)
        if len(first) != 1:
            raise Conflict(code="several_applicants", applicants=(await self.applicants.owed(span)).applicants)
        return first[0]

    async def _allowed(self, caller: Caller, case_id: str, kind: LetterKind) -> ViolationCase:
        case, role = await acting(self.rows, caller, case_id)
        if role is not _ISSUED_BY[kind]:
            raise NotAllowed(code="not_your_move", state=case.state.value, legal=legal(case.state, role))
        return case

    def _actor(self, caller: Caller, officer: str | None) -> str:
        return self.pseudonyms.of(official(caller.agency, officer) if officer else f"client:{caller.client_id}")

    async def _matter(self, caller: Caller, case: ViolationCase, kind: LetterKind, applicant: Applicant | None) -> LetterMatter:
        if applicant is None:
            newest = await self.rows.violations(case.id, _MOST, case.span)
            return LetterMatter(kind, case, caller.agency, tuple(newest), case.facts.count)
        theirs = await self.applicants.wronged(span_of(case), applicant, _MOST)
        return LetterMatter(kind, case, case.fingerprint.agency, tuple(theirs), applicant.violations, applicant)

    async def _issued(self, matter: LetterMatter, actor: str) -> RecordedLetter:
        for tried in range(1, _TRIES + 1):
            kept = await self.letters.letter(matter.case.id, matter.case.round, matter.kind, matter.addressee)
            if kept is not None:
                return kept
            _refuse_early(matter)
            letter = await self._letter(matter, actor)
            try:
                position = await self.recorder.record_letter(letter, (_event(letter),))
            except Conflict:
                # The number went to another letter, or this letter to another process: look again, not all at once.
                await asyncio.sleep(random.uniform(0, min(0.01 * tried, _LONGEST_PAUSE_S)))  # noqa: S311 - spreads load
                continue
            return RecordedLetter(letter, position.index, letter.file_sha256)
        raise Conflict(code="letter_contended")

    async def _letter(self, matter: LetterMatter, actor: str) -> CaseLetter:
        """One number after the last: a number taken for a letter that is not kept would leave a gap for good."""
        at, case = self.clock.now(), matter.case
        year = vietnamese_day(at).year
        number = await self.letters.last_number(matter.issuer, matter.kind, year) + 1
        bases, place = self.word.bases(matter, at), (case.id, case.round, at, actor)
        blank = CaseLetter(matter.kind, matter.issuer, year, number, *place, bases, b"", matter.addressee)
        return replace(blank, file=self.write(await self.word(matter, blank.reference, at)))


def _refuse_early(matter: LetterMatter) -> None:
    if matter.case.state not in _WHILE[matter.kind]:
        raise Conflict(code="letter_not_due", state=matter.case.state.value)


def _event(letter: CaseLetter) -> Event:
    told = {"case_id": letter.case_id, "round": letter.round, "letter": letter.kind.value, "reference": letter.reference}
    addressed = {"addressee": letter.addressee or None, "file_sha256": letter.file_sha256}
    return Event("case.letter_issued", letter.issued_at, {**told, **addressed})
