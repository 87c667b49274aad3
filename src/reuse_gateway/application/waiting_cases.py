"""Demands that wait for a source: what must be kept to ask again, sealed, and for how long (hồ sơ chờ tra cứu lại)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from reuse_gateway.application.demand_ports import Sealer
from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.check import Check, CheckRequest, Stage, Wanted
from reuse_gateway.domain.demand import Demand, DemandCase, PendingCase
from reuse_gateway.domain.holding import Outcome
from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.subject_json import subject_of, subject_told

FIRST_AGAIN, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class WaitingCases:
    """Seals what is asked again and opens it. `keep` is the longest that anything of a person is kept."""

    sealer: Sealer
    clock: Clock
    keep: timedelta

    def of(self, demand: Demand, case: DemandCase, check: Check) -> PendingCase | None:
        """What is kept with a demand; None where no source owes an answer."""
        pending = {verdict.ref for verdict in check.verdicts if verdict.pending}
        if not pending:
            return None
        owing = {
            holding.source
            for verdict in check.verdicts
            if verdict.pending
            for holding in verdict.holdings
            if holding.outcome is Outcome.UNKNOWN
        }
        now = self.clock.now()
        sealed = self.sealer.seal(_packed(case.request, pending), demand.id)
        return PendingCase(demand.id, sealed, tuple(sorted(owing)), now + FIRST_AGAIN, now + self.keep)

    def open(self, case: PendingCase) -> CheckRequest | None:
        """What is to be asked again; None where the key was destroyed or the bytes are not ours."""
        plain = self.sealer.open(case.sealed, case.demand_id)
        return None if plain is None else _unpacked(plain)

    def next_at(self, case: PendingCase, now: datetime) -> datetime:
        """The next attempt: after one minute, then twice as long each time, at most six hours; the last one at the end."""
        pause = FIRST_AGAIN * 2 ** min(case.attempts + 1, 12)
        return min(now + min(pause, LONGEST_PAUSE), max(case.ends_at, now + FIRST_AGAIN))


def _packed(request: CheckRequest, pending: set[str]) -> bytes:
    """No more than is needed: the papers that wait, and of the others only the people these are about."""
    wanted = [each for each in request.wanted if each.ref in pending]
    told: dict[str, Any] = {
        "procedure": [request.procedure.base, request.procedure.province],
        "subject": subject_told(request.subject),
        "others": {role: subject_told(other) for role, other in request.others.items()},
        "wanted": [
            [each.ref, each.evidence_type, each.result_code, each.label, each.role, each.about, each.strict] for each in wanted
        ],
        "as_of": request.as_of.isoformat(),
        "case": request.case,
        "stage": request.stage.value,
        "dossier": request.dossier,
        "officer": request.officer,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _unpacked(plain: bytes) -> CheckRequest:
    told: dict[str, Any] = json.loads(plain)
    return CheckRequest(
        procedure=ProcedureCode(*told["procedure"]),
        subject=subject_of(told["subject"]),
        wanted=tuple(Wanted(*each[:5], tuple((name, value) for name, value in each[5]), *each[6:]) for each in told["wanted"]),
        as_of=date.fromisoformat(told["as_of"]),
        case=told["case"],
        stage=Stage(told["stage"]),
        dossier=told["dossier"],
        officer=told["officer"],
        others={role: subject_of(other) for role, other in told["others"].items()},
    )
