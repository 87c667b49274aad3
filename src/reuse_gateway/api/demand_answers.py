"""What callers get about demands (shapes on the wire), for the OpenAPI document; `demand_rendering` writes them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from reuse_gateway.api.answers import CitationOut, TextOut, VerdictOut
from reuse_gateway.api.demand_shapes import DemandIn


class ViolationFoundOut(BaseModel):
    """One violation; `ref` null = the demand as a whole. `proof_check_id`: the earlier check that told the agency."""

    violation_id: str
    type: str
    name: TextOut
    ref: str | None
    severity: Literal["low", "medium", "high"]
    personal_liability: bool
    proof_check_id: str | None
    legal_basis: list[CitationOut]


class DefectOut(BaseModel):
    """What is not the officer's fault: D01 a row of the dossier (`place`), D02 a source."""

    code: Literal["D01", "D02"]
    name: TextOut
    place: str
    legal_basis: list[CitationOut]


class ObjectionOut(BaseModel):
    """Why an exception does not hold."""

    code: str
    notice: TextOut


class RulingOut(BaseModel):
    """How an invoked exception stands for one paper."""

    reason_code: str
    standing: Literal["upheld", "accepted", "refuted", "insufficient", "not_needed"]
    notice: TextOut
    objections: list[ObjectionOut]
    proof: str | None


class OutcomeOut(BaseModel):
    """What a demand that waited for a source turned out to be."""

    ref: str
    outcome: Literal["justified", "avoidable", "still_open"]
    notice: TextOut
    at: str
    reason: str | None
    source: str | None
    check_id: str | None
    ledger: dict[str, int]


class FoundOut(BaseModel):
    """What the demand for one paper was; `violation_id` and `type` are those of the first of `violations`."""

    ref: str
    finding: Literal["lawful", "violation", "catalogue_defect", "source_failure", "provisional"]
    notice: TextOut
    violation_id: str | None
    type: str | None
    violations: list[ViolationFoundOut]
    defects: list[DefectOut]
    manner: Literal["original", "copy", "certified", "electronic", "data"] | None
    override: RulingOut | None
    relied_on: str | None
    reclassified: OutcomeOut | None
    verdict: VerdictOut | None


class DemandOut(BaseModel):
    """A judged demand; `waiting` counts the papers that are asked about again."""

    demand_id: str
    check_id: str
    recorded_at: str
    supplement_no: int | None
    told_late: bool
    waiting: int
    items: list[FoundOut]
    violations: list[ViolationFoundOut]


class FormOut(BaseModel):
    """The written supplement request (Mẫu số 02)."""

    number: str
    reason_stated: bool


class DemandHistoryOut(DemandOut):
    """The same with how it was put and everything that came of it."""

    kind: str
    made_at: str
    agency: str
    procedure: str
    dossier: str | None
    received_by: str | None
    means: str | None
    mau_02: FormOut | None
    reason_stated: bool
    history: list[dict[str, Any]]


DEMANDS = (DemandIn, DemandOut, DemandHistoryOut)
