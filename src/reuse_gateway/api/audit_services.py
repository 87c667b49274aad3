"""What the routes of auditors need."""

from __future__ import annotations

from dataclasses import dataclass

from reuse_gateway.application.export_violations import ExportViolations
from reuse_gateway.application.keep_filters import KeepFilters
from reuse_gateway.application.ports import Ids
from reuse_gateway.application.replay_violation import ReplayViolation
from reuse_gateway.application.seek_violations import SeekViolations


@dataclass(frozen=True, slots=True)
class AuditServices:
    """Looking for violations, and what is made of what was found."""

    seek: SeekViolations
    replay: ReplayViolation
    exports: ExportViolations
    filters: KeepFilters
    ids: Ids
