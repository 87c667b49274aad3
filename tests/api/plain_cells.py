"""The cells of one violation by its plain meaning: what the store and the files of exports are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from reuse_gateway.application.violation_ports import Cell
from reuse_gateway.domain.vietnam import TIME_ZONE, VIETNAM
from reuse_gateway.domain.violation import RecordedViolation

ZONES: Mapping[str, tzinfo] = {TIME_ZONE: VIETNAM, "UTC": UTC}

_PLAIN: Mapping[str, Callable[[RecordedViolation], Cell]] = {
    "violation_id": lambda each: each.violation.id,
    "type": lambda each: each.violation.type.value,
    "severity": lambda each: each.violation.severity,
    "state": lambda each: each.state or None,
    "agency": lambda each: each.violation.agency,
    "procedure": lambda each: each.violation.procedure,
    "evidence_type": lambda each: each.violation.evidence_type or None,
    "source": lambda each: each.violation.source,
    "channel": lambda each: each.channel or None,
    "personal_liability": lambda each: each.violation.personal_liability,
    "legal_basis": lambda each: " ".join(each.violation.legal_basis),
    "case_id": lambda each: each.case_id or None,
    "demand_id": lambda each: each.violation.demand_id,
    "check_id": lambda each: each.violation.check_id,
    "ledger_index": lambda each: each.index,
}


def cells_of(columns: Sequence[str], tz: str) -> Callable[[RecordedViolation], list[Cell]]:
    """Makes the cells of these columns; instants are ISO 8601 with the offset of the zone."""
    zone = ZONES[tz]

    def made_at(each: RecordedViolation) -> str:
        return _second(each.violation.made_at.astimezone(zone))

    told = [made_at if column == "made_at" else _PLAIN[column] for column in columns]
    return lambda each: [tell(each) for tell in told]


def _second(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
