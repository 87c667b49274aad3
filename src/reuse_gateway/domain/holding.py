"""What one source said about one paper of one subject (kết quả tra cứu): held, absent or unknown. Unknown is never absent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from reuse_gateway.domain.source import Tier


class Outcome(StrEnum):
    """The three ends of a question to a source."""

    HELD = "held"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class State(StrEnum):
    """What the source says about a paper it holds."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    INCOMPLETE = "incomplete"
    MISMATCH = "mismatch"


class Doubt(StrEnum):
    """Why an outcome is unknown."""

    SOURCE_TIMED_OUT = "source_timed_out"
    SOURCE_UNAVAILABLE = "source_unavailable"
    CIRCUIT_OPEN = "circuit_open"
    BAD_ANSWER = "bad_answer"
    AMBIGUOUS_ANSWER = "ambiguous_answer"
    WRONG_OWNER = "wrong_owner"
    NOT_READY = "not_ready"
    SOURCE_DENIED = "source_denied"
    NO_AUTHORITY = "no_authority"
    INSUFFICIENT_SUBJECT_DATA = "insufficient_subject_data"
    STALE_INDEX = "stale_index"
    INDEX_INCOMPLETE = "index_incomplete"


@dataclass(frozen=True, slots=True)
class Holding:
    """One answer. `owner` is the subject key that the found paper itself names; `decide` trusts no other.

    `expires_on` is the last good day. `answered_at` is when the source answered (or was given up on), aware UTC.
    """

    source: str
    tier: Tier
    evidence_type: str
    outcome: Outcome
    answered_at: datetime
    doubt: Doubt | None = None
    state: State | None = None
    owner: str | None = None
    cached: bool = False
    result_code: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
