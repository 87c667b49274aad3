"""An export (kết xuất): which violations, which columns, what for; how far it is, and what was handed out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reuse_gateway.domain.vietnam import TIME_ZONE
from reuse_gateway.domain.violation_query import Query

COLUMNS = (
    "violation_id",
    "made_at",
    "type",
    "severity",
    "state",
    "agency",
    "procedure",
    "evidence_type",
    "source",
    "channel",
    "personal_liability",
    "legal_basis",
    "case_id",
    "demand_id",
    "check_id",
    "ledger_index",
)
MOST_SHEET_ROWS = 1_048_575  # Excel's own limit, less the heading
MOST_PACKED = 20_000


class Format(StrEnum):
    """What kind of file; `bundle`: a signed evidence pack of all of them, provable offline."""

    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"
    BUNDLE = "bundle"

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return "zip" if self is Format.BUNDLE else self.value


class ExportState(StrEnum):
    """Where a job stands. A job whose process has gone is failed (`interrupted`), never silently lost."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What was asked for, by whom and what for. `headings`: `vi`, `en` or `keys`; `tz` of the instants that are written.

    `words`: in tables with headings for people, what codes mean stands beside them.
    """

    id: str
    client_id: str
    agency: str
    format: Format
    query: Query
    columns: tuple[str, ...]
    purpose: str
    ordered_at: datetime
    tz: str = TIME_ZONE
    headings: str = "vi"
    words: bool = True


@dataclass(frozen=True, slots=True)
class Export:
    """A job as it stands: rows written so far, and once done the size and SHA-256 of the file."""

    id: str
    client_id: str
    format: Format
    state: ExportState
    ordered_at: datetime
    expires_at: datetime
    rows: int = 0
    below: int = 0
    bytes: int = 0
    sha256: str = ""
    code: str = ""
    finished_at: datetime | None = field(default=None)
