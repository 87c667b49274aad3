"""Findings of lint as the wire shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reuse_gateway.api.rendering import Rendering, wire
from reuse_gateway.application.lint_form import ToldFinding


def findings_out(rendering: Rendering, findings: Sequence[ToldFinding]) -> list[dict[str, Any]]:
    """Every finding with its message, law and fix."""
    return [_finding(rendering, each) for each in findings]


def _finding(rendering: Rendering, told: ToldFinding) -> dict[str, Any]:
    found = told.finding
    return {
        "rule": found.rule,
        "level": found.level,
        "pointer": found.pointer,
        "field": found.field,
        "evidence_type": found.evidence_type,
        "role": found.role,
        "message": wire(told.message),
        "legal_basis": [rendering.citation(code) for code in found.bases],
        "fix": list(told.fix),
    }
