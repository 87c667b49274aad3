"""Forgetting a person on the wire: who and why, and what became of it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from reuse_gateway.api.rendering import wire
from reuse_gateway.api.schemas import Strict
from reuse_gateway.application.erase_person import Erasure
from reuse_gateway.application.people_ports import Traces
from reuse_gateway.domain.text import Sentences


class ErasureIn(Strict):
    """POST /v1/admin/erasures. Without `apply` nothing is deleted. The reason is what it is for, and kept: a code, no words."""

    personal_id: str = Field(max_length=40, description="12 digits (or the old 9)", examples=["999090000001"])
    reason: Literal["person_asked", "time_is_over", "recorded_wrongly", "authority_ordered"]
    apply: bool = False


class TracesOut(BaseModel):
    """Rows that name the person by a pseudonym only."""

    checks: int
    demands: int
    requests: int


class ErasedOut(BaseModel):
    """What is deleted for good."""

    keys: int
    waiting_cases: int


class RemainsOut(BaseModel):
    """What it does not reach: rows from before there were keys per person, papers that registers told of (`indexed`).

    While `indexed` is not 0, checks about those papers stay traceable: their days stand in index and check alike.
    """

    older: TracesOut
    indexed: int


class ErasureOut(BaseModel):
    """What was done, or would be done (`applied` false)."""

    applied: bool
    erased: ErasedOut
    untraceable: TracesOut
    remains: RemainsOut
    note: dict[str, str]


def erasure_told(found: Erasure, sentences: Sentences) -> dict[str, Any]:
    """The answer; the same shape, and 200, for a person of whom nothing is kept (any more)."""
    remains = found.older.all + found.indexed
    nothing = not (found.keys or found.waiting_cases or remains)
    left = "indexed" if found.indexed else "remains" if remains else ""
    said = "nothing" if nothing else left or ("done" if found.applied else "would")
    return {
        "applied": found.applied,
        "erased": {"keys": found.keys, "waiting_cases": found.waiting_cases},
        "untraceable": _traces(found.untraceable),
        "remains": {"older": _traces(found.older), "indexed": found.indexed},
        "note": wire(sentences.say(f"erasure.{said}")),
    }


def _traces(traces: Traces) -> dict[str, int]:
    return {"checks": traces.checks, "demands": traces.demands, "requests": traces.requests}
