"""A letter of a case is issued once per round (phát hành văn bản): numbered, kept to the byte, its digest in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reuse_gateway.application.case_ports import CaseRows, LetterRecorder, LetterRows
from reuse_gateway.application.ports import Clock, Pseudonyms
from reuse_gateway.application.word_letter import WordLetter
from reuse_gateway.domain.case import CaseState, Role, ViolationCase
from reuse_gateway.domain.case_letter import CaseLetter, LetterKind, LetterText, RecordedLetter
from reuse_gateway.domain.case_moves import role_of
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import Conflict, NotAllowed, NotFound
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.vietnam import vietnamese_day

_TRIES, _MOST = 8, 500
# Who signs which letter, and while the case is where.
_ISSUED_BY = {LetterKind.NOTICE: Role.AUDITOR, LetterKind.APOLOGY: Role.AGENCY}
_WHILE = {
    LetterKind.NOTICE: (CaseState.DETECTED, CaseState.EXPLANATION_DUE),
    LetterKind.APOLOGY: (CaseState.ESCALATED, CaseState.REMEDY_DUE, CaseState.REMEDIED, CaseState.APOLOGY_DUE),
}


@dataclass(frozen=True, slots=True)
class IssueLetter:
    """`write` makes the file of a letter; the same text MUST give the same bytes."""

    rows: CaseRows
    letters: LetterRows
    recorder: LetterRecorder
    word: WordLetter
    write: Callable[[LetterText], bytes]
    pseudonyms: Pseudonyms
    clock: Clock

    async def __call__(self, caller: Caller, case_id: str, kind: LetterKind, officer: str | None = None) -> RecordedLetter:
        """The letter of the present round, issued now or before. Raises NotFound, NotAllowed, Conflict, StoreError."""
        case = await self._allowed(caller, case_id, kind)
        issuer = caller.agency if kind is LetterKind.NOTICE else case.fingerprint.agency
        actor = self.pseudonyms.of(f"officer:{officer}" if officer else f"client:{caller.client_id}")
        for _ in range(_TRIES):
            kept = await self.letters.letter(case.id, case.round, kind)
            if kept is not None:
                return kept
            if case.state not in _WHILE[kind]:
                raise Conflict(code="letter_not_due", state=case.state.value)
            letter = await self._letter(case, kind, issuer, actor)
            try:
                position = await self.recorder.record_letter(letter, (_event(letter),))
            except Conflict:
                # The number went to another case, or the letter to another process: look again.
                continue
            return RecordedLetter(letter, position.index, letter.file_sha256)
        raise Conflict(code="letter_contended")

    async def draft(self, caller: Caller, case_id: str, kind: LetterKind) -> bytes:
        """The letter as it would be issued now, without a number. Raises NotFound, NotAllowed, Conflict, StoreError."""
        case = await self._allowed(caller, case_id, kind)
        if case.state not in _WHILE[kind]:
            raise Conflict(code="letter_not_due", state=case.state.value)
        issuer = caller.agency if kind is LetterKind.NOTICE else case.fingerprint.agency
        violations = await self._of_round(case)
        return self.write(await self.word(kind, case, violations, issuer, "", self.clock.now()))

    async def _allowed(self, caller: Caller, case_id: str, kind: LetterKind) -> ViolationCase:
        case = await self.rows.case(case_id)
        role = role_of(caller, case.fingerprint.agency) if case else None
        if case is None or role is None:
            raise NotFound()
        if role is not _ISSUED_BY[kind]:
            raise NotAllowed(code="not_your_move", state=case.state.value, legal="")
        return case

    async def _letter(self, case: ViolationCase, kind: LetterKind, issuer: str, actor: str) -> CaseLetter:
        at, violations = self.clock.now(), await self._of_round(case)
        year = vietnamese_day(at).year
        number = await self.letters.last_number(issuer, kind, year) + 1
        bases = self.word.bases(kind, case, violations, at)
        blank = CaseLetter(kind, issuer, year, number, case.id, case.round, at, actor, bases, b"")
        text = await self.word(kind, case, violations, issuer, blank.reference, at)
        return CaseLetter(kind, issuer, year, number, case.id, case.round, at, actor, bases, self.write(text))

    async def _of_round(self, case: ViolationCase) -> list:
        return list(await self.rows.violations(case.id, _MOST, case.span))


def _event(letter: CaseLetter) -> Event:
    told = {"case_id": letter.case_id, "round": letter.round, "letter": letter.kind.value, "reference": letter.reference}
    return Event("case.letter_issued", letter.issued_at, {**told, "file_sha256": letter.file_sha256})
