"""Findings of lint as the wire shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reuse_gateway.api.rendering import wire
from reuse_gateway.api.services import Services
from reuse_gateway.application.lint_form import ToldFinding


def findings_out(services: Services, findings: Sequence[ToldFinding]) -> list[dict[str, Any]]:
    """Every finding with its message, law and fix."""
    return [_finding(services, each) for each in findings]


def _finding(services: Services, told: ToldFinding) -> dict[str, Any]:
    found = told.finding
    return {
        "rule": found.rule,
        "level": found.level,
        "pointer": found.pointer,
        "field": found.field,
        "evidence_type": found.evidence_type,
        "message": wire(told.message),
        "legal_basis": [services.rendering.citation(code) for code in found.bases],
        "fix": list(told.fix),
    }
