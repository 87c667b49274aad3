"""What the national portal's dossier sync is told of reuse (đồng bộ hồ sơ): 1 only with a receipt behind it, else 0. Pure.

Field names are the portal's own. A client that defaults them to 1 inflates indicators 4.3 to 4.5; here each names its check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from reuse_gateway.domain.check import Check
from reuse_gateway.domain.verdict import Decision, Reason, Verdict

PERSONAL_STORE = "portal_paper_store"
_ANSWERED = (Decision.MUST_NOT_ASK, Decision.MAY_ASK)


class Reused(IntEnum):
    """DuocTaiSuDung: not reused, reused, or reused by an earlier result that stands in."""

    NO = 0
    YES = 1
    BY_RESULT = 2


@dataclass(frozen=True, slots=True)
class SyncPaper:
    """One paper of a dossier. `check_id` is the check whose receipt proves it; None where nothing is claimed."""

    evidence_type: str
    role: str
    reused: Reused = Reused.NO
    from_store: bool = False
    result_code: str | None = None
    sources: tuple[str, ...] = ()
    check_id: str | None = None


@dataclass(frozen=True, slots=True)
class SyncDossier:
    """One dossier, under the agency, procedure and subject of its first check, with the day of its law."""

    dossier: str
    agency: str
    procedure: str
    first: Check
    papers: tuple[SyncPaper, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Databases that a reused paper was proved by."""
        return tuple(sorted({source for paper in self.papers for source in paper.sources}))

    @property
    def digitised(self) -> bool:
        """Is any paper of it there as data?"""
        return any(paper.reused for paper in self.papers)


def sync_dossier(checks: Iterable[Check], demanded: frozenset[str], without: Iterable[Check] = ()) -> SyncDossier | None:
    """The dossier of these checks; `demanded` are ids of the checks that judged a demand. None where no check is left.

    Of each paper the last answer counts; one that a source still owes takes nothing back. A demanded paper was not reused.
    A check of somebody else under the same code says nothing of this dossier. `without` judged demands that told no code: what
    the body of the first check so demanded of its person for its procedure was not reused in any dossier of theirs.
    """
    ordered = sorted(checks, key=lambda check: (check.decided_at, check.id))
    first = ordered[0] if ordered else None
    if first is None or first.dossier is None:
        return None
    own = [check for check in ordered if (check.procedure, check.subject) == (first.procedure, first.subject)]
    bare = [check for check in without if _whose(check) == _whose(first)]
    judging = [*(check for check in own if check.id in demanded), *bare]
    asked_for = {_key(verdict) for check in judging for verdict in check.verdicts}
    papers: dict[tuple[str, str], SyncPaper] = {}
    for check in own:
        for verdict in check.verdicts:
            key = _key(verdict)
            if key[0] and (verdict.decision in _ANSWERED or key not in papers):
                papers[key] = SyncPaper(*key) if key in asked_for else _paper(verdict, check)
    told = tuple(papers[key] for key in sorted(papers))
    return SyncDossier(first.dossier, first.agency, first.procedure, first, told)


def _whose(check: Check) -> tuple[str, str, str]:
    return check.agency, check.procedure, check.subject


def _key(verdict: Verdict) -> tuple[str, str]:
    return verdict.evidence_type or "", verdict.role


def _paper(verdict: Verdict, check: Check) -> SyncPaper:
    if verdict.reason is not Reason.HELD_VALID or not verdict.proofs:
        return SyncPaper(*_key(verdict))
    result = next((proof.result_code for proof in verdict.proofs if proof.result_code), None)
    sources = tuple(dict.fromkeys(proof.source for proof in verdict.proofs))
    reused = Reused.BY_RESULT if result else Reused.YES
    return SyncPaper(*_key(verdict), reused, PERSONAL_STORE in sources, result, sources, check.id)
