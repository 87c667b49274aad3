"""Time-stamps of checkpoints (dấu thời gian, RFC 3161): that a head of the ledger existed at an instant, by another's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """`reply` is the authority's whole TimeStampResp (DER) as it came; `at` the instant that it tells, aware UTC."""

    at: datetime
    reply: bytes


def stamped_text(note: bytes) -> bytes:
    """What is stamped: the text of a checkpoint (origin, size, root), which no later signature under the note changes."""
    return note.partition(b"\n\n")[0] + b"\n"
