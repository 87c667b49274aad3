"""Who is owed an apology: the applicants (người nộp hồ sơ) of a round, by dossier and pseudonym. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from reuse_gateway.domain.case import ViolationCase


@dataclass(frozen=True, slots=True)
class RoundSpan:
    """The violations of one round of a case: those with a ledger index above `after` and up to `upto`."""

    case_id: str
    round: int
    after: int
    upto: int


@dataclass(frozen=True, slots=True)
class Applicant:
    """One person or business with one dossier, or without any where none was told; nobody is named.

    `violation_id` is the first violation of theirs in the round, by which they are known for good, and `place` where it
    stands: ledger index and position. `subject` is a keyed pseudonym. `letter`: the number of their apology; None = owed.
    """

    violation_id: str
    place: tuple[int, int]
    dossier: str | None
    subject: str
    violations: int
    letter: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """How many applicants a round has, how many of them wait for their letter, and the first and last number given."""

    applicants: int
    left: int
    first: str | None = None
    last: str | None = None

    @property
    def letters(self) -> str | None:
        """The letters in words: one number, or `01/XL-H41.12 … 09/XL-H41.12 (8)`; None = some are missing, or all."""
        if self.left or self.first is None:
            return None
        return self.first if self.first == self.last else f"{self.first} … {self.last} ({self.applicants})"


def span_of(case: ViolationCase, round: int | None = None) -> RoundSpan:
    """The span of a round, by default the present one; one that the agency was told of takes no more violations."""
    wanted = case.round if round is None else round
    if wanted >= case.round:
        after, upto = case.span
        return RoundSpan(case.id, wanted, after, case.newest if upto is None else upto)
    after = max((each.step.seen for each in case.steps if each.step.round < wanted), default=-1)
    return RoundSpan(
        case.id, wanted, after, max((each.step.seen for each in case.steps if each.step.round == wanted), default=after)
    )
