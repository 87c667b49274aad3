"""What a source announces of its own accord (thông báo nắm giữ): this record proves these papers of these owners.

`Announced` names people and lives in memory only; `IndexedPaper` is what is kept of it: keyed pseudonyms, codes and dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Standing(StrEnum):
    """What a record says of the paper. `unreadable`: it says something that cannot be, so nothing follows from it."""

    VALID = "valid"
    REVOKED = "revoked"
    INCOMPLETE = "incomplete"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class AnnouncedPaper:
    """One paper of one owner. `owner` is a subject's key; None = the record tells no number that could be a person's."""

    evidence_type: str
    owner: str | None
    standing: Standing = Standing.VALID
    result_code: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """One record of a source in one version. No papers = a record that proves none any more."""

    reference: str
    changed_at: datetime
    papers: tuple[AnnouncedPaper, ...]


@dataclass(frozen=True, slots=True)
class IndexedPaper:
    """One row of the holdings index (chỉ mục nắm giữ). `ref` and `owner` are keyed pseudonyms; `changed_at` is the source's.

    `version` is the ledger index of the batch it came with; -1 = not written yet.
    """

    source: str
    ref: str
    owner: str | None
    evidence_type: str
    standing: Standing
    result_code: str | None
    issued_on: date | None
    expires_on: date | None
    changed_at: datetime
    version: int = -1

    @property
    def age(self) -> tuple[datetime, int]:
        """Of two versions the higher one counts: by the source's own instant, then by the order in which they came."""
        return self.changed_at, self.version


def newest(rows: Iterable[IndexedPaper]) -> tuple[IndexedPaper, ...]:
    """The rows of the newest version of one record."""
    listed = tuple(rows)
    last = max((row.age for row in listed), default=None)
    return tuple(row for row in listed if row.age == last)
