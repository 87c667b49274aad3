"""What a demand was (kết quả xem xét yêu cầu): one pure function of check, demand and the law of its day.

Three things are kept apart: the violation of whoever asked, the defect of the published dossier (D01), the failure of a
source (D02). A demand for a listed paper that the State holds is a violation, and D01 is opened beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reuse_gateway.domain.breaches import of_demand, of_paper
from reuse_gateway.domain.demand import Finding, JudgedPaper, Judgment
from reuse_gateway.domain.demand_facts import DemandFacts, PaperFacts
from reuse_gateway.domain.holding import Doubt, Outcome, State
from reuse_gateway.domain.legal_basis import Topic
from reuse_gateway.domain.override import OverrideRuling
from reuse_gateway.domain.verdict import Decision, Verdict
from reuse_gateway.domain.violation import Defect, SeenDefect

_WRONG_DATA = (State.INCOMPLETE, State.MISMATCH)
_WRONG_ANSWER = (Doubt.BAD_ANSWER, Doubt.AMBIGUOUS_ANSWER, Doubt.WRONG_OWNER)
_AWAY = (Doubt.SOURCE_TIMED_OUT, Doubt.SOURCE_UNAVAILABLE, Doubt.CIRCUIT_OPEN)


def judge(facts: DemandFacts) -> Judgment:
    """Paper by paper, then the demand as a whole."""
    rulings = [facts.ruling(paper) for paper in facts.papers]
    pairs = list(zip(facts.papers, rulings, strict=True))
    seen = [tuple(_defects(facts, paper, ruling)) for paper, ruling in pairs]
    broken = [tuple(of_paper(facts, paper, ruling)) for paper, ruling in pairs]
    papers = [_judged(facts, *pair, defects) for pair, defects in zip(pairs, seen, strict=True)]
    papers = [
        replace(each, finding=Finding.VIOLATION) if breaches else each for each, breaches in zip(papers, broken, strict=True)
    ]
    breaches = (*(each for found in broken for each in found), *of_demand(facts))
    return Judgment(tuple(papers), breaches, tuple(each for found in seen for each in found))


def finding(verdict: Verdict) -> Finding:
    """What a verdict alone says of a demand; undecided and pending ones stay provisional."""
    if verdict.decision is Decision.MUST_NOT_ASK:
        return Finding.VIOLATION
    return Finding.LAWFUL if verdict.decision is Decision.MAY_ASK else Finding.PROVISIONAL


def _judged(
    facts: DemandFacts, paper: PaperFacts, ruling: OverrideRuling | None, defects: tuple[SeenDefect, ...]
) -> JudgedPaper:
    verdict, found, relied_on = paper.verdict, finding(paper.verdict), paper.relied_on
    if ruling and ruling.holds and found is not Finding.LAWFUL:
        found = Finding.SOURCE_FAILURE if ruling.code == "E1" else Finding.LAWFUL
    elif relied_on:
        found = Finding.LAWFUL
    elif verdict.decision is Decision.NOT_DECIDED and paper.listed_though_replaceable:
        found = Finding.CATALOGUE_DEFECT
    return JudgedPaper(
        ref=verdict.ref,
        evidence_type=verdict.evidence_type,
        reason=verdict.reason,
        finding=found,
        manner=facts.circumstances.how(verdict.ref).manner,
        defects=tuple(dict.fromkeys(each.code for each in defects)),
        override=ruling,
        relied_on=relied_on,
    )


def _defects(facts: DemandFacts, paper: PaperFacts, ruling: OverrideRuling | None) -> Iterator[SeenDefect]:
    verdict, row = paper.verdict, paper.own.row
    kind = verdict.evidence_type or ""
    if paper.listed_though_replaceable and paper.cover and row:
        yield SeenDefect(Defect.CATALOGUE, verdict.ref, kind, row.ref, paper.cover.bases)
    troubled = {each.source for each in verdict.holdings if each.state in _WRONG_DATA or each.doubt in _WRONG_ANSWER}
    if verdict.pending:
        troubled |= {each.source for each in verdict.holdings if each.outcome is Outcome.UNKNOWN and each.doubt in _AWAY}
    if ruling and ruling.holds and ruling.code == "E1":
        troubled |= {proof.source for proof in verdict.proofs}
    bases = tuple(basis.code for basis in facts.law.cite(Topic.SOURCE_TROUBLE, kind or None, facts.made_on))
    yield from (SeenDefect(Defect.SOURCE, verdict.ref, kind, source, bases) for source in sorted(troubled))
