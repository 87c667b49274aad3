"""Letters in memory: the ports `LetterRows`, `ApplicantRows` and `LetterRecorder` with their MUSTs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reuse_gateway.domain.applicant import Applicant, Owed, RoundSpan
from reuse_gateway.domain.case_letter import CaseLetter, LetterKind, RecordedLetter
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.violation import RecordedViolation


@dataclass
class MemoryLetters:
    """Beside the cases in memory, over the demands of their store."""

    async def letter(self, case_id: str, round: int, kind: LetterKind, addressee: str = "") -> RecordedLetter | None:
        wanted = (case_id, round, kind)
        same = (each for each in self.kept_letters if (each.letter.case_id, each.letter.round, each.letter.kind) == wanted)
        return next((each for each in same if each.letter.addressee in ("", addressee)), None)

    async def letters(self, case_id: str, after: int, limit: int) -> Sequence[RecordedLetter]:
        return [each for each in self.kept_letters if each.letter.case_id == case_id and each.index > after][:limit]

    async def last_number(self, issuer: str, kind: LetterKind, year: int) -> int:
        same = [each.letter for each in self.kept_letters if each.letter.kind is kind and each.letter.issuer == issuer]
        return max((each.number for each in same if each.year == year), default=0)

    async def record_letter(self, letter: CaseLetter, events: Sequence[Event] = ()) -> Position:
        taken = letter.number <= await self.last_number(letter.issuer, letter.kind, letter.year)
        if taken or await self.letter(letter.case_id, letter.round, letter.kind, letter.addressee):
            raise Conflict(code="already_recorded")
        position = self.store._next()
        self.kept_letters.append(RecordedLetter(letter, position.index, letter.file_sha256))
        self.told += events
        return position

    def _who(self, kept: RecordedViolation) -> tuple[str | None, str]:
        demand = next(each for each in self.store.demands if each.id == kept.violation.demand_id)
        return demand.dossier, "" if demand.dossier else demand.subject

    def _of(self, span: RoundSpan) -> list[RecordedViolation]:
        return [each for each in self._members(span.case_id) if span.after < each.index <= span.upto]

    async def _everybody(self, span: RoundSpan) -> list[Applicant]:
        grouped: dict[tuple[str | None, str], list[RecordedViolation]] = {}
        for each in self._of(span):
            grouped.setdefault(self._who(each), []).append(each)
        found = []
        for (dossier, subject), theirs in grouped.items():
            first = theirs[0].violation.id
            kept = await self.letter(span.case_id, span.round, LetterKind.APOLOGY, first)
            place = (theirs[0].index, 0)
            found.append(Applicant(first, place, dossier, subject, len(theirs), kept and kept.letter.reference))
        return found

    async def applicants(self, span: RoundSpan, after: tuple[int, int], limit: int, owed: bool) -> Sequence[Applicant]:
        found = [each for each in await self._everybody(span) if each.place > after]
        return [each for each in found if not (owed and each.letter)][:limit]

    async def applicant(self, span: RoundSpan, violation_id: str) -> Applicant | None:
        named = next((each for each in self._of(span) if each.violation.id == violation_id), None)
        if named is None:
            return None
        found = next(each for each in await self._everybody(span) if (each.dossier, each.subject) == self._who(named))
        return replace(found)

    async def owed(self, span: RoundSpan) -> Owed:
        everybody = await self._everybody(span)
        given = sorted(each.letter for each in everybody if each.letter)
        return Owed(len(everybody), len(everybody) - len(given), *((given[0], given[-1]) if given else ()))

    async def wronged(self, span: RoundSpan, applicant: Applicant, limit: int) -> Sequence[RecordedViolation]:
        who = (applicant.dossier, applicant.subject)
        return [each for each in self._of(span) if self._who(each) == who][::-1][:limit]
