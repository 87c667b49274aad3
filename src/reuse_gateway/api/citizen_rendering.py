"""Checks and requests as citizens read them: names beside codes, no officer, no pseudonym."""

from __future__ import annotations

from typing import Any

from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.application.recheck import CLIENT as RECHECKS
from reuse_gateway.domain.check import Check
from reuse_gateway.domain.citizen_request import RecordedRequest
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.verdict import Verdict
from reuse_gateway.domain.vietnam import vietnamese_day


async def my_check(services: Services, check: Check) -> dict[str, Any]:
    """One check about the person who reads it."""
    version = await services.procedures.find(check.procedure, check.as_of)
    names = {agency.code: agency.name for agency in services.rendering.agencies}
    agency = names.get(check.agency)
    return {
        "check_id": check.id,
        "at": instant(check.decided_at),
        "agency": {"code": check.agency, "name": wire(agency) if agency else None},
        "procedure": {"code": check.procedure, "name": wire(version.title) if version else None},
        "stage": check.stage.value,
        "dossier": check.dossier,
        "by_the_gateway": check.client_id == RECHECKS,
        "receipt_page": f"{services.base_url}/r/{check.short_code}",
        "papers": [_paper(services, place, verdict) for place, verdict in enumerate(check.verdicts)],
    }


def _paper(services: Services, place: int, verdict: Verdict) -> dict[str, Any]:
    kind = services.rendering.kinds.get(verdict.evidence_type or "")
    return {
        "paper": place,
        "evidence_type": verdict.evidence_type,
        "name": wire(kind.name) if kind else None,
        "decision": verdict.decision.value,
        "reason": verdict.reason.value,
        "sources": [{"source": holding.source, "outcome": holding.outcome.value} for holding in verdict.holdings],
    }


def request_told(services: Services, recorded: RecordedRequest) -> dict[str, Any]:
    """One request with its state today and its answer."""
    request, answer = recorded.request, recorded.answer
    return {
        "request_id": request.id,
        "kind": request.kind.value,
        "ground": request.ground.value,
        "state": request.state(answer, vietnamese_day(services.clock.now())).value,
        "made_at": instant(request.made_at),
        "due_on": request.due_on.isoformat(),
        "check_id": request.check_id,
        "agency": request.agency,
        "procedure": request.procedure,
        "paper": request.place,
        "evidence_type": request.evidence_type,
        "answer": answer and {"answer": answer.answer.value, "words": answer.words, "at": instant(answer.answered_at),
                              "agency": answer.agency},
        "ledger": {"index": recorded.index},
    }  # fmt: skip
