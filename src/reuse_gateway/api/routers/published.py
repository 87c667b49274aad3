"""What is public anyway: the kinds of paper, the law cited, the types of violation and what follows them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from reuse_gateway.api.exchange import json_answer, spend_as_stranger
from reuse_gateway.api.openapi import problems
from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.domain.violation import SEVERITY, ViolationType


def router(services: Services) -> APIRouter:
    """Routes of the published facts."""
    routes = APIRouter(tags=["published facts"])
    rendering = services.rendering

    @routes.get("/v1/evidence-types", operation_id="list_evidence_types", responses=problems(429))
    async def list_kinds(request: Request) -> Response:
        """The kinds of paper the gateway knows."""
        spend_as_stranger(services, request)
        kinds = [
            {"key": kind.key, "name": wire(kind.name), "about": kind.about, "reuse": kind.reuse, "verified": kind.verified,
             "result_codes": list(kind.result_codes), "validity_months": kind.validity_months}
            for kind in rendering.kinds.values()
        ]  # fmt: skip
        return json_answer({"items": kinds})

    @routes.get("/v1/legal-bases", operation_id="list_legal_bases", responses=problems(429))
    async def list_bases(request: Request) -> Response:
        """The instruments cited, with their days in force."""
        spend_as_stranger(services, request)
        last = {code: basis.in_force_to for code, basis in rendering.law.bases.items()}
        bases = [
            rendering.citation(code)
            | {"in_force_to": day.isoformat() if day else None, "superseded_by": rendering.law.bases[code].superseded_by}
            for code, day in last.items()
        ]
        return json_answer({"items": bases})

    @routes.get("/v1/violation-types", operation_id="list_violation_types", responses=problems(429))
    async def list_types(request: Request) -> Response:
        """V01 to V16: severity, what each is, and whether an apology follows: dated, with its legal basis and why."""
        spend_as_stranger(services, request)
        return json_answer({"items": [_type_told(services, kind) for kind in ViolationType]})

    return routes


def _type_told(services: Services, kind: ViolationType) -> dict[str, Any]:
    rendering, policies = services.rendering, services.cases.rules.apologies
    rows = sorted((each for each in policies if kind.value in each.types), key=lambda each: each.valid_from)
    apologies = [
        {
            "apology": each.apology.value,
            "valid_from": each.valid_from.isoformat(),
            "valid_to": each.valid_to and each.valid_to.isoformat(),
            "legal_basis": [rendering.citation(code) for code in each.legal_basis],
            "why": each.why and wire(each.why),
            "verified": each.verified,
        }
        for each in rows
    ]
    name = rendering.sentences.say(f"violation.{kind.value.lower()}")
    return {"type": kind.value, "name": wire(name), "severity": SEVERITY[kind], "apologies": apologies}
