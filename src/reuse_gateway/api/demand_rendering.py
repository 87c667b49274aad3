"""A demand in words: findings, violations, exceptions and what re-checks found, Vietnamese and English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reuse_gateway.api.rendering import Rendering, wire
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.demand import Demand, JudgedPaper
from reuse_gateway.domain.override import OverrideRuling
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.reclassification import RecordedReclassification
from reuse_gateway.domain.violation import SeenDefect, Violation

Outcomes = Sequence[RecordedReclassification]


def demand_told(rendering: Rendering, demand: Demand, check: Check | None, outcomes: Outcomes = ()) -> dict[str, Any]:
    """The answer about one demand; `check` None = it cannot be shown. No person, officer or pseudonym stands in it."""
    verdicts = {verdict.ref: verdict for verdict in check.verdicts} if check else {}
    by_ref = {each.reclassification.ref: each for each in outcomes}
    items = [
        _paper(rendering, demand, paper, by_ref.get(paper.ref))
        | {"verdict": rendering.item(verdicts[paper.ref], demand.agency) if paper.ref in verdicts else None}
        for paper in demand.papers
    ]
    return {
        "demand_id": demand.id,
        "check_id": demand.check_id,
        "recorded_at": instant(demand.recorded_at),
        "supplement_no": demand.supplement_no,
        "told_late": demand.told_late,
        "waiting": sum(paper.waits and paper.ref not in by_ref for paper in demand.papers),
        "items": items,
        "violations": [violation_told(rendering, each) for each in demand.violations],
    }


def history_told(rendering: Rendering, demand: Demand, index: int, outcomes: Outcomes) -> dict[str, Any]:
    """What else a reader of one demand sees: how it was put, and everything that came of it, in the order of the ledger."""
    told = {"what": "recorded", "at": instant(demand.recorded_at), "ledger": {"index": index}}
    later = [{"what": "reclassified", **_outcome(rendering, each)} for each in outcomes]
    form = demand.mau_02
    return {
        "kind": demand.kind,
        "made_at": instant(demand.made_at),
        "agency": demand.agency,
        "procedure": demand.procedure,
        "dossier": demand.dossier,
        "received_by": demand.received_by,
        "means": demand.means,
        "mau_02": form and {"number": form.number, "reason_stated": form.reason_stated},
        "reason_stated": demand.reason_stated,
        "history": [told, *later],
    }


def violation_told(rendering: Rendering, violation: Violation) -> dict[str, Any]:
    """One violation beside its demand."""
    return {
        "violation_id": violation.id,
        "type": violation.type,
        "name": wire(rendering.sentences.say(f"violation.{violation.type.lower()}")),
        "ref": violation.ref or None,
        "severity": violation.severity,
        "personal_liability": violation.personal_liability,
        "proof_check_id": violation.proof_check_id,
        "legal_basis": [rendering.citation(code) for code in violation.legal_basis],
    }


def _paper(
    rendering: Rendering, demand: Demand, paper: JudgedPaper, outcome: RecordedReclassification | None
) -> dict[str, Any]:
    own = [violation for violation in demand.violations if violation.ref == paper.ref]
    main = own[0] if own else None
    defects = [defect for defect in demand.defects if defect.ref == paper.ref]
    return {
        "ref": paper.ref,
        "finding": paper.finding,
        "notice": wire(rendering.sentences.say(f"finding.{paper.finding}")),
        "violation_id": main.id if main else None,
        "type": main.type if main else None,
        "violations": [violation_told(rendering, violation) for violation in own],
        "defects": [_defect(rendering, defect) for defect in defects],
        "manner": paper.manner,
        "override": paper.override and _ruling(rendering, paper.override),
        "relied_on": paper.relied_on,
        "reclassified": outcome and _outcome(rendering, outcome),
    }


def _defect(rendering: Rendering, defect: SeenDefect) -> dict[str, Any]:
    return {
        "code": defect.code,
        "name": wire(rendering.sentences.say(f"defect.{defect.code.lower()}")),
        "place": defect.place,
        "legal_basis": [rendering.citation(code) for code in defect.legal_basis],
    }


def _ruling(rendering: Rendering, ruling: OverrideRuling) -> dict[str, Any]:
    words = rendering.sentences.say
    objections = [{"code": code, "notice": wire(words(f"objection.{code}"))} for code in ruling.objections]
    standing = {"standing": ruling.standing, "notice": wire(words(f"standing.{ruling.standing}"))}
    return {"reason_code": ruling.code, **standing, "objections": objections, "proof": ruling.proof}


def _outcome(rendering: Rendering, recorded: RecordedReclassification) -> dict[str, Any]:
    found = recorded.reclassification
    return {
        "ref": found.ref,
        "outcome": found.outcome,
        "notice": wire(rendering.sentences.say(f"outcome.{found.outcome}")),
        "at": instant(found.at),
        "reason": found.reason,
        "source": found.source,
        "check_id": found.check_id,
        "ledger": {"index": recorded.index},
    }
