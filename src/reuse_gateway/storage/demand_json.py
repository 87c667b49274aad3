"""A demand as canonical JSON and back; the second version told findings only, and is still read."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reuse_gateway.domain.asking import Channel, DemandKind, Manner, Mau02, Means
from reuse_gateway.domain.demand import Demand, Finding, JudgedPaper, PendingCase
from reuse_gateway.domain.lawful_exception import Invoker
from reuse_gateway.domain.override import Override, OverrideRuling, Standing
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.domain.violation import Defect, SeenDefect, Violation, ViolationType
from reuse_gateway.storage.verdict_json import exact
from reuse_gateway.storage.violations import violation_json

KIND = "demand"


def demand_body(demand: Demand, pending: PendingCase | None) -> str:
    """Every word of a demand and what it was found to be, as canonical JSON, salted: its digest confirms no guess."""
    told = {
        "v": 3,
        "salt": secrets.token_hex(16),
        "id": demand.id,
        "kind": demand.kind,
        "made_at": exact(demand.made_at),
        "recorded_at": exact(demand.recorded_at),
        "agency": demand.agency,
        "client_id": demand.client_id,
        "procedure": demand.procedure,
        "check_id": demand.check_id,
        "subject": demand.subject,
        "dossier": demand.dossier,
        "officer": demand.officer,
        "received_by": demand.received_by,
        "means": demand.means,
        "mau_02": demand.mau_02 and [demand.mau_02.number, demand.mau_02.reason_stated],
        "reason_stated": demand.reason_stated,
        "supplement_no": demand.supplement_no,
        "waiting": waiting(demand),
        "override": demand.override and _override_json(demand.override),
        "papers": [_paper_json(paper) for paper in demand.papers],
        "violations": [violation_json(violation) for violation in demand.violations],
        "defects": [defect_json(defect) for defect in demand.defects],
        "sealed_sha256": hashlib.sha256(pending.sealed).hexdigest() if pending else None,
        "waits_for": [*pending.sources, exact(pending.ends_at)] if pending else None,
    }
    rare = {"form": demand.form, "told_late": demand.told_late, "by_inspector": demand.by_inspector}
    return canonical(told | {name: value for name, value in rare.items() if value}).decode()


def demand_leaf(told: Mapping[str, Any], body: str) -> bytes:
    """Leaf bytes of a demand; `told` is the parsed body, whose digest binds every word of it.

    Leaves are public: nothing here leads to the person, to the check, or to another leaf about either.
    """
    return canonical(
        {
            "v": 2,
            "kind": KIND,
            "id": told["id"],
            "at": told["recorded_at"][:23] + "Z",
            "agency": told["agency"],
            "procedure": told["procedure"],
            "body_sha256": hashlib.sha256(body.encode()).hexdigest(),
        }
    )


def waiting(demand: Demand) -> int | None:
    """How many of its papers wait for a source; None = none."""
    return sum(paper.waits for paper in demand.papers) or None


def demand_of(body: str) -> Demand:
    """The demand that a body tells; ValueError, KeyError or TypeError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    if told["v"] not in (2, 3):
        raise ValueError("demand_version")
    form = told.get("mau_02")
    return Demand(
        id=told["id"],
        kind=DemandKind(told["kind"]),
        made_at=datetime.fromisoformat(told["made_at"]),
        recorded_at=datetime.fromisoformat(told["recorded_at"]),
        agency=told["agency"],
        client_id=told["client_id"],
        procedure=told["procedure"],
        check_id=told["check_id"],
        subject=told["subject"],
        papers=_papers(told),
        dossier=told["dossier"],
        officer=told["officer"],
        received_by=told.get("received_by") and Channel(told["received_by"]),
        means=told.get("means") and Means(told["means"]),
        mau_02=form and Mau02(*form),
        reason_stated=told.get("reason_stated", False),
        supplement_no=told.get("supplement_no"),
        override=told.get("override") and _override(told["override"]),
        form=told.get("form"),
        told_late=told.get("told_late", False),
        by_inspector=told.get("by_inspector", False),
        violations=tuple(map(_violation, told["violations"])),
        defects=tuple(map(_defect, told.get("defects", ()))),
    )


def defect_json(defect: SeenDefect) -> list[Any]:
    """Every word of a defect seen."""
    return [defect.code, defect.ref, defect.evidence_type, defect.place, list(defect.legal_basis)]


def _defect(told: list[Any]) -> SeenDefect:
    return SeenDefect(Defect(told[0]), told[1], told[2], told[3], tuple(told[4]))


def _papers(told: Mapping[str, Any]) -> tuple[JudgedPaper, ...]:
    if told["v"] == 2:
        return tuple(JudgedPaper(ref, None, None, Finding(found)) for ref, found in told["findings"])
    return tuple(map(_paper, told["papers"]))


def _paper_json(paper: JudgedPaper) -> dict[str, Any]:
    ruling = paper.override
    return {
        "ref": paper.ref,
        "evidence_type": paper.evidence_type,
        "reason": paper.reason,
        "finding": paper.finding,
        "manner": paper.manner,
        "defects": list(paper.defects),
        "override": ruling and [ruling.code, ruling.standing, list(ruling.objections), ruling.proof],
        "relied_on": paper.relied_on,
    }


def _paper(told: Mapping[str, Any]) -> JudgedPaper:
    ruling = told["override"]
    return JudgedPaper(
        ref=told["ref"],
        evidence_type=told["evidence_type"],
        reason=told["reason"] and Reason(told["reason"]),
        finding=Finding(told["finding"]),
        manner=told["manner"] and Manner(told["manner"]),
        defects=tuple(map(Defect, told["defects"])),
        override=ruling and OverrideRuling(ruling[0], Standing(ruling[1]), tuple(ruling[2]), ruling[3]),
        relied_on=told["relied_on"],
    )


def _override_json(override: Override) -> dict[str, Any]:
    return {
        "code": override.code,
        "invoker": override.invoker,
        "evidence": dict(override.evidence),
        "refs": sorted(override.refs),
    }


def _override(told: Mapping[str, Any]) -> Override:
    return Override(told["code"], Invoker(told["invoker"]), told["evidence"], frozenset(told["refs"]))


def _violation(told: Mapping[str, Any]) -> Violation:
    changed = {
        "type": ViolationType(told["type"]),
        "legal_basis": tuple(told["legal_basis"]),
        "made_at": datetime.fromisoformat(told["made_at"]),
    }
    return Violation(**{**told, **changed})
